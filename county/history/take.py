"""Brings one township's index up to its copy, and believes nothing of the copy on the way.

Calls `wire` and `county.history`. Held are: the head's signatures, that the leaves make its root
and go on from what was taken last, every list from the county's root on, every approval shown, and
the machine's signature under every entry shown. A list that a machine took and the log does not
name, or one that the township withholds, is a HistoryError: without it nothing is complete. The
index then stays as it was, and says so.
"""

from contextlib import closing
from dataclasses import dataclass
from typing import Final

from county.history import copy, signed
from county.history.copy import Head, Tile, failed
from county.history.store import Store
from county.history.trust import HistoryError, Trust
from wire.approval.subject import subject_hash
from wire.errors import WireError
from wire.lists.leaf import ListLeaf, decode_list_leaf
from wire.lists.parts import Parts, verified
from wire.record import entry as entries
from wire.record import envelope
from wire.record.entry import Entry
from wire.refusals import Refused
from wire.tlog import tiles
from wire.tlog.tree import EMPTY_ROOT, root_of

_ENTRY: Final = b"\xd2"
"""How an entry's leaf begins."""


@dataclass(frozen=True)
class Taken:
    """`size` leaves are in the index, `former` were before."""

    size: int
    former: int


def take(trust: Trust) -> Taken:
    """Index what the copy has beyond the last taking; raises HistoryError."""
    trust.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(Store(trust.index, making=True)) as store:
        try:
            with store.writing():
                taken = _take(trust, store)
                store.note(trouble=None)
        except HistoryError as error:
            store.note(trouble=str(error))
            raise
    return taken


def _take(trust: Trust, store: Store) -> Taken:
    found = copy.head(trust)
    notes = store.notes()
    former, root = notes.get("size", 0), notes.get("root", EMPTY_ROOT)
    size = found.checkpoint.size
    if size < former:
        raise failed("日志变短了", "The log went back", f"{size} leaves after {former}")
    roots = store.tile_roots()
    for tile in copy.grown(trust, size, former):
        if tile.start <= former < tile.start + tiles.WIDTH:
            _same(root_of([*roots, tile.root(former - tile.start)][: _parts(former)]), root)
        _index(trust, store, tile, former)
        roots.append(tile.root())
        if tile.full:
            store.put_tile(tile.number, tile.root())
    _same(root_of(roots), found.checkpoint.root)
    _note(store, found)
    return Taken(size, former)


def _parts(size: int) -> int:
    """Of how many tiles a log of that size consists."""
    return -(-size // tiles.WIDTH)


def _same(root: bytes, wanted: bytes) -> None:
    if root != wanted:
        raise failed("副本与县见证过的日志不一致", "Not the log that the witnesses saw")


def _note(store: Store, found: Head) -> None:
    head = found.checkpoint
    store.note(size=head.size, root=head.root, seen_s=found.seen_s)


def _index(trust: Trust, store: Store, tile: Tile, former: int) -> None:
    for number, leaf in enumerate(tile.leaves, tile.start):
        if number < former:
            continue
        if leaf.startswith(_ENTRY):
            _entry(store, number, leaf)
        elif (named := _named(leaf)) is not None:
            _list(trust, store, number, named)


def _named(leaf: bytes) -> ListLeaf | None:
    """None for a leaf that is no list: nothing that opens a lock stands in it."""
    try:
        return decode_list_leaf(leaf)
    except WireError:
        return None


def _list(trust: Trust, store: Store, number: int, named: ListLeaf) -> None:
    try:
        parts = verified(copy.list_file(trust, named.sha256), trust.root, named.device)
    except Refused as refused:
        raise failed(f"第 {number} 条的清单不成立", f"List at leaf {number}", refused) from refused
    roster = parts.files.roster.version
    store.put_list(named.sha256, parts.files.village, parts.machine.village_name, roster)
    store.note(origins="\n".join(parts.files.policy.origins))
    for machine in parts.files.machines.machines.values():
        store.put_machine(machine.key)
    for key in signed.keys(parts):
        store.put_key(key, roster)
    _approvals(store, number, named, parts)


def _approvals(store: Store, number: int, named: ListLeaf, parts: Parts) -> None:
    """A grant stays in many lists; what is known of it is not looked at again."""
    for kind, data, approval in signed.approvals(parts):
        digest = subject_hash(data)
        claimed = (signed.key_of(approval), digest, approval.step, approval.decision)
        if not store.has_signed(*claimed):
            found = signed.signed(parts, kind, data, approval, store.public_keys)
            if found is not None:
                store.put_signed(found, number, named.sha256)


def _entry(store: Store, number: int, leaf: bytes) -> None:
    try:
        found = entries.decode(envelope.parse(leaf).payload)
    except WireError as error:
        raise failed(f"第 {number} 条读不懂", f"Leaf {number}", error) from error
    if found.kind not in ("list_adopted", "stamped", "correction"):
        return
    _check_signed(store, number, leaf)
    if found.kind == "list_adopted":
        _adopted(store, number, found)
    else:
        name = "grant" if found.kind == "stamped" else "subject"
        store.put_done(found.body[name], number, found.time.wall)


def _adopted(store: Store, number: int, found: Entry) -> None:
    if not store.put_reached(found.body["sha256"], found.time.wall):
        detail = f"{found.device}, leaf {number}"
        raise failed("机器用了一份日志里没有的清单", "A list that the log does not name", detail)


def _check_signed(store: Store, number: int, leaf: bytes) -> None:
    try:
        parsed = envelope.parse(leaf)
        key = store.machine(parsed.kid)
        if key is None:
            raise WireError("envelope", "by a machine of no list")
        envelope.check(parsed, key)
    except WireError as error:
        raise failed(f"第 {number} 条的机器签名不对", f"Leaf {number}", error) from error
