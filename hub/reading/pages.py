"""All text of a picture, whichever way up it lies. Calls `evidence.picture` and `hub.reading`."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from evidence.picture import EvidenceError, Grey, decode
from hub.reading import engine
from hub.reading.text import Line, sure

CLEAR: Final = 0.9
"""A page read with less certainty is turned, and read the way up that is read best."""


@dataclass(frozen=True)
class PageText:
    """`width` and `height` of the picture as it is; `lines` lie in it turned `turn` quarters to the
    left. `sure` is how sure the engine is of them, 0 without any.
    """

    width: int
    height: int
    turn: int
    sure: float
    lines: tuple[Line, ...]


def read(data: bytes) -> PageText | None:
    """None for what is no picture. Raises EngineMissingError."""
    try:
        grey = np.asarray(cv2.cvtColor(decode(data), cv2.COLOR_BGR2GRAY), np.uint8)
    except EvidenceError:
        return None
    found = [_turned(grey, 0)]
    if _worth(found[0]) < CLEAR:
        found += [_turned(grey, turn) for turn in (1, 2, 3)]
    return max(found, key=_worth)


def _turned(grey: Grey, turn: int) -> PageText:
    lines = engine.lines(np.ascontiguousarray(np.rot90(grey, turn)))
    height, width = grey.shape
    return PageText(width, height, turn, sure(lines), tuple(lines))


def _worth(page: PageText) -> float:
    """The engine reads lines that stand upright, too: they are worth less."""
    lying = sum(one.right - one.left - one.bottom + one.top for one in page.lines) > 0
    return page.sure if lying else page.sure / 2
