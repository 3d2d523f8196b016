"""A camera's pixels as a JPEG, upright: the photo and the small preview. Calls OpenCV and
hardware.ports.

No EXIF is written: what is known of a photo stands in its Frame.
"""

from typing import Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from hardware.ports import Frame, HardwareError

Pixels = npt.NDArray[np.uint8]
"""(height, width, 3), blue green red."""
Rotation = Literal[0, 90, 180, 270]
"""Degrees clockwise by which a picture is turned to stand upright."""

PREVIEW_SIDE: Final = 640
"""Pixels of a preview's longer side, at most."""
PREVIEW_QUALITY: Final = 75

_TURNS: Final = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


def photo(
    pixels: Pixels, rotation: Rotation, quality: int, *, mono_ms: int, exposure_us: int
) -> Frame:
    """The full picture as a Frame; `quality` is libjpeg's, 1 to 100."""
    upright = _upright(pixels, rotation)
    height, width = upright.shape[:2]
    return Frame(_encoded(upright, quality), mono_ms, width, height, exposure_us)


def preview(pixels: Pixels, rotation: Rotation) -> bytes:
    """The picture made small."""
    height, width = pixels.shape[:2]
    scale = min(1.0, PREVIEW_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return _encoded(_upright(small, rotation), PREVIEW_QUALITY)


def _upright(pixels: Pixels, rotation: Rotation) -> Pixels:
    if rotation == 0:
        return pixels
    return np.asarray(cv2.rotate(pixels, _TURNS[rotation]), np.uint8)


def _encoded(pixels: Pixels, quality: int) -> bytes:
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise HardwareError("camera_unavailable", f"no JPEG of {pixels.shape}")
    return data.tobytes()
