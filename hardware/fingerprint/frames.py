"""Packets of R30x/ZFM-20 fingerprint sensors: bytes to packets and back. Calls nothing.

EF01 | address 4 | pid 1 | length 2 | payload | sum 2, big-endian. The length counts payload and
sum; the sum is that of pid, length and payload modulo 2^16 (ZFM-20 user manual, "data package
format"). It does not cover the address, and two errors that cancel out pass it.
"""

from dataclasses import dataclass
from typing import Final

START: Final = b"\xef\x01"
COMMAND: Final = 0x01
ANSWER: Final = 0x07

SUM_BYTES: Final = 2
HEAD_BYTES: Final = 9
MAX_PAYLOAD: Final = 256


@dataclass(frozen=True)
class Packet:
    """One packet whose sum is right."""

    address: int
    pid: int
    payload: bytes


def encode(packet: Packet) -> bytes:
    """The bytes to send."""
    length = len(packet.payload) + SUM_BYTES
    body = bytes([packet.pid]) + length.to_bytes(2, "big") + packet.payload
    return START + packet.address.to_bytes(4, "big") + body + _sum(body)


def parse(data: bytes) -> tuple[list[Packet], bytes]:
    """All whole packets, and the tail to put before the next bytes. What is no packet is passed
    over up to the next start.
    """
    packets: list[Packet] = []
    while (start := data.find(START)) >= 0:
        data = data[start:]
        size = _size(data)
        if len(data) < size:
            return packets, data
        packet = _packet(data[:size])
        if packet is not None:
            packets.append(packet)
        data = data[len(START) if packet is None else size :]
    return packets, data[-1:] if data.endswith(START[:1]) else b""


def _size(data: bytes) -> int:
    """Bytes that must be there before anything can be said of what starts here."""
    if len(data) < HEAD_BYTES:
        return HEAD_BYTES
    length = int.from_bytes(data[7:HEAD_BYTES], "big")
    return HEAD_BYTES + (length if SUM_BYTES < length <= MAX_PAYLOAD + SUM_BYTES else 0)


def _packet(data: bytes) -> Packet | None:
    """None when the length is none or the sum disagrees."""
    body, claimed = data[6:-SUM_BYTES], data[-SUM_BYTES:]
    if len(data) == HEAD_BYTES or claimed != _sum(body):
        return None
    return Packet(int.from_bytes(data[2:6], "big"), data[6], data[HEAD_BYTES:-SUM_BYTES])


def _sum(body: bytes) -> bytes:
    return (sum(body) & 0xFFFF).to_bytes(SUM_BYTES, "big")
