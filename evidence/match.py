"""Whether two flat sheets carry the same print. Calls only evidence.{align,ink,page,sheet,strokes},
OpenCV and numpy.

The thresholds were chosen on generated photos of `bench.evidence` from number 10,000 on, which
`make evidence` never judges.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from evidence import align, strokes
from evidence.ink import INK
from evidence.page import PIXELS_PER_MM
from evidence.picture import Grey
from evidence.sheet import Sheet

MARGIN: Final = 5 * PIXELS_PER_MM  # in which a sheet's own edge casts shadows
STROKES: Final = 14.0  # pixels in one spot; measured: the same page 0 to 13 in 95 of 97
ALIKE: Final = 0.64  # same page 0.67 and more in 95 of 97, look-alikes 0.53 at most
COPIED: Final = 0.5  # of a seal's ink is dark on a sheet that was scanned with it in black
DARK: Final = 90  # of 255
SOFTENED: Final = (0.5, 0.8, 1.1, 1.4, 1.7, 2.0)  # pixels; how much one photo may be sharper
PALE: Final = 140  # of 255; what is no darker in a seal may be the seal's own


@dataclass(frozen=True)
class Compared:
    """How two sheets differ where they differ most (see `evidence.strokes`), and the second's red
    map as it lies on the first.
    """

    unexplained: float
    likeness: float
    red: Grey

    @property
    def same(self) -> bool:
        return self.unexplained <= STROKES and self.likeness >= ALIKE


def compare(first: Sheet, second: Sheet, *, colourless: bool = False) -> Compared | None:
    """The second may lie anyhow; None where it cannot be laid over the first. `colourless`: the
    first is a scan on which a seal may be black. What lies under such a seal is not compared, and
    all that lies under any other is.
    """
    whole = np.full_like(second.black, 255)
    laid = align.laid(_inside(first.black), second.black, second.red, _inside(whole))
    if laid is None:
        return None
    black, red, shown = laid
    both = _inside(shown) == 255
    here, there = _as_sharp(_only(both, first.black), _only(both, black))
    told = _near(_copied(first.black, red)) == 0 if colourless else both
    seals = [_near(one) > 0 for one in (first.red, red)]
    only_here, only_there = (
        strokes.alone(_only(told & ~(seal & (one <= PALE)), one), other)
        for seal, one, other in ((seals[0], here, there), (seals[1], there, here))
    )
    likeness = strokes.likeness(_only(told, here), _only(told, there), seals[0] | seals[1])
    return Compared(max(only_here, only_there), likeness, red)


def _as_sharp(first: Grey, second: Grey) -> tuple[Grey, Grey]:
    """Both, the sharper blurred as far as makes them most alike."""
    printed = cv2.dilate(np.maximum(first, second), np.ones((9, 9), np.uint8)) > INK
    if not printed.any():
        return first, second
    pairs = [(first, second)]
    for sigma in SOFTENED:
        pairs += [(_soft(first, sigma), second), (first, _soft(second, sigma))]
    return max(pairs, key=lambda pair: _alike(pair[0][printed], pair[1][printed]))


def _alike(first: Grey, second: Grey) -> float:
    """The two maps' correlation."""
    return float(cv2.matchTemplate(first, second, cv2.TM_CCOEFF_NORMED)[0, 0])


def _soft(sheet: Grey, sigma: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(sheet, (0, 0), sigma), np.uint8)


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


def _only(where: strokes.Mask, sheet: Grey) -> Grey:
    return np.where(where, sheet, 0).astype(np.uint8)
