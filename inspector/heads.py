"""Every head that a log ever had, by the hash under which its machines name it (`seen`).

Calls `wire.tlog` and `inspector`. A machine that names another one saw another tree: somebody keeps
two logs. The heads are computed from the hash tiles, a tile at a time and only where a machine
names a head that it did not name before.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.nodes import Nodes
from inspector.policy import Policy
from inspector.tree import Growing, stored_hashes
from wire.tlog import checkpoint, note, tiles, tree
from wire.tlog.checkpoint import Checkpoint

CODE: Final = "split"
HELD: Final = 32
"""Tiles whose 256 heads are kept: machines name new ones, mostly."""
NAMED: Final = 1024
"""Heads that machines named last: several name the same one, of whose tile no more is needed."""


class Heads:
    """The heads of a log up to that one, under the log's name and those that it had before."""

    def __init__(self, bundle: Bundle, policy: Policy, head: Checkpoint) -> None:
        self._bundle, self._head, self.origin = bundle, head, head.origin
        former = (note.verifier(key).name for key in policy.former)
        self._origins = tuple(dict.fromkeys((head.origin, *former)))
        self._nodes = Nodes(bundle, head)
        self._tile = lru_cache(maxsize=HELD)(self._make)
        self._named: dict[bytes, int] = {}

    def size(self, seen: bytes, least: int, most: int, where: str) -> int | None:
        """How many leaves, `least` to `most`, the head of that hash has; None where the bundle
        lacks tiles in which it may be. Raises NotVerifiedError('split') for no such head.
        """
        known = self._named.get(seen, 0)
        if least <= known <= most:
            return known
        lacking = False
        for index in range((most - 1) // tiles.WIDTH, (least - 1) // tiles.WIDTH - 1, -1):
            if not self._bundle.has(tiles.hash_path(0, index, self._width(index))):
                lacking = True
                continue
            size = self._tile(index).get(seen)
            if size is not None and least <= size <= most:
                self._name(seen, size)
                return size
        if lacking:
            return None
        detail = f"it saw a head that is none of this log's of {least} to {most} leaves"
        raise NotVerifiedError(CODE, where, detail)

    def _name(self, seen: bytes, size: int) -> None:
        if len(self._named) >= NAMED:
            del self._named[next(iter(self._named))]
        self._named[seen] = size

    def _make(self, index: int) -> Mapping[bytes, int]:
        """The sizes of the heads that end in that tile."""
        start, width = index * tiles.WIDTH, self._width(index)
        hashes = stored_hashes(self._bundle, 0, index, width)
        self._hold(index, hashes)
        growing = Growing()
        for level, place in tree.subtrees(0, start):
            growing.add(self._nodes.hash(level, place), level)
        found = {}
        for size, hashed in enumerate(hashes, start + 1):
            growing.add(hashed)
            root = growing.root()
            for origin in self._origins:
                text = checkpoint.encode(Checkpoint(origin, size, root))
                found[hashlib.sha256(text).digest()] = size
        return found

    def _hold(self, index: int, hashes: tuple[bytes, ...]) -> None:
        """A bundle of a range may have a hash tile whose leaves it lacks: only the tile above it
        vouches for that one.
        """
        if len(hashes) == tiles.WIDTH and tree.root_of(hashes) != self._nodes.hash(
            tiles.HEIGHT, index
        ):
            path = tiles.hash_path(0, index, len(hashes))
            raise NotVerifiedError("tree", path, "not the hashes that the tile above it has")

    def _width(self, index: int) -> int:
        return min(tiles.WIDTH, self._head.size - index * tiles.WIDTH)
