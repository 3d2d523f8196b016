"""Whether two flat sheets carry the same print. Calls only evidence.{align,ink,page,strokes} OpenCV
and numpy.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from evidence import align, strokes
from evidence.page import PIXELS_PER_MM
from evidence.picture import Grey

MARGIN: Final = 5 * PIXELS_PER_MM  # in which the sheet's own edge casts shadows
STROKES: Final = 14.0  # pixels in one spot; measured: the same page 0 to 10 in 55 of 60 photos
ALIKE: Final = (
    0.70  # measured: the same page 0.73 and more in 56 of 60, another amount 0.67 at most
)
COPIED: Final = 0.5  # of a seal's ink is dark on a sheet that was scanned with it in black
DARK: Final = 90  # of 255


@dataclass(frozen=True)
class Compared:
    """How two sheets differ where they differ most; see `evidence.strokes`."""

    unexplained: float
    likeness: float

    @property
    def same(self) -> bool:
        return self.unexplained <= STROKES and self.likeness >= ALIKE


def compare(first: Grey, second: Grey, red: Grey | None = None) -> Compared | None:
    """Two print maps (evidence.ink.black), the second lying anyhow; None where it cannot be laid
    over the first. `red`: the second's red map, where a seal may be black on the first: what lies
    under such a seal is not compared, and all that lies under any other is.
    """
    matrix = align.homography(first, second)
    if matrix is None:
        return None
    first = _inside(first)
    laid = align.settled(first, _inside(align.taken_over(second, matrix)))
    asked, seen = first, laid
    if red is not None:
        copied = _near(_copied(first, align.taken_over(red, matrix)))
        asked, seen = (np.where(copied > 0, 0, one).astype(np.uint8) for one in (first, laid))
    unexplained = max(strokes.alone(asked, laid), strokes.alone(seen, first))
    return Compared(unexplained, strokes.likeness(asked, seen))


def _copied(first: Grey, red: Grey) -> Grey:
    """Of a red map, the seals that stand on the first sheet in black."""
    dark = cv2.dilate((first > DARK).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    count, labels = cv2.connectedComponents(_near(red))
    kept = np.zeros_like(red)
    for label in range(1, count):
        own = (labels == label) & (red > 0)
        if float(dark[own].mean()) >= COPIED:
            kept[own] = 255
    return kept


def _near(red: Grey) -> Grey:
    """A red map with what its blurred edge reaches."""
    return np.asarray(cv2.dilate(red, np.ones((13, 13), np.uint8)), np.uint8)


def _inside(sheet: Grey) -> Grey:
    cleared = np.zeros_like(sheet)
    cleared[MARGIN:-MARGIN, MARGIN:-MARGIN] = sheet[MARGIN:-MARGIN, MARGIN:-MARGIN]
    return cleared
