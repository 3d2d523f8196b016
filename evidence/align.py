"""Lays one sheet's print over another's. Calls only evidence.{ink,page}, OpenCV and numpy.

Features of both maps are matched and give a homography, so that the sheet may lie turned, askew or
in perspective; then each tile of print is sought near its place, which takes up what folds and a
bent sheet leave.
"""

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from evidence.ink import INK
from evidence.page import HEIGHT, PIXELS_PER_MM, WIDTH
from evidence.picture import Grey

FEATURES: Final = 3000
LEAST: Final = 25  # features that agree; measured: the same page 1,057 to 1,776
SIDES: Final = (0.88, 1.14)  # to its own length; measured 0.995 to 1.008
_NEAR_MM: Final = 1.0  # within which features agree
_PASSES: Final = ((64, 32, 10), (40, 20, 4))
"""Tile, stride and reach in pixels of the half-size maps: 16 mm sought within 2.5 mm, then 10 mm
within 1 mm.
"""
_INKED: Final = 0.02  # of a tile; less print than this has no place of its own
_ALIKE: Final = 0.5

Floats = npt.NDArray[np.float32]
Matrix = npt.NDArray[Any]  # 3 × 3, numbers
Offsets = npt.NDArray[np.float32]  # (rows, columns, 2), NaN where unknown


def homography(first: Grey, second: Grey) -> Matrix | None:
    """Leads from places on the first map to places on the second; None where too little agrees."""
    detector = cv2.ORB.create(FEATURES, 1.2, 3, 15, 0, 2, cv2.ORB_HARRIS_SCORE, 31, 20)
    here, there = (
        detector.detectAndCompute(cv2.GaussianBlur(_half(one), (0, 0), 0.8), None)
        for one in (first, second)
    )
    if not here[0] or not there[0]:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(here[1], there[1])
    if len(pairs) < LEAST:
        return None
    source = np.asarray([here[0][one.queryIdx].pt for one in pairs], np.float32) * 2
    target = np.asarray([there[0][one.trainIdx].pt for one in pairs], np.float32) * 2
    matrix, agreed = cv2.findHomography(
        source, target, cv2.USAC_MAGSAC, _NEAR_MM * PIXELS_PER_MM, maxIters=3000, confidence=0.999
    )
    if matrix is None or int(agreed.sum()) < LEAST or not _plausible(matrix):
        return None
    return np.asarray(matrix, np.float64)


def taken_over(picture: npt.NDArray[np.uint8], matrix: Matrix) -> npt.NDArray[np.uint8]:
    """The second sheet (a map or a picture) as it looks from the first's place."""
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(picture, matrix, (WIDTH, HEIGHT), flags=way), np.uint8)


def laid(first: Grey, second: Grey, *others: Grey) -> tuple[Grey, ...] | None:
    """The second map, and other maps of its sheet, as they lie on the first; None where too little
    agrees.
    """
    matrix = homography(first, second)
    if matrix is None:
        return None
    rough = [taken_over(one, matrix) for one in (second, *others)]
    from_x, from_y = _way(first, rough[0])
    return tuple(_moved(one, from_x, from_y) for one in rough)


def _way(first: Grey, second: Grey) -> tuple[Floats, Floats]:
    """From where on the second map, roughly in place already, its print comes to lie on the
    first's.
    """
    height, width = first.shape
    right, down = np.meshgrid(
        np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    )
    here, moved = _half(first), second
    from_x, from_y = right, down
    for tile, stride, reach in _PASSES:
        field = _filled(_offsets(here, _half(moved), tile, stride, reach)) * 2
        x, y = ((axis - tile) / (2 * stride) for axis in (right, down))
        shift = cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        from_x, from_y = from_x + shift[:, :, 0], from_y + shift[:, :, 1]
        moved = _moved(second, from_x, from_y)
    return from_x, from_y


def _moved(sheet: Grey, from_x: Floats, from_y: Floats) -> Grey:
    return np.asarray(cv2.remap(sheet, from_x, from_y, cv2.INTER_LINEAR), np.uint8)


def _plausible(matrix: Matrix) -> bool:
    sheet = np.asarray([[(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)]], np.float32)
    corners = cv2.perspectiveTransform(sheet, matrix)[0]
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    shares = sides / np.asarray([WIDTH, HEIGHT, WIDTH, HEIGHT])
    return bool((shares > SIDES[0]).all() and (shares < SIDES[1]).all())


def _half(sheet: Grey) -> Grey:
    return np.asarray(cv2.resize(sheet, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))


def _offsets(first: Grey, second: Grey, size: int, stride: int, reach: int) -> Offsets:
    """By how much each tile of the first lies elsewhere on the second."""
    height, width = first.shape
    rows, columns = range(0, height - size + 1, stride), range(0, width - size + 1, stride)
    found = np.full((len(rows), len(columns), 2), np.nan, np.float32)
    wide = np.pad(second, reach)
    inked = cv2.blur((first > INK).astype(np.float32), (size, size), anchor=(0, 0))
    for row, y in enumerate(rows):
        for column, x in enumerate(columns):
            if inked[y, x] >= _INKED:
                near = wide[y : y + size + 2 * reach, x : x + size + 2 * reach]
                found[row, column] = _offset(first[y : y + size, x : x + size], near, reach)
    return found


def _offset(tile: Grey, near: Grey, reach: int) -> tuple[float, float]:
    """To a part of a pixel; NaN where the tile is not there."""
    if int(near.max()) == int(near.min()):
        return np.nan, np.nan
    alike = np.asarray(cv2.matchTemplate(near, tile, cv2.TM_CCOEFF_NORMED), np.float32)
    _, best, _, (x, y) = cv2.minMaxLoc(alike)
    if best < _ALIKE:
        return np.nan, np.nan
    right = x + _peak(alike[y, x - 1 : x + 2]) - reach
    return right, y + _peak(alike[y - 1 : y + 2, x]) - reach


def _peak(three: npt.NDArray[np.float32]) -> float:
    """Where the parabola through three values is highest, from the middle one."""
    if len(three) < 3:
        return 0.0
    left, middle, right = (float(one) for one in three)
    bend = left - 2 * middle + right
    return 0.5 * (left - right) / bend if bend < 0 else 0.0


def _filled(offsets: Offsets) -> Offsets:
    """Every tile's offset: the median around a known one, else what the nearest known ones say."""
    known = ~np.isnan(offsets[:, :, 0])
    calm = np.zeros_like(offsets)
    wide = np.pad(offsets, ((1, 1), (1, 1), (0, 0)), constant_values=np.nan)
    rows, columns = known.shape
    around = [wide[y : y + rows, x : x + columns][known] for y in range(3) for x in range(3)]
    if known.any():
        calm[known] = np.nanmedian(around, axis=0)
    filled, done = np.zeros_like(offsets), np.zeros(known.shape, bool)
    for reach in (0.7, 2.0, 6.0, 30.0):
        weight = cv2.GaussianBlur(known.astype(np.float32), (0, 0), reach)
        value = cv2.GaussianBlur(calm, (0, 0), reach) / np.maximum(weight, 1e-9)[:, :, None]
        fresh = (weight > 1e-3) & ~done
        filled[fresh] = value[fresh]
        done |= fresh
    return filled
