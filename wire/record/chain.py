"""Whether one entry follows another: the hash chain of one machine. Pure.

Calls only its siblings of `wire.record` and `wire.errors`.
"""

from typing import Final

from wire.errors import WireError
from wire.record.entry import NO_PREV, Entry

CODE: Final = "chain"


def check_next(entry: Entry, *, device: str, seq: int, prev: bytes) -> None:
    """`entry` follows entry number `seq` with hash `prev` (0 and NO_PREV before the first).

    Raises WireError('chain'): another device, a gap or a regression in seq, or a fork.
    """
    if entry.device != device:
        raise WireError(CODE, f"entry of {entry.device}")
    if entry.seq != seq + 1:
        raise WireError(CODE, f"entry {entry.seq} after {seq}")
    if entry.prev != (prev if seq else NO_PREV):
        raise WireError(CODE, f"entry {entry.seq} follows another entry {seq}")
