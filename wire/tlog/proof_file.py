"""Proof files (C2SP tlog-proof@v1): one leaf, its place, and the signed head that vouches for it.

Pure; calls only its siblings and `wire.errors`.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wire.errors import WireError
from wire.tlog import cosignature
from wire.tlog.checkpoint import Checkpoint, open_checkpoint
from wire.tlog.note import Verifier, parse
from wire.tlog.proof import verify_inclusion

HEADER: Final = "c2sp.org/tlog-proof@v1"
LIMIT: Final = 64 * 1024
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True)
class ProofFile:
    """Leaf `index` with its audit path under `checkpoint` (a signed note)."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def encode(proof: ProofFile) -> bytes:
    """The file's bytes."""
    lines = [HEADER]
    if proof.extra is not None:
        lines.append(f"extra {base64.b64encode(proof.extra).decode()}")
    lines.append(f"index {proof.index}")
    lines += [base64.b64encode(one).decode() for one in proof.hashes]
    return ("\n".join(lines) + "\n\n").encode() + proof.checkpoint


def decode(data: bytes) -> ProofFile:
    """Strict inverse of encode; raises WireError('tlog')."""
    head, gap, checkpoint = data.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    if len(data) > LIMIT or not gap or lines.pop(0) != HEADER:
        raise WireError("tlog", "not a proof file")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _base64(lines.pop(0).removeprefix("extra "))
    index = _INDEX.fullmatch(lines.pop(0) if lines else "")
    hashes = tuple(_base64(line) for line in lines)
    if index is None or len(hashes) > 63 or any(len(one) != 32 for one in hashes):
        raise WireError("tlog", "a malformed proof file")
    parse(checkpoint)
    return ProofFile(int(index[1]), hashes, checkpoint, extra)


def verify(
    proof: ProofFile,
    leaf_hash: bytes,
    *,
    log: Verifier,
    witnesses: Sequence[Verifier],
    quorum: int,
) -> Checkpoint:
    """The head under which the leaf stands, signed by the log and seen by a quorum of witnesses.

    Raises WireError('tlog') where any of it does not hold.
    """
    head = open_checkpoint(proof.checkpoint, log)
    if len(cosignature.count(parse(proof.checkpoint), witnesses)) < quorum:
        raise WireError("tlog", "too few witnesses")
    verify_inclusion(leaf_hash, proof.index, head.size, proof.hashes, head.root)
    return head


def _base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError("tlog", "not base64") from error
    if base64.b64encode(data).decode() != text:
        raise WireError("tlog", "base64 in another form")
    return data
