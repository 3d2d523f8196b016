"""The log's head: signed by the log, and seen by as many witnesses as the policy wants.

Calls `wire.tlog` and `inspector`.
"""

from dataclasses import dataclass
from pathlib import Path

from inspector.findings import NotVerifiedError, UnusableError
from inspector.policy import Policy
from wire.errors import WireError
from wire.tlog import cosignature, note
from wire.tlog.checkpoint import Checkpoint, open_checkpoint


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
        return policy.open_kept(path.read_bytes())
    except (OSError, WireError) as error:
        text = f"{path}: 先前的检查点不能用。 Not a checkpoint of this log: {error}"
        raise UnusableError(text) from error
