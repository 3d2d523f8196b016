"""The log's tree, computed anew from its leaves: the root, and every hash tile in the bundle.

Calls `wire.tlog` and `inspector`. A tile of 256 leaves is hashed by itself, so that all cores can
help; what is above the tiles takes one subtree for each level.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.leaf import ENVELOPE
from wire.tlog import tiles
from wire.tlog.tree import EMPTY_ROOT, leaf_hash, node_hash, root_of


class Growing:
    """The complete subtrees of the leaves so far, largest first, as (level, hash)."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, bytes]] = []

    def add(self, current: bytes, level: int = 0) -> None:
        """A leaf hash, or the hash of a complete subtree of that level in its place."""
        while self._parts and self._parts[-1][0] == level:
            current = node_hash(self._parts.pop()[1], current)
            level += 1
        self._parts.append((level, current))

    def root(self) -> bytes:
        if not self._parts:
            return EMPTY_ROOT
        combined = self._parts[-1][1]
        for _, part in reversed(self._parts[:-1]):
            combined = node_hash(part, combined)
        return combined


@dataclass(frozen=True)
class HashedTile:
    """One tile of leaves: their hashes, its list leaves by index, the first hash tile that lies."""

    hashes: tuple[bytes, ...]
    root: bytes
    lists: tuple[tuple[int, bytes], ...]
    lie: NotVerifiedError | None


def hash_tile(bundle: Bundle, index: int, width: int) -> HashedTile:
    """The leaves of a tile that is in the bundle, held against its hash tile."""
    leaves = bundle.tile(index, width)
    hashes = tuple([leaf_hash(leaf) for leaf in leaves])
    start = index * tiles.WIDTH
    lists = tuple(
        (number, leaf) for number, leaf in enumerate(leaves, start) if not leaf.startswith(ENVELOPE)
    )
    lie = compare(bundle, 0, index, hashes)
    return HashedTile(hashes, root_of(hashes), lists, lie)


def stored_hashes(bundle: Bundle, level: int, index: int, width: int) -> tuple[bytes, ...]:
    """A hash tile as it stands in the bundle; raises NotVerifiedError('missing', 'tree')."""
    path = tiles.hash_path(level, index, width)
    data = bundle.read(path)
    if len(data) != 32 * width:
        raise NotVerifiedError("tree", path, f"not {width} hashes")
    return tuple(data[at : at + 32] for at in range(0, len(data), 32))


def compare(
    bundle: Bundle, level: int, index: int, hashes: Sequence[bytes]
) -> NotVerifiedError | None:
    """What is wrong with the stored tile, if anything."""
    path = tiles.hash_path(level, index, len(hashes))
    try:
        if bundle.read(path) != b"".join(hashes):
            return NotVerifiedError("tree", path, "not the hashes of the leaves")
    except NotVerifiedError as error:
        return error
    return None


class UpperTiles:
    """Holds each stored tile of level 1 and above against the roots of the tiles below it."""

    def __init__(self, bundle: Bundle, lie: Callable[[NotVerifiedError | None], None]) -> None:
        self._bundle = bundle
        self._lie = lie
        self._levels: list[list[bytes]] = []
        self._full: list[int] = []

    def add(self, value: bytes, level: int = 1) -> None:
        if level > len(self._levels):
            self._levels.append([])
            self._full.append(0)
        hashes = self._levels[level - 1]
        hashes.append(value)
        if len(hashes) == tiles.WIDTH:
            self._lie(compare(self._bundle, level, self._full[level - 1], hashes))
            self._levels[level - 1] = []
            self._full[level - 1] += 1
            self.add(root_of(hashes), level + 1)

    def finish(self) -> None:
        for level, hashes in enumerate(self._levels, start=1):
            if hashes:
                self._lie(compare(self._bundle, level, self._full[level - 1], hashes))
