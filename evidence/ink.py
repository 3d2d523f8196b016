"""Separates print from paper and light, black print from red seals. Calls only evidence.page,
OpenCV and numpy.
"""

import cv2
import numpy as np

from evidence.page import PIXELS_PER_MM
from evidence.picture import Grey, Pixels

RED_MIN = 0.22  # how much redder than its own brightness a seal's pixel is; paper stays under 0.06

SEAL_IN_RED = 0.12  # log of what a seal leaves of red, by log of how much redder it makes paper

_SHRINK = 8
_STROKE_MM = 12.0  # no stroke of print is broader; what is, counts as background


def black(page: Pixels) -> Grey:
    """Print without light and paper: 0 for bare paper to 255 for black, also under red seals.

    A seal darkens red a little and green much; black print darkens both alike. So what red lost to
    the seal is given back from how much more green lost.
    """
    red = np.ascontiguousarray(page[:, :, 2])
    scarlet, green = red.astype(np.float32), page[:, :, 1].astype(np.float32)
    light = np.maximum(_background(red).astype(np.float32), 1.0)
    white = float(np.median(green)) / max(float(np.median(scarlet)), 1.0)
    redness = (scarlet + 8.0) * white / (green + 8.0)
    ratio = scarlet / light * np.maximum(redness, 1.0) ** SEAL_IN_RED
    return np.asarray(np.clip((1.0 - ratio) * 255.0, 0, 255), np.uint8)


def red(page: Pixels) -> Grey:
    """255 where a pixel is seal red, else 0."""
    smooth = cv2.GaussianBlur(page, (0, 0), 1.2).astype(np.float32)
    blue, green, scarlet = smooth[:, :, 0], smooth[:, :, 1], smooth[:, :, 2]
    redness = (scarlet - np.maximum(blue, green)) / np.maximum(scarlet, 1.0)
    lit = scarlet > 0.25 * np.median(scarlet)
    return np.where((redness > RED_MIN) & lit, 255, 0).astype(np.uint8)


def _background(channel: Grey) -> Grey:
    """The bare paper's brightness everywhere, as if nothing were printed."""
    height, width = channel.shape
    small = cv2.resize(channel, (width // _SHRINK, height // _SHRINK), interpolation=cv2.INTER_AREA)
    size = round(_STROKE_MM * PIXELS_PER_MM / _SHRINK) | 1
    closed = cv2.morphologyEx(
        cv2.medianBlur(small, 3),
        cv2.MORPH_CLOSE,
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)),
    )
    even = cv2.GaussianBlur(closed, (0, 0), size / 3)
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
