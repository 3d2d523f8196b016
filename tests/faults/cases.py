"""All cases of the fault table, by name. Calls `tests.faults`.

`step:FAULT:MODE:LASTS`   a part fails before that step of the first stamp
`cut:STORY:MOMENT:WAY`    the power goes, or lockd is killed, at that moment of a story
`write:STORY:MOMENT:WAY`  the disk fails from that moment of a story on
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.faults import cuts, live, writes
from tests.faults.people import STORIES

Wrong = list[str]


@dataclass(frozen=True)
class Case:
    """`run` gives everything that did not hold; the seed decides which sectors a cut tore."""

    name: str
    run: Callable[[int], Wrong]

    @property
    def group(self) -> str:
        """The kind of fault, for counting."""
        kind, story, _, way = self.name.split(":")
        return f"{kind} {story}" if kind == "step" else f"{kind} {way}"


def named(name: str) -> Case:
    """The case of that name; KeyError or ValueError where there is none."""
    kind, first, second, third = name.split(":")
    return Case(name, lambda seed: RUNS[kind](first, second, third, seed))


def every(kind: str) -> Iterator[Case]:
    """All cases of one kind, in order; of the long story only every fortieth."""
    if kind == "step":
        for fault, mode, lasts in live.cases():
            yield named(f"step:{fault}:{mode}:{lasts}")
        return
    source = cuts.cases if kind == "cut" else writes.cases
    for story in STORIES:
        stride = 40 if story == "book" else 1
        for number, way in list(source(story))[::stride]:
            yield named(f"{kind}:{story}:{number}:{way}")


def some(counts: Mapping[str, int], seed: int) -> list[Case]:
    """So many of each kind, spread over all of them; the seed decides which."""
    rng = random.Random(seed)
    return [case for kind, count in counts.items() for case in _spread(kind, count, rng)]


def _spread(kind: str, count: int, rng: random.Random) -> Sequence[Case]:
    cases = list(every(kind))
    if count >= len(cases):
        return cases
    width = len(cases) / count
    return [cases[int(number * width + rng.random() * width)] for number in range(count)]


def _step(fault: str, mode: str, lasts: str, _: int) -> Wrong:
    return live.play(fault, mode, lasts)


def _cut(story: str, moment: str, way: str, seed: int) -> Wrong:
    return cuts.cut(story, int(moment), way, seed)


def _write(story: str, moment: str, failure: str, _: int) -> Wrong:
    return writes.fail(story, int(moment), failure)


RUNS: Final[Mapping[str, Callable[[str, str, str, int], Wrong]]] = {
    "step": _step,
    "cut": _cut,
    "write": _write,
}
