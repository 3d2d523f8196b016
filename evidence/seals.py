"""Red seal impressions on a flat sheet: how many, where, and what came or went. Calls only
evidence.page, OpenCV and numpy. Places are millimetres from the sheet's top left.
"""

import math
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from evidence.page import PIXELS_PER_MM
from evidence.picture import Grey

RADII_MM: Final = (18.5, 19.0, 19.5, 20.0, 20.5, 21.0)  # round seals of villages: 38 to 42 mm
RING: Final = 0.60  # of a ring's length that is red; measured: seals 1.0, all else 0.38 at most
LEAST_MM, MOST_MM = 22.0, 60.0  # what is no ring: ovals and squares; letters are less, lines more
NEW_MM2: Final = 80.0  # of fresh ink; measured: a seal on bare paper 234 to 301
SPECK_MM2: Final = 12.0  # of ink that came or went otherwise; measured 0.6 at most
SPAN_MM: Final = (24.0, 50.0)  # across one impression's fresh ink; measured 38 to 43

_SCALE: Final = 2  # pixels per mm of the copy in which rings are sought
_APART_MM: Final = 14.0  # nearer ones are one: two rings cross in a third
_JOIN_MM: Final = 6.0
_OFF_MM: Final = 1.0  # by so much ink may lie elsewhere in the second photo
_GRAIN_MM: Final = 0.6  # finer is noise

Place = tuple[float, float]
Floats = npt.NDArray[np.float32]


def places(red: Grey) -> list[Place]:
    """The middles of all impressions in a red map (evidence.ink.red), from top to bottom. Of two
    that nearly cover each other, one.
    """
    small = _small(red)
    rings = _rings(small)
    rest = small.copy()
    for x, y, radius in rings:
        middle = (round(x * _SCALE), round(y * _SCALE))
        cv2.circle(rest, middle, round((radius + 1.5) * _SCALE), 0, cv2.FILLED)
    apart = [
        place
        for place in _others(rest)
        if all(math.dist(place, (x, y)) > radius for x, y, radius in rings)
    ]
    found = [(x, y) for x, y, _ in rings] + apart
    return sorted(found, key=lambda place: (place[1], place[0]))


def fresh(before: Grey, after: Grey) -> Grey:
    """Where the later red map shows ink and the earlier none near."""
    size = round(2 * _OFF_MM * PIXELS_PER_MM) | 1
    near = cv2.dilate(before, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    alone = np.where((after > 0) & (near == 0), 255, 0).astype(np.uint8)
    grain = round(_GRAIN_MM * PIXELS_PER_MM)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (grain, grain))
    return np.asarray(cv2.morphologyEx(alone, cv2.MORPH_OPEN, kernel), np.uint8)


def area_mm2(ink: Grey) -> float:
    """How much ink a map shows."""
    return cv2.countNonZero(ink) / PIXELS_PER_MM**2


def is_one(ink: Grey) -> bool:
    """Whether the ink is that of one impression: not scattered over more than a seal's width."""
    if not ink.any():
        return False
    _, radius = cv2.minEnclosingCircle(cv2.findNonZero(ink))
    return SPAN_MM[0] <= 2 * radius / PIXELS_PER_MM <= SPAN_MM[1]


def _small(red: Grey) -> Grey:
    share = _SCALE / PIXELS_PER_MM
    shrunk = cv2.resize(red, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return np.where(shrunk > 60, 255, 0).astype(np.uint8)


def _rings(small: Grey) -> list[tuple[float, float, float]]:
    """Middle and radius of each ring, the fullest first."""
    flat = (cv2.dilate(small, np.ones((3, 3), np.uint8)) > 0).astype(np.float32)
    if not flat.any():
        return []
    scores = np.stack([cv2.filter2D(flat, -1, _ring(radius)) for radius in RADII_MM])
    best, which = scores.max(axis=0), scores.argmax(axis=0)
    found: list[tuple[float, float, float]] = []
    while True:
        _, score, _, (x, y) = cv2.minMaxLoc(best)
        if score < RING:
            return found
        found.append((x / _SCALE, y / _SCALE, RADII_MM[int(which[y, x])]))
        cv2.circle(best, (x, y), round(_APART_MM * _SCALE), 0.0, cv2.FILLED)


def _ring(radius_mm: float) -> Floats:
    """A filter that says how much of a ring 1 mm wide is red."""
    reach = math.ceil((RADII_MM[-1] + 1) * _SCALE)
    down, right = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    ring = np.abs(np.hypot(down, right) / _SCALE - radius_mm) <= 0.5
    return np.asarray(ring / ring.sum(), np.float32)


def _others(rest: Grey) -> list[Place]:
    """Middles of what else is as large as a seal, such as an oval."""
    size = round(_JOIN_MM * _SCALE) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    joined = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, kernel)
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    least, most = LEAST_MM * _SCALE, MOST_MM * _SCALE
    return [
        ((left + wide / 2) / _SCALE, (top + high / 2) / _SCALE)
        for left, top, wide, high, _ in stats[1:].tolist()
        if least <= wide <= most and least <= high <= most
    ]
