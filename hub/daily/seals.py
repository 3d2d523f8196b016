"""Seal by seal: stamps within office hours and outside them, and for how many days none was made.

Calls `hub.days`, `hub.devices.authority`, `hub.records.models` and `hub.daily.limits`. A figure to
look at, never a verdict: holidays and the days worked instead are not known here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from hub.daily.limits import Limits
from hub.days import bounds, zone
from hub.devices import authority
from hub.records.models import RecordIndex


@dataclass(frozen=True)
class SealDays:
    """`days` had a stamp; `last` is the day of its last one up to then, `idle` days ago; None where
    there was never one.
    """

    device: str
    name: str
    within: int
    outside: int
    days: int
    last: date | None
    idle: int | None


def seals(first: date, last: date, limits: Limits) -> list[SealDays]:
    """The seals in use, in these days, both included; those that are idle longest first."""
    since_ms, until_ms = bounds(first)[0], bounds(last)[1]
    made = RecordIndex.objects.filter(record__kind="stamped", record__wall_ms__lt=until_ms)
    times: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    within = made.filter(record__wall_ms__gte=since_ms)
    for device, seal, wall_ms in within.values_list("device", "seal", "record__wall_ms"):
        times[device, seal].append(_at(wall_ms))
    newest = made.values_list("device", "seal").annotate(Max("record__wall_ms"))
    ended = {(device, seal): _at(wall_ms) for device, seal, wall_ms in newest}
    rows = [
        told(machine.device, one.name, times[place], ended.get(place), last, limits)
        for machine in authority.machines().values()
        for one in machine.seals
        for place in ((machine.device, one.id),)
        if one.state == "active"
    ]
    return sorted(rows, key=lambda row: (row.last or date.min, row.device, row.name))


def told(
    device: str,
    name: str,
    times: Sequence[datetime],
    newest: datetime | None,
    until: date,
    limits: Limits,
) -> SealDays:
    """One row, of the stamps in a span that ends with the day `until`. Pure."""
    within = sum(in_office(one, limits) for one in times)
    last = None if newest is None else newest.date()
    idle = None if last is None else (until - last).days
    days = len({one.date() for one in times})
    return SealDays(device, name, within, len(times) - within, days, last, idle)


def in_office(at: datetime, limits: Limits) -> bool:
    """Whether that is a time at which the office is open."""
    day = at.isoweekday() <= limits.office_days
    return day and limits.office_from <= at.hour < limits.office_to


def _at(wall_ms: int) -> datetime:
    return datetime.fromtimestamp(wall_ms / 1000, zone())
