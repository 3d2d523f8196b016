"""Frames of the head protocol, version 1: bytes to frames and back. Pure. Calls nothing.

docs/head-protocol.md shows each byte. A frame is believed only when start, version, both lengths
and CRC agree; everything else is skipped byte by byte, so that a frame behind garbage is found.
"""

import binascii
import struct
from dataclasses import dataclass
from typing import Final

START: Final = 0xA5
VERSION: Final = 1
MAX_PAYLOAD: Final = 224
ANSWER: Final = 0x80
"""Set in the command of every answer, so that an echo of a request is not taken for one."""

_HEADER: Final = struct.Struct(">BBBBIIB")  # start, version, length, 255 - length, …
_CRC: Final = struct.Struct(">H")
MAX_FRAME: Final = _HEADER.size + MAX_PAYLOAD + _CRC.size


@dataclass(frozen=True)
class Frame:
    """One request or answer. `session` and `sequence` are unsigned 32-bit, `command` 8-bit."""

    session: int
    sequence: int
    command: int
    payload: bytes = b""


def crc(data: bytes) -> int:
    """CRC-16/IBM-3740 (CCITT-FALSE): polynomial 0x1021, start 0xFFFF, not reflected; the check
    value, over b'123456789', is 0x29B1.
    """
    return binascii.crc_hqx(data, 0xFFFF)


def encode(frame: Frame) -> bytes:
    """The frame's bytes. ValueError: the payload is longer than MAX_PAYLOAD."""
    length = len(frame.payload)
    if length > MAX_PAYLOAD:
        raise ValueError(f"payload of {length} bytes")
    head = _HEADER.pack(
        START, VERSION, length, 255 - length, frame.session, frame.sequence, frame.command
    )
    body = head + frame.payload
    return body + _CRC.pack(crc(body))


def parse(data: bytes) -> tuple[list[Frame], bytes]:
    """The whole frames in `data`, and the rest that may yet become one (less than MAX_FRAME)."""
    found: list[Frame] = []
    at = data.find(START)
    while at >= 0:
        size = _size(data[at : at + 4])
        if size > len(data) - at:
            return found, data[at:]
        frame = _frame(data[at : at + size]) if size else None
        if frame is not None:
            found.append(frame)
        at = data.find(START, at + (size if frame is not None else 1))
    return found, b""


def _size(head: bytes) -> int:
    """How long a frame with these first bytes is; 0 when none begins so. Where bytes are still
    missing, the shortest that it can be.
    """
    if len(head) > 1 and head[1] != VERSION:
        return 0
    if len(head) > 2 and head[2] > MAX_PAYLOAD:
        return 0
    if len(head) > 3 and head[2] + head[3] != 255:
        return 0
    return _HEADER.size + _CRC.size + (head[2] if len(head) > 2 else 0)


def _frame(data: bytes) -> Frame | None:
    body = data[: -_CRC.size]
    if _CRC.pack(crc(body)) != data[-_CRC.size :]:
        return None
    _, _, _, _, session, sequence, command = _HEADER.unpack_from(body)
    return Frame(session, sequence, command, body[_HEADER.size :])
