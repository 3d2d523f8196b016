"""What a photo of the tray shows, in words. Pure; calls only its siblings of evidence.

The words: no_page, blank, unsharp, page_match, page_mismatch, impression:<count>, new_impression,
no_new_impression. A photo that cannot be read at all is `unsharp`.

What it cannot catch: a change too fine, too pale or in red (see strokes); the back of the sheet; a
seal printed exactly over an earlier one (it says no_new_impression); a sheet exchanged between the
two photos for one that bore a seal already. It helps honest people to notice a mistake. Against a
forger stand the photos themselves, which stay in the record.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from evidence import ink, match, page, seals
from evidence.picture import EvidenceError, Grey, Pixels, decode

PRINTED: Final = 0.002  # of the sheet; a short note covers 0.01, bare paper shows 0.0002
SHARP: Final = 60.0  # measured: sharp print 170 and more, a blurred photo 13, a dark one 31
_DARK: Final = 60


def examine(photo: bytes, *, pages: Sequence[bytes], before: bytes | None) -> list[str]:
    """Findings in a photo; `pages` are pictures of the approved ones, `before` an earlier photo.

    Never raises for what a picture holds.
    """
    sheet = _sheet(photo)
    red = None if sheet is None else ink.red(sheet)
    if sheet is None or red is None:
        found = ["unsharp" if _unreadable(photo) else "no_page"]
    else:
        print_ = ink.black(sheet)
        found = [*_legible(sheet, print_), *_compared(print_, pages)]
        if impressions := seals.count(red):
            found.append(f"impression:{impressions}")
    if before is not None:
        found.append("new_impression" if _new(before, red) else "no_new_impression")
    return found


def _sheet(photo: bytes) -> Pixels | None:
    try:
        return page.find(decode(photo))
    except EvidenceError:
        return None


def _unreadable(photo: bytes) -> bool:
    try:
        decode(photo)
    except EvidenceError:
        return True
    return False


def _legible(sheet: Pixels, print_: Grey) -> list[str]:
    if float((print_ > _DARK).mean()) < PRINTED:
        return ["blank"]
    edges = cv2.Laplacian(cv2.cvtColor(sheet, cv2.COLOR_BGR2GRAY), cv2.CV_32F)
    return ["unsharp"] if float(np.percentile(np.abs(edges), 99.5)) < SHARP else []


def _compared(print_: Grey, pages: Sequence[bytes]) -> list[str]:
    if not pages:
        return []
    turned = np.ascontiguousarray(np.rot90(print_, 2))
    for data in pages:
        try:
            approved = ink.black(page.of_scan(decode(data)))
        except EvidenceError:
            continue
        if match.same_print(approved, print_) or match.same_print(approved, turned):
            return ["page_match"]
    return ["page_mismatch"]


def _new(before: bytes, red: Grey | None) -> bool:
    """Whether ink came that was not there, however the sheet was turned in between."""
    sheet = None if red is None else _sheet(before)
    if red is None or sheet is None:
        return False
    earlier = ink.red(sheet)
    turned = np.ascontiguousarray(np.rot90(earlier, 2))
    return seals.is_new(earlier, red) and seals.is_new(turned, red)
