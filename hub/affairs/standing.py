"""What a village has to publish about a day, and what of it is late. Pure; calls its siblings.

A period belongs to the version of the catalogue that is in force on its first day. What was due
before the first version is not asked for, nor what was due more than BACK before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hub.affairs import dues
from hub.affairs.catalogue import Catalogue, item_of
from hub.affairs.items import Item

BACK: Final = timedelta(days=366)
SOON: Final = timedelta(days=31)
"""So far back and ahead one looks."""
STATES: Final[Mapping[str, str]] = {
    "late": "逾期未公开",
    "waiting": "待公开",
    "done_late": "逾期公开",
    "done": "按时公开",
}


@dataclass(frozen=True)
class Happened:
    """Something that has to be published within days: `on` is its day."""

    number: int
    item: str
    on: date


@dataclass(frozen=True)
class Due:
    """`by` is the last day in time, `done` the day on which it was published; one of STATES."""

    item: Item
    period: str
    by: date
    event: int | None
    done: date | None
    state: str

    @property
    def open(self) -> bool:
        return self.done is None

    @property
    def called(self) -> str:
        """Its period, in words."""
        return dues.called(self.period)

    @property
    def told(self) -> str:
        """Its state, in words."""
        return STATES[self.state]


def periodic(catalogue: Catalogue, today: date) -> tuple[tuple[Item, str], ...]:
    """(item, period) of all that every village had or has to publish in that time."""
    return tuple(_periodic(catalogue, today - BACK, today + SOON))


def standing(
    catalogue: Catalogue,
    periods: Iterable[tuple[Item, str]],
    events: Iterable[Happened],
    periods_done: Mapping[tuple[str, str], date],
    events_done: Mapping[int, date],
    today: date,
) -> tuple[Due, ...]:
    """All that was due lately or is due soon, the earliest first; `periods` are periodic's.
    `periods_done` is by item and period, `events_done` by the event's number: the day of the first
    publication.
    """
    found = [
        _due(item, period, None, periods_done.get((item.id, period)), today)
        for item, period in periods
    ]
    for one in events:
        item = item_of(catalogue, one.item, one.on)
        if item is not None and item.is_event:
            due = _due(item, one.on.isoformat(), one.number, events_done.get(one.number), today)
            found.append(due)
    kept = [one for one in found if today - BACK <= one.by]
    return tuple(sorted(kept, key=lambda one: (one.by, one.item.number, one.item.id)))


def grouped(some: Iterable[Due]) -> list[tuple[Item, tuple[Due, ...]]]:
    """By item, in the order of each item's first one."""
    by: dict[str, list[Due]] = {}
    for one in some:
        by.setdefault(one.item.id, []).append(one)
    return [(found[0].item, tuple(found)) for found in by.values()]


def state_of(by: date, done: date | None, today: date) -> str:
    """One of STATES."""
    if done is None:
        return "late" if by < today else "waiting"
    return "done_late" if by < done else "done"


def _periodic(catalogue: Catalogue, first: date, last: date) -> Iterable[tuple[Item, str]]:
    for place, version in enumerate(catalogue):
        after = catalogue[place + 1].since if place + 1 < len(catalogue) else date.max
        for item in version.items.values():
            if item.is_event:
                continue
            for period in dues.periods(item.due, first, last):
                if version.since <= dues.bounds(period)[0] < after:
                    yield item, period


def _due(item: Item, period: str, event: int | None, done: date | None, today: date) -> Due:
    by = dues.due_by(item.due, period)
    return Due(item, period, by, event, done, state_of(by, done, today))
