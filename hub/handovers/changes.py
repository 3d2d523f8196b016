"""Who comes and who leaves in a village and when, read off its signed roster.

Calls only `wire.lists`. Pure. The roster is the whole plan: what is not in it, changes nothing.
"""

from dataclasses import dataclass
from typing import Final

from wire.lists import gaps
from wire.lists.content import Catalogue, Person, Policy, Roster

DAY_MS: Final = 86_400_000
BACK_MS: Final = 90 * DAY_MS
AHEAD_MS: Final = 366 * DAY_MS
"""So far back and ahead the page looks."""
KEYS_WANTED: Final = 2


@dataclass(frozen=True)
class Move:
    """One person's office that ends or begins."""

    person: Person
    office: str


@dataclass(frozen=True)
class Change:
    """One day of one village. `lacks`: who then begins, and how many passkeys he has yet to enrol;
    `open_steps`: a sentence for each step that nobody could take then, with today's keys.
    """

    village: str
    at_ms: int
    leaves: tuple[Move, ...]
    comes: tuple[Move, ...]
    lacks: tuple[tuple[Person, int], ...]
    open_steps: tuple[str, ...]

    @property
    def leavers(self) -> tuple[Person, ...]:
        """Each person once."""
        return tuple({move.person.id: move.person for move in self.leaves}.values())


def of_village(roster: Roster, catalogue: Catalogue, policy: Policy, now_ms: int) -> list[Change]:
    """The changes about now, the first one first."""
    days = gaps.moments(roster, now_ms - BACK_MS, now_ms + AHEAD_MS)
    found = [_change(roster, catalogue, policy, at_ms, now_ms) for at_ms in days]
    return [one for one in found if one.leaves or one.comes]


def _change(
    roster: Roster, catalogue: Catalogue, policy: Policy, at_ms: int, now_ms: int
) -> Change:
    leaves, comes = [], []
    for person in roster.persons.values():
        for office in dict.fromkeys(term.office for term in person.offices):
            before, after = person.holds(office, at_ms - 1), person.holds(office, at_ms)
            if before and not after:
                leaves.append(Move(person, office))
            elif after and not before:
                comes.append(Move(person, office))
    found = gaps.gaps(catalogue, roster, policy, at_ms) if at_ms > now_ms else []
    new = {move.person.id: move.person for move in comes}.values()
    return Change(
        roster.village,
        at_ms,
        tuple(leaves),
        tuple(comes),
        tuple((p, KEYS_WANTED - len(p.passkeys)) for p in new if len(p.passkeys) < KEYS_WANTED),
        tuple(gaps.told(roster.village, found, policy)),
    )
