"""An inspector's bundle of a scope, file by file; one file of it is in memory at a time.

Calls `hub.blobs`, `hub.cases.lists`, `hub.ingest`, `hub.log.models`, `hub.records.read`,
`hub.exports` and `wire.tlog`. The files are those that `sealinspect pull` brings.
"""

import json
from collections.abc import Iterator, Sequence

from hub.blobs import store as blobs
from hub.cases.lists import roots
from hub.exports.lists import CHUNK, Listed, listed
from hub.exports.scope import Scope
from hub.ingest.models import Openings, Record
from hub.log.models import Leaf, Node
from hub.records.read import entry_of, opened
from wire.tlog import tiles
from wire.tlog.tiles import HEIGHT, WIDTH

File = tuple[str, bytes]


def files(scope: Scope) -> Iterator[File]:
    """(path, bytes)."""
    held = listed(scope)
    yield "checkpoint", scope.checkpoint
    told = scope.fields()
    if told is not None:
        yield "scope.json", json.dumps(told).encode()
    yield from _tiles(scope, held.tiles)
    for number, root in enumerate(roots(), start=1):
        yield f"roots/{number}.json", root
    for one in held.rows():
        yield f"lists/{bytes(one.sha256).hex()}.cbor", bytes(one.bundle)
    yield from _beside(scope, held)


def _tiles(scope: Scope, more: set[int]) -> Iterator[File]:
    """Leaves and hashes of the scope's tiles and of some more, all hashes above them, and the log's
    last ones.
    """
    for level, index, width in tiles.hash_tiles(scope.size):
        first = index * WIDTH
        if level:
            nodes = Node.objects.filter(level=level * HEIGHT, index__gte=first)
            rows = nodes.filter(index__lt=first + width).order_by("index")
            hashes = [bytes(one) for one in rows.values_list("hash", flat=True)]
            yield tiles.hash_path(level, index, width), b"".join(hashes)
            continue
        wanted = scope.overlaps(first, width) or index in more
        if wanted or width < WIDTH:
            leaves = Leaf.objects.filter(index__gte=first, index__lt=first + width)
            found = list(leaves.order_by("index").values_list("hash", "data"))
            yield tiles.hash_path(0, index, width), b"".join(bytes(one) for one, _ in found)
            if wanted:
                data = [bytes(leaf) for _, leaf in found]
                yield tiles.entries_path(index, width), tiles.encode_entries(data)


def _beside(scope: Scope, held: Listed) -> Iterator[File]:
    """Openings of the scope's entries, each with the photos that it names."""
    known = Record.objects.filter(leaf_index__lt=scope.end).order_by("leaf_index")
    at = scope.first
    while rows := list(known.filter(leaf_index__gte=at)[:CHUNK]):
        yield from _openings([one for one in rows if one.device in held.ours])
        at = int(rows[-1].leaf_index or 0) + 1


def _openings(rows: Sequence[Record]) -> Iterator[File]:
    names = [bytes(one.entry_hash) for one in rows]
    found = Openings.objects.filter(entry_hash__in=names).values_list("entry_hash", "data")
    beside = {bytes(name): bytes(data) for name, data in found}
    written: set[bytes] = set()
    for one, name in zip(rows, names, strict=True):
        data = beside.get(name)
        if data is None:
            continue
        yield f"openings/{name.hex()}.cbor", data
        for photo in opened(entry_of(bytes(one.envelope)), name, data).photos:
            image = None if photo in written else blobs.get(photo)
            if image is not None:
                written.add(photo)
                yield f"photos/{photo.hex()}.jpg", image
