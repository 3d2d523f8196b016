"""Single leaves and proofs out of a bundle's tiles, without reading all of the log.

Calls `wire.tlog` and `inspector`. Hash tiles are believed once a proof made of them leads to the
checkpoint's root.
"""

from collections.abc import Iterator
from functools import lru_cache

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from wire.errors import WireError
from wire.tlog import proof, tiles, tree
from wire.tlog.checkpoint import Checkpoint

HASH_BYTES = 32


def present(bundle: Bundle, size: int) -> Iterator[tuple[int, bytes]]:
    """(index, leaf) of all leaves that the bundle has, also those beyond its scope."""
    for index, width in tiles.entry_tiles(size):
        if bundle.wanted(index, width):
            yield from enumerate(bundle.tile(index, width), index * tiles.WIDTH)


class Nodes:
    """The log of one head."""

    def __init__(self, bundle: Bundle, head: Checkpoint) -> None:
        self._bundle = bundle
        self._head = head
        self._tile = lru_cache(maxsize=64)(self._read_tile)
        self._leaves = lru_cache(maxsize=16)(self._read_leaves)

    def leaf(self, index: int) -> bytes:
        """Raises NotVerifiedError('missing' or 'tree')."""
        return self._leaves(index // tiles.WIDTH)[index % tiles.WIDTH]

    def hash(self, level: int, index: int) -> bytes:
        """Of the complete subtree there, as `wire.tlog.tree` counts; raises NotVerifiedError."""
        height, within = divmod(level, tiles.HEIGHT)
        number, first = divmod(index << within, tiles.WIDTH)
        return tree.root_of(self._tile(height, number)[first : first + (1 << within)])

    def proof(self, index: int) -> list[bytes]:
        """The audit path of that leaf, which leads to the head's root.

        Raises NotVerifiedError('tree').
        """
        where = f"leaf {index}"
        try:
            path = proof.inclusion(index, self._head.size, self.hash)
            hashed = tree.leaf_hash(self.leaf(index))
            proof.verify_inclusion(hashed, index, self._head.size, path, self._head.root)
        except WireError as error:
            raise NotVerifiedError("tree", where, error.detail) from error
        return path

    def _read_tile(self, height: int, number: int) -> list[bytes]:
        data = self._bundle.read(tiles.hash_path(height, number, self._width(height, number)))
        return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]

    def _read_leaves(self, number: int) -> list[bytes]:
        return self._bundle.tile(number, self._width(0, number))

    def _width(self, height: int, number: int) -> int:
        count = self._head.size >> (tiles.HEIGHT * height)
        return max(1, min(tiles.WIDTH, count - number * tiles.WIDTH))
