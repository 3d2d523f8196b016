"""Whether two print maps that lie over each other differ anywhere: a digit, a character, a line.

Calls only evidence.picture, OpenCV and numpy. Two measures, because each misses what the other
sees: dark strokes of one where the other shows bare paper; and how alike two printed spots of a
digit's size are, whatever their blackness.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from evidence.picture import Grey

SPOT: Final = 24  # pixels, 3 mm; about one character
DIGIT: Final = 13  # pixels, 1.6 mm; most of one digit
_TOLERANCE: Final = 2  # pixels by which strokes may be off or thicker
_DARK: Final = 110  # surely print
_BARE: Final = 60  # surely none
_SOFT: Final = 0.8  # takes away grain
_UNEVEN: Final = 900.0  # variance; a spot with more has print
_FAINT: Final = 150.0  # a spot with less has none
_OF_NEXT: Final = 0.5  # of the most uneven spot near: faint print, not the rim of a black stroke

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def alone(strokes: Grey, other: Grey) -> float:
    """Most pixels within one spot that are print on the first map and bare paper on the other."""
    size = 2 * _TOLERANCE + 1
    near = cv2.dilate(other, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    found = ((strokes > _DARK) & (near < _BARE)).astype(np.float32)
    return float(cv2.boxFilter(found, -1, (SPOT, SPOT), normalize=False).max())


def likeness(first: Grey, second: Grey, sealed: Mask) -> float:
    """How alike the least alike spots are, -1 to 1; 1 where no spot has print on both. Pale print
    counts where no seal is.
    """
    one, other = _soft(first), _soft(second)
    mean, mean_other = _mean(one), _mean(other)
    spread = _mean(one * one) - mean * mean
    spread_other = _mean(other * other) - mean_other * mean_other
    printed = _printed(np.minimum(spread, spread_other), sealed)
    if not printed.any():
        return 1.0
    together = (_mean(one * other) - mean * mean_other)[printed]
    return float((together / np.sqrt(spread[printed] * spread_other[printed])).min())


def _printed(spread: Floats, sealed: Mask) -> Mask:
    """Where both maps have print: black, or as pale as thin digits between black rules."""
    most = cv2.dilate(spread, np.ones((DIGIT, DIGIT), np.uint8))
    faint = (spread > np.maximum(_OF_NEXT * most, _FAINT)) & ~sealed
    return np.asarray((spread > _UNEVEN) | faint)


def _soft(sheet: Grey) -> Floats:
    return np.asarray(cv2.GaussianBlur(sheet, (0, 0), _SOFT), np.float32)


def _mean(values: Floats) -> Floats:
    return np.asarray(cv2.boxFilter(values, -1, (DIGIT, DIGIT)), np.float32)
