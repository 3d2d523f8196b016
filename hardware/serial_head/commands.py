"""What a host may ask of a head, and the ways of being refused. Pure. Calls nothing.

All integers on the wire are unsigned and big-endian.
"""

import struct
from collections.abc import Mapping
from enum import IntEnum
from typing import Final


class Command(IntEnum):
    """What a host may ask."""

    HELLO = 0x01
    STATUS = 0x02
    SLOTS = 0x03
    COUNTERS = 0x04
    SELECT = 0x10
    OPEN = 0x11
    RELEASE = 0x12
    FEED = 0x13


class Result(IntEnum):
    """The first byte of every answer."""

    OK = 0
    BAD_LENGTH = 1
    UNKNOWN_COMMAND = 2
    OLD_COMMAND = 3
    BAD_ARGUMENT = 4
    WRONG_STATE = 5
    WRONG_SLOT = 6
    WRONG_SESSION = 7


class MalformedError(ValueError):
    """A payload that the protocol does not know."""


def encode_request(command: Command, *numbers: int) -> bytes:
    """A request's payload: SELECT slot, OPEN slot and ms, FEED steps, and
    nothing for the others.
    """
    return _REQUESTS[command].pack(*numbers)


def decode_request(command: Command, payload: bytes) -> tuple[int, ...]:
    """The numbers of a request. MalformedError: the payload's length is wrong."""
    return unpack(_REQUESTS[command], payload)


def unpack(form: struct.Struct, payload: bytes) -> tuple[int, ...]:
    """Struct.unpack of unsigned integers, with MalformedError for another length."""
    if len(payload) != form.size:
        raise MalformedError(f"{len(payload)} bytes instead of {form.size}")
    return form.unpack(payload)


_REQUESTS: Final[Mapping[Command, struct.Struct]] = {
    Command.HELLO: struct.Struct(">"),
    Command.STATUS: struct.Struct(">"),
    Command.SLOTS: struct.Struct(">"),
    Command.COUNTERS: struct.Struct(">"),
    Command.SELECT: struct.Struct(">B"),
    Command.OPEN: struct.Struct(">BH"),
    Command.RELEASE: struct.Struct(">"),
    Command.FEED: struct.Struct(">H"),
}
