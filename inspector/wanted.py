"""Which machines, lists and openings a scope takes in, read from the leaves that were pulled.

Calls `wire` and `inspector`.
"""

from collections.abc import Callable, Iterator
from typing import TypeGuard

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.grown import peek, pull_more
from inspector.leaf import ENVELOPE, read
from inspector.supply import Supply
from wire.errors import WireError
from wire.lists import bundle as bundles
from wire.lists import erased
from wire.lists.erased import ErasedLeaf
from wire.lists.leaf import ListLeaf, decode_list_leaf
from wire.record.commitment import OpeningSet
from wire.tlog import tiles

NAMED = ("list", "version")
"""Where a body names a list: `version` of a list_adopted."""


def list_leaves(
    bundle: Bundle,
    size: int,
    first: int = 0,
    gone: Callable[[ErasedLeaf], None] = lambda _: None,
) -> Iterator[tuple[int, ListLeaf]]:
    """(leaf, what it names) of the scope's list leaves; `gone` is told what was erased."""
    for number, leaf in bundle.leaves(size, first):
        named = _named(leaf)
        if isinstance(named, ListLeaf):
            yield number, named
        elif named is not None:
            gone(named)


def village_of(data: bytes | None) -> str | None:
    """The village whose machines a list names; None where it cannot be read."""
    try:
        files = bundles.decode(data or b"").files
    except WireError:
        return None
    found = (one for one in files if one.endswith("/machines.cbor"))
    return next(found, "/").partition("/")[0]


class Range:
    """The entries of a range: of which machine from which seq to which, by which lists."""

    def __init__(self, bundle: Bundle, size: int) -> None:
        self.seqs: dict[str, tuple[int, int]] = {}
        self._lists: set[tuple[str, int]] = set()
        for number, leaf in bundle.leaves(size):
            if leaf.startswith(ENVELOPE):
                self._take(number, leaf)

    def holds(self, found: OpeningSet) -> bool:
        """Whether these openings are of an entry of the range."""
        first, last = self.seqs.get(found.device, (0, -1))
        return first <= found.seq <= last

    def earlier_lists(self, supply: Supply, bundle: Bundle, size: int) -> Iterator[ListLeaf]:
        """Lists before the range on which its entries rest, with the tiles that name them: those
        that entries name, and each machine's newest before.
        """
        missing = set(self._lists)
        devices = set(self.seqs)
        for _, named in list_leaves(bundle, size):
            missing.discard((named.device, named.version))
        index = (bundle.scope.first - 1) // tiles.WIDTH
        while index >= 0 and (missing or devices):
            leaves = peek(supply, bundle, size, index)
            before = reversed(leaves[: bundle.scope.first - index * tiles.WIDTH])
            found: list[ListLeaf] = []
            for named in filter(_is_list, map(_named, before)):
                place = (named.device, named.version)
                if place in missing or named.device in devices:
                    found.append(named)
                missing.discard(place)
                devices.discard(named.device)
            if found:
                pull_more(supply, bundle, size, index)
            yield from found
            index -= 1

    def later_erasures(self, supply: Supply, bundle: Bundle, size: int) -> Iterator[ListLeaf]:
        """Lists after the range on which it rests, with the tiles that name them, where its entries
        are named as erased.
        """
        newest: dict[str, int] = {}
        wanted: dict[int, list[ListLeaf]] = {}
        for index in range((bundle.scope.end or size) // tiles.WIDTH, -(-size // tiles.WIDTH)):
            found = list(map(_named, peek(supply, bundle, size, index)))
            ours = [one for one in filter(_is_list, found) if one.device in self.seqs]
            wanted[index] = ours
            newest |= dict.fromkeys((one.device for one in ours), index)
            gone = (one.spans for one in found if isinstance(one, ErasedLeaf))
            devices = {span.device for spans in gone for span in spans} & self.seqs.keys()
            for number in {index if devices else -1, *(newest.get(one, -1) for one in devices)}:
                if number in wanted:
                    pull_more(supply, bundle, size, number)
                    yield from wanted[number]

    def _take(self, number: int, leaf: bytes) -> None:
        try:
            entry = read(number, leaf).entry
        except NotVerifiedError:
            return
        first, _ = self.seqs.get(entry.device, (entry.seq, 0))
        self.seqs[entry.device] = (first, entry.seq)
        for name in NAMED:
            if type(entry.body.get(name)) is int:
                self._lists.add((entry.device, entry.body[name]))


def _named(leaf: bytes) -> ListLeaf | ErasedLeaf | None:
    """None for an entry, and for what nobody knows."""
    if leaf.startswith(ENVELOPE):
        return None
    try:
        return decode_list_leaf(leaf)
    except WireError:
        return erased.find(leaf)


def _is_list(named: ListLeaf | ErasedLeaf | None) -> TypeGuard[ListLeaf]:
    return isinstance(named, ListLeaf)
