"""The part of the log that proves some of its leaves, as the files of an inspector's bundle.

Calls `hub.log.{models,store}` and `wire.tlog`. Whoever has these files, the head and the leaf's
number computes the proof himself; other leaves of the same tiles, which are public, come with them.
"""

from collections.abc import Collection, Iterator

from hub.log import store
from hub.log.models import Leaf
from hub.log.store import Hashes
from wire.tlog import proof, tiles
from wire.tlog.tiles import HEIGHT, WIDTH

Tile = tuple[int, int, int]
"""Level, index, width."""


def head(leaves: Collection[int]) -> tuple[int, bytes]:
    """(size, checkpoint) that answers for them: one that witnesses saw, where that has them all."""
    last = max(leaves, default=-1)
    for found in (store.cosigned(), store.head()):
        if found is not None and last < found.size:
            return found.size, bytes(found.checkpoint)
    raise store.NotLoggedError(f"leaf {last}")


def files(leaves: Collection[int], size: int) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of the tiles that these leaves and their proofs stand in."""
    known = Hashes()
    for level, index, width in sorted(wanted(leaves, size)):
        first = index * WIDTH
        data = b"".join(known(level * HEIGHT, at) for at in range(first, first + width))
        yield tiles.hash_path(level, index, width), data
    for index in sorted({leaf // WIDTH for leaf in leaves}):
        first = index * WIDTH
        rows = Leaf.objects.filter(index__gte=first, index__lt=min(size, first + WIDTH))
        data_of = rows.order_by("index").values_list("data", flat=True)
        found = [bytes(data) for data in data_of]
        yield tiles.entries_path(index, len(found)), tiles.encode_entries(found)


def wanted(leaves: Collection[int], size: int) -> set[Tile]:
    """The hash tiles that the proofs of these leaves are made of, in a log of that size. Pure."""
    found: set[Tile] = set()

    def ask(level: int, index: int) -> bytes:
        height, within = divmod(level, HEIGHT)
        number = (index << within) // WIDTH
        found.add((height, number, min(WIDTH, (size >> (HEIGHT * height)) - number * WIDTH)))
        return bytes(32)

    for leaf in leaves:
        proof.inclusion(leaf, size, ask)
    return found
