"""Whether two sheets that carry the same print differ in single strokes: a digit, a character.

Calls only evidence.picture, OpenCV and numpy. One sheet is laid over the other to within a pixel;
then no dark stroke of either may stand where the other shows bare paper. Measured on the simulated
camera: the same page leaves 0 or 1 such pixel in its worst spot, also under seals, turned, or
photographed itself; a 3 made a 5 leaves 8, most changed digits 15 to 70. Print paler than a strong
grey and changes thinner than two pixels (0.3 mm) are not seen.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from evidence.picture import Grey

LIMIT: Final = 4  # pixels of unexplained stroke in one spot
_SPOT: Final = 27  # pixels across; about one character
_TOLERANCE: Final = 2  # pixels by which strokes may be off or thicker
_DARK, _BARE = 110, 45  # surely print; surely none
_TILE: Final = 96
_SEARCH: Final = 14
_INKED: Final = 0.02
_ALIKE: Final = 0.5
_ENOUGH: Final = 8  # tiles, before a tilt is believed
_INK: Final = 60

Points = npt.NDArray[np.float64]


def same(first: Grey, second: Grey) -> bool:
    """Two print maps (evidence.ink.black) of one size, of sheets known to look alike."""
    laid = _laid_over(first, second)
    return _unexplained(first, laid) <= LIMIT and _unexplained(laid, first) <= LIMIT


def _unexplained(strokes: Grey, other: Grey) -> float:
    """Most pixels within one spot that are print here and bare paper there."""
    size = 2 * _TOLERANCE + 1
    near = cv2.dilate(other, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    alone = ((strokes > _DARK) & (near < _BARE)).astype(np.float32)
    return float(cv2.boxFilter(alone, -1, (_SPOT, _SPOT), normalize=False).max())


def _laid_over(first: Grey, second: Grey) -> Grey:
    """The second sheet moved so that its tiles of print come to lie on the first's."""
    found = [(x, y, *offset) for x, y in _tiles(first) if (offset := _offset(first, second, x, y))]
    if not found:
        return second
    table = np.asarray(found, np.float64)
    field = _field(table[:, :2] + _TILE / 2, table[:, 2:])
    height, width = first.shape
    down, right = np.mgrid[0:height, 0:width].astype(np.float32)
    shift = [(one[0] + one[1] * right + one[2] * down + one[3] * right * down) for one in field]
    moved = cv2.remap(
        second,
        (right + shift[0]).astype(np.float32),
        (down + shift[1]).astype(np.float32),
        cv2.INTER_LINEAR,
    )
    return np.asarray(moved, np.uint8)


def _tiles(sheet: Grey) -> list[tuple[int, int]]:
    height, width = sheet.shape
    return [
        (x, y)
        for y in range(0, height - _TILE + 1, _TILE)
        for x in range(0, width - _TILE + 1, _TILE)
        if float((sheet[y : y + _TILE, x : x + _TILE] > _INK).mean()) >= _INKED
    ]


def _offset(first: Grey, second: Grey, x: int, y: int) -> tuple[int, int] | None:
    """By how much this tile of the first lies elsewhere on the second; None where it is not."""
    top, left = max(0, y - _SEARCH), max(0, x - _SEARCH)
    near = second[top : y + _TILE + _SEARCH, left : x + _TILE + _SEARCH]
    if int(near.max()) == int(near.min()):
        return None
    alike = cv2.matchTemplate(near, first[y : y + _TILE, x : x + _TILE], cv2.TM_CCOEFF_NORMED)
    _, best, _, (right, down) = cv2.minMaxLoc(alike)
    return (left + right - x, top + down - y) if best >= _ALIKE else None


def _field(at: Points, offsets: Points) -> Points:
    """Per axis: constant, by x, by y, by x·y; only a constant where too few tiles speak."""
    field = np.zeros((2, 4))
    if len(at) < _ENOUGH:
        field[:, 0] = np.median(offsets, axis=0)
        return field
    terms = np.column_stack([np.ones(len(at)), at, at[:, 0] * at[:, 1]])
    scale = np.abs(terms).max(axis=0)
    solved, *_ = np.linalg.lstsq(terms / scale, offsets, rcond=None)
    field[:] = (solved / scale[:, None]).T
    return field
