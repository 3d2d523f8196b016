"""Who may sign while others are away.

Calls `hub.applications.status`, `hub.duty.models` and `wire`. Whom a signed statement lets sign is
asked already (`hub.applications.leaning`); any other gives nobody a power. It says whom there is no
use in waiting for, and who would have to be named for the office.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.applications.status import Standing
from hub.duty.models import Absence
from wire.approval import chain


@dataclass(frozen=True)
class Cover:
    """Of those who are asked: who is `here`, who is `away`. Where nobody is here, `could` are those
    who would take the step, in the substitutes' order, if the officers named them for its office.
    """

    here: tuple[str, ...]
    away: tuple[str, ...]
    could: tuple[str, ...]

    @property
    def stuck(self) -> bool:
        return not self.here


def of(held: Standing, gone: Mapping[str, Absence], now_ms: int) -> Cover:
    """Who takes the step that is asked for now; `gone` by person."""
    here = tuple(one for one in held.waiting if one not in gone)
    away = tuple(one for one in held.waiting if one in gone)
    if here or held.step is None:
        return Cover(here, away, ())
    roster = held.lists.roster
    apart = {*chain.apart(held.application, roster), *held.waiting, *gone}
    apart |= {one.person for one in held.decisions}
    found = [
        person.id
        for office in held.step.substitutes
        for person in roster.holders(office, now_ms)
        if person.id not in apart
    ]
    return Cover(here, away, tuple(dict.fromkeys(found)))
