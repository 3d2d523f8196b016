"""What a log asks a witness, and what comes back (C2SP tlog-witness, `add-checkpoint`).

Pure; calls only its siblings and `wire.errors`. The answer with status 200 is signature lines
(`wire.tlog.note.parse_lines`), the one with 409 the size that the witness holds.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from wire.errors import WireError

PATH: Final = "/add-checkpoint"
SIZE_TYPE: Final = "text/x.tlog.size"
"""The media type of an answer with status 409."""
LIMIT: Final = 128 * 1024
"""Bytes of a request: 63 hashes, and 16 signatures of the longest known kind."""
MOST_HASHES: Final = 63
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,15})")
_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,15})\n")


@dataclass(frozen=True)
class Submission:
    """`checkpoint` (a signed note) extends the tree of `old` leaves, as `proof` shows.

    `old` is the size that the witness cosigned last, 0 before the first time.
    """

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


def encode(submission: Submission) -> bytes:
    """The request's body."""
    hashes = [base64.b64encode(one).decode() for one in submission.proof]
    head = "\n".join([f"old {submission.old}", *hashes])
    return head.encode() + b"\n\n" + submission.checkpoint


def decode(data: bytes) -> Submission:
    """Strict inverse of encode; raises WireError('tlog'). The note itself is not parsed."""
    head, gap, checkpoint = data.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    old = _OLD.fullmatch(lines[0])
    if len(data) > LIMIT or not gap or old is None or len(lines) > 1 + MOST_HASHES:
        raise WireError("tlog", "not the submission of a checkpoint")
    return Submission(int(old[1]), tuple(_hash(one) for one in lines[1:]), checkpoint)


def encode_size(size: int) -> bytes:
    """The body of an answer with status 409."""
    return f"{size}\n".encode()


def decode_size(data: bytes) -> int:
    """Strict inverse of encode_size; raises WireError('tlog')."""
    found = _SIZE.fullmatch(data)
    if found is None:
        raise WireError("tlog", "not the size of a tree")
    return int(found[1])


def _hash(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError("tlog", "not base64") from error
    if len(data) != 32 or base64.b64encode(data).decode() != text:
        raise WireError("tlog", "not a hash in base64")
    return data
