"""The text on a photo against that on the approved pages. Calls `evidence` and `hub.reading`.

The photo is laid over the page first, so that it is read upright and in the page's own order. What
the township's seals print over the text is taken away where the page has no print.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from evidence import align, ink, page
from evidence.picture import EvidenceError, Grey, decode
from hub.reading import engine
from hub.reading.text import Difference, Line, differences, joined, likeness, sure

SURE: Final = 0.75
"""A page read with less certainty is turned, then said to be unreadable; upright ones showed
0.994 and more, the same upside down 0.69 at most."""
_NEAR: Final = 9  # pixels around a seal's ink


@dataclass(frozen=True)
class Verdict:
    """`word`: same, differs or unreadable; `page` is the index of the page that is nearest."""

    word: str
    page: int | None = None
    differences: Sequence[Difference] = field(default_factory=list)


def compare(photo: bytes, pages: Sequence[bytes]) -> Verdict:
    """The photo against the page that it is likest to. Raises EngineMissingError."""
    sheet = _flat(photo)
    if sheet is None:
        return Verdict("unreadable")
    nearest, best = Verdict("unreadable"), 0.0
    for index, data in enumerate(pages):
        texts = _texts(sheet, data)
        if texts is None:
            continue
        approved, seen = texts
        found = differences(approved, seen)
        if not found:
            return Verdict("same", index)
        alike = likeness(approved, seen)
        if alike >= best:
            nearest, best = Verdict("differs", index, found), alike
    return nearest


def _flat(photo: bytes) -> "cv2.typing.MatLike | None":
    try:
        return page.find(decode(photo))
    except EvidenceError:
        return None


def _texts(sheet: "cv2.typing.MatLike", data: bytes) -> tuple[str, str] | None:
    """The text of the approved page and of the photo; None where either cannot be read."""
    try:
        approved = ink.black(page.of_scan(decode(data)))
    except EvidenceError:
        return None
    upright, read = _upright(approved)
    if sure(read) < SURE:
        return None
    print_ = ink.black(np.asarray(sheet, np.uint8))
    laid = align.laid(upright, print_, ink.red(np.asarray(sheet, np.uint8)))
    if laid is None:
        _, seen = _upright(print_)
    else:
        black, red = laid
        seen = engine.lines(_on_white(_without_seals(black, red, upright)))
    return (joined(read), joined(seen)) if seen else None


def _upright(print_: Grey) -> tuple[Grey, list[Line]]:
    """The map the way up in which it reads best, and its lines."""
    lines = engine.lines(_on_white(print_))
    if sure(lines) >= SURE:
        return print_, lines
    turned = np.ascontiguousarray(np.rot90(print_, 2))
    other = engine.lines(_on_white(turned))
    return (turned, other) if sure(other) > sure(lines) else (print_, lines)


def _without_seals(seen: Grey, red: Grey, approved: Grey) -> Grey:
    kernel = np.ones((_NEAR, _NEAR), np.uint8)
    sealed = (cv2.dilate(red, kernel) > 0) & (cv2.dilate(approved, kernel) < ink.INK)
    return np.where(sealed, 0, seen).astype(np.uint8)


def _on_white(print_: Grey) -> Grey:
    return np.asarray(255 - print_, np.uint8)
