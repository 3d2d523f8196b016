"""A look-up of relief: the same work and the same time, whatever is asked for.

Calls `hub.relief`, `hub.days` and Django. By full name and identity number, or by a household's
code. What was typed is never judged, only hashed: what cannot be right is looked for like what is,
and found nowhere. So there is nothing to be told apart but a hit from everything else.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Final

from django.db import transaction
from django.db.models import Q

from hub.config import Config
from hub.days import today
from hub.relief import keys, tally
from hub.relief.models import Benefit, Household
from hub.relief.settings import settings

MOST: Final = 40
"""So many rows are shown."""
ROOM: Final = 4
"""So many wait at a time: half of the site's threads (`hub.serve`)."""


@dataclass(frozen=True)
class Asked:
    """What was typed."""

    name: str = ""
    number: str = ""
    code: str = ""


@dataclass(frozen=True)
class Answer:
    """What was found, the newest first; or that it was asked too often today."""

    rows: tuple[Benefit, ...] = ()
    refused: bool = False


@dataclass(frozen=True)
class Pace:
    """Clock (ns that only grow) and sleeper (s) of the fixed delay, and who may wait at once."""

    clock: Callable[[], int] = time.monotonic_ns
    sleep: Callable[[float], None] = time.sleep
    room: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(ROOM))

    def release(self, begun: int, delay_ms: int) -> None:
        """Wait until the delay is over; what took longer, until the next one is."""
        delay = delay_ms * 1_000_000
        spent = self.clock() - begun
        self.sleep((delay - spent % delay) / 1e9)


def look(asked: Asked, address: str, config: Config, now_ms: int) -> Answer:
    """In three hashes under each key and four statements, always. Raises ConfigError."""
    held, most, day = keys.load(config.state), settings(config), today(now_ms)
    person = keys.person(held, asked.name, asked.number)
    code = keys.code(held, asked.code)
    key = keys.plain_name(asked.name) or keys.plain_number(asked.code)
    who = {
        tally.ADDRESS: keys.once(held, f"{day}\naddress\n{address}"),
        tally.KEY: keys.once(held, f"{day}\nkey\n{key}"),
        tally.ALL: b"",
    }
    with transaction.atomic():
        counts = tally.count(day, who)
        found = tuple(_rows(person, code))
        refused = (
            counts[tally.ADDRESS] > most.address_day
            or counts[tally.KEY] > most.key_day
            or counts[tally.ALL] > most.day
        )
        tally.note(day, found=bool(found) and not refused, refused=refused)
    return Answer(refused=True) if refused else Answer(found)


def _rows(person: bytes, code: bytes) -> list[Benefit]:
    """Whichever of both it is: one query, by two indexes."""
    rows = Benefit.objects.filter(batch__withdrawn_ms__isnull=True)
    either = Q(index=person) | Q(household__in=Household.objects.filter(code=code).values("pk"))
    return list(rows.filter(either).order_by("-day", "-id")[:MOST])
