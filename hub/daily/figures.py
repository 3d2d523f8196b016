"""How often stamps were made, by village, item, person and hour, with the bars of their charts.

Calls `hub.days`, `hub.people.roster`, `hub.ingest` and `hub.records` (their tables).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Q

from hub.days import bounds, zone
from hub.ingest.models import Record
from hub.people import roster
from hub.records import filters
from hub.records.models import RecordIndex, RecordPerson
from hub.records.read import entry_of

WIDE: Final = 240
"""Units of the longest bar."""
MOST: Final = 40
LONGEST_DAYS: Final = 366
VAIN: Final = ("aborted", "interrupted")
"""Ends of an opening that left no stamp, or nobody knows."""
Span = Mapping[str, Any]
"""Conditions on records: when, and where."""


@dataclass(frozen=True)
class Bar:
    """One row: its name, the count, and how wide its bar is drawn."""

    name: str
    count: int
    wide: float


@dataclass(frozen=True)
class Chart:
    """A table and its chart; `rest` rows are left out of both."""

    zh: str
    en: str
    bars: tuple[Bar, ...]
    rest: int


def charts(first: date, last: date, among: frozenset[str] | None = None) -> list[Chart]:
    """Stamps of these days, both included, by the machines' time; `among` these villages alone."""
    span = {"wall_ms__gte": bounds(first)[0], "wall_ms__lt": bounds(last)[1]}
    there: Span = span if among is None else {**span, "village__in": among}
    stamped = Record.objects.filter(**there, kind="stamped")
    villages = stamped.values_list("village").annotate(Count("id"))
    indexed = RecordIndex.objects.filter(**_of_record(there), record__kind="stamped")
    items = indexed.values_list("item").annotate(Count("record"))
    hours = Counter(
        datetime.fromtimestamp(at / 1000, zone()).hour
        for at in stamped.values_list("wall_ms", flat=True).iterator()
    )
    return [
        chart("各村", "by village", _sorted(villages, dict(filters.villages()))),
        chart("各事项", "by item", _sorted(items, dict(filters.items()))),
        chart("盖印员", "by operator", _sorted(_operators(there).items(), roster.labels())),
        chart("各时段", "by hour", [(f"{hour} 时", hours[hour]) for hour in range(24)]),
    ]


def chart(zh: str, en: str, rows: list[tuple[str, int]]) -> Chart:
    """The rows as they stand; bars to the scale of the longest."""
    most = max((count for _, count in rows), default=0) or 1
    bars = [Bar(name, count, round(count * WIDE / most, 1)) for name, count in rows[:MOST]]
    return Chart(zh, en, tuple(bars), max(0, len(rows) - MOST))


def _sorted(counted: Iterable[tuple[str, int]], names: Mapping[str, str]) -> list[tuple[str, int]]:
    rows = [(names.get(key, key) or "（未知）", count) for key, count in counted]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _operators(there: Span) -> Mapping[str, int]:
    """How often each stood at the machine: the opening names him, and one in vain is no stamp."""
    seqs: dict[str, list[int]] = defaultdict(list)
    vain = Record.objects.filter(**there, kind__in=VAIN)
    for device, envelope in vain.values_list("device", "envelope"):
        seqs[device].append(entry_of(bytes(envelope)).body["authorised"])
    begun = Q(pk__in=[])
    for device, those in seqs.items():
        begun |= Q(record__device=device, record__seq__in=those)
    opened = RecordPerson.objects.filter(**_of_record(there), record__kind="authorised")
    counted = opened.exclude(begun).values_list("person").annotate(Count("id"))
    return dict(counted)


def _of_record(there: Span) -> Span:
    return {f"record__{name}": value for name, value in there.items()}
