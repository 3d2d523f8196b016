"""What happens to a page before it lies on the tray: printing, scanning, folding, sealing. Calls
bench.evidence.typeset, OpenCV, Pillow and numpy. Pages are 200 dpi, red green blue.
"""

import math
import random
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from bench.evidence.typeset import HEIGHT, PIXELS_PER_MM, WIDTH, Pixels, font

Field = npt.NDArray[np.float32]
_COARSE = 4
CAMERA_MM = 450.0  # above the tray; folds rise towards it


@dataclass(frozen=True)
class Seal:
    """One impression: where its middle is on the page, in mm from the top left."""

    x: float
    y: float
    width: float = 40.0
    height: float = 40.0
    degrees: float = 0.0
    seed: int = 0

    @staticmethod
    def any(chance: random.Random, others: "tuple[Seal, ...]" = ()) -> "Seal":
        """Round, 38 to 42 mm; one in twelve the oval of an accounts office. Not on another."""
        width, height = chance.choice(((38, 38), (40, 40), (42, 42)) * 4 + ((45, 30),))
        while True:
            x, y = chance.uniform(35, 175), chance.uniform(60, 255)
            if all(math.hypot(x - one.x, y - one.y) > 46 for one in others):
                return Seal(x, y, width, height, chance.uniform(-25, 25), chance.getrandbits(30))


def printed(page: Pixels, chance: random.Random) -> Pixels:
    """Laser print on office paper: softened, a little askew, paler or darker."""
    toner = chance.uniform(0.80, 1.0)
    moved = _moved(page, chance.uniform(-0.4, 0.4), chance.uniform(0.995, 1.005), chance, 1.5)
    soft = cv2.GaussianBlur(moved, (0, 0), chance.uniform(0.4, 0.7))
    white = np.asarray((250, chance.uniform(246, 250), chance.uniform(236, 250)), np.float32)
    values = np.arange(256, dtype=np.float32)[:, None, None]
    curve = (255 - (255 - values) * toner) * (white / 255)
    return np.asarray(cv2.LUT(soft, curve.astype(np.uint8)), np.uint8)


def scanned(page: Pixels, chance: random.Random, *, hard: bool) -> bytes:
    """The page from a flat-bed scanner, as JPEG: askew, of the same size; `hard`: black and white
    without grey.
    """
    moved = _moved(page, chance.uniform(-1.0, 1.0), 1.0, chance, 1.5)
    soft = cv2.GaussianBlur(moved, (0, 0), chance.uniform(0.4, 0.8)).astype(np.float32)
    soft += np.random.default_rng(chance.getrandbits(30)).normal(0, 2, soft.shape[:2])[:, :, None]
    image = Image.fromarray(np.clip(soft, 0, 255).astype(np.uint8))
    if hard:
        grey = image.convert("L").point(lambda value: 255 if value > 150 else 0)
        image = grey.convert("RGB")
    ok, data = cv2.imencode(
        ".jpg",
        cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR),
        [cv2.IMWRITE_JPEG_QUALITY, chance.randint(70, 95)],
    )
    assert ok
    return bytes(data)


def sealed(page: Pixels, seal: Seal) -> Pixels:
    """The page with one more impression, red ink over black print."""
    wide, high = round(seal.width * PIXELS_PER_MM), round(seal.height * PIXELS_PER_MM)
    density = _ink(wide, high, seal)
    side = density.shape[0]
    left = round(seal.x * PIXELS_PER_MM - side / 2)
    top = round(seal.y * PIXELS_PER_MM - side / 2)
    out = page.astype(np.float32)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(WIDTH, left + side), min(HEIGHT, top + side)
    cut = density[y0 - top : y1 - top, x0 - left : x1 - left, None]
    chance = random.Random(seal.seed)
    ink = (chance.uniform(190, 225), chance.uniform(15, 50), chance.uniform(25, 60))
    out[y0:y1, x0:x1] *= 1 - cut * (1 - np.asarray(ink, np.float32) / 255)
    return np.clip(out, 0, 255).astype(np.uint8)


