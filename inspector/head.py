"""The log's head: signed, seen by witnesses, and made of exactly the leaves in the bundle.

Calls `wire.tlog` and `inspector`. Leaves are hashed as they stream by; memory stays constant.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from inspector.bundle import Bundle, Policy
from inspector.findings import NotVerifiedError
from wire.errors import WireError
from wire.tlog import cosignature, note
from wire.tlog.checkpoint import Checkpoint, open_checkpoint
from wire.tlog.tree import EMPTY_ROOT, leaf_hash, node_hash


@dataclass(frozen=True)
class Head:
    """A checkpoint that the log signed; `witnessed` are the times (s) at which witnesses saw it."""

    checkpoint: Checkpoint
    witnessed: tuple[int, ...]


def open_head(data: bytes, policy: Policy, where: str) -> Head:
    """Raises NotVerifiedError('checkpoint')."""
    try:
        checkpoint = open_checkpoint(data, policy.log)
        times = tuple(cosignature.count(note.parse(data), policy.witnesses))
    except WireError as error:
        raise NotVerifiedError("checkpoint", where, error.detail) from error
    if len(times) < policy.quorum:
        detail = f"{len(times)} of {policy.quorum} witnesses"
        raise NotVerifiedError("checkpoint", where, detail)
    return Head(checkpoint, times)


def checked_leaves(
    bundle: Bundle, head: Head, earlier: Checkpoint | None
) -> Iterator[tuple[int, bytes]]:
    """All leaves; after the last, the root is compared with the head's, and on the way with that of
    an earlier head. Raises NotVerifiedError: tree, rolled_back.
    """
    wanted = head.checkpoint
    if earlier is not None and earlier.size > wanted.size:
        detail = f"{wanted.size} leaves after {earlier.size}"
        raise NotVerifiedError("rolled_back", "checkpoint", detail)
    tree = _Growing()
    for index, leaf in bundle.leaves(wanted.size):
        if earlier is not None and index == earlier.size:
            _same(tree.root(), earlier.root, "rolled_back")
        tree.add(leaf_hash(leaf))
        yield index, leaf
    if earlier is not None and earlier.size == wanted.size:
        _same(tree.root(), earlier.root, "rolled_back")
    _same(tree.root(), wanted.root, "tree")


class _Growing:
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


def _same(found: bytes, wanted: bytes, code: str) -> None:
    if found != wanted:
        raise NotVerifiedError(code, "checkpoint", "another root hash")
