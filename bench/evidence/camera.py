"""Photographs a page on a tray: five megapixels, perspective, light, shadow, hands, lens, noise.
Calls bench.evidence.typeset, OpenCV and numpy. It shares nothing with the simulated machine's
camera.
"""

import math
import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bench.evidence.typeset import HEIGHT as PAGE_HEIGHT
from bench.evidence.typeset import WIDTH as PAGE_WIDTH
from bench.evidence.typeset import Pixels

WIDTH, HEIGHT = 1944, 2592
SPARE = 200
FULL = 200
SKINS = ((224, 178, 150), (198, 150, 120), (160, 110, 84))
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Shot:
    """How a photo is taken. `turn` in quarters clockwise; `defocus` is a blur's sigma in pixels,
    `motion` a smear's length in pixels.
    """

    turn: int = 0
    tilt: float = 3.0
    shadow: bool = False
    hand: bool = False
    defocus: float = 0.7
    motion: int = 0
    light: float = 1.0
    noise: float = 2.5
    quality: int = 85

    @staticmethod
    def any(chance: random.Random, **fixed: object) -> "Shot":
        """An ordinary one."""
        values: dict[str, object] = {
            "turn": chance.choice((0, 0, 0, 0, 2, 2, 1, 3)),
            "tilt": chance.uniform(-5, 5),
            "defocus": chance.uniform(0.5, 1.1),
            "noise": chance.uniform(1.5, 4.5),
            "light": chance.uniform(0.8, 1.05),
            "quality": chance.randint(70, 95),
        }
        return Shot(**{**values, **fixed})  # type: ignore[arg-type]


def photo(sheets: list[Pixels], shot: Shot, chance: random.Random) -> bytes:
    """JPEG of the tray with these sheets, the last on top."""
    rng = np.random.default_rng(chance.getrandbits(40))
    view: Any = _tray(chance, rng)
    for number, sheet in enumerate(sheets):
        shift = 0 if number == len(sheets) - 1 else chance.uniform(120, 260)
        view = _laid(view, sheet, _corners(shot, chance, shift), chance)
    if shot.hand:
        view = _held(view, chance)
    view = cv2.multiply(view, _light(shot, chance), scale=1 / FULL)
    if shot.motion:
        view = cv2.filter2D(view, -1, _smear(shot.motion, chance))
    view = cv2.GaussianBlur(view, (0, 0), shot.defocus)
    top, left = chance.randrange(SPARE), chance.randrange(SPARE)
    grain = _grain()[top : top + HEIGHT, left : left + WIDTH]
    view = cv2.addWeighted(view.astype(np.int16), 1, grain, shot.noise / 16, 0, dtype=cv2.CV_8U)
    bgr = cv2.cvtColor(view, cv2.COLOR_RGB2BGR)
    ok, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, shot.quality])
    assert ok
    return bytes(data)


