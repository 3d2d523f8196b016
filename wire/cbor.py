"""Deterministic CBOR (RFC 8949, section 4.2.1), the one form in which anything is signed or hashed.

Calls only `cbor2` and `wire.errors`.

Permitted are integers of 64 bits, byte and text strings, lists, maps with text or integer keys,
true, false and null. What decodes and does not encode to the very same bytes is refused: trailing
bytes, duplicate keys, keys out of order, lengths in more bytes than needed, indefinite lengths.
"""

from typing import Any, Final

import cbor2

from wire.errors import WireError

CODE: Final = "cbor"
DEPTH: Final = 16
"""Lists and maps within one another at most."""


def encode(value: object) -> bytes:
    """Value → its only encoding; raises WireError('cbor') for a type that is not permitted."""
    _check(value, DEPTH)
    return bytes(cbor2.dumps(value, canonical=True))


def decode(data: bytes, *, limit: int = 1 << 20) -> Any:
    """Strict inverse of encode for at most `limit` bytes; raises WireError('cbor')."""
    if not 1 <= len(data) <= limit:
        raise WireError(CODE, f"{len(data)} bytes, 1 to {limit} expected")
    try:
        value: Any = cbor2.loads(data)
    except (cbor2.CBORDecodeError, ValueError, OverflowError, RecursionError, TypeError) as error:
        raise WireError(CODE, f"not CBOR: {type(error).__name__}") from error
    if encode(value) != data:
        raise WireError(CODE, "not in deterministic form")
    return value


def _check(value: object, depth: int) -> None:
    kind = type(value)
    if kind in (bytes, str, bool) or value is None:
        return
    if isinstance(value, int):
        if not -(2**64) <= value < 2**64:
            raise WireError(CODE, "an integer of more than 64 bits")
        return
    if depth == 0:
        raise WireError(CODE, "nested too deeply")
    if isinstance(value, list):
        for item in value:
            _check(item, depth - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if type(key) not in (str, int):
                raise WireError(CODE, "a key that is neither text nor integer")
            _check(item, depth - 1)
    else:
        raise WireError(CODE, f"{kind.__name__} is not permitted")
