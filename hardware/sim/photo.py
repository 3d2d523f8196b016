"""Photographs a sheet on the tray: perspective, uneven light, lens, noise, JPEG. Calls only Pillow
and numpy.
"""

import io
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1440, 1920
PREVIEW = (480, 640)
TRAY_GREY = (112, 115, 118)
PAPER_WHITE = (249, 247, 241)
QUALITY = 84
PREVIEW_QUALITY = 70
BLUR_RADIUS = 4.5
DARKNESS = 0.16

Pixels = npt.NDArray[np.float32]
Corner = tuple[float, float]


@dataclass(frozen=True)
class Placement:
    """How a sheet lies: centre off the tray's by pixels, turned clockwise, and each corner bent a
    little (pixels).
    """

    dx: float
    dy: float
    degrees: float
    bends: tuple[Corner, Corner, Corner, Corner]

    def corners(self, width: int, height: int) -> list[Corner]:
        """Where top left, top right, bottom right and bottom left of a page of this size appear in
        the photo.
        """
        cos, sin = math.cos(math.radians(self.degrees)), math.sin(math.radians(self.degrees))
        found = []
        for (sx, sy), (bx, by) in zip(
            ((-1, -1), (1, -1), (1, 1), (-1, 1)), self.bends, strict=True
        ):
            x, y = sx * width / 2, sy * height / 2
            found.append(
                (
                    WIDTH / 2 + self.dx + x * cos - y * sin + bx,
                    HEIGHT / 2 + self.dy + x * sin + y * cos + by,
                )
            )
        return found


def expose(
    page: Image.Image | None, placement: Placement, seed: int, *, blurred: bool, dark: bool
) -> bytes:
    """JPEG of 1440×1920 of the tray with or without a page on it; `seed` is this exposure's light
    and noise.
    """
    chance = np.random.default_rng(seed)
    view = _tray().copy()
    if page is not None:
        _lay(view, page, placement)
    if blurred:
        view = view.filter(ImageFilter.GaussianBlur(BLUR_RADIUS))
    pixels = np.asarray(view, np.float32) * _light(chance)
    if dark:
        pixels *= DARKNESS
    grain = chance.standard_normal((HEIGHT, WIDTH), np.float32)
    pixels += (2.2 * grain + np.roll(grain, 1, axis=1))[:, :, None]
    return _jpeg(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)), QUALITY)


def glance(page: Image.Image | None, placement: Placement, *, blurred: bool, dark: bool) -> bytes:
    """A small JPEG of 480×640 of the same view, without light and noise."""
    view = _tray().resize(PREVIEW)
    if page is not None:
        share = PREVIEW[0] / WIDTH
        small = page.resize((round(page.width * share), round(page.height * share)))
        turned = small.convert("RGBA").rotate(-placement.degrees, expand=True)
        x = PREVIEW[0] / 2 + placement.dx * share - turned.width / 2
        y = PREVIEW[1] / 2 + placement.dy * share - turned.height / 2
        view.paste(turned, (round(x), round(y)), turned)
    if blurred:
        view = view.filter(ImageFilter.GaussianBlur(BLUR_RADIUS * PREVIEW[0] / WIDTH))
    if dark:
        view = view.point(lambda value: value * DARKNESS)
    return _jpeg(view, PREVIEW_QUALITY)


@lru_cache(maxsize=1)
def _tray() -> Image.Image:
    """Brushed grey metal; the same tray in every photo."""
    chance = np.random.default_rng(7)
    streaks = chance.normal(0, 2.0, (HEIGHT, 12)).astype(np.float32)
    wide = Image.fromarray(streaks).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    pixels = np.asarray(TRAY_GREY, np.float32) + np.asarray(wide, np.float32)[:, :, None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _lay(view: Image.Image, page: Image.Image, placement: Placement) -> None:
    corners = placement.corners(page.width, page.height)
    white = Image.fromarray(
        (np.asarray(page, np.float32) * (np.asarray(PAPER_WHITE, np.float32) / 255)).astype(
            np.uint8
        )
    )
    warped = white.transform(
        view.size,
        Image.Transform.PERSPECTIVE,
        _coefficients(corners, page.width, page.height),
        Image.Resampling.BICUBIC,
    )
    outline = Image.new("L", view.size)
    drawing = ImageDraw.Draw(outline)
    drawing.polygon(corners, fill=255)
    drawing.line([*corners, corners[0]], fill=0, width=5)
    shadow = Image.new("L", view.size)
    shadow.paste(outline, (7, 9))
    shadow = shadow.filter(ImageFilter.BoxBlur(7))
    view.paste(
        Image.new("RGB", view.size, (62, 63, 66)), mask=shadow.point(lambda value: value * 0.6)
    )
    view.paste(warped, mask=outline.filter(ImageFilter.GaussianBlur(0.8)))


def _coefficients(corners: list[Corner], width: int, height: int) -> list[float]:
    """Pillow's eight numbers that lead from the photo back to the page."""
    sources = ((0, 0), (width, 0), (width, height), (0, height))
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, sources, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    solved = np.linalg.solve(np.asarray(rows, np.float64), np.asarray(values, np.float64))
    return [float(number) for number in solved]


def _light(chance: np.random.Generator) -> Pixels:
    """A lamp off to one side, corners darker, slightly warm; factors around 0.9."""
    x = np.linspace(-1, 1, 48, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, 64, dtype=np.float32)[:, None]
    lamp_x, lamp_y = chance.uniform(-0.5, -0.2), chance.uniform(-0.6, -0.3)
    falloff = 0.98 - 0.10 * ((x - lamp_x) ** 2 + (y - lamp_y) ** 2) + chance.uniform(-0.02, 0.02)
    small = Image.fromarray(falloff.astype(np.float32))
    field = np.asarray(small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), np.float32)
    return field[:, :, None] * np.asarray((1.0, 0.985, 0.955), np.float32)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
