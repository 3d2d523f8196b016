"""Villages of a township, found and changed. Calls `county.authority` and `wire`. Pure."""

from collections.abc import Callable
from dataclasses import replace

from county.authority import AuthorityError, Township, Village
from wire.lists import villages
from wire.lists.content import Machines, Roster
from wire.lists.villages import FormerVillage
from wire.shape import ShapeError


def add_village(township: Township, village: str) -> Township:
    """A village without persons and machines yet."""
    if any(one.id == village for one in township.villages):
        raise AuthorityError(f"已有此村：{village}。 The village is there already: {village}.")
    new = Village(Roster(1, village, {}), Machines(1, {}))
    return replace(township, villages=(*township.villages, new))


def village_named(township: Township, village: str) -> Village:
    """Raises AuthorityError."""
    for one in township.villages:
        if one.id == village:
            return one
    known = ", ".join(one.id for one in township.villages)
    raise AuthorityError(f"没有此村：{village}。 No such village: {village}. {known}")


def with_village(
    township: Township, village: str, change: Callable[[Village], Village]
) -> Township:
    changed = tuple(change(one) if one.id == village else one for one in township.villages)
    return replace(township, villages=changed)


def end_village(
    township: Township, village: str, name: str, into: tuple[str, ...], since_ms: int
) -> Township:
    """From then on the village is part of others, which there have to be; its history stays."""
    village_named(township, village)
    for one in into:
        village_named(township, one)
    if village in into:
        raise AuthorityError("一个村不能并入自己。 A village does not go into itself.")
    return _with_former(township, FormerVillage(village, name, into, since_ms))


def move_people(township: Township, village: str, into: str, now_ms: int) -> Township:
    """Everybody of a village that has ended is on the roster of one that came after, with keys, kin
    and the terms that are over; nobody holds an office in the old one any more.
    """
    old, new = village_named(township, village), village_named(township, into)
    end = villages.ended(township.policy.former_villages, village, now_ms)
    if end is None or into not in end.into:
        raise AuthorityError(
            f"{village} 还没有并入 {into}，人员不能移过去。 {village} has not gone into {into} yet."
        )
    persons = old.roster.persons
    held = [one for one in persons.values() if any(t.end_ms > now_ms for t in one.offices)]
    if held:
        names = "、".join(one.name for one in held)
        raise AuthorityError(
            f"先让这些人离任：{names}。 Still in office there: {', '.join(p.id for p in held)}."
        )
    township = with_village(
        township, village, lambda one: replace(one, roster=replace(one.roster, persons={}))
    )
    merged = {**new.roster.persons, **persons}
    return with_village(
        township, into, lambda one: replace(one, roster=replace(one.roster, persons=merged))
    )


def rename_village(township: Township, village: str, name: str, since_ms: int) -> Township:
    """Another name on all its machines; the one that it had stays known."""
    machines = village_named(township, village).machines
    former = {one.village_name for one in machines.machines.values()} - {name}
    if not former:
        raise AuthorityError(
            f"{village} 没有机器，或已叫 {name}。 No machine bears another name there."
        )
    changed = {device: replace(one, village_name=name) for device, one in machines.machines.items()}
    township = with_village(
        township, village, lambda one: replace(one, machines=replace(machines, machines=changed))
    )
    for old in sorted(former):
        township = _with_former(township, FormerVillage(village, old, (village,), since_ms))
    return township


def _with_former(township: Township, former: FormerVillage) -> Township:
    known = (*township.policy.former_villages, former)
    try:
        villages.check(known)
    except ShapeError as error:
        raise AuthorityError(f"原村不能这样写。 This cannot be said: {error}") from error
    return replace(township, policy=replace(township.policy, former_villages=known))
