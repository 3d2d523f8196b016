"""Published tiles: there, and what the log makes of them. Calls `hub.log` and `wire.tlog`."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ObjectDoesNotExist

from hub.log import published, store
from hub.log.keys import LogKey
from hub.log.models import Leaf
from hub.operate.fsck.faults import Fault
from wire.errors import WireError
from wire.tlog import tiles
from wire.tlog.tiles import HEIGHT, WIDTH


def examine(key: LogKey, size: int, public: Path) -> Iterator[Fault]:
    """Every tile that belongs to the published checkpoint."""
    data = published.read_checkpoint(public)
    try:
        shown = 0 if data is None else min(size, key.open(data).size)
    except WireError:
        return
    with suppress(ObjectDoesNotExist):
        yield from _tiles(shown, public)


def _tiles(shown: int, public: Path) -> Iterator[Fault]:
    """Raises ObjectDoesNotExist where a leaf or a node is missing, which is told elsewhere."""
    known = store.Hashes()
    for level, index, width in tiles.hash_tiles(shown):
        first = index * WIDTH
        hashes = (known(level * HEIGHT, at) for at in range(first, first + width))
        yield from _file(public, tiles.hash_path(level, index, width), b"".join(hashes))
        if level == 0:
            wanted = tiles.encode_entries(_leaves(first, first + width))
            yield from _file(public, tiles.entries_path(index, width), wanted)


def _file(public: Path, path: str, wanted: bytes) -> Iterator[Fault]:
    try:
        if (public / path).read_bytes() != wanted:
            yield Fault("tile_differs", path)
    except FileNotFoundError:
        yield Fault("tile_missing", path)


def _leaves(first: int, end: int) -> list[bytes]:
    rows = Leaf.objects.filter(index__gte=first, index__lt=end).order_by("index")
    return [bytes(data) for data in rows.values_list("data", flat=True)]
