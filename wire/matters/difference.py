"""What is different between two lists of matters. Calls `wire.lists` and `wire.matters.words`.

Told to officers before they sign (`county`) and to the township side by side (`hub`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from wire.lists.catalogue import Catalogue, Item
from wire.matters import words
from wire.matters.words import CLASSES, Offices


@dataclass(frozen=True)
class Change:
    """One field of one item as it was and is; `field` is empty for an item that came or went, whose
    other side is None.
    """

    item: str
    name: str
    field: str
    before: str | None
    after: str | None


def changes(old: Catalogue | None, new: Catalogue, offices: Offices) -> Iterator[Change]:
    """Item by item, in the order of the lists."""
    before = {} if old is None else old.items
    for name in dict.fromkeys([*before, *new.items]):
        was, now = before.get(name), new.items.get(name)
        if was is None and now is not None:
            yield Change(name, now.zh, "", None, _summary(now, offices))
        elif was is not None and now is None:
            yield Change(name, was.zh, "", _summary(was, offices), None)
        elif was is not None and now is not None and was != now:
            yield from _fields(was, now, offices)


def _fields(was: Item, now: Item, offices: Offices) -> Iterator[Change]:
    for one in fields(Item):
        before, after = getattr(was, one.name), getattr(now, one.name)
        if before != after:
            was_said = words.field(one.name, before, offices)
            yield Change(now.id, now.zh, one.name, was_said, words.field(one.name, after, offices))


def _summary(item: Item, offices: Offices) -> str:
    if item.cls != "allowed":
        return f"{CLASSES[item.cls][0]}：{item.where_zh}"
    bands = "".join(f"；{words.shown(band, offices)}" for band in item.bands)
    chain, seals = words.shown(item.chain, offices), words.field("seals", item.seals, offices)
    return f"{CLASSES[item.cls][0]}；由{chain}批{bands}；用{seals}"
