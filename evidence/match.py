"""Whether two flat sheets carry the same print. Calls only evidence.strokes, OpenCV and numpy.

Each tile of print on one sheet has to be found near the same place on the other, and the other way
round, so that neither a missing line nor an added one passes; then no single stroke may differ.
"""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from evidence import strokes
from evidence.picture import Grey

TILE: Final = 124  # pixels; 21 mm
SEARCH: Final = 14  # pixels; by so much a flattened photo may be off
INKED: Final = 0.012  # a tile with less print than this says nothing
SAME: Final = 0.60  # measured: the same page 0.77 and more in its worst tile, under two seals, too
MARGIN: Final = 30  # pixels; 5 mm in which the sheet's own edge casts shadows
_DARK: Final = 60


def same_print(first: Grey, second: Grey) -> bool:
    """Two print maps (evidence.ink.black) of one size; False where neither has any print."""
    first, second = _inside(first), _inside(second)
    found = [*_likeness(first, second), *_likeness(second, first)]
    return bool(found) and min(found) >= SAME and strokes.same(first, second)


def _inside(sheet: Grey) -> Grey:
    cleared = np.zeros_like(sheet)
    cleared[MARGIN:-MARGIN, MARGIN:-MARGIN] = sheet[MARGIN:-MARGIN, MARGIN:-MARGIN]
    return cleared


def _likeness(wanted: Grey, sheet: Grey) -> Iterator[float]:
    height, width = wanted.shape
    for y in range(0, height - TILE + 1, TILE):
        for x in range(0, width - TILE + 1, TILE):
            tile = wanted[y : y + TILE, x : x + TILE]
            if float((tile > _DARK).mean()) >= INKED:
                yield _best(tile, sheet, x, y)


def _best(tile: Grey, sheet: Grey, x: int, y: int) -> float:
    top, left = max(0, y - SEARCH), max(0, x - SEARCH)
    near = sheet[top : y + TILE + SEARCH, left : x + TILE + SEARCH]
    if int(near.max()) == int(near.min()):
        return 0.0
    return float(np.max(cv2.matchTemplate(near, tile, cv2.TM_CCOEFF_NORMED)))
