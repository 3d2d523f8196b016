"""Who somebody is, read off the officers' signed rosters.

Calls `hub.devices.authority` and `hub.revocations`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hub.devices import authority
from hub.revocations import service as revocations
from wire.lists.content import Person

KEEPERS: Final = ("township.leader", "township.duty", "township.inspector")
"""Offices that may take back persons and passkeys, and see a log-in passkey made."""


@dataclass(frozen=True)
class Staff:
    """A natural person with the village whose roster names him, and his offices now."""

    person: Person
    village: str
    offices: frozenset[str]

    @property
    def of_village(self) -> bool:
        """Whether he holds an office of a village."""
        return any(one.startswith("village.") for one in self.offices)


def staff(now_ms: int) -> Iterator[Staff]:
    """Everyone who holds an office now and is not revoked, in the rosters' order."""
    gone = revocations.current(now_ms).persons
    for village, roster in authority.rosters().items():
        for person in roster.persons.values():
            offices = frozenset(
                term.office for term in person.offices if person.holds(term.office, now_ms)
            )
            if offices and person.id not in gone:
                yield Staff(person, village, offices)


def find(person: str, now_ms: int) -> Staff | None:
    """Who holds an office now under that id."""
    return next((one for one in staff(now_ms) if one.person.id == person), None)


def listed(name: str) -> list[str]:
    """The ids of those on any roster, in office or not, with that id or of that name."""
    return [one for one, called in names().items() if name in (one, called)]


def suspended(person: str, now_ms: int) -> bool:
    """Whether the township took him back, for a time or for good."""
    return person in revocations.current(now_ms).persons


def names() -> dict[str, str]:
    """Everybody on any roster, in office or not, by id."""
    rosters = authority.rosters().values()
    return {one.id: one.name for roster in rosters for one in roster.persons.values()}


def labels() -> dict[str, str]:
    """Name and id of everybody on any roster, in office or not, by id."""
    return {one: f"{name}（{one}）" for one, name in names().items()}
