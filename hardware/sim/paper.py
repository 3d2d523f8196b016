"""An A4 sheet as a picture at 150 dpi: what is printed on it and the seals it received. Calls only
hardware.sim.
"""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, UnidentifiedImageError

from hardware.sim.memory import Impression
from hardware.sim.seal_print import DIAMETER_MM, INK, ink_density

WIDTH, HEIGHT = 1240, 1754
PIXELS_PER_MM = WIDTH / 210
MAX_PIXELS = 40_000_000


def blank_sheet() -> bytes:
    """PNG of an empty sheet."""
    return _png(Image.new("RGB", (WIDTH, HEIGHT), "white"))


def sheet(image: bytes) -> bytes:
    """PNG of a sheet that carries this PNG or JPEG, fitted to the page. ValueError: no picture, or
    too large a one.
    """
    try:
        with Image.open(io.BytesIO(image), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise ValueError(f"picture of {opened.width}×{opened.height} pixels")
            picture = opened.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ValueError(f"no picture: {error}") from error
    scale = min(WIDTH / picture.width, HEIGHT / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    page.paste(
        picture.resize(size, Image.Resampling.LANCZOS),
        ((WIDTH - size[0]) // 2, (HEIGHT - size[1]) // 2),
    )
    return _png(page)


@lru_cache(maxsize=4)
def stamped(page: bytes, impressions: tuple[Impression, ...]) -> Image.Image:
    """The sheet with its impressions, red ink over black print. Callers must not change the
    picture.
    """
    pixels = np.asarray(Image.open(io.BytesIO(page)).convert("RGB"), np.float32).copy()
    for impression in impressions:
        _apply(pixels, impression)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def stamped_png(page: bytes, impressions: tuple[Impression, ...]) -> bytes:
    """The same as PNG."""
    return _png(stamped(page, impressions))


def _apply(pixels: np.ndarray[tuple[int, ...], np.dtype[np.float32]], print_: Impression) -> None:
    size = round(DIAMETER_MM * PIXELS_PER_MM)
    left = round(print_.x_mm * PIXELS_PER_MM - size / 2)
    top = round(print_.y_mm * PIXELS_PER_MM - size / 2)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(WIDTH, left + size), min(HEIGHT, top + size)
    if x0 >= x1 or y0 >= y1:
        return
    density = ink_density(print_.name, size, print_.degrees, print_.seed)
    cut = density[y0 - top : y1 - top, x0 - left : x1 - left, None]
    pixels[y0:y1, x0:x1] *= 1 - cut * (1 - np.asarray(INK, np.float32) / 255)


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()
