"""Villages of a township, found and changed. Calls `county.authority`. Pure."""

from collections.abc import Callable
from dataclasses import replace

from county.authority import AuthorityError, Township, Village
from wire.lists.content import Machines, Roster


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
    villages = tuple(change(one) if one.id == village else one for one in township.villages)
    return replace(township, villages=villages)
