"""Finds the sheet in a photo and lays it flat: A4 at 150 dpi, 1240×1754 pixels. Calls only
evidence.picture, OpenCV.
"""

import cv2
import numpy as np
import numpy.typing as npt

from evidence.picture import Pixels

WIDTH, HEIGHT = 1240, 1754
PIXELS_PER_MM = WIDTH / 210
MIN_AREA = 0.30  # of the photo; an A4 sheet on the tray covers 0.77
MIN_FILL = 0.80  # of the box around it; a round or three-sided thing is no sheet
MIN_CONTRAST = 1.40  # sheet to tray; measured 2.3 to 2.5, an empty tray 1.2

_SMALL = 720  # width of the copy in which the outline is sought
_CLOSE = 31  # bridges print that touches the edge

Points = npt.NDArray[np.float32]  # (n, 2)


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
    scaled = cv2.resize(upright, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(scaled, np.uint8)


def outline(photo: Pixels) -> Points | None:
    """The sheet's corners in the photo: top left, top right, bottom right, bottom left of a
    portrait page.
    """
    scale = _SMALL / photo.shape[1]
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    kernel = np.ones((_CLOSE, _CLOSE), np.uint8)
    padded = cv2.copyMakeBorder(bright, *(_CLOSE,) * 4, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)[_CLOSE:-_CLOSE, _CLOSE:-_CLOSE]
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    contour = max(contours, key=cv2.contourArea)
    if not _like_a_sheet(np.asarray(grey, np.uint8), np.asarray(contour, np.int32)):
        return None
    points = contour.reshape(-1, 2).astype(np.float32)
    corners = _ordered(np.asarray(cv2.boxPoints(cv2.minAreaRect(points)), np.float32))
    if cv2.contourArea(contour) < MIN_FILL * cv2.contourArea(corners):
        return None
    for within in (20.0, 5.0):
        corners = _refined(corners, points, within)
    return corners / np.float32(scale)


def _like_a_sheet(grey: npt.NDArray[np.uint8], contour: npt.NDArray[np.int32]) -> bool:
    mask = np.zeros_like(grey)
    cv2.drawContours(mask, [contour], -1, 255, cv2.FILLED)
    inside, outside = grey[mask > 0], grey[mask == 0]
    if outside.size == 0 or inside.size < MIN_AREA * grey.size:
        return False
    return float(np.median(inside)) >= MIN_CONTRAST * max(float(np.median(outside)), 1.0)


def _ordered(corners: Points) -> Points:
    """Clockwise from the top left; a sheet lying on its side is turned to portrait."""
    centre = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0])
    around = corners[np.argsort(angles)]
    start = int(np.argmin(around.sum(axis=1)))
    around = np.roll(around, -start, axis=0)
    across, down = np.linalg.norm(around[1] - around[0]), np.linalg.norm(around[3] - around[0])
    return np.roll(around, 1, axis=0) if across > down else around


def _refined(corners: Points, contour: Points, within: float) -> Points:
    """Each side as a line through the contour's points near it, each corner where two sides meet:
    a corner that lies in the dark is found, too.
    """
    lines = []
    for index in range(4):
        start, end = corners[index], corners[(index + 1) % 4]
        along = end - start
        length = max(float(np.linalg.norm(along)), 1.0)
        offset = contour - start
        share = offset @ along / length**2
        distance = np.abs(offset[:, 0] * along[1] - offset[:, 1] * along[0]) / length
        near = contour[(share > 0.08) & (share < 0.92) & (distance < within)]
        if len(near) < 20:
            return corners
        lines.append(cv2.fitLine(near, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel())
    try:
        return np.asarray([_meet(lines[index - 1], lines[index]) for index in range(4)], np.float32)
    except np.linalg.LinAlgError:
        return corners


def _meet(first: npt.NDArray[np.float32], second: npt.NDArray[np.float32]) -> Points:
    """Where two lines cross; LinAlgError: nowhere."""
    (ax, ay, px, py), (bx, by, qx, qy) = first, second
    matrix = np.asarray([(ax, -bx), (ay, -by)], np.float32)
    step = np.linalg.solve(matrix, np.asarray((qx - px, qy - py), np.float32))
    return np.asarray((px + step[0] * ax, py + step[0] * ay), np.float32)
