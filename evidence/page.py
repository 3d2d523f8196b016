"""Finds the sheet in a photo and lays it flat: A4 at 8 pixels to the millimetre, 1680×2376 pixels.
Calls only evidence.picture, OpenCV.

The figures beside the thresholds are of `make evidence`; docs/evidence.md explains them.
"""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from evidence.picture import Grey, Pixels

PIXELS_PER_MM: Final = 8
WIDTH, HEIGHT = 210 * PIXELS_PER_MM, 297 * PIXELS_PER_MM
MIN_AREA: Final = 0.30  # of the photo; an A4 sheet on the tray covers 0.44 (on its side) and more
FILL: Final = (0.85, 1.15)  # of the four sides' area: sheets 0.99 to 1.00, an L of two sheets less
ASPECT: Final = (1.25, 1.60)  # A4 is 1.41; measured 1.37 to 1.43
FRAMED: Final = 0.30  # of the outline on the photo's own edge; the bright end of an empty tray
MIN_CONTRAST: Final = 1.40  # sheet to tray; measured 2.2 to 8.6

_SMALL: Final = 720  # width of the copy in which the outline is sought
_CLOSE: Final = 31  # bridges print that touches the edge
_WINDOW: Final = 161  # pixels of the copy; what is brighter than its surroundings of that size
_STEP: Final = 1.04
_STEP_AWAY: Final = 12.0
_NEAR: Final = 2.5  # pixels of the copy within which a point lies on a side
_REACH: Final = 0.14  # of the sheet: by so much fingers may push a side out
_TRIES: Final = 150

Points = npt.NDArray[np.float32]  # (n, 2)
Line = npt.NDArray[np.float32]  # direction x, y; a point's x, y


