"""Who may take a step of a chain: offices, terms, substitutes and conflicts. People are counted.

Calls only `wire.lists.catalogue` and `wire.lists.roster`, for their types.

The rules:
 * A step belongs to whoever holds its office at the application's creation. Where every holder is
   conflicted, or none is in office, it passes to the step's first substitute office, and so on:
   the first office with a holder free of conflict is the only one that counts (一肩挑).
 * Conflicted is who is excluded (the applicant, his relatives, who is away by a signed statement),
   who approves an earlier step, and who approves any other step by its own office. Who approves a
   later step as a substitute is not: two officers cannot make room for each other by changing
   places.
"""

from collections.abc import Collection, Mapping, Sequence

from wire.lists.catalogue import Step
from wire.lists.roster import Person, Roster


def eligible(
    chain: Sequence[Step],
    index: int,
    roster: Roster,
    at_ms: int,
    *,
    excluded: Collection[str],
    taken: Mapping[str, str],
) -> tuple[Person, ...]:
    """The persons who may take chain[index]; `taken` maps steps of the chain to their approvers."""
    conflicted = {*excluded}
    for place, other in enumerate(chain):
        person = roster.persons.get(taken.get(other.step, ""))
        if person is None or place == index:
            continue
        if place < index or person.holds(other.office, at_ms):
            conflicted.add(person.id)
    own = chain[index]
    for office in (own.office, *own.substitutes):
        free = tuple(p for p in roster.holders(office, at_ms) if p.id not in conflicted)
        if free:
            return free
    return ()
