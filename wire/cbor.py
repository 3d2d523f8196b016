"""Deterministic CBOR (RFC 8949, section 4.2.1), the one form in which anything is signed or hashed.

Calls only `cbor2` and `wire.errors`.

Permitted are integers of 64 bits, byte and text strings, lists, maps with text or integer keys,
true, false and null. What decodes and does not encode to the very same bytes is refused: trailing
bytes, duplicate keys, keys out of order, lengths in more bytes than needed, indefinite lengths.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import cbor2

from wire.errors import WireError

CODE: Final = "cbor"
DEPTH: Final = 16
"""Lists and maps within one another at most."""
_PLAIN: Final = frozenset({bytes, str, bool, type(None)})
_INT: Final = 2**64
_KEYS: Final = frozenset({str, int})


def encode(value: object) -> bytes:
    """Value → its only encoding; raises WireError('cbor') for a type that is not permitted."""
    return bytes(cbor2.dumps(value, canonical=not _check((value,), DEPTH)))


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


@lru_cache(maxsize=1024)
def ordered(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Texts in the order in which a map holds them: a map made so is encoded without sorting."""
    return tuple(sorted(keys, key=lambda key: (len(encoded := key.encode()), encoded)))


def octets(data: bytes) -> bytes:
    """The encoding of one byte string."""
    length = len(data)
    if length < _SHORT:
        return bytes([_OCTETS + length]) + data
    for first, (size, _) in _LONG.items():
        if length < 1 << (8 * size):
            return bytes([first]) + length.to_bytes(size) + data
    raise WireError(CODE, f"a byte string of {length} bytes")


def octets_at(data: bytes, at: int) -> tuple[bytes, int]:
    """The byte string that begins at that place, and where it ends; raises WireError('cbor')."""
    first = data[at] if at < len(data) else 0
    size, least = _LONG.get(first, (0, 0))
    start = at + 1 + size
    length = int.from_bytes(data[at + 1 : start]) if size else first - _OCTETS
    end = start + length
    if not least <= length or end > len(data) or (size == 0 and length >= _SHORT):
        raise WireError(CODE, "not a byte string in deterministic form")
    return data[start:end], end


_OCTETS: Final = 0x40
_SHORT: Final = 24
"""So many bytes need no length besides the first byte."""
_LONG: Final = {0x58: (1, _SHORT), 0x59: (2, 1 << 8), 0x5A: (4, 1 << 16)}
"""First byte of a longer byte string → how many bytes of length follow, and the least length."""


def _check(values: Iterable[Any], depth: int) -> bool:
    """Whether every map among them has only text for keys, in the order in which they are encoded:
    cbor2 writes such values in their deterministic form without sorting.
    """
    in_order = True
    for value in values:
        if type(value) in _PLAIN:
            continue
        if type(value) is int or isinstance(value, int):
            if not -_INT <= value < _INT:
                raise WireError(CODE, "an integer of more than 64 bits")
        elif depth == 0:
            raise WireError(CODE, "nested too deeply")
        elif isinstance(value, list):
            in_order &= _check(value, depth - 1)
        elif isinstance(value, dict):
            in_order &= _check_map(value, depth - 1)
        else:
            raise WireError(CODE, f"{type(value).__name__} is not permitted")
    return in_order


def _check_map(value: dict[Any, object], depth: int) -> bool:
    keys = tuple(value)
    in_order = _in_order(keys)
    if not in_order and not set(map(type, keys)) <= _KEYS:
        raise WireError(CODE, "a key that is neither text nor integer")
    return _check(value.values(), depth) and in_order


@lru_cache(maxsize=1024)
def _in_order(keys: tuple[object, ...]) -> bool:
    """Whether these are texts alone, in the order in which a map holds them."""
    texts = tuple([key for key in keys if type(key) is str])
    return len(texts) == len(keys) and ordered(texts) == texts
