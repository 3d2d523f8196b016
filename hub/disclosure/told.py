"""Uses of seals in plain Chinese, by month: what a village's pages and its open data show.

Calls `hub.disclosure`, `hub.records.notices`, `hub.site`, `wire`. Pure. A name that left the lists
is told by its id.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from hub.disclosure.gather import Gathered, Use
from hub.disclosure.queries import Village
from hub.records import notices
from hub.records.notices import Outside
from hub.site.render import ZONE
from wire.lists.content import Item
from wire.record.words import STATES


@dataclass(frozen=True)
class Told:
    """One opening. `state` is a key of STATES; `leaf` its place in the log, None before it has one
    that is signed; `stamp` the hash of a stamp; `void` says what became of it, `void_leaf` by which
    leaf; `pending`: the county's witness has not seen it.
    """

    ms: int
    item_id: str
    item: str
    seal: str
    sheet: int
    state: str
    words: str
    leaf: int | None
    stamp: str
    grant: str
    void: str
    void_leaf: int | None
    instead: str
    replaces: bool
    emergency: bool
    pending: bool

    @property
    def mood(self) -> str:
        """How its state is drawn: good, wait or bad."""
        return "bad" if self.void else _MOODS[self.state]


@dataclass(frozen=True)
class Paper:
    """One use outside the machine, as the numbered paper register has it."""

    ms: int
    seal: str
    register: str
    impressions: int
    leaf: int | None
    pending: bool
    stamp: str = ""


_MOODS: Final = {
    "stamped": "good",
    "aborted": "bad",
    "interrupted": "bad",
    "returned": "wait",
    "open": "wait",
}
T = TypeVar("T", Told, Paper)


@dataclass(frozen=True)
class Month:
    """One month (yyyy-mm) with all of its uses, the newest first."""

    id: str
    uses: tuple[Told, ...] = ()
    outside: tuple[Paper, ...] = ()

    @property
    def name(self) -> str:
        """2026年11月."""
        year, month = self.id.split("-")
        return f"{year}年{int(month)}月"

    @property
    def stamps(self) -> int:
        return sum(one.state == "stamped" for one in self.uses)


@dataclass(frozen=True)
class Words:
    """What the lists call things, and how far log and witness have come: `size` leaves are signed,
    `seen` of them cosigned, where the policy needs that.
    """

    items: Mapping[str, Item]
    seals: Mapping[tuple[str, str], str]
    size: int
    seen: int
    needed: bool

    def leaf(self, index: int | None) -> int | None:
        """Where it is in the signed log; None before."""
        return index if index is not None and index < self.size else None

    def pending(self, index: int | None) -> bool:
        return self.needed and index is not None and index >= self.seen


def seals(where: Village) -> Mapping[tuple[str, str], str]:
    """(device, seal) → its name."""
    return {(m.device, seal.id): seal.name for m in where.machines for seal in m.seals}


def told(use: Use, words: Words) -> Told:
    """One opening in words."""
    line, void = use.line, use.void
    item = words.items.get(line.item)
    return Told(
        ms=line.wall_ms,
        item_id=line.item,
        item=line.item if item is None else item.zh,
        seal=words.seals.get((line.device, line.seal), line.seal),
        sheet=line.sheet,
        state=line.state,
        words=STATES[line.state][0],
        leaf=words.leaf(line.leaf_index),
        stamp="" if line.stamp is None else line.stamp.hex(),
        grant=notices.fingerprint(line.grant),
        void="" if void is None else void.words[0],
        void_leaf=None if void is None else words.leaf(void.leaf_index),
        instead="" if void is None else void.instead,
        replaces=use.replaces,
        emergency=use.emergency,
        pending=words.pending(line.leaf_index),
    )


def months(found: Gathered, words: Words) -> list[Month]:
    """All months with something in them, the newest first."""
    uses = _by_month(told(one, words) for one in found.uses)
    outside = _by_month(_paper(one, words) for one in found.outside)
    names = sorted(uses.keys() | outside.keys(), reverse=True)
    return [Month(one, tuple(uses.get(one, ())), tuple(outside.get(one, ()))) for one in names]


def items(some: Iterable[Month]) -> list[tuple[str, int]]:
    """(item, stamps) of these months, the most first."""
    stamped = (one.item for month in some for one in month.uses if one.state == "stamped")
    return sorted(Counter(stamped).items(), key=lambda pair: (-pair[1], pair[0]))


def _by_month(rows: Iterable[T]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for one in rows:
        month = datetime.fromtimestamp(one.ms / 1000, ZONE).strftime("%Y-%m")
        found.setdefault(month, []).append(one)
    return found


def _paper(one: Outside, words: Words) -> Paper:
    return Paper(
        ms=one.used_ms,
        seal=words.seals.get((one.device, one.seal), one.seal),
        register=one.register,
        impressions=one.impressions,
        leaf=words.leaf(one.leaf_index),
        pending=words.pending(one.leaf_index),
    )
