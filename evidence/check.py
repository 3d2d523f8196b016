"""What a photo of the tray shows, in words. Pure; calls only its siblings of evidence.

The words: no_page, blank, unsharp, page_match, page_mismatch; impression:<count>@<x>,<y>;… with
the middles of the first six in mm from the top left of the sheet as it lies; of two photos
new_impression or no_new_impression, and other_change. A photo that cannot be read at all is
`unsharp`.

What it cannot catch: see docs/evidence.md. It helps honest people to notice a mistake. Against a
forger stand the photos themselves, which stay in the record.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from evidence import ink, match, page, seals, writing
from evidence.picture import EvidenceError, Grey, decode
from evidence.sheet import Sheet

SHARP: Final = 3.25  # measured: sharp 3.5 and more, defocused or smeared 2.96 at most
NAMED: Final = 6  # impressions whose places fit into one finding


def examine(photo: bytes, *, pages: Sequence[bytes], before: bytes | None) -> list[str]:
    """Findings in a photo; `pages` are pictures of the approved ones, `before` an earlier photo.

    Never raises for what a picture holds.
    """
    sheet = _sheet(photo)
    if sheet is None:
        found = ["unsharp" if _unreadable(photo) else "no_page"]
    else:
        found = [*_legible(sheet), *_compared(sheet, pages), *_sealed(sheet)]
    return found if before is None else [*found, *_changed(before, sheet)]


def _sheet(photo: bytes) -> Sheet | None:
    try:
        flat = page.find(decode(photo))
    except EvidenceError:
        return None
    return None if flat is None else Sheet(flat)


def _unreadable(photo: bytes) -> bool:
    try:
        decode(photo)
    except EvidenceError:
        return True
    return False


def _legible(sheet: Sheet) -> list[str]:
    if writing.is_dark(sheet.picture):
        return ["unsharp"]
    if writing.is_blank(sheet.black):
        return ["blank"]
    return ["unsharp"] if writing.sharpness(sheet.picture, sheet.black) < SHARP else []


def _compared(sheet: Sheet, pages: Sequence[bytes]) -> list[str]:
    if not pages:
        return []
    for data in pages:
        try:
            approved = decode(data)
        except EvidenceError:
            continue
        flat = Sheet(page.of_scan(approved))
        found = match.compare(flat, sheet, colourless=ink.colourless(approved))
        if found is not None and found.same:
            return ["page_match"]
    return ["page_mismatch"]


def _sealed(sheet: Sheet) -> list[str]:
    places = seals.places(sheet.red)
    if not places:
        return []
    named = ";".join(f"{x:.0f},{y:.0f}" for x, y in places[:NAMED])
    return [f"impression:{len(places)}@{named}"]


def _changed(before: bytes, sheet: Sheet | None) -> list[str]:
    """Whether exactly one impression came, and whether anything else is not as it was."""
    earlier = _sheet(before)
    if sheet is None or earlier is None:
        return ["no_new_impression"]
    laid, same = _laid(earlier, sheet)
    came, went = seals.fresh(laid, sheet.red), seals.fresh(sheet.red, laid)
    area = seals.area_mm2(came)
    one = area >= seals.NEW_MM2 and seals.is_one(came)
    words = []
    if one or area < seals.NEW_MM2:
        words.append("new_impression" if one else "no_new_impression")
    stray = 0.0 if one else area
    if not same or max(stray, seals.area_mm2(went)) > seals.SPECK_MM2:
        words.append("other_change")
    return words


def _laid(earlier: Sheet, sheet: Sheet) -> tuple[Grey, bool]:
    """The earlier red map as it would lie now, and whether the print is the same."""
    found = match.compare(sheet, earlier)
    if found is not None:
        return found.red, found.same
    ways = (earlier.red, np.ascontiguousarray(np.rot90(earlier.red, 2)))
    nearest = min(ways, key=lambda red: seals.area_mm2(seals.fresh(red, sheet.red)))
    empty = writing.is_blank(earlier.black) and writing.is_blank(sheet.black)
    return nearest, empty
