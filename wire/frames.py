"""Frames of the Unix sockets: four bytes of length, then one deterministic CBOR value.

Calls only `wire.cbor` and `wire.errors`.
"""

import struct
from typing import Final

from wire import cbor
from wire.errors import WireError

CODE: Final = "frame"
HEADER: Final = 4
LIMIT: Final = 8 << 20
"""Bytes of the longest value in one frame."""


def pack(value: object) -> bytes:
    """Value → frame; raises WireError('frame') where it would be too long."""
    data = cbor.encode(value)
    if len(data) > LIMIT:
        raise WireError(CODE, f"{len(data)} bytes")
    return struct.pack(">I", len(data)) + data


def unpack_length(header: bytes) -> int:
    """Length of the value that follows a header of 4 bytes; raises WireError('frame')."""
    if len(header) != HEADER:
        raise WireError(CODE, "cut off in its header")
    length: int = struct.unpack(">I", header)[0]
    if not 1 <= length <= LIMIT:
        raise WireError(CODE, f"a length of {length} bytes")
    return length
