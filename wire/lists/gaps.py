"""Where a roster cannot carry the catalogue: which step of which matter stops without whom, and
from when on, in words.

Calls only its siblings of `wire.lists`. Pure. What a sentence names is said to officers before they
sign, and at the hub's import: `wire.lists.coverage` decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wire.lists.catalogue import Catalogue, Item, Step
from wire.lists.coverage import completable, incomplete_items, signers
from wire.lists.policy import Policy
from wire.lists.roster import Person, Roster
from wire.lists.villages import ended

_SHOWN: Final = 5


@dataclass(frozen=True)
class Gap:
    """Without `person`, and without `kin` where it takes them too, nobody can take `step`."""

    item: Item
    step: Step
    person: Person
    kin: tuple[Person, ...]


def gaps(catalogue: Catalogue, roster: Roster, policy: Policy, at_ms: int) -> list[Gap]:
    """All of a village's at that time, in the order of matters and persons; none of one that had
    gone into another.
    """
    if ended(policy.former_villages, roster.village, at_ms):
        return []
    return [
        _gap(catalogue.items[item], roster.persons[person], roster, policy, at_ms)
        for item, person in incomplete_items(catalogue, roster, policy, at_ms)
    ]


def later(
    catalogue: Catalogue, roster: Roster, policy: Policy, since_ms: int, until_ms: int
) -> list[tuple[int, Gap]]:
    """Those that are not there at since_ms and come before until_ms, each with when it begins."""
    known = set(incomplete_items(catalogue, roster, policy, since_ms))
    found = []
    for at_ms in moments(roster, since_ms, until_ms):
        for gap in gaps(catalogue, roster, policy, at_ms):
            if (gap.item.id, gap.person.id) not in known:
                known.add((gap.item.id, gap.person.id))
                found.append((at_ms, gap))
    return found


def moments(roster: Roster, since_ms: int, until_ms: int) -> list[int]:
    """When a term or an SM2 key of somebody begins or ends, after since_ms and before until_ms."""
    people = roster.persons.values()
    terms = [(one.start_ms, one.end_ms) for person in people for one in person.offices]
    keys = [(one.start_ms, one.end_ms) for person in people for one in person.sm2_keys]
    ends = {at_ms for span in terms + keys for at_ms in span}
    return sorted(at_ms for at_ms in ends if since_ms < at_ms < until_ms)


def told(village: str, found: Sequence[Gap], policy: Policy) -> Iterator[str]:
    """A sentence for each of the first few, Chinese, then English, and how many more there are."""
    for gap in found[:_SHOWN]:
        yield sentence(village, gap, policy)
    if len(found) > _SHOWN:
        yield f"{village}：另有 {len(found) - _SHOWN} 处。 And {len(found) - _SHOWN} more."


def sentence(village: str, gap: Gap, policy: Policy) -> str:
    """Which matter stops at which step without whom, and what to do."""
    office, _ = policy.offices.get(gap.step.office, (gap.step.office, gap.step.office))
    kin = "、".join(one.name for one in gap.kin)
    family = f"和亲属{kin}都" if kin else ""
    relatives = f" and {', '.join(one.id for one in gap.kin)}" if gap.kin else ""
    return (
        f"{village}：{gap.person.name}{family}不能到场时，“{gap.item.zh}”的“{office}”这一步无人可批，"
        "请增加替补职务或人员。 "
        f"{village}: without {gap.person.id}{relatives} nobody can take the step {gap.step.step} "
        f"of {gap.item.id}; add a substitute office or a person."
    )


def _gap(item: Item, person: Person, roster: Roster, policy: Policy, at_ms: int) -> Gap:
    able = signers(item, roster, policy, at_ms)
    step = _stuck(item, roster, at_ms, able, {person.id})
    if step is not None:
        return Gap(item, step, person, ())
    kin = tuple(p for p in roster.persons.values() if p.id in roster.kin(person.id) and p.offices)
    gone = {person.id, *(one.id for one in kin)}
    return Gap(item, _stuck(item, roster, at_ms, able, gone) or item.steps[-1], person, kin)


def _stuck(
    item: Item, roster: Roster, at_ms: int, able: frozenset[str], gone: set[str]
) -> Step | None:
    """The first step of any of its chains that cannot be taken after those before it."""
    officers = {person.id for person in roster.persons.values() if person.offices}
    for chain in item.chains:
        for place, step in enumerate(chain):
            if not completable(chain[: place + 1], roster, at_ms, able, gone & officers):
                return step
    return None
