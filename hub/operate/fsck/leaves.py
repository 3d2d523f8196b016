"""Leaves: in order, what their hashes say, the same in the second store, each with its row.

Calls `hub.{devices,ingest,log}` and `wire`. One pass, a portion of leaves at a time.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.core.exceptions import ObjectDoesNotExist

from hub.devices.models import ListVersion
from hub.ingest import erased
from hub.ingest.models import Record
from hub.log import second
from hub.log.models import Leaf, Node
from hub.log.second import SecondStore
from hub.log.store import Hashes
from hub.operate.fsck.faults import Fault
from wire.lists import renewal
from wire.lists.leaf import list_leaf
from wire.tlog import tree

PORTION: Final = 1024
_Row = tuple[int, bytes, bytes]


def examine(size: int, signed: int, second_store: Path) -> Iterator[Fault]:
    """`size` leaves are in the table, `signed` of them must be in the second store, too."""
    length = second_store.stat().st_size if second_store.exists() else 0
    count, end = second.measured(second_store) if length else (0, 0)
    kept = SecondStore(second_store, count).leaves() if count else iter(())
    known = Hashes()
    for first in range(0, size, PORTION):
        last = min(first + PORTION, size)
        rows = _rows(first, last)
        with suppress(ObjectDoesNotExist):
            yield from _tree(first, last, rows, known)
        yield from _second(rows, kept, count)
        yield from _owners(first, last, rows)
    if count < signed:
        yield Fault("second_short", f"leaf {count}")
    if end < length:
        yield Fault("second_cut", f"{second_store.name} byte {end}")


def _rows(first: int, last: int) -> list[_Row]:
    rows = Leaf.objects.filter(index__gte=first, index__lt=last).order_by("index")
    found = rows.values_list("index", "data", "hash")
    return [(index, bytes(data), bytes(leaf)) for index, data, leaf in found]


def _tree(first: int, last: int, rows: list[_Row], known: Hashes) -> Iterator[Fault]:
    """Hashes are computed anew; the nodes that these leaves complete are held against them.

    Raises ObjectDoesNotExist behind a gap, where no tree goes on.
    """
    held = {
        (level, index): bytes(value)
        for level in range(1, last.bit_length())
        for index, value in Node.objects.filter(
            level=level, index__gte=first >> level, index__lt=last >> level
        ).values_list("index", "hash")
    }
    present = {index: (data, leaf) for index, data, leaf in rows}
    for index in range(first, last):
        if index not in present:
            yield Fault("leaf_gap", f"leaf {index}")
            return
        data, leaf = present[index]
        made = tree.leaf_hash(data)
        if made != leaf:
            yield Fault("leaf_altered", f"leaf {index}")
        for level, at, value in tree.new_nodes(index, leaf, known):
            known.add(level, at, value)
            if level and held.get((level, at)) != value:
                yield Fault("node_differs", f"level {level} node {at}")


def _second(rows: list[_Row], kept: Iterator[bytes], count: int) -> Iterator[Fault]:
    for index, data, _ in rows:
        if index < count and next(kept) != data:
            yield Fault("second_differs", f"leaf {index}")


def _owners(first: int, last: int, rows: list[_Row]) -> Iterator[Fault]:
    """Each leaf is a record's envelope, names a list or what was erased; the first may name the log
    before.
    """
    span = {"leaf_index__gte": first, "leaf_index__lt": last}
    wanted = {
        index: bytes(data)
        for index, data in Record.objects.filter(**span).values_list("leaf_index", "envelope")
    }
    wanted |= dict(erased.leaves(first, last))
    listed = ListVersion.objects.filter(**span)
    for index, device, version, sha256 in listed.values_list(
        "leaf_index", "device", "version", "sha256"
    ):
        wanted[index] = list_leaf(device, version, bytes(sha256))
    for index, data, _ in rows:
        if index not in wanted and index == 0 and renewal.find(data) is not None:
            continue
        if index not in wanted:
            yield Fault("leaf_unknown", f"leaf {index}")
        elif wanted[index] != data:
            yield Fault("record_differs", f"leaf {index}")
