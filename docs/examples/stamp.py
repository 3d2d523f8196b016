"""The example's stamp: the entry after those of `cast`, its number, its link and its proof file.

Calls `docs.examples.cast` and `wire`.
"""

from dataclasses import replace
from typing import Final

from docs.examples import cast
from wire import stamp_code, stamp_proof
from wire.record import commitment, envelope
from wire.record.entry import Entry, Time
from wire.stamp_code import StampCode
from wire.stamp_proof import LoggedEntry, StampParts
from wire.tlog import proof, tree
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.proof_file import ProofFile

TOWNSHIP: Final = 7
STAMPED: Final = Entry(
    device=cast.DEVICE,
    seq=3,
    prev=cast.SECOND_HASH,
    boot=cast.BOOT,
    time=Time(cast.NOON + 65_000, "synced", 66_000),
    kind="stamped",
    body={
        "authorised": 2,
        "grant": cast.SUBJECT_HASH,
        "after": commitment.commit("stamped", replace(cast.BEFORE, field="after")),
        "findings": ["new_impression"],
        "unlatches": 1,
        "presses": 1,
    },
)
ENVELOPE: Final = cast.sign(STAMPED)
HASH: Final = envelope.entry_hash(ENVELOPE)
LEAF_HASHES: Final = (*cast.LEAF_HASHES, HASH)
NUMBER: Final = StampCode.of(TOWNSHIP, HASH)
LINK: Final = stamp_code.link(cast.ORIGIN, TOWNSHIP, HASH)


def parts() -> StampParts:
    """Both entries; nothing made the stamp void."""
    return StampParts(ENVELOPE, LoggedEntry(cast.SECOND_ENVELOPE, 2, _path(2)), None)


def file() -> bytes:
    """The proof file of leaf number 3 of four."""
    head = Checkpoint(cast.LOG_NAME, len(LEAF_HASHES), tree.root_of(LEAF_HASHES))
    return stamp_proof.encode(ProofFile(3, _path(3), cast.head_note(head)), parts())


def _path(index: int) -> tuple[bytes, ...]:
    return tuple(proof.inclusion(index, len(LEAF_HASHES), _node))


def _node(level: int, index: int) -> bytes:
    width = 1 << level
    return tree.root_of(LEAF_HASHES[index * width : (index + 1) * width])
