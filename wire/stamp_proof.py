"""The proof file of one stamp: what a villager's phone needs, and nothing about people.

Calls only `wire.shape`, `wire.tlog` and `wire.errors`. It is a proof file (C2SP tlog-proof) of the
`stamped` entry whose `extra` holds the entries themselves: whoever knows only the common format
reads it as the proof that it is. No opening is in it: what stands in the entries as a commitment
stays one.
"""

from dataclasses import dataclass
from typing import Final

from wire import shape
from wire.errors import WireError
from wire.tlog import proof_file
from wire.tlog.proof_file import ProofFile

CODE: Final = "stamp"
LIMIT: Final = 40 * 1024
"""Bytes of `extra`."""


@dataclass(frozen=True)
class LoggedEntry:
    """An envelope with its place and audit path under the head of the proof file."""

    entry: bytes
    index: int
    hashes: tuple[bytes, ...]


@dataclass(frozen=True)
class StampParts:
    """The `stamped` envelope, the `authorised` that it ended, and the `correction` that made it
    void, if there is one.
    """

    stamped: bytes
    authorised: LoggedEntry
    correction: LoggedEntry | None


def encode(stamped: ProofFile, parts: StampParts) -> bytes:
    """The file's bytes; `stamped` is the proof of that entry. Raises WireError('stamp')."""
    extra = shape.encode(_PARTS, parts, CODE)
    return proof_file.encode(
        ProofFile(stamped.index, stamped.hashes, stamped.checkpoint, extra=extra)
    )


def decode(data: bytes) -> tuple[ProofFile, StampParts]:
    """Strict inverse of encode; raises WireError('stamp', 'cbor' or 'tlog')."""
    proof = proof_file.decode(data)
    if proof.extra is None:
        raise WireError(CODE, "a proof without the entries")
    return proof, shape.decode(_PARTS, proof.extra, CODE, limit=LIMIT)


_LOGGED: Final = shape.record(
    LoggedEntry,
    {
        "entry": shape.octets(1, 8192),
        "index": shape.integer(0),
        "hashes": shape.array(shape.octets(32), 63),
    },
)
_PARTS: Final = shape.record(
    StampParts,
    {
        "stamped": shape.octets(1, 8192),
        "authorised": _LOGGED,
        "correction": shape.maybe(_LOGGED),
    },
    fixed={"v": 1, "type": "stamp"},
)
