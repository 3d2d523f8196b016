"""Commitments: how an entry binds personal or guessable values without telling them.

Calls only `wire.cbor`, `wire.shape` and `wire.errors`. A commitment is SHA-256 of deterministic
CBOR [domain, field, salt, value]; the opening (salt and value) travels beside the entry and can be
erased.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from wire import cbor, shape
from wire.errors import WireError

CODE: Final = "commitment"
SALT_BYTES: Final = 32
LIMIT: Final = 64 * 1024


@dataclass(frozen=True)
class Opening:
    """What stands behind the commitment in one field of an entry's body."""

    field: str
    salt: bytes
    value: str | bytes


@dataclass(frozen=True)
class OpeningSet:
    """All openings of one entry, which `entry` (its hash) names."""

    device: str
    seq: int
    entry: bytes
    openings: tuple[Opening, ...]


def commit(kind: str, opening: Opening) -> bytes:
    """The 32 bytes that stand in the field of an entry of that kind."""
    content = [f"sealctl/v1/{kind}", opening.field, opening.salt, opening.value]
    return hashlib.sha256(cbor.encode(content)).digest()


def check(kind: str, body: object, opening: Opening) -> None:
    """Raises WireError('commitment') where the body's field does not hold this opening."""
    found = body.get(opening.field) if isinstance(body, dict) else None
    if found != commit(kind, opening):
        raise WireError(CODE, f"{opening.field}: not what the entry commits to")


def encode(openings: OpeningSet) -> bytes:
    """CBOR {v, type, device, seq, entry, openings}; raises WireError('commitment')."""
    return shape.encode(_SET, openings, CODE)


def decode(data: bytes) -> OpeningSet:
    """Strict inverse of encode; raises WireError('commitment' or 'cbor')."""
    return shape.decode(_SET, data, CODE, limit=LIMIT)


def _load_value(value: object) -> str | bytes:
    if isinstance(value, bytes):
        return shape.octets(0, 4096).load(value)
    return shape.text(4096, least=0).load(value)


_OPENING: Final = shape.record(
    Opening,
    {
        "field": shape.ID,
        "salt": shape.octets(SALT_BYTES),
        "value": shape.Shape(_load_value, shape.unchanged),
    },
)
_SET: Final = shape.record(
    OpeningSet,
    {
        "device": shape.DEVICE,
        "seq": shape.integer(1),
        "entry": shape.octets(32),
        "openings": shape.array(_OPENING, 32, least=1, unique=True),
    },
    fixed={"v": 1, "type": "openings"},
)
