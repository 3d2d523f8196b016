"""When somebody may come to a point. Pure; calls `hub.services.guide`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.services.guide import Booking, Point, Times


@dataclass(frozen=True)
class Slot:
    """A time ("09:00") of a day, how many may come at once, how many places are left."""

    time: str
    places: int
    left: int


def days(point: Point, booking: Booking, today: date) -> tuple[date, ...]:
    """The days on which there are any, from tomorrow on."""
    ahead = (today + timedelta(days=one) for one in range(1, booking.days_ahead + 1))
    return tuple(day for day in ahead if _open(point, booking, day))


def slots(
    point: Point, booking: Booking, day: date, today: date, taken: Mapping[str, int]
) -> tuple[Slot, ...]:
    """Those of that day, in order; `taken` says by time how many places are gone."""
    if day not in days(point, booking, today):
        return ()
    places: dict[str, int] = {}
    for times in _open(point, booking, day):
        for clock in _clocks(times):
            places[clock] = places.get(clock, 0) + times.places
    return tuple(
        Slot(clock, some, max(0, some - taken.get(clock, 0)))
        for clock, some in sorted(places.items())
    )


def _open(point: Point, booking: Booking, day: date) -> list[Times]:
    if day.isoformat() in booking.closed:
        return []
    return [one for one in point.times if day.isoweekday() in one.weekdays]


def _clocks(times: Times) -> Iterator[str]:
    """Each beginning whose whole time lies before the end."""
    at, end = (datetime.strptime(one, "%H:%M") for one in (times.first, times.last))  # noqa: DTZ007
    step = timedelta(minutes=times.minutes)
    while at + step <= end:
        yield at.strftime("%H:%M")
        at += step
