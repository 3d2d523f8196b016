"""What was said of a case against what is true. Calls bench.evidence.cases and evidence.check."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import cv2

from bench.evidence import cases
from bench.evidence.cases import Point
from evidence.check import examine

NEAR_MM = 10.0
"""An impression found farther off than this is not the one that is there."""


@dataclass(frozen=True)
class Outcome:
    """One case judged: the truth (`word`, `same`, `change`, as in Case), what was found, and how
    long one core took. `errors`: mm by which each impression found is off; `missed` and `ghosts`:
    impressions not found, and found where none is; `counted`: whether they were to be found.
    """

    kind: str
    number: int
    word: str
    same: bool | None
    change: str | None
    counted: bool
    found: Sequence[str]
    seconds: float
    errors: Sequence[float]
    missed: int
    ghosts: int


def judge(kind: str, number: int) -> Outcome:
    """Make the case and look at it, on one core."""
    cv2.setNumThreads(1)
    case = cases.make(kind, number)
    started = time.process_time()
    found = examine(case.photo, pages=case.pages, before=case.before)
    took = time.process_time() - started
    errors, missed, ghosts = _located(case.seals, places(found))
    truth = (case.word, case.same, case.change, case.seals is not None)
    return Outcome(kind, number, *truth, found, took, errors, missed, ghosts)


def places(found: Sequence[str]) -> list[Point]:
    """Where the findings say that impressions are."""
    texts = [one.partition("@")[2] for one in found if one.startswith("impression:")]
    pairs = [place.split(",") for text in texts for place in text.split(";") if place]
    return [(float(x), float(y)) for x, y in pairs]


def _located(
    true: tuple[Point, ...] | None, seen: list[Point]
) -> tuple[tuple[float, ...], int, int]:
    """Errors of those found, number missed, number invented."""
    if true is None:
        return (), 0, 0
    left, errors = list(seen), []
    for point in true:
        near = min(left, key=lambda one: math.dist(one, point), default=None)
        if near is not None and math.dist(near, point) <= NEAR_MM:
            left.remove(near)
            errors.append(math.dist(near, point))
    return tuple(errors), len(true) - len(errors), len(left)
