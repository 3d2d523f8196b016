"""A log that was begun anew: what the officers say of the one before it, and the leaf that says so.

Calls `wire.shape`, `wire.errors` and `wire.tlog`. Where a hub has lost leaves that witnesses saw,
the old log is never continued: a new one, under another name and key, begins with a leaf that
carries the old one's last head. Its policy names the same head; neither is worth anything alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wire import shape
from wire.errors import WireError
from wire.tlog import cosignature, note
from wire.tlog.checkpoint import Checkpoint, open_checkpoint
from wire.tlog.note import Verifier

CODE: Final = "renewal"
LIMIT: Final = 0xFFFF
"""Bytes of a leaf: a tile has two for its length."""


@dataclass(frozen=True)
class FormerLog:
    """A log that goes on no more: its verifier key, the size and root (hex) of its last head."""

    key: str
    size: int
    root: str

    @property
    def origin(self) -> str:
        return origin(self.key)


@dataclass(frozen=True)
class RenewalLeaf:
    """The first leaf of a new log: the old one's key, and its last head as witnesses signed it."""

    former: str
    head: bytes


def origin(key: str) -> str:
    """The name of the log that a verifier key is of; raises WireError('tlog')."""
    return note.verifier(key).name


def leaf(renewal: RenewalLeaf) -> bytes:
    """Deterministic CBOR {v, type: 'renewal', former, head}; raises WireError('renewal')."""
    data = shape.encode(_LEAF, renewal, CODE)
    if len(data) > LIMIT:
        raise WireError(CODE, f"{len(data)} bytes are too many for a leaf")
    return data


def decode(data: bytes) -> RenewalLeaf:
    """Strict inverse of leaf; raises WireError('renewal' or 'cbor')."""
    return shape.decode(_LEAF, data, CODE, limit=LIMIT)


def find(data: bytes) -> RenewalLeaf | None:
    """What decode makes of a leaf; None for a leaf of any other kind."""
    try:
        return decode(data)
    except WireError:
        return None


def last_head(key: str, head: bytes, witnesses: Sequence[Verifier], quorum: int) -> FormerLog:
    """A former log by its last head, which its key signed and a quorum saw; WireError('tlog')."""
    found = _seen(head, note.verifier(key), witnesses, quorum)
    return FormerLog(key, found.size, found.root.hex())


def _seen(head: bytes, log: Verifier, witnesses: Sequence[Verifier], quorum: int) -> Checkpoint:
    found = open_checkpoint(head, log)
    times = cosignature.count(note.parse(head), witnesses)
    if len(times) < quorum:
        raise WireError("tlog", f"{len(times)} of {quorum} witnesses saw the head")
    return found


KEY: Final = shape.matching(
    re.compile(r"[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{4,200}={0,2}").fullmatch, "verifier key"
)
FORMER: Final = shape.record(
    FormerLog,
    {
        "key": KEY,
        "size": shape.integer(0),
        "root": shape.matching(re.compile(r"[0-9a-f]{64}").fullmatch, "root hash"),
    },
)
_LEAF: Final = shape.record(
    RenewalLeaf,
    {"former": KEY, "head": shape.octets(1, LIMIT)},
    fixed={"v": 1, "type": "renewal"},
)
