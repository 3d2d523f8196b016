"""Whether a flat sheet bears writing, and whether it can be read. Calls only
evidence.{ink,page,picture}, OpenCV and numpy.
"""

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from evidence.ink import INK
from evidence.page import HEIGHT, PIXELS_PER_MM
from evidence.picture import Grey, Pixels

LETTERS: Final = 8  # measured: documents 17 and more, empty sheets 0 to 2
HEAD_MM, FOOT_MM = 55.0, 22.0  # where letterheads stand, and addresses at the foot
DARKEST: Final = 50.0  # of 255; measured: paper in the light 111 and more, in the dark 26 at most

_BLURS: Final = (1.0, 5.0)  # pixels: the first takes noise away, the second every stroke's edge
_MARGIN_MM: Final = 8.0
_RULE_MM: Final = 15.0  # no stroke of a character is so long
_LETTER_MM: Final = (1.2, 12.0)
_STROKE_MM: Final = 0.8  # what is narrower is a mark, or what is left of a rule


def is_blank(print_: Grey) -> bool:
    """Whether there is no writing but a letterhead, a foot and ruled lines, whichever end is up."""
    return letters(print_) < LETTERS


def letters(print_: Grey) -> int:
    """How many things as large as a character a print map shows between head and foot."""
    boxes = _boxes(_unruled(print_))
    middle = boxes[:, 1] + boxes[:, 3] / 2
    head, foot = HEAD_MM * PIXELS_PER_MM, FOOT_MM * PIXELS_PER_MM
    upright = (middle > head) & (middle < HEIGHT - foot)
    turned = (middle > foot) & (middle < HEIGHT - head)
    return min(int(upright.sum()), int(turned.sum()))


def is_dark(picture: Pixels) -> bool:
    """Whether the paper itself is too dark to tell anything."""
    return float(np.median(picture[:, :, 1])) < DARKEST


def sharpness(picture: Pixels, print_: Grey) -> float:
    """How many times less steep the steepest edges of the print become when it is blurred, in the
    direction in which they are blunter: little where it was blurred before, however black the
    print; 0 without print.
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    printed = cv2.dilate((print_ > 2 * INK).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    if not printed.any():
        return 0.0
    fine, coarse = (cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in _BLURS)
    return min(
        _steepest(fine, way, printed) / max(_steepest(coarse, way, printed), 1e-3)
        for way in ((1, 0), (0, 1))
    )


def _steepest(
    grey: npt.NDArray[Any], way: tuple[int, int], printed: npt.NDArray[np.bool_]
) -> float:
    return float(np.percentile(np.abs(cv2.Sobel(grey, cv2.CV_32F, *way)[printed]), 95))


def _unruled(print_: Grey) -> Grey:
    """The print without long straight lines, which need not be quite level."""
    inked = np.where(print_ > INK, 255, 0).astype(np.uint8)
    edge, long = round(_MARGIN_MM * PIXELS_PER_MM), round(_RULE_MM * PIXELS_PER_MM)
    inked[:edge] = inked[-edge:] = 0
    inked[:, :edge] = inked[:, -edge:] = 0
    thick = cv2.dilate(inked, np.ones((3, 3), np.uint8))
    for size in ((1, long), (long, 1)):
        lines = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones(size, np.uint8))
        inked[cv2.dilate(lines, np.ones((5, 5), np.uint8)) > 0] = 0
    return inked


def _boxes(inked: Grey) -> npt.NDArray[np.int32]:
    """Left, top, width and height of what is as large as a character."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(inked)
    boxes = stats[1:, :4]
    longer, shorter = boxes[:, 2:].max(axis=1), boxes[:, 2:].min(axis=1)
    least, most = (one * PIXELS_PER_MM for one in _LETTER_MM)
    fits = (longer >= least) & (longer <= most) & (shorter >= _STROKE_MM * PIXELS_PER_MM)
    return np.asarray(boxes[fits], np.int32)
