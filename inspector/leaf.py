"""A leaf of the log that holds an entry: its bytes, its place, and what it claims.

Calls `wire.record` and `inspector.findings`.
"""

from dataclasses import dataclass
from typing import Final

from inspector.findings import NotVerifiedError
from wire.errors import WireError
from wire.record import envelope
from wire.record.entry import Entry, decode

ENVELOPE: Final = b"\xd2"
"""How an entry's leaf begins."""


@dataclass(frozen=True)
class Leaf:
    """An envelope with its place in the log and what it claims; its signature is not verified."""

    index: int
    data: bytes
    entry: Entry

    @property
    def where(self) -> str:
        return f"{self.entry.device} #{self.entry.seq}, leaf {self.index}"


def read(index: int, data: bytes) -> Leaf:
    """Raises NotVerifiedError('entry')."""
    try:
        return Leaf(index, data, decode(envelope.parse(data).payload))
    except WireError as error:
        raise NotVerifiedError("entry", f"leaf {index}", str(error)) from error
