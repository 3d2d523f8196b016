"""Checkpoints (C2SP tlog-checkpoint): the head of a log as the text of a signed note.

Pure; calls only `wire.tlog.note` and `wire.errors`.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from wire.errors import WireError
from wire.tlog.note import Verifier, open_note

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True)
class Checkpoint:
    """`root` over the first `size` leaves of the log named `origin`."""

    origin: str
    size: int
    root: bytes


def encode(checkpoint: Checkpoint) -> bytes:
    """The note's text, without extension lines."""
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n".encode()


def decode(text: bytes) -> Checkpoint:
    """Strict inverse of encode; raises WireError('tlog'), also for extension lines."""
    lines = text.decode("utf-8", "replace").split("\n")
    if len(lines) != 4 or lines[3] or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise WireError("tlog", "not a checkpoint of origin, size and root")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError("tlog", "the root is not base64") from error
    found = Checkpoint(lines[0], int(lines[1]), root)
    if len(root) != 32 or encode(found) != text:
        raise WireError("tlog", "a checkpoint in another form")
    return found


def open_checkpoint(data: bytes, log: Verifier) -> Checkpoint:
    """The checkpoint that this log signed under its own name; raises WireError('tlog')."""
    found = decode(open_note(data, log).text)
    if found.origin != log.name:
        raise WireError("tlog", f"a checkpoint of {found.origin}")
    return found
