"""Published tiles: there, and what the log makes of them. Calls `hub.log` and `wire.tlog`."""

from collections.abc import Iterator
from pathlib import Path

from hub.log import published, store
from hub.log.keys import LogKey
from hub.log.models import Leaf, Node
from hub.operate.fsck.faults import Fault
from wire.errors import WireError
from wire.tlog import tiles
from wire.tlog.tiles import HEIGHT, WIDTH
from wire.tlog.tree import leaf_hash


def examine(key: LogKey, public: Path) -> Iterator[Fault]:
    """Every tile that belongs to the published checkpoint."""
    data = published.read_checkpoint(public)
    try:
        shown = 0 if data is None else min(key.open(data).size, store.size())
    except WireError:
        return
    yield from _tiles(shown, public, data)


def _tiles(shown: int, public: Path, data: bytes | None) -> Iterator[Fault]:
    """A narrow tile that is gone was dropped if something newer was published meanwhile."""
    for level, index, width in tiles.hash_tiles(shown):
        first = index * WIDTH
        leaves = _leaves(first, first + width) if level == 0 else []
        hashes = map(leaf_hash, leaves) if level == 0 else _nodes(level, first, first + width)
        held = {tiles.hash_path(level, index, width): b"".join(hashes)}
        if level == 0:
            held[tiles.entries_path(index, width)] = tiles.encode_entries(leaves)
        for path, wanted in held.items():
            found = _read(public / path)
            if found is None and (width == WIDTH or published.read_checkpoint(public) == data):
                yield Fault("tile_missing", path)
            elif found is not None and found != wanted:
                yield Fault("tile_differs", path)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _nodes(level: int, first: int, end: int) -> list[bytes]:
    rows = Node.objects.filter(level=level * HEIGHT, index__gte=first, index__lt=end)
    return [bytes(one) for one in rows.order_by("index").values_list("hash", flat=True)]


def _leaves(first: int, end: int) -> list[bytes]:
    rows = Leaf.objects.filter(index__gte=first, index__lt=end).order_by("index")
    return [bytes(data) for data in rows.values_list("data", flat=True)]