@lru_cache(maxsize=1)
def _grain() -> npt.NDArray[np.int16]:
    """Noise with a deviation of 16: fine in brightness, coarser in colour."""
    rng = np.random.default_rng(3)
    high, wide = HEIGHT + SPARE, WIDTH + SPARE
    fine = rng.standard_normal((high, wide, 1), np.float32)
    coarse = cv2.resize(rng.standard_normal((high // 2, wide // 2, 3), np.float32), (wide, high))
    return np.asarray(16 * (fine + 0.5 * coarse), np.int16)


def _tray(chance: random.Random, rng: np.random.Generator) -> Pixels:
    base = chance.uniform(25, 115)
    colour = np.asarray([base * chance.uniform(0.92, 1.08) for _ in range(3)], np.float32)
    streaks = rng.normal(0, 5, (HEIGHT // 8, 9, 1)).astype(np.float32)
    small = np.clip(colour + streaks, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(small, (WIDTH, HEIGHT)), np.uint8)


def _corners(shot: Shot, chance: random.Random, shift: float) -> Floats:
    """Where top left, top right, bottom right, bottom left of the page come to lie."""
    sideways = shot.turn % 2 == 1
    pixels_per_mm = chance.uniform(6.0, 6.2) if sideways else chance.uniform(7.8, 8.3)
    wide, high = 210 * pixels_per_mm / 2, 297 * pixels_per_mm / 2
    angle = math.radians(90 * shot.turn + (shot.tilt if not sideways else shot.tilt / 3))
    cos, sin = math.cos(angle), math.sin(angle)
    x = WIDTH / 2 + chance.uniform(-25, 25) + shift * chance.choice((-1, 1))
    y = HEIGHT / 2 + chance.uniform(-25, 25) + shift * chance.choice((-1, 1))
    bend = 0.012 * WIDTH
    return np.asarray(
        [
            (
                x + sx * wide * cos - sy * high * sin + chance.uniform(-bend, bend),
                y + sx * wide * sin + sy * high * cos + chance.uniform(-bend, bend),
            )
            for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ],
        np.float32,
    )


def _laid(view: Pixels, page: Pixels, corners: Floats, chance: random.Random) -> Pixels:
    """The view with the page and the shadow that its edge throws."""
    source = np.asarray(
        [(0, 0), (PAGE_WIDTH, 0), (PAGE_WIDTH, PAGE_HEIGHT), (0, PAGE_HEIGHT)], np.float32
    )
    matrix = cv2.getPerspectiveTransform(source, corners)
    laid = cv2.warpPerspective(page, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillConvexPoly(mask, np.round(corners).astype(np.int32), 255)
    thick = chance.uniform(4, 12)
    moved = np.asarray([(1, 0, thick), (0, 1, thick)], np.float32)
    dark = cv2.warpAffine(cv2.GaussianBlur(mask, (0, 0), thick), moved, (WIDTH, HEIGHT))
    shaded = cv2.multiply(view, cv2.merge([255 - dark // 2] * 3), scale=1 / 255)
    return _over(shaded, laid, cv2.GaussianBlur(mask, (0, 0), 1.0))


def _over(below: Any, above: Any, mask: Any) -> Pixels:
    share = mask.astype(np.float32) / 255
    return np.asarray(cv2.blendLinear(above, below, share, 1 - share), np.uint8)


def _held(view: Pixels, chance: random.Random) -> Pixels:
    """With two or three fingertips on the sheet, up to 18 mm inside its edge."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    left, at = chance.random() < 0.5, chance.uniform(0.25, 0.75) * HEIGHT
    for finger in range(chance.choice((2, 3))):
        y = at + finger * chance.uniform(150, 190)
        tip = chance.uniform(60, 200)
        x, outside = (tip, -80.0) if left else (WIDTH - tip, WIDTH + 80.0)
        thick = round(chance.uniform(110, 150))
        start, end = (round(outside), round(y + 60)), (round(x), round(y))
        cv2.line(mask, start, end, 255, thick, cv2.LINE_AA)
    far = cv2.GaussianBlur(mask, (0, 0), 22)
    shaded = cv2.multiply(view, cv2.merge([255 - far // 3] * 3), scale=1 / 255)
    round_ = 0.65 + 0.35 * far.astype(np.float32) / 255
    skin = (np.asarray(chance.choice(SKINS), np.float32) * round_[:, :, None]).astype(np.uint8)
    return _over(np.asarray(shaded, np.uint8), skin, cv2.GaussianBlur(mask, (0, 0), 3))


def _light(shot: Shot, chance: random.Random) -> Pixels:
    """A lamp to one side, darker corners, its colour; a shadow with a soft or sharp edge. FULL is
    light that changes nothing.
    """
    x = np.linspace(-1, 1, WIDTH // 4, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, HEIGHT // 4, dtype=np.float32)[:, None]
    lamp_x, lamp_y = chance.uniform(-1, 1), chance.uniform(-1, 1)
    fall = chance.uniform(0.04, 0.16)
    field = 1 - fall * ((x - lamp_x) ** 2 + (y - lamp_y) ** 2)
    if shot.shadow:
        angle = chance.uniform(0, 2 * math.pi)
        side = x * math.cos(angle) + y * math.sin(angle) - chance.uniform(-0.3, 0.6)
        soft = chance.uniform(0.01, 0.25)
        lit = (1 + np.tanh(side / (2 * soft))) / 2
        field = field * (1 - chance.uniform(0.2, 0.5) * lit)
    tint = np.asarray((1.0, chance.uniform(0.95, 1.0), chance.uniform(0.86, 1.0)), np.float32)
    small = np.clip(FULL * shot.light * field[:, :, None] * tint, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(small, (WIDTH, HEIGHT)), np.uint8)


def _smear(length: int, chance: random.Random) -> Floats:
    kernel = np.zeros((length, length), np.float32)
    if chance.random() < 0.5:
        kernel[length // 2] = 1 / length
    else:
        kernel[:, length // 2] = 1 / length
    return kernel
