"""Separates print from paper and light, black print from red seals. Calls only evidence.page,
OpenCV and numpy.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from evidence.page import PIXELS_PER_MM
from evidence.picture import Grey, Pixels

RED_MIN: Final = 0.22  # how much redder than green and blue; skins of the photos show 0.08 to 0.15
SEAL_LEAVES: Final = (0.78, 0.13)  # of red and of green, where its ink covers the paper
Floats = npt.NDArray[np.float32]

INK: Final = 60  # of 255; darker is print

COLOURLESS: Final = (
    24  # of 255 between channels; measured: scans without colour 0, others up to 175
)

_SHRINK: Final = 4
_SKIN_SHRINK: Final = 8
_SKIN_MM: Final = 7.0  # a fingertip is twice as broad
_STROKE_MM: Final = 5.0  # no stroke of print is broader; what is, counts as background
_FULL: Final = 230.0  # what the darkest of the print becomes, however pale the toner
_PALEST: Final = 90.0
_LEAST: Final = 0.6  # of the page's blackness; what is paler than that stays pale
_AROUND_MM: Final = 6.0  # in which blackness is evened: a blurred corner, a thin face
_ENOUGH: Final = 200  # pixels of print, before toner is judged


def black(page: Pixels) -> Grey:
    """Print without light and paper: 0 for bare paper to 255 for black, also under red seals.

    A seal darkens red a little and green much; black print darkens both alike. So how much redder
    a place is tells how much of it the seal covers, and what red lost to that is given back (colour
    is blunter than light in a JPEG, so the reddest near by counts). Fingers on the sheet are no
    print.
    """
    red = np.ascontiguousarray(page[:, :, 2])
    scarlet, green = red.astype(np.float32), page[:, :, 1].astype(np.float32)
    light = np.maximum(background(red).astype(np.float32), 1.0)
    white = float(np.median(green)) / max(float(np.median(scarlet)), 1.0)
    redness = cv2.dilate((scarlet + 8.0) * white / (green + 8.0), np.ones((5, 5), np.uint8))
    ratio = scarlet / light / _left_of_red(np.maximum(redness, 1.0))
    plain = np.clip((1.0 - ratio) * 255.0, 0, 255).astype(np.uint8)
    plain[_skin(page) > 0] = 0
    return _evened(plain)


def red(page: Pixels) -> Grey:
    """255 where a pixel is seal red, else 0. Skin and warm light are less red."""
    blue, green, scarlet = _on_white(np.asarray(cv2.GaussianBlur(page, (0, 0), 1.6), np.uint8))
    yellow = np.maximum(green - blue, 0)  # skin and wood are, seals are not
    redness = (scarlet - np.maximum(blue, green) - yellow) / np.maximum(scarlet, 0.01)
    return np.where((redness > RED_MIN) & (scarlet > 0.25), 255, 0).astype(np.uint8)


def colourless(picture: Pixels) -> bool:
    """Whether a picture is a scan without colour: what was red on paper is black in it."""
    small = cv2.resize(picture, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    return int(np.percentile(np.ptp(small, axis=2), 99.9)) < COLOURLESS


def _left_of_red(redness: Floats) -> Floats:
    """What a seal leaves of red where it makes paper or print so many times redder than green."""
    red, green = SEAL_LEAVES
    covered = (redness - 1.0) / ((1.0 - green) * redness - (1.0 - red))
    return np.asarray(1.0 - (1.0 - red) * np.minimum(covered, 1.0), np.float32)


def _skin(page: Pixels) -> Grey:
    """255 on and beside what is broad, warm and darker than paper: fingers."""
    width, height = page.shape[1] // _SKIN_SHRINK, page.shape[0] // _SKIN_SHRINK
    small = np.asarray(cv2.resize(page, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    blue, green, scarlet = _on_white(small)
    redder, yellower = scarlet - green, green - blue
    warm = (redder > 0.08 * scarlet) & (redder < 0.45 * scarlet) & (yellower > 0.06 * scarlet)
    broad = round(_SKIN_MM * PIXELS_PER_MM / _SKIN_SHRINK)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (broad, broad))
    fingers = cv2.morphologyEx(warm.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    shown = cv2.resize(cv2.dilate(fingers, kernel), (page.shape[1], page.shape[0]))
    return np.asarray(shown * 255, np.uint8)


def _on_white(page: Pixels) -> tuple[Floats, Floats, Floats]:
    """Blue, green and red as shares of the paper's own."""
    paper = np.maximum(np.median(page.reshape(-1, 3)[::16], axis=0).astype(np.float32), 1.0)
    blue, green, scarlet = cv2.split(page.astype(np.float32) / paper)
    return np.asarray(blue), np.asarray(green), np.asarray(scarlet)


def background(channel: Grey) -> Grey:
    """The bare paper's brightness everywhere, as if nothing were printed."""
    height, width = channel.shape
    small = cv2.resize(channel, (width // _SHRINK, height // _SHRINK), interpolation=cv2.INTER_AREA)
    size = round(_STROKE_MM * PIXELS_PER_MM / _SHRINK) | 1
    closed = cv2.morphologyEx(
        cv2.medianBlur(small, 3),
        cv2.MORPH_CLOSE,
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)),
    )
    even = cv2.GaussianBlur(closed, (0, 0), 1.5 * PIXELS_PER_MM / _SHRINK)
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _evened(print_: Grey) -> Grey:
    """As black everywhere, whether printed pale, thin or a little out of focus."""
    inked = print_[print_ > INK]
    page = float(np.percentile(inked, 90)) if inked.size > _ENOUGH else _FULL
    height, width = print_.shape
    small = cv2.resize(print_, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    tiny = cv2.resize(cv2.dilate(small, np.ones((4, 4), np.uint8)), (width // 8, height // 8))
    size = round(_AROUND_MM * PIXELS_PER_MM / 8) | 1
    near = cv2.GaussianBlur(cv2.dilate(tiny, np.ones((size, size), np.uint8)), (0, 0), size / 2)
    dark = np.maximum(near.astype(np.float32), max(_LEAST * page, _PALEST))
    full = cv2.resize(_FULL / dark, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.minimum(print_ * full, 255), np.uint8)
