"""Months, quarters and years of which something was published, with its sums.

Calls `hub.affairs.{dues,gather}`. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.affairs import dues
from hub.affairs.gather import Gathered, Told

Sums = tuple[tuple[str, int], ...]
"""(name, fen)."""


@dataclass(frozen=True)
class Span:
    """A month, quarter or year: what was published of it, the sums by item, and of each item that
    has more than one of them (item, sums by period, in the order of time).
    """

    id: str
    told: tuple[Told, ...]
    sums: Sums
    parts: tuple[tuple[str, Sums], ...]

    @property
    def called(self) -> str:
        return dues.called(self.id)

    @property
    def year(self) -> str:
        return self.id[:4]


def spans_of(found: Gathered) -> tuple[Span, ...]:
    """Years, quarters and months of which something was published, the newest first."""
    names = {
        name
        for one in found.newest
        for every in ("year", "quarter", "month")
        if _within(one.period, name := dues.period_of(every, dues.bounds(one.period)[0]))
    }
    order = sorted(names, key=lambda name: (dues.bounds(name)[1], len(name) == 4), reverse=True)
    return tuple(_span(name, found) for name in order)


def near(spans: Sequence[Span], year: str) -> tuple[Span, ...]:
    """Every year, and what there is of that one: what one page leads on to."""
    return tuple(one for one in spans if one.id == one.year or one.year == year)


def _span(name: str, found: Gathered) -> Span:
    told = tuple(one for one in found.newest if _within(one.period, name))
    by: dict[str, dict[str, int]] = {}
    for one in told:
        if one.cls == "finance" and one.total is not None:
            periods = by.setdefault(one.name, {})
            periods[one.period] = periods.get(one.period, 0) + one.total
    sums = tuple((item, sum(periods.values())) for item, periods in by.items())
    parts = tuple((item, _ordered(periods)) for item, periods in by.items() if len(periods) > 1)
    return Span(name, told, sums, parts)


def _within(period: str, name: str) -> bool:
    """Whether that period lies within that span."""
    (begins, ends), (first, last) = dues.bounds(period), dues.bounds(name)
    return first <= begins and ends <= last


def _ordered(periods: Mapping[str, int]) -> Sums:
    order = sorted(periods, key=lambda one: (dues.bounds(one)[0], len(one)))
    return tuple((dues.called(one), periods[one]) for one in order)
