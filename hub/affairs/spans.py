"""Months, quarters and years in which something was published, with the sums of what is of them.

Calls `hub.affairs.{dues,gather}`. Pure.
"""

from dataclasses import dataclass

from hub.affairs import dues
from hub.affairs.gather import Gathered, Told


@dataclass(frozen=True)
class Span:
    """A month, quarter or year: what was published in it, and sums of what is of it (item, fen)."""

    id: str
    told: tuple[Told, ...]
    sums: tuple[tuple[str, int], ...]

    @property
    def called(self) -> str:
        return dues.called(self.id)

    @property
    def most(self) -> int:
        return max((abs(fen) for _, fen in self.sums), default=0)


def spans_of(found: Gathered) -> tuple[Span, ...]:
    """Years, quarters and months in which something was published, the newest first."""
    names = {
        dues.period_of(every, one.on)
        for one in found.newest
        for every in ("year", "quarter", "month")
    }
    order = sorted(names, key=lambda name: (dues.bounds(name)[1], len(name) == 4), reverse=True)
    return tuple(_span(name, found) for name in order)


def _span(name: str, found: Gathered) -> Span:
    first, last = dues.bounds(name)
    told = tuple(one for one in found.newest if first <= one.on <= last)
    sums: dict[str, int] = {}
    for one in found.newest:
        begins, ends = dues.bounds(one.period)
        if one.cls == "finance" and one.total is not None and first <= begins and ends <= last:
            sums[one.name] = sums.get(one.name, 0) + one.total
    return Span(name, told, tuple(sums.items()))
