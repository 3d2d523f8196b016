"""Two pictures of a page beside each other: what is on one and not on the other, marked. For the
sandbox.

Calls `evidence`, `hub.intake.reasons` and OpenCV.
"""

from typing import Final

import cv2
import numpy as np

from evidence import align, page
from evidence.ink import INK
from evidence.page import PIXELS_PER_MM
from evidence.picture import EvidenceError, Grey, decode
from evidence.sheet import Sheet
from hub.intake.reasons import Unfit

NEAR_MM: Final = 0.6
"""Print that lies so near print of the other page is the same."""
WORD_MM: Final = 4.0
"""What lies closer together is one place."""
LEAST: Final = 24
"""Pixels of a place; less is dust."""
APPEARED: Final = (40, 40, 210)
VANISHED: Final = (200, 90, 20)
"""Blue, green, red: what is new is framed red, what was there before blue."""


def marked(old: bytes, new: bytes) -> bytes:
    """The new page as PNG, with a frame around each place that differs; raises Unfit."""
    try:
        before, after = (Sheet(page.of_scan(decode(data))) for data in (old, new))
    except EvidenceError as error:
        raise Unfit("file_damaged") from error
    laid = align.laid(after.black, before.black)
    was = before.black if laid is None else laid[0]
    drawn = np.ascontiguousarray(after.picture)
    for here, there, colour in ((after.black, was, APPEARED), (was, after.black, VANISHED)):
        for left, top, width, height in _places(here, there):
            cv2.rectangle(
                drawn, (left - 6, top - 6), (left + width + 6, top + height + 6), colour, 4
            )
    done, data = cv2.imencode(".png", drawn)
    if not done:
        raise Unfit("file_damaged")
    return data.tobytes()


def _places(here: Grey, there: Grey) -> list[tuple[int, int, int, int]]:
    """Boxes around the print that stands here and not there."""
    side = round(NEAR_MM * PIXELS_PER_MM) * 2 + 1
    near = cv2.dilate(there, np.ones((side, side), np.uint8)) >= INK
    alone = ((here >= INK) & ~near).astype(np.uint8)
    span = round(WORD_MM * PIXELS_PER_MM)
    joined = cv2.dilate(alone, np.ones((span, span), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    weights = np.bincount(labels.ravel(), weights=alone.ravel(), minlength=count)
    return [
        (int(x), int(y), int(width), int(height))
        for (x, y, width, height, _), weight in zip(stats[1:], weights[1:], strict=True)
        if weight >= LEAST
    ]
