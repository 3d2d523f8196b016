"""A photo becomes new pixels: upright, without what else the file carried. For the sandbox.

Calls `evidence`, `hub.intake.reasons` and Pillow.
"""

import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from evidence import ink, page, writing
from evidence.picture import MAX_ASPECT, MAX_PIXELS, MIN_SIDE, EvidenceError, decode
from hub.intake.reasons import Unfit

LONGEST: Final = 3508
"""Pixels: A4 at 300 dpi."""
QUALITY: Final = 90


def cleaned(data: bytes) -> bytes:
    """The picture made anew, PNG of PNG and JPEG of JPEG; raises Unfit."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
            _check_size(*image.size)
            form = str(image.format)
            made = _plain(image)
    except Image.DecompressionBombError as error:
        raise Unfit("file_too_fine") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Unfit("file_damaged") from error
    return checked(_encoded(made, form), 1)


def checked(data: bytes, number: int) -> bytes:
    """The page, unless nothing is on it; raises Unfit."""
    try:
        if writing.is_blank(ink.black(page.of_scan(decode(data)))):
            raise Unfit("file_blank", f"第 {number} 页")
    except EvidenceError as error:
        raise Unfit("file_too_small", f"第 {number} 页") from error
    return data


def _check_size(width: int, height: int) -> None:
    least, most = sorted((width, height))
    if width * height > MAX_PIXELS:
        raise Unfit("file_too_fine", f"{width}×{height}")
    if least < MIN_SIDE or most > MAX_ASPECT * least:
        raise Unfit("file_too_small", f"{width}×{height}")


def _plain(image: Image.Image) -> Image.Image:
    """Its pixels on white, upright as its EXIF says, no larger than paper needs."""
    turned = ImageOps.exif_transpose(image)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        over = turned.convert("RGBA")
        turned = Image.new("RGBA", over.size, "white")
        turned.alpha_composite(over)
    plain = turned.convert("RGB")
    plain.thumbnail((LONGEST, LONGEST))
    fresh = Image.new("RGB", plain.size)
    fresh.paste(plain)
    return fresh


def _encoded(image: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    if form == "PNG":
        image.save(out, "PNG")
    else:
        image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
