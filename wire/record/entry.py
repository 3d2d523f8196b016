"""One journal entry: what a machine states about itself, in order, under its signature.

Calls only its siblings of `wire.record`, `wire.cbor`, `wire.shape`, `wire.sig` and `wire.errors`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wire import cbor, shape
from wire.record import envelope, kinds
from wire.sig import PublicKey

CODE: Final = "entry"
NO_PREV: Final = bytes(32)
"""`prev` of a machine's first entry."""

QUALITIES: Final = ("witnessed", "synced", "rtc", "floor")


@dataclass(frozen=True)
class Time:
    """`wall` ms since 1970 UTC with how far it can be believed; `mono` ms since boot."""

    wall: int
    quality: str
    mono: int


@dataclass(frozen=True)
class Entry:
    """`seq` counts from 1 without gaps; `prev` is the hash of the entry before; `boot` is random
    per start; `seen` is the SHA-256 of the newest checkpoint held (its text), or None.
    """

    device: str
    seq: int
    prev: bytes
    boot: bytes
    time: Time
    kind: str
    body: Mapping[str, Any]
    seen: bytes | None = None


def encode(entry: Entry) -> bytes:
    """The payload to be signed; raises WireError('entry')."""
    return shape.encode(_ENTRY, entry, CODE)


def decode(payload: bytes) -> Entry:
    """Strict inverse of encode; raises WireError('entry' or 'cbor')."""
    return shape.decode(_ENTRY, payload, CODE, limit=envelope.LIMIT)


def open_entry(data: bytes, key: PublicKey) -> Entry:
    """The entry in an envelope that this key signed; raises WireError."""
    return decode(envelope.verify(data, key))


def _load(value: object) -> Entry:
    entry = _FIELDS.load(value)
    try:
        kinds.load(entry.kind, entry.body)
    except shape.ShapeError as error:
        raise shape.ShapeError(f"body: {error}") from error
    if (entry.seq == 1) != (entry.prev == NO_PREV):
        raise shape.ShapeError("prev: zero for the first entry and for no other")
    return entry


def _load_body(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise shape.ShapeError("a map expected")
    return value


def _dump_body(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in cbor.ordered(tuple(body))}


_TIME: Final = shape.record(
    Time,
    {
        "wall": shape.integer(0),
        "quality": shape.choice(*QUALITIES),
        "mono": shape.integer(0),
    },
)
_FIELDS: Final = shape.record(
    Entry,
    {
        "device": shape.DEVICE,
        "seq": shape.integer(1),
        "prev": shape.octets(32),
        "boot": shape.octets(16),
        "time": _TIME,
        "kind": shape.choice(*kinds.KINDS),
        "body": shape.Shape(_load_body, _dump_body),
        "seen": shape.maybe(shape.octets(32)),
    },
    fixed={"v": 1},
)
_ENTRY: Final = shape.Shape(_load, _FIELDS.dump)
