"""What else in the log belongs to one entry: its list, the opening and its end, a correction.

Calls `wire` and `inspector`. One pass over the leaves; only those that name the machine are read.
"""

from dataclasses import dataclass, replace

from inspector.bundle import Bundle
from inspector.leaf import ENVELOPE, Leaf, read
from inspector.nodes import present
from wire.errors import WireError
from wire.lists import erased
from wire.lists.erased import ErasedLeaf
from wire.lists.leaf import ListLeaf, decode_list_leaf
from wire.record.entry import Entry


@dataclass(frozen=True)
class Listed:
    """A list version and the number of its first leaf."""

    named: ListLeaf
    leaf: int


@dataclass(frozen=True)
class Gone:
    """What a leaf names as erased, and the machine's newest list before that leaf."""

    named: ErasedLeaf
    leaf: int
    listed: Listed | None

    def names(self, what: str, entry: Entry) -> bool:
        return self.named.what == what and any(
            one.device == entry.device and one.first <= entry.seq <= one.last
            for one in self.named.spans
        )


@dataclass(frozen=True)
class Around:
    """`listed` is the list in force at the opening, or at the entry; else the machine's first one;
    None where the log names none. `declared` is the emergency that the opening rests on, `gone`
    is what was erased of the machine's entries.
    """

    listed: Listed | None = None
    declared: Leaf | None = None
    opening: Leaf | None = None
    end: Leaf | None = None
    correction: Leaf | None = None
    gone: tuple[Gone, ...] = ()


def look(target: Leaf, bundle: Bundle, size: int) -> Around:
    """Raises NotVerifiedError for leaves that cannot be read."""
    device = target.entry.device
    lists: dict[int, Listed] = {}
    version: int | None = None
    own = target.entry.seq if target.entry.kind == "authorised" else None
    opening: int | None = target.entry.body.get("authorised", own)
    judged = target.entry.seq if opening is None else opening
    found = Around()
    for index, data in present(bundle, size):
        if device.encode() not in data:
            continue
        if not data.startswith(ENVELOPE):
            _list(index, data, device, lists)
            named = erased.find(data)
            if named is not None:
                newest = next(reversed(lists.values()), None)
                found = replace(found, gone=(*found.gone, Gone(named, index, newest)))
            continue
        leaf = read(index, data)
        if leaf.entry.device != device:
            continue
        if leaf.entry.kind == "list_adopted" and leaf.entry.seq <= judged:
            version = leaf.entry.body["version"]
        found = _take(found, leaf, opening)
    if found.opening is None:
        found = replace(found, declared=None)
    first = next(iter(lists.values()), None)
    return replace(found, listed=first if version is None else lists.get(version))


def _list(index: int, data: bytes, device: str, lists: dict[int, Listed]) -> None:
    try:
        named = decode_list_leaf(data)
    except WireError:
        return
    if named.device == device:
        lists.setdefault(named.version, Listed(named, index))


def _take(found: Around, leaf: Leaf, opening: int | None) -> Around:
    entry, body = leaf.entry, leaf.entry.body
    if opening is not None and entry.seq == opening:
        rests = found.declared is not None and found.declared.entry.body["grant"] == body["grant"]
        return replace(found, opening=leaf, declared=found.declared if rests else None)
    if entry.kind == "emergency" and found.opening is None:
        return replace(found, declared=leaf)
    ends = entry.kind in ("stamped", "aborted", "interrupted")
    if ends and opening is not None and body["authorised"] == opening:
        return replace(found, end=leaf)
    stamped = None if found.end is None else found.end.entry.seq
    if entry.kind == "correction" and body["stamped"] == stamped:
        return replace(found, correction=leaf)
    return found
