"""What an MQTT message carries between a machine and its township.

Calls only `wire.shape` and `wire.record`. Deterministic CBOR, at most LIMIT bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from wire import shape
from wire.record import commitment, envelope

CODE: Final = "message"
LIMIT: Final = 1 << 20
MOST: Final = 256
"""Entries, openings or receipts in one message at most."""


@dataclass(frozen=True)
class Status:
    """`last` and `receipted` are seqs, `list` the version adopted, each 0 for none yet."""

    online: bool
    list: int
    last: int
    receipted: int


@dataclass(frozen=True)
class _Many:
    items: tuple[Any, ...]


def encode_entries(envelopes: Sequence[bytes]) -> bytes:
    """Payload of `up/entry`; raises WireError('message')."""
    return shape.encode(_ENTRIES, _Many(tuple(envelopes)), CODE)


def decode_entries(data: bytes) -> tuple[bytes, ...]:
    """Envelopes, in order; raises WireError('message' or 'cbor')."""
    return shape.decode(_ENTRIES, data, CODE, limit=LIMIT).items


def encode_openings(openings: Sequence[bytes]) -> bytes:
    """Payload of `up/opening`: encoded OpeningSets; raises WireError('message')."""
    return shape.encode(_OPENINGS, _Many(tuple(openings)), CODE)


def decode_openings(data: bytes) -> tuple[bytes, ...]:
    """Encoded OpeningSets; raises WireError('message' or 'cbor')."""
    return shape.decode(_OPENINGS, data, CODE, limit=LIMIT).items


def encode_receipts(receipts: Sequence[tuple[int, bytes]]) -> bytes:
    """Payload of `down/receipt`: (seq, proof file) pairs; raises WireError('message')."""
    return shape.encode(_RECEIPTS, _Many(tuple(receipts)), CODE)


def decode_receipts(data: bytes) -> tuple[tuple[int, bytes], ...]:
    """(seq, proof file) pairs; raises WireError('message' or 'cbor')."""
    return shape.decode(_RECEIPTS, data, CODE, limit=LIMIT).items


def encode_status(status: Status) -> bytes:
    """Payload of `up/status`, retained; the will says offline; raises WireError('message')."""
    return shape.encode(_STATUS, status, CODE)


def decode_status(data: bytes) -> Status:
    """Strict inverse of encode_status; raises WireError('message' or 'cbor')."""
    return shape.decode(_STATUS, data, CODE, limit=256)


def _load_receipt(value: object) -> tuple[int, bytes]:
    if not isinstance(value, list) or len(value) != 2:
        raise shape.ShapeError("seq and proof expected")
    return shape.integer(1).load(value[0]), shape.octets(1, 64 * 1024).load(value[1])


def _many(kind: str, item: shape.Shape[Any]) -> shape.Shape[_Many]:
    items = shape.array(item, MOST, least=1)
    return shape.record(_Many, {"items": items}, fixed={"v": 1, "type": kind})


_ENTRIES: Final = _many("entries", shape.octets(1, envelope.LIMIT))
_OPENINGS: Final = _many("openings", shape.octets(1, commitment.LIMIT))
_RECEIPTS: Final = _many("receipts", shape.Shape(_load_receipt, list[object]))
_STATUS: Final = shape.record(
    Status,
    {
        "online": shape.flag(),
        "list": shape.integer(0),
        "last": shape.integer(0),
        "receipted": shape.integer(0),
    },
    fixed={"v": 1, "type": "status"},
)
