"""The log's head: signed, seen by witnesses, and made of exactly the leaves in the bundle.

Calls `wire.tlog` and `inspector`. Leaves are hashed as they stream by; memory stays constant.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError, UnusableError
from inspector.policy import Policy
from inspector.tree import Growing, HashTiles
from wire.errors import WireError
from wire.tlog import cosignature, note
from wire.tlog.checkpoint import Checkpoint, open_checkpoint
from wire.tlog.tree import leaf_hash


@dataclass(frozen=True)
class Head:
    """A checkpoint that the log signed; `witnessed` are the times (s) at which witnesses saw it."""

    checkpoint: Checkpoint
    witnessed: tuple[int, ...]


def open_head(data: bytes, policy: Policy, where: str) -> Head:
    """Raises NotVerifiedError: checkpoint, or pending where too few witnesses have seen it yet."""
    try:
        checkpoint = open_checkpoint(data, policy.log)
        signed = note.parse(data)
        times = tuple(cosignature.count(signed, policy.witnesses))
    except WireError as error:
        raise NotVerifiedError("checkpoint", where, error.detail) from error
    if len(times) < policy.quorum:
        names = {(one.name, one.key_id) for one in policy.witnesses}
        said = sum((one.name, one.key_id) in names for one in signed.signatures)
        detail = f"{len(times)} of {policy.quorum} witnesses"
        raise NotVerifiedError("checkpoint" if said > len(times) else "pending", where, detail)
    return Head(checkpoint, times)


def read_earlier(path: Path, policy: Policy) -> Checkpoint:
    """The checkpoint that the inspector kept, witnessed or not; raises UnusableError."""
    try:
        return open_checkpoint(path.read_bytes(), policy.log)
    except (OSError, WireError) as error:
        text = f"{path}: 先前的检查点不能用。 Not a checkpoint of this log: {error}"
        raise UnusableError(text) from error


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
    tree, stored = Growing(), HashTiles(bundle)
    for index, leaf in bundle.leaves(wanted.size):
        if earlier is not None and index == earlier.size:
            _same(tree.root(), earlier.root, "rolled_back")
        hashed = leaf_hash(leaf)
        tree.add(hashed)
        stored.add(hashed)
        yield index, leaf
    if earlier is not None and earlier.size == wanted.size:
        _same(tree.root(), earlier.root, "rolled_back")
    _same(tree.root(), wanted.root, "tree")
    stored.finish()


def _same(found: bytes, wanted: bytes, code: str) -> None:
    if found != wanted:
        raise NotVerifiedError(code, "checkpoint", "another root hash")
