"""Red seal impressions on a flat sheet. Calls only evidence.page, OpenCV and numpy."""

from typing import Final

import cv2
import numpy as np

from evidence.page import PIXELS_PER_MM
from evidence.picture import Grey

LEAST_MM: Final = 25.0  # a village's seals measure 38 to 42 mm; stars and letters far less
MOST_MM: Final = 60.0
NEW_SHARE: Final = 0.0015  # of the sheet; one impression's ink covers 0.0055
_JOIN_MM: Final = 6.0


def count(red: Grey) -> int:
    """How many impressions the red map (evidence.ink.red) shows; overlapping ones count once."""
    size = round(_JOIN_MM * PIXELS_PER_MM) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    joined = cv2.morphologyEx(red, cv2.MORPH_CLOSE, kernel)
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    least, most = LEAST_MM * PIXELS_PER_MM, MOST_MM * PIXELS_PER_MM
    return sum(
        1
        for stat in stats[1:]
        if least <= stat[cv2.CC_STAT_WIDTH] <= most and least <= stat[cv2.CC_STAT_HEIGHT] <= most
    )


def is_new(before: Grey, after: Grey) -> bool:
    """Whether the later red map shows ink where the earlier had none near."""
    size = round(2.0 * PIXELS_PER_MM) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    fresh = (after > 0) & (cv2.dilate(before, kernel) == 0)
    return float(np.mean(fresh)) >= NEW_SHARE
