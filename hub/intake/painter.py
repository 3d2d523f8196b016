"""Boxes of a page painted over: their pixels are gone, not covered. For the sandbox.

Calls `evidence`, `hub.intake.{frames,reasons}` and OpenCV.
"""

import json
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from evidence.picture import EvidenceError, decode
from hub.intake.frames import PICTURES
from hub.intake.pictures import QUALITY
from hub.intake.reasons import Unfit

MOST: Final = 500
Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""


def painted(data: bytes, boxes: Sequence[Box]) -> bytes:
    """The page made anew, black in these boxes, PNG of PNG and JPEG of JPEG; raises Unfit."""
    try:
        drawn = np.ascontiguousarray(decode(data))
    except EvidenceError as error:
        raise Unfit("file_damaged") from error
    for left, top, right, bottom in boxes:
        drawn[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = 0
    form, options = (
        (".png", [])
        if data.startswith(PICTURES[0])
        else (".jpg", [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    )
    done, made = cv2.imencode(form, drawn, options)
    if not done:
        raise Unfit("file_damaged")
    return made.tobytes()


def said(boxes: Sequence[Box]) -> str:
    """The boxes as an argument of the child."""
    return json.dumps([list(box) for box in boxes])


def read(text: str) -> list[Box]:
    """Inverse of `said`."""
    return [(left, top, right, bottom) for left, top, right, bottom in json.loads(text)]