def folded(page: Pixels, chance: random.Random) -> Pixels:
    """One or two folds and a curl: print shifts by up to 2 mm, light breaks at the folds."""
    down, right = np.mgrid[0:HEIGHT:_COARSE, 0:WIDTH:_COARSE].astype(np.float32)
    rise = np.zeros(down.shape, np.float32)
    for _ in range(chance.choice((1, 1, 2))):
        along, size = (down, HEIGHT) if chance.random() < 0.7 else (right, WIDTH)
        at = size * chance.choice((1 / 3, 1 / 2, 2 / 3))
        reach = chance.uniform(30, 80) * PIXELS_PER_MM
        rise += chance.uniform(2, 7) * np.maximum(0, 1 - np.abs(along - at) / reach)
    rise += chance.uniform(0, 3) * np.sin(right / WIDTH * math.pi)
    away = rise / CAMERA_MM
    from_x = cv2.resize(right - away * (right - WIDTH / 2), (WIDTH, HEIGHT))
    from_y = cv2.resize(down - away * (down - HEIGHT / 2), (WIDTH, HEIGHT))
    bent = cv2.remap(page, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    slope = (np.gradient(rise, axis=0) + 0.6 * np.gradient(rise, axis=1)) / _COARSE
    shade = 1 + np.clip(slope * PIXELS_PER_MM * chance.uniform(0.5, 1.2), -0.2, 0.1)
    grey = cv2.resize((shade * 200).astype(np.uint8), (WIDTH, HEIGHT))
    return np.asarray(cv2.multiply(bent, cv2.merge([grey] * 3), scale=1 / 200), np.uint8)


def _moved(
    page: Pixels, degrees: float, scale: float, chance: random.Random, most_mm: float
) -> Pixels:
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), degrees, scale)
    for axis in (0, 1):
        matrix[axis, 2] += chance.uniform(-most_mm, most_mm) * PIXELS_PER_MM
    turned = cv2.warpAffine(page, matrix, (WIDTH, HEIGHT), borderValue=(255, 255, 255))
    return np.asarray(turned, np.uint8)


def _ink(wide: int, high: int, seal: Seal) -> Field:
    """Ink per pixel, 0..1, in a square that holds the turned seal."""
    side = max(wide, high)
    rng = np.random.default_rng(seal.seed)
    die = _die(wide, high, side, seal.seed % 3).rotate(seal.degrees, Image.Resampling.BICUBIC)
    ink = cv2.GaussianBlur(np.asarray(die, np.float32) / 255, (0, 0), 0.7)
    cloud = cv2.resize(rng.uniform(0.45, 1.15, (7, 7)).astype(np.float32), (side, side))
    grain = cv2.GaussianBlur(rng.normal(0, 1, (side, side)).astype(np.float32), (0, 0), 1.1)
    return np.asarray(np.clip(ink * np.minimum(cloud, 1) * (1 - 0.35 * np.abs(grain)), 0, 1))


@lru_cache(maxsize=64)
def _die(wide: int, high: int, side: int, village: int) -> Image.Image:
    name = ("晨光村村民委员会", "云溪村股份经济合作社", "示例镇石门村村民委员会")[village]
    image = Image.new("L", (side, side))
    draw = ImageDraw.Draw(image)
    x, y = (side - wide) / 2, (side - high) / 2
    ring = round(1.1 * PIXELS_PER_MM)
    draw.ellipse((x, y, x + wide - 1, y + high - 1), outline=255, width=ring)
    star = font("song-bold", round(high * 0.33))
    draw.text((side / 2, side / 2), "★" if wide == high else "财", 255, star, anchor="mm")
    face = font("song-bold", round(high * 0.14))
    for number, character in enumerate(name):
        angle = math.radians(-225 + 270 * number / (len(name) - 1))
        glyph = Image.new("L", (face.size * 2, face.size * 2))  # type: ignore[arg-type]
        ImageDraw.Draw(glyph).text((face.size, face.size), character, 255, face, anchor="mm")
        glyph = glyph.rotate(-math.degrees(angle) - 90, Image.Resampling.BICUBIC)
        at_x = side / 2 + (wide / 2 - ring - face.size * 0.72) * math.cos(angle)
        at_y = side / 2 + (high / 2 - ring - face.size * 0.72) * math.sin(angle)
        image.paste(255, (round(at_x - face.size), round(at_y - face.size)), glyph)
    return image
