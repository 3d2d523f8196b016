"""Which of a township's heads to pull. Calls `wire.tlog` and `inspector`."""

from inspector.findings import UnusableError
from inspector.policy import Policy
from inspector.supply import Supply
from wire.errors import WireError
from wire.tlog import cosignature, note
from wire.tlog.checkpoint import open_checkpoint


def newest(supply: Supply, policy: Policy, former: int) -> bytes:
    """The newest head; where witnesses have not seen it yet, the newest that they have, unless
    the bundle, of `former` leaves, is beyond that already. Raises UnusableError.
    """
    head = supply.checkpoint()
    if _is_witnessed(head, policy):
        return head
    seen = supply.cosigned()
    if seen is None or not _is_witnessed(seen, policy):
        return head
    try:
        size = open_checkpoint(seen, policy.log).size
    except WireError as error:
        text = f"checkpoint.cosigned: 不是该日志的检查点。 Not of this log: {error}"
        raise UnusableError(text) from error
    return seen if size >= former else head


def _is_witnessed(head: bytes, policy: Policy) -> bool:
    """Whether the policy's quorum has seen it; False, too, for what is no note."""
    try:
        return len(cosignature.count(note.parse(head), policy.witnesses)) >= policy.quorum
    except WireError:
        return False
