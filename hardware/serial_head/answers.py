"""What a head answers: payloads to values and back. Pure. Calls hardware.serial_head.commands.

Decoding is strict: a length, flag, code or text that the protocol does not know raises
MalformedError.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Final

from hardware.serial_head.commands import MalformedError, unpack

MAX_SLOTS: Final = 8
MAX_TAG: Final = 24
"""Characters of an RFID text: a 96-bit EPC in hex."""


class Fault(IntEnum):
    """What a head can find wrong with itself."""

    NONE = 0
    LATCH_STUCK = 1
    LATCH_FORCED = 2
    CARRIAGE_STUCK = 3
    FEED_STUCK = 4
    RESET_WHILE_OPEN = 5


class Cause(IntEnum):
    """Why a head started."""

    POWER_ON = 1
    BROWN_OUT = 2
    WATCHDOG = 3


@dataclass(frozen=True)
class LastReset:
    """Why the head started last, and whether that broke off an opening."""

    cause: Cause
    while_open: bool

    def __str__(self) -> str:
        cause = self.cause.name.lower()
        return f"{cause} while open" if self.while_open else cause


@dataclass(frozen=True)
class Identity:
    """The answer to HELLO. `firmware`: three numbers of at most 255. `model` and `serial`: up to 24
    printable ASCII characters.
    """

    session: int
    slots: int
    reset: LastReset
    firmware: tuple[int, int, int]
    model: str
    serial: str


@dataclass(frozen=True)
class Status:
    """The answer to STATUS: ports.HeadStatus, and `case_closed`, `powered` (the coil has current)
    and `reset`.
    """

    unlatches: int
    presses: int
    home: bool
    latched: bool
    case_closed: bool
    powered: bool
    slot: int | None
    fault: Fault
    reset: LastReset


@dataclass(frozen=True)
class Counters:
    """The answer to COUNTERS. `presses[n]`: with slot n under the press; `presses[0]`: with none
    in place.
    """

    unlatches: int
    presses: tuple[int, ...]


def encode_identity(identity: Identity) -> bytes:
    return (
        _IDENTITY.pack(
            identity.session,
            identity.slots,
            _reset_byte(identity.reset),
            *identity.firmware,
        )
        + _text(identity.model)
        + _text(identity.serial)
    )


def decode_identity(payload: bytes) -> Identity:
    fixed, texts = payload[: _IDENTITY.size], payload[_IDENTITY.size :]
    session, slots, reset, *firmware = unpack(_IDENTITY, fixed)
    model, texts = _take_text(texts)
    serial, texts = _take_text(texts)
    if texts or not session or not 1 <= slots <= MAX_SLOTS:
        raise MalformedError("identity")
    major, minor, patch = firmware
    return Identity(session, slots, _reset(reset), (major, minor, patch), model, serial)


def encode_status(status: Status) -> bytes:
    flags = sum(flag for flag in _Flags if getattr(status, str(flag.name).lower()))
    return _STATUS.pack(
        status.unlatches,
        status.presses,
        flags,
        status.slot or 0,
        status.fault,
        _reset_byte(status.reset),
    )


def decode_status(payload: bytes) -> Status:
    unlatches, presses, flags, slot, fault, reset = unpack(_STATUS, payload)
    if flags > sum(_Flags) or slot > MAX_SLOTS or fault not in list(Fault):
        raise MalformedError("status")
    return Status(
        unlatches,
        presses,
        home=bool(flags & _Flags.HOME),
        latched=bool(flags & _Flags.LATCHED),
        case_closed=bool(flags & _Flags.CASE_CLOSED),
        powered=bool(flags & _Flags.POWERED),
        slot=slot or None,
        fault=Fault(fault),
        reset=_reset(reset),
    )


def encode_slots(tags: Mapping[int, str]) -> bytes:
    """RFID text by slot, for the slots that hold a seal."""
    return b"".join(bytes([slot]) + _text(tags[slot]) for slot in sorted(tags))


def decode_slots(payload: bytes) -> dict[int, str]:
    tags: dict[int, str] = {}
    while payload:
        slot = payload[0]
        if not max(tags, default=0) < slot <= MAX_SLOTS:
            raise MalformedError(f"slot {slot} out of its order")
        tags[slot], payload = _take_text(payload[1:])
    return tags


def encode_counters(counters: Counters) -> bytes:
    numbers = (counters.unlatches, *counters.presses)
    return struct.pack(f">{len(numbers)}I", *numbers)


def decode_counters(payload: bytes) -> Counters:
    numbers = len(payload) // 4
    if not 3 <= numbers <= MAX_SLOTS + 2:
        raise MalformedError(f"{numbers} counters")
    unlatches, *presses = unpack(struct.Struct(f">{numbers}I"), payload)
    return Counters(unlatches, tuple(presses))


def encode_reset(reset: LastReset) -> bytes:
    """What follows WRONG_SESSION."""
    return bytes([_reset_byte(reset)])


def decode_reset(payload: bytes) -> LastReset:
    return _reset(*unpack(struct.Struct(">B"), payload))


class _Flags(IntFlag):
    HOME = 1
    LATCHED = 2
    CASE_CLOSED = 4
    POWERED = 8


_WHILE_OPEN: Final = 0x80
_IDENTITY: Final = struct.Struct(">IBBBBB")
_STATUS: Final = struct.Struct(">IIBBBB")


def _reset_byte(reset: LastReset) -> int:
    return reset.cause | (_WHILE_OPEN if reset.while_open else 0)


def _reset(code: int) -> LastReset:
    cause = code & ~_WHILE_OPEN
    if cause not in list(Cause):
        raise MalformedError(f"reset cause {cause}")
    return LastReset(Cause(cause), while_open=bool(code & _WHILE_OPEN))


def _text(text: str) -> bytes:
    data = text.encode("ascii")
    if not 1 <= len(data) <= MAX_TAG or not text.isprintable():
        raise MalformedError(f"text {text!r}")
    return bytes([len(data)]) + data


def _take_text(payload: bytes) -> tuple[str, bytes]:
    """A text with its length before it, and what follows it."""
    length = payload[0] if payload else 0
    text, rest = payload[1 : 1 + length], payload[1 + length :]
    if not 1 <= length <= MAX_TAG or len(text) < length:
        raise MalformedError("text")
    if not all(0x20 <= byte < 0x7F for byte in text):
        raise MalformedError("text that is not printable ASCII")
    return text.decode("ascii"), rest
