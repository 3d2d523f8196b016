"""A leaf of the log: an entry with its bytes, its place and what it claims, or a list, or what was
erased.

Calls `wire.{record,lists}` and `inspector.findings`.
"""

from dataclasses import dataclass
from typing import Final

from inspector.findings import NotVerifiedError
from wire.errors import WireError
from wire.lists import erased, renewal
from wire.lists.leaf import ListLeaf, decode_list_leaf
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


def listed(index: int, data: bytes) -> ListLeaf | None:
    """What a leaf that is no entry names: None for one that says what was erased, and for a first
    leaf that names a former log.

    Raises NotVerifiedError('leaf').
    """
    if index == 0 and renewal.find(data) is not None:
        return None
    try:
        return decode_list_leaf(data)
    except WireError as error:
        if erased.find(data) is not None:
            return None
        raise NotVerifiedError("leaf", f"leaf {index}", error.detail) from error
