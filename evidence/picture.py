"""From bytes to pixels, within bounds. Calls only OpenCV, numpy and Pillow (which reads the size
before anything is decoded).
"""

import io

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

Pixels = npt.NDArray[np.uint8]  # (height, width, 3), blue green red
Grey = npt.NDArray[np.uint8]  # (height, width)

MAX_BYTES = 16 << 20
MAX_PIXELS = 40_000_000
MIN_SIDE = 200
MAX_ASPECT = 4  # longer than any sheet or sensor; such a picture only costs memory


class EvidenceError(Exception):
    """These bytes are no picture that can be judged. `detail` is English for the log."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def decode(data: bytes) -> Pixels:
    """A JPEG or PNG as pixels, turned upright as its EXIF says.

    EvidenceError: over 16 MiB, over 40 million pixels, under 200 pixels a side, a strip, or
    damaged.
    """
    if len(data) > MAX_BYTES:
        raise EvidenceError(f"{len(data)} bytes")
    _check_size(data)
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise EvidenceError("not decodable")
    return np.asarray(pixels, np.uint8)


def _check_size(data: bytes) -> None:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
            width, height = image.size
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise EvidenceError(f"no JPEG or PNG: {error}") from error
    except Image.DecompressionBombError as error:
        raise EvidenceError(str(error)) from error
    least, most = sorted((width, height))
    if width * height > MAX_PIXELS or least < MIN_SIDE or most > MAX_ASPECT * least:
        raise EvidenceError(f"{width}×{height} pixels")
