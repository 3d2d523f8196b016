"""How often stamps were made, by village, item, person and hour, with the bars of their charts.

Calls `hub.days`, `hub.people.roster`, `hub.ingest` and `hub.records` (their tables).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count

from hub.days import bounds, zone
from hub.ingest.models import Record
from hub.people import roster
from hub.records import filters
from hub.records.models import RecordIndex, RecordPerson

WIDE: Final = 240
"""Units of the longest bar."""
HIGH: Final = 26
"""Units of a row."""
MOST: Final = 40
LONGEST_DAYS: Final = 366


@dataclass(frozen=True)
class Bar:
    """One row: its name, the count, and its bar in the chart."""

    name: str
    count: int
    wide: float
    at: int


@dataclass(frozen=True)
class Chart:
    """A table and its chart; `rest` rows are left out of both."""

    zh: str
    en: str
    bars: tuple[Bar, ...]
    rest: int

    @property
    def high(self) -> int:
        return HIGH * len(self.bars)


def charts(first: date, last: date, among: frozenset[str] | None = None) -> list[Chart]:
    """Stamps of these days, both included, by the machines' time; `among` these villages alone."""
    since_ms, until_ms = bounds(first)[0], bounds(last)[1]
    own: dict[str, Any] = {"wall_ms__gte": since_ms, "wall_ms__lt": until_ms, "kind": "stamped"}
    if among is not None:
        own["village__in"] = among
    beside = {f"record__{name}": value for name, value in own.items()}
    villages = Record.objects.filter(**own).values_list("village").annotate(Count("id"))
    items = RecordIndex.objects.filter(**beside).values_list("item").annotate(Count("record"))
    opened = {**beside, "record__kind": "authorised"}
    persons = RecordPerson.objects.filter(**opened).values_list("person").annotate(Count("id"))
    hours = Counter(
        datetime.fromtimestamp(at / 1000, zone()).hour
        for at in Record.objects.filter(**own).values_list("wall_ms", flat=True).iterator()
    )
    return [
        chart("各村", "by village", _sorted(villages, dict(filters.villages()))),
        chart("各事项", "by item", _sorted(items, dict(filters.items()))),
        chart("盖印员", "by operator", _sorted(persons, roster.labels())),
        chart("各时段", "by hour", [(f"{hour} 时", hours[hour]) for hour in range(24)]),
    ]


def chart(zh: str, en: str, rows: list[tuple[str, int]]) -> Chart:
    """The rows as they stand; bars to the scale of the longest."""
    most = max((count for _, count in rows), default=0) or 1
    bars = (
        Bar(name, count, round(count * WIDE / most, 1), at * HIGH)
        for at, (name, count) in enumerate(rows[:MOST])
    )
    return Chart(zh, en, tuple(bars), max(0, len(rows) - MOST))


def _sorted(counted: Iterable[tuple[str, int]], names: Mapping[str, str]) -> list[tuple[str, int]]:
    rows = [(names.get(key, key) or "（未知）", count) for key, count in counted]
    return sorted(rows, key=lambda row: (-row[1], row[0]))
