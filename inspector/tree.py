"""The log's tree, computed anew from its leaves: the root, and every hash tile in the bundle.

Calls `wire.tlog` and `inspector`. Holds one subtree for each level, and one tile for each 256.
"""

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from wire.tlog import tiles
from wire.tlog.tree import EMPTY_ROOT, node_hash, root_of


class Growing:
    """The complete subtrees of the leaves so far, largest first, as (level, hash)."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        level, current = 0, leaf
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


class HashTiles:
    """Holds each stored tile against what the leaves give; the first that differs is told at last,
    when the leaves themselves are known to hold.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._levels: list[list[bytes]] = []
        self._full: list[int] = []
        self._lie: NotVerifiedError | None = None

    def add(self, value: bytes, level: int = 0) -> None:
        if level == len(self._levels):
            self._levels.append([])
            self._full.append(0)
        hashes = self._levels[level]
        hashes.append(value)
        if len(hashes) == tiles.WIDTH:
            self._compare(level)
            self._levels[level] = []
            self._full[level] += 1
            self.add(root_of(hashes), level + 1)

    def finish(self) -> None:
        """Raises NotVerifiedError('tree' or 'missing')."""
        for level, hashes in enumerate(self._levels):
            if hashes:
                self._compare(level)
        if self._lie is not None:
            raise self._lie

    def _compare(self, level: int) -> None:
        hashes = self._levels[level]
        path = tiles.hash_path(level, self._full[level], len(hashes))
        try:
            if self._bundle.read(path) != b"".join(hashes):
                raise NotVerifiedError("tree", path, "not the hashes of the leaves")
        except NotVerifiedError as error:
            self._lie = self._lie or error
