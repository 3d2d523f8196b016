"""Whether a roster can carry the catalogue when one person, or one family, drops out.

Calls only `wire.approval.entitlement` and its siblings of `wire.lists`.

Who drops out is treated as the applicant is: he approves nothing, and his offices pass to the
substitutes. A holder without a key that counts cannot approve either, but does not make room.
"""

from collections.abc import Collection, Sequence
from functools import cache
from itertools import product

from wire.approval.entitlement import eligible
from wire.lists import means
from wire.lists.catalogue import Catalogue, Item, Step
from wire.lists.policy import Policy
from wire.lists.roster import Roster


def incomplete_items(
    catalogue: Catalogue, roster: Roster, policy: Policy, now_ms: int
) -> list[tuple[str, str]]:
    """(item, person) for each allowed item that lacks a complete chain without that person, be it
    that of one band alone.

    A chain must remain both without the person alone and without the declared relatives too.
    """
    officers = {person.id for person in roster.persons.values() if person.offices}
    drops = {
        person: {
            frozenset({person}) & officers,
            frozenset({person, *roster.kin(person)}) & officers,
        }
        for person in roster.persons
    }

    @cache
    def keyed(item: Item) -> frozenset[str]:
        return signers(item, roster, policy, now_ms)

    @cache
    def complete(chain: tuple[Step, ...], able: frozenset[str], gone: frozenset[str]) -> bool:
        return completable(chain, roster, now_ms, able, gone)

    return [
        (item.id, person)
        for item in catalogue.items.values()
        if item.cls == "allowed"
        for person, cases in drops.items()
        if not all(complete(chain, keyed(item), gone) for chain in item.chains for gone in cases)
    ]


def signers(item: Item, roster: Roster, policy: Policy, at_ms: int) -> frozenset[str]:
    """Who has a key that counts for the item at that time, in office or not."""
    within = (at_ms, at_ms + 1)
    return frozenset(p.id for p in roster.persons.values() if means.able(p, policy, item, within))


def completable(
    chain: Sequence[Step],
    roster: Roster,
    at_ms: int,
    able: Collection[str],
    gone: Collection[str],
) -> bool:
    """Whether different persons of the able, none of them gone, can take all steps."""
    candidates = [
        {
            person.id
            for office in (step.office, *step.substitutes)
            for person in roster.holders(office, at_ms)
            if person.id in able and person.id not in gone
        }
        for step in chain
    ]
    names = [step.step for step in chain]
    return any(
        _stands(chain, dict(zip(names, persons, strict=True)), roster, at_ms, gone)
        for persons in product(*candidates)
        if len(set(persons)) == len(persons)
    )


def _stands(
    chain: Sequence[Step],
    taken: dict[str, str],
    roster: Roster,
    at_ms: int,
    gone: Collection[str],
) -> bool:
    return all(
        taken[step.step]
        in {p.id for p in eligible(chain, index, roster, at_ms, excluded=gone, taken=taken)}
        for index, step in enumerate(chain)
    )
