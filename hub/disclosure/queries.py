"""What the public pages read of the officers' lists: villages, items, who approves. No staff table.

Calls `hub.devices.authority`, `hub.clock`, `wire.lists` and `wire.matters`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hub.clock import now_ms
from hub.devices import authority
from wire.lists.content import Item, Machine
from wire.lists.villages import FormerVillage
from wire.lists.villages import before as before_it
from wire.matters import words


@dataclass(frozen=True)
class Village:
    """One that there is, or one that `ended`: its records stay under its own address."""

    id: str
    name: str
    machines: tuple[Machine, ...]
    ended: FormerVillage | None = None


def villages() -> list[Village]:
    """Every village with a machine, by the officers' lists; then those that ended."""
    return list(_known().values())


def village(name: str) -> Village | None:
    return _known().get(name)


def heirs(where: Village, there: Sequence[Village]) -> list[Village]:
    """Those of the villages that came after one that ended."""
    into = () if where.ended is None else where.ended.into
    return [one for one in there if one.id in into]


def before(where: Village, ended: Sequence[FormerVillage]) -> list[FormerVillage]:
    """Those of `former` that went into one, and names that it had."""
    return before_it(ended, where.id, now_ms())


def former() -> list[FormerVillage]:
    """Those of the policy that have ended, or been renamed, by now."""
    if authority.current() is None:
        return []
    now = now_ms()
    return [one for one in authority.policy().former_villages if one.since_ms <= now]


def asked_for(where: Village, items: Iterable[Item], now_ms: int) -> dict[str, Item]:
    """By id, what a villager may ask for there now: allowed, in force, with a seal for it."""
    if where.ended is not None:
        return {}
    kinds = {seal.kind for machine in where.machines for seal in machine.seals}
    allowed = (one for one in items if one.cls == "allowed" and one.in_force(now_ms))
    return {one.id: one for one in allowed if kinds & {*one.seals}}


def approvals_of(item: Item, offices: words.Offices) -> str:
    """Which offices approve it, by amount where that differs; nobody's name."""
    chain, bands = words.shown(item.chain, offices), words.shown(item.bands, offices)
    return f"{chain}；{bands}" if item.bands else chain


def _known() -> Mapping[str, Village]:
    return _listed(authority.in_force(), tuple(former()))


@lru_cache(maxsize=2)
def _listed(_package: str, ended: tuple[FormerVillage, ...]) -> Mapping[str, Village]:
    """By hash of the package: what is kept in memory cannot be another database's."""
    found: dict[str, list[Machine]] = {}
    for machine in authority.machines().values():
        found.setdefault(machine.village, []).append(machine)
    over = {one.id: one for one in ended if not one.renamed}
    there = {
        name: Village(name, of[0].village_name, tuple(of))
        for name, of in sorted(found.items())
        if name not in over
    }
    return there | {
        name: Village(name, one.name, tuple(found.get(name, ())), one)
        for name, one in sorted(over.items())
    }
