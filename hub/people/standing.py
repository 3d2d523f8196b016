"""How a person stands: offices, passkeys of both kinds, suspension, log-ins. Reads only.

Calls `hub.devices.authority`, `hub.people` and `hub.revocations`. Offices and passkeys for
approvals are the signed roster's; nothing here makes anybody anything.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.clock import moment
from hub.devices import authority
from hub.people.models import LoginKey
from hub.revocations import service as revocations
from hub.revocations.models import Revocation
from wire.lists.content import Person

WANTED: Final = 2
"""Authenticators that everybody should have: one may be lost."""


@dataclass(frozen=True)
class Key:
    """`kind` is what it is revoked as; `gone`: it was taken back."""

    kind: str
    value: str
    zh: str
    gone: bool
    witness: str = ""
    model: str = ""
    made: datetime | None = None


@dataclass(frozen=True)
class Row:
    """`village` and `offices` are named; `approving` and `logging_in` count the passkeys good for
    it.
    """

    person: Person
    village: str
    offices: list[str]
    suspended: Revocation | None
    approving: int
    logging_in: int

    @property
    def thin(self) -> bool:
        return 0 < self.approving < WANTED or 0 < self.logging_in < WANTED


def rows(now_ms: int) -> list[Row]:
    """Everybody who holds an office now, suspended or not, in the rosters' order."""
    gone = {(one.kind, one.value): one for one in revocations.in_force(now_ms)}
    taken = revocations.logins()
    places = {one.village: one.village_name for one in authority.machines().values()}
    names = authority.policy().offices if places else {}
    counted = Counter(
        one.person for one in LoginKey.objects.all() if bytes(one.credential) not in taken
    )
    return [
        Row(
            person,
            places.get(village, village),
            _named(offices, names),
            gone.get(("person", person.id)),
            sum(1 for key in _approving(person) if ("passkey", key) not in gone),
            counted[person.id],
        )
        for village, roster in authority.rosters().items()
        for person in roster.persons.values()
        if (offices := _offices(person, now_ms))
    ]


def listed(person: str) -> tuple[str, Person] | None:
    """Village and person of any roster, in office or not."""
    for village, roster in authority.rosters().items():
        if person in roster.persons:
            return village, roster.persons[person]
    return None


def keys(person: Person, now_ms: int) -> list[Key]:
    """All of his, those for approvals first."""
    gone = {one.value for one in revocations.in_force(now_ms) if one.kind == "passkey"}
    taken = revocations.logins()
    approving = [
        Key("passkey", value, "审批（县里）", value in gone) for value in _approving(person)
    ]
    logging_in = [
        Key(
            "login",
            bytes(one.credential).hex(),
            "登录（平台）",
            bytes(one.credential) in taken,
            one.witness,
            one.model,
            moment(one.made_ms) if one.made_ms else None,
        )
        for one in LoginKey.objects.filter(person=person.id).order_by("id")
    ]
    return [*approving, *logging_in]


def thin(found: list[Key]) -> list[str]:
    """Of which kind he has only one that is good."""
    good = Counter(one.zh for one in found if not one.gone)
    return [zh for zh, count in good.items() if count < WANTED]


def office_names(person: Person, now_ms: int) -> list[str]:
    """In Chinese, as the policy has them."""
    return _named(_offices(person, now_ms), authority.policy().offices)


def _named(offices: Iterable[str], names: Mapping[str, Sequence[str]]) -> list[str]:
    return [names[one][0] if one in names else one for one in offices]


def _offices(person: Person, now_ms: int) -> tuple[str, ...]:
    held = (term.office for term in person.offices if person.holds(term.office, now_ms))
    return tuple(dict.fromkeys(held))


def _approving(person: Person) -> list[str]:
    passkeys = [key.credential.hex() for key in person.passkeys]
    return passkeys + [key.kid.hex() for key in person.sm2_keys]
