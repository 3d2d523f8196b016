"""Who stands in for somebody who is away: read off the signed catalogue and roster.

Calls only `wire.lists`. Pure. The order is the catalogue's; nobody here is given a step. By the
machine's rules a step passes to a substitute where its holders are in conflict, none is in office,
or they are away by a signed statement; the applicant learns whom to expect.
"""

from collections.abc import Collection
from dataclasses import dataclass

from wire.lists.content import Catalogue, Person, Roster


@dataclass(frozen=True)
class StandIn:
    """For steps of `office`: those who hold it beside him, and the first substitutes there are."""

    office: str
    colleagues: tuple[Person, ...]
    substitutes: tuple[tuple[str, Person], ...]


def of(
    person: Person, catalogue: Catalogue, roster: Roster, at_ms: int, away: Collection[str]
) -> list[StandIn]:
    """One for each office of his that approves something, in the catalogue's order."""
    orders: dict[str, dict[str, None]] = {}
    for item in catalogue.items.values():
        for step in item.steps:
            if person.holds(step.office, at_ms):
                orders.setdefault(step.office, {}).update(dict.fromkeys(step.substitutes))
    gone = {person.id, *away}
    return [
        StandIn(
            office,
            tuple(one for one in roster.holders(office, at_ms) if one.id not in gone),
            _first(tuple(others), roster, at_ms, gone),
        )
        for office, others in orders.items()
    ]


def _first(
    offices: tuple[str, ...], roster: Roster, at_ms: int, gone: Collection[str]
) -> tuple[tuple[str, Person], ...]:
    for office in offices:
        found = [one for one in roster.holders(office, at_ms) if one.id not in gone]
        if found:
            return tuple((office, one) for one in found)
    return ()