def find(photo: Pixels) -> Pixels | None:
    """The sheet, rectified and upright by its longer side; None when no sheet lies on the tray."""
    corners = outline(photo)
    if corners is None:
        return None
    target = np.asarray([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    return np.asarray(cv2.warpPerspective(photo, matrix, (WIDTH, HEIGHT)), np.uint8)


def of_scan(picture: Pixels) -> Pixels:
    """The sheet in a picture that may be a photo or a scan without any edge around it."""
    found = find(picture)
    if found is not None:
        return found
    upright = picture if picture.shape[0] >= picture.shape[1] else np.rot90(picture)
    way = cv2.INTER_AREA if upright.shape[1] > WIDTH else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(upright, (WIDTH, HEIGHT), interpolation=way), np.uint8)


def outline(photo: Pixels) -> Points | None:
    """The sheet's corners in the photo: top left, top right, bottom right, bottom left of a
    portrait page.
    """
    scale = _SMALL / photo.shape[1]
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    best: tuple[float, Points] | None = None
    for bright in _bright(np.asarray(grey, np.uint8)):
        found = _sheet(np.asarray(grey, np.uint8), bright)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return None if best is None else best[1] / np.float32(scale)


def _bright(grey: Grey) -> Iterator[Grey]:
    """What may be paper. A shadow makes a third brightness besides sheet and tray; a deep one makes
    paper as dark as the tray is elsewhere, and only the step at the edge is left.
    """
    values = grey.reshape(1, -1)
    middle = _parted(values)
    for part in (values, values[values < middle], values[values >= middle]):
        if part.size:
            yield np.where(grey > _parted(part), 255, 0).astype(np.uint8)
    mean = cv2.blur(grey, (_WINDOW, _WINDOW), borderType=cv2.BORDER_REFLECT)
    yield np.where(grey > mean.astype(np.float32) * _STEP, 255, 0).astype(np.uint8)


def _parted(values: Grey) -> float:
    level, _ = cv2.threshold(values.reshape(1, -1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return float(level)


def _sheet(grey: Grey, bright: Grey) -> tuple[float, Points] | None:
    """The largest bright thing if it is like a sheet, and how much of its four sides it fills."""
    kernel = np.ones((_CLOSE, _CLOSE), np.uint8)
    padded = cv2.copyMakeBorder(bright, *(_CLOSE,) * 4, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)[_CLOSE:-_CLOSE, _CLOSE:-_CLOSE]
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    contour = max(contours, key=cv2.contourArea)
    if cv2.contourArea(contour) < MIN_AREA * grey.size:
        return None
    points = contour.reshape(-1, 2).astype(np.float32)
    if _on_frame(points, grey.shape) > FRAMED or _contrast(grey, points) < MIN_CONTRAST:
        return None
    corners = _ordered(np.asarray(cv2.boxPoints(cv2.minAreaRect(points)), np.float32))
    corners = _ordered(_refined(corners, points))
    fill = cv2.contourArea(contour) / max(cv2.contourArea(corners), 1.0)
    if not FILL[0] <= fill <= FILL[1] or not ASPECT[0] <= _aspect(corners) <= ASPECT[1]:
        return None
    return min(fill, 1 / fill), corners


def _contrast(grey: Grey, points: Points) -> float:
    """How much brighter it is just inside the outline than just outside, for half of it."""
    inward = points.mean(axis=0) - points
    inward *= _STEP_AWAY / np.maximum(np.linalg.norm(inward, axis=1, keepdims=True), 1.0)
    height, width = grey.shape
    inside, outside = (
        np.clip((points + way).astype(np.int32), 0, (width - 1, height - 1))
        for way in (inward, -inward)
    )
    within = (outside > 0).all(axis=1) & (outside < (width - 1, height - 1)).all(axis=1)
    if not within.any():
        return 0.0
    light = grey[inside[within, 1], inside[within, 0]].astype(np.float32)
    dark = np.maximum(grey[outside[within, 1], outside[within, 0]].astype(np.float32), 1.0)
    return float(np.median(light / dark))


def _on_frame(points: Points, shape: tuple[int, ...]) -> float:
    x, y = points[:, 0], points[:, 1]
    edge = (x <= 1) | (y <= 1) | (x >= shape[1] - 2) | (y >= shape[0] - 2)
    return float(edge.mean())


def _aspect(corners: Points) -> float:
    """Height to width, each as the mean of two sides."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    return float((sides[1] + sides[3]) / max(sides[0] + sides[2], 1.0))


def _ordered(corners: Points) -> Points:
    """Clockwise from the top left; a sheet lying on its side is turned to portrait."""
    centre = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0])
    around = corners[np.argsort(angles)]
    start = int(np.argmin(around.sum(axis=1)))
    around = np.roll(around, -start, axis=0)
    across, down = np.linalg.norm(around[1] - around[0]), np.linalg.norm(around[3] - around[0])
    return np.roll(around, 1, axis=0) if across > down else around


def _refined(corners: Points, contour: Points) -> Points:
    """Each side as the straight line that most of the contour near it lies on, each corner where
    two sides meet: fingers at the edge count for nothing, a corner in the dark is found, too.
    """
    chance = np.random.default_rng(1)
    lines = []
    for index in range(4):
        line = _side(corners[index], corners[(index + 1) % 4], contour, chance)
        if line is None:
            return corners
        lines.append(line)
    try:
        return np.asarray([_meet(lines[index - 1], lines[index]) for index in range(4)], np.float32)
    except np.linalg.LinAlgError:
        return corners


def _side(start: Points, end: Points, contour: Points, chance: np.random.Generator) -> Line | None:
    along = end - start
    length = max(float(np.linalg.norm(along)), 1.0)
    offset = contour - start
    share = offset @ along / length**2
    away = np.abs(offset[:, 0] * along[1] - offset[:, 1] * along[0]) / length
    near = contour[(share > 0.06) & (share < 0.94) & (away < _REACH * length)]
    best = max(_lines(near, along / length, chance), key=lambda line: line[0], default=None)
    if best is None:
        return None
    on = near[best[1]]
    return np.asarray(cv2.fitLine(on, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel(), np.float32)


def _lines(
    near: Points, along: Points, chance: np.random.Generator
) -> Iterator[tuple[int, npt.NDArray[np.bool_]]]:
    """Lines through pairs of points, roughly along the side: how many points lie on each, which."""
    if len(near) < 20:
        return
    for first, second in chance.integers(0, len(near), (_TRIES, 2)):
        way = near[second] - near[first]
        length = float(np.linalg.norm(way))
        if length < 30 or abs(float(way @ along)) < 0.98 * length:
            continue
        offset = near - near[first]
        on = np.abs(offset[:, 0] * way[1] - offset[:, 1] * way[0]) < _NEAR * length
        yield int(on.sum()), on


def _meet(first: Line, second: Line) -> Points:
    """Where two lines cross; LinAlgError: nowhere."""
    (ax, ay, px, py), (bx, by, qx, qy) = first, second
    matrix = np.asarray([(ax, -bx), (ay, -by)], np.float32)
    step = np.linalg.solve(matrix, np.asarray((qx - px, qy - py), np.float32))
    return np.asarray((px + step[0] * ax, py + step[0] * ay), np.float32)
