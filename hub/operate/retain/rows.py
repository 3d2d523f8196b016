"""Rows that tell of people and prove nothing, erased when the township's days are over.

Calls `hub.audit` and, by their names, what keeps such rows and whoever holds some fast. No machine
and no inspector's program knows of them, so the log does not name them: a line of `Erasure` does.
Broken off anywhere, the next run goes on.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from hub.audit import erasures
from hub.audit.models import Erasure

PORTION: Final = 500
DAY_MS: Final = 86_400_000
Erase = Callable[[Collection[int]], None]


@dataclass(frozen=True)
class _Kind:
    """`keeper` is a module with `old` and `erase`; each of `holders` takes numbers of rows and
    gives back those that it holds.
    """

    keeper: str
    holders: tuple[str, ...]

    def old(self, until_ms: int) -> QuerySet[Any]:
        found: QuerySet[Any] = import_string(f"{self.keeper}.old")(until_ms)
        return found

    def erase(self, numbers: Collection[int]) -> None:
        import_string(f"{self.keeper}.erase")(numbers)

    def held(self, numbers: Collection[int]) -> set[int]:
        return {one for name in self.holders for one in import_string(name)(numbers)}


KINDS: Final[Mapping[str, _Kind]] = {
    "searches": _Kind("hub.searches.erasable", ("hub.cases.holds.searches",)),
    "uses": _Kind("hub.audit.uses", ("hub.cases.holds.uses",)),
    "notices": _Kind("hub.notices.erasable", ("hub.cases.holds.notices",)),
    "reports": _Kind("hub.hotline.erasable", ()),
    "county_reports": _Kind("hub.hotline.county", ()),
    "relief": _Kind("hub.relief.erasable", ()),
}


@dataclass(frozen=True)
class Rows:
    """So many rows of a kind, all older than that, are due or gone; `held` of them stay."""

    what: str
    until_ms: int
    count: int
    held: int


def planned(days: Mapping[str, int], now_ms: int) -> tuple[Rows, ...]:
    """What the next run would erase."""
    return tuple(_planned(what, now_ms - some * DAY_MS) for what, some in days.items())


def erase(days: Mapping[str, int], now_ms: int) -> tuple[Rows, ...]:
    """Each kind that has days; what somebody holds stays, and is tried again."""
    return tuple(_erased(what, some, now_ms) for what, some in days.items())


def _planned(what: str, until_ms: int) -> Rows:
    return _each(what, until_ms, lambda _: None)


def _erased(what: str, days: int, now_ms: int) -> Rows:
    until_ms, begun = now_ms - days * DAY_MS, list[Erasure]()

    def gone(numbers: Collection[int]) -> None:
        if not begun:
            begun.append(erasures.begin(what, days, until_ms, now_ms))
        KINDS[what].erase(numbers)

    made = _each(what, until_ms, gone)
    for row in begun:
        erasures.end(row, made.count)
    return made


def _each(what: str, until_ms: int, erase: Erase) -> Rows:
    """Whoever holds some is asked in the transaction in which the others go."""
    kind, at, count, held = KINDS[what], 0, 0, 0
    while True:
        with transaction.atomic():
            due = kind.old(until_ms).filter(pk__gt=at).order_by("pk")
            numbers = list(due.values_list("pk", flat=True)[:PORTION])
            kept = kind.held(numbers) if numbers else set()
            free = [one for one in numbers if one not in kept]
            if free:
                erase(free)
        count, held = count + len(free), held + len(kept)
        if len(numbers) < PORTION:
            return Rows(what, until_ms, count, held)
        at = numbers[-1]
