"""The duty roster and statements of absence: written, and read for one village and night.

Calls `hub.duty.{models,stand_in,stated}`, `hub.devices.authority`, `hub.people.roster`,
`hub.{config,days}` and `wire`. A duty goes from the hour that hub.toml names to the same hour of
the next day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from hub.config import config
from hub.days import today
from hub.devices import authority
from hub.duty import stand_in, stated
from hub.duty.models import Absence, Back, Duty
from hub.duty.stand_in import StandIn
from hub.people.roster import Staff
from hub.people.roster import staff as everybody
from wire.lists.content import Person
from wire.refusals import Refused

TOWNSHIP: Final = ""
HOUR_MS: Final = 3_600_000
AHEAD_DAYS: Final = 14
PLANNERS: Final = ("village.clerk", "village.secretary", "township.leader", "township.duty")
AUTHORITY: Final = ("township.leader", "township.duty")
"""Who may say of others that they are away, besides tonight's duty officer."""
LONGEST_DAYS: Final = 366
MOST: Final = 100
"""So many statements the page shows."""


@dataclass(frozen=True)
class Away:
    """One statement that counts today, with who stands in."""

    absence: Absence
    person: Person
    stand_ins: tuple[StandIn, ...]


@dataclass(frozen=True)
class Tonight:
    """`duty` by place: the village's and the township's officer, None where nobody is entered."""

    day: date
    village: Person | None
    township: Person | None
    away: tuple[Away, ...]


def day_of(now_ms: int) -> date:
    """The day whose duty runs at that time."""
    return today(now_ms - config().duty_hour * HOUR_MS)


def tonight(village: str, now_ms: int) -> Tonight:
    """For people of that village, in three queries."""
    day, persons = day_of(now_ms), _persons()
    entered = entries((village, TOWNSHIP), [day])
    found = [one for one in absent(now_ms).values() if one.person in persons]
    away = {one.person for one in found}
    roster = authority.rosters()[village]
    return Tonight(
        day,
        persons.get(entered.get((village, day.isoformat()), "")),
        persons.get(entered.get((TOWNSHIP, day.isoformat()), "")),
        tuple(
            Away(
                one,
                roster.persons[one.person],
                tuple(
                    stand_in.of(
                        roster.persons[one.person], authority.catalogue(), roster, now_ms, away
                    )
                ),
            )
            for one in found
            if one.person in roster.persons
        ),
    )


def entries(places: Iterable[str], days: Iterable[date]) -> Mapping[tuple[str, str], str]:
    """(place, ISO day) → person, the newest line of each."""
    rows = Duty.objects.filter(place__in=list(places), day__in=[one.isoformat() for one in days])
    return {(one.place, one.day): one.person for one in rows.order_by("id")}


def eligible(place: str, now_ms: int) -> dict[str, str]:
    """Id → name of those who may be on duty there: who holds an office of that place."""
    office = "township." if place == TOWNSHIP else "village."
    return {
        one.person.id: one.person.name
        for one in everybody(now_ms)
        if place in (TOWNSHIP, one.village) and any(o.startswith(office) for o in one.offices)
    }


def enter(place: str, day: date, person: str, staff: Staff, now_ms: int) -> None:
    """Somebody is on duty that day; raises Refused."""
    if place not in places(staff):
        raise Refused("not_permitted", "another place's roster")
    if not day_of(now_ms) <= day <= today(now_ms) + timedelta(days=LONGEST_DAYS):
        raise Refused("bad_request", "day: 从今天起一年以内 within a year from today")
    if person not in eligible(place, now_ms):
        raise Refused("bad_request", "person: 请选在任的人 somebody in office")
    Duty.objects.create(
        place=place,
        day=day.isoformat(),
        person=person,
        made_by=staff.person.id,
        made_ms=now_ms,
    )


def places(staff: Staff) -> list[str]:
    """Whose duty roster that person may write."""
    if not staff.offices & set(PLANNERS):
        return []
    township = any(one in AUTHORITY for one in staff.offices)
    return [TOWNSHIP, staff.village] if township else [staff.village]


def spoken_for(staff: Staff, now_ms: int) -> set[str]:
    """Of whom he may say that they are away: himself; the authority, of everybody; who is on duty
    tonight or holds an office that the policy names for it, of the people of his village.
    """
    if staff.offices & set(AUTHORITY):
        return {*_persons()}
    on_duty = entries((staff.village, TOWNSHIP), [day_of(now_ms)]).values()
    speaks = staff.person.id in on_duty or staff.offices & set(authority.policy().absence_offices)
    village = authority.rosters()[staff.village].persons if speaks else ()
    return {staff.person.id, *village}


def say_away(person: str, first: date, last: date, staff: Staff, now_ms: int) -> Absence:
    """A statement of absence, which he may sign where machines would take it; raises Refused."""
    if person not in spoken_for(staff, now_ms):
        raise Refused("not_permitted", "person: 只有本人、镇里或今晚值班的人能说")
    now = today(now_ms)
    if not first <= last or not now <= last <= now + timedelta(days=LONGEST_DAYS):
        raise Refused("bad_request", "last: 从开始那天或今天起，一年以内 within a year")
    with transaction.atomic():
        said = Absence.objects.create(
            person=person,
            first=first.isoformat(),
            last=last.isoformat(),
            said_by=staff.person.id,
            said_ms=now_ms,
        )
        stated.prepare(said, staff.village, now_ms)
    return said


def say_back(absence: Absence, staff: Staff, now_ms: int) -> None:
    """It counts no longer; raises Refused."""
    if absence.person not in spoken_for(staff, now_ms):
        raise Refused("not_permitted")
    try:
        with transaction.atomic():
            Back.objects.create(absence=absence, said_by=staff.person.id, said_ms=now_ms)
    except IntegrityError as error:
        raise Refused("bad_request", "已经销假 it is taken back already") from error


def absent(now_ms: int) -> dict[str, Absence]:
    """Who is away today, each with his newest statement that counts. One query."""
    day = today(now_ms).isoformat()
    rows = Absence.objects.filter(first__lte=day, last__gte=day, back__isnull=True)
    rows = rows.select_related("statement__signature")
    return {one.person: one for one in rows.order_by("id")}


def coming(persons: Iterable[str], now_ms: int) -> list[Absence]:
    """Statements of these people that count now or later, the first one first."""
    rows = Absence.objects.filter(last__gte=today(now_ms).isoformat(), back__isnull=True)
    rows = rows.select_related("statement__signature")
    return list(rows.filter(person__in=list(persons)).order_by("first", "id")[:MOST])


def said_by(absence: Absence, known: Mapping[str, str]) -> str:
    """The name of who says so; empty where he says it of himself."""
    by = absence.said_by
    return "" if by == absence.person else known.get(by, by)


def _persons() -> dict[str, Person]:
    rosters = authority.rosters().values()
    return {one.id: one for roster in rosters for one in roster.persons.values()}
