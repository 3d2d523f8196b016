"""A simulated R30x/ZFM-20 fingerprint sensor behind tests.support.serial_faults.Line.

Written from the manuals, not from the driver, so that each checks the other. Where the manuals
leave it open it behaves in the way that is worst for the driver: a picture stays in the image
buffer when the finger is gone, character buffers keep what they had when a picture is no good.
"""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from tests.support.serial_faults import Part

OK, GARBLED, NO_FINGER, MESSY, FEW = 0x00, 0x01, 0x02, 0x06, 0x07
MISMATCH, NOT_FOUND, DIFFER, NO_SLOT, UNREADABLE = 0x08, 0x09, 0x0A, 0x0B, 0x0C
NOT_DELETED, WRONG_PASSWORD, NO_PICTURE, FLASH_FAILED, PASSWORD_FIRST = 0x10, 0x13, 0x15, 0x18, 0x21

HEAD: Final = struct.Struct(">2sIBH")
START: Final = b"\xef\x01"


@dataclass(frozen=True)
class Finger:
    """A finger as it is laid: what a match of this touch scores, and what is wrong with its
    picture (MESSY, FEW), if anything.
    """

    name: str
    score: int = 120
    flaw: int = OK


@dataclass
class Sensor(Part):
    """A test lays a `finger` on it, or takes it away. Of a reset only the `library` is left.
    `heard` lists the commands. `worn_out`: the library cannot be written any more.
    """

    address: int = 0xFFFF_FFFF
    password: int = 0
    capacity: int = 200
    finger: Finger | None = None
    worn_out: bool = False
    library: dict[int, str] = field(default_factory=dict)
    heard: list[int] = field(default_factory=list)
    _picture: Finger | None = None
    _buffers: dict[int, Finger] = field(default_factory=dict)
    _unlocked: bool = False
    _input: bytes = b""

    def receive(self, data: bytes) -> Iterable[bytes]:
        self._input += data
        while (start := self._input.find(START)) >= 0:
            self._input = self._input[start:]
            if len(self._input) < HEAD.size:
                return
            _, address, pid, length = HEAD.unpack_from(self._input)
            end = HEAD.size + length
            if len(self._input) < end:
                return
            packet, self._input = self._input[:end], self._input[end:]
            if address == self.address:
                yield self._answer(self._obey(pid, packet))

    def reset(self) -> None:
        self._picture, self._unlocked, self._input = None, False, b""
        self._buffers.clear()

    def _obey(self, pid: int, packet: bytes) -> bytes:
        """The answer's payload."""
        body, (claimed,) = packet[6:-2], struct.unpack(">H", packet[-2:])
        if pid != 1 or sum(body) & 0xFFFF != claimed:
            return bytes([GARBLED])
        code, arguments = body[3], body[4:]
        self.heard.append(code)
        if self.password and not self._unlocked and code != 0x13:
            return bytes([PASSWORD_FIRST])
        command = self._commands().get(code)
        return bytes([GARBLED]) if command is None else command(arguments)

    def _answer(self, payload: bytes) -> bytes:
        head = HEAD.pack(START, self.address, 7, len(payload) + 2)
        return head + payload + struct.pack(">H", sum(head[6:] + payload) & 0xFFFF)

    def _commands(self) -> dict[int, Callable[[bytes], bytes]]:
        return {
            0x01: self._take_picture,
            0x02: self._find_features,
            0x03: self._compare,
            0x04: self._search,
            0x05: self._make_template,
            0x06: self._store,
            0x07: self._load,
            0x0C: self._delete,
            0x0D: self._empty,
            0x0F: self._parameters,
            0x13: self._verify,
            0x1B: self._search,
            0x1D: lambda _: struct.pack(">BH", OK, len(self.library)),
            0x1F: self._index,
        }

    def _take_picture(self, _: bytes) -> bytes:
        if self.finger is None:
            return bytes([NO_FINGER])
        self._picture = self.finger
        return bytes([OK])

    def _find_features(self, arguments: bytes) -> bytes:
        if self._picture is None:
            return bytes([NO_PICTURE])
        if self._picture.flaw == OK:
            self._buffers[arguments[0]] = self._picture
        return bytes([self._picture.flaw])

    def _compare(self, _: bytes) -> bytes:
        one, two = self._buffers.get(1), self._buffers.get(2)
        same = one is not None and two is not None and one.name == two.name
        return struct.pack(">BH", OK if same else MISMATCH, 100 if same else 0)

    def _search(self, arguments: bytes) -> bytes:
        buffer, first, count = struct.unpack(">BHH", arguments)
        features = self._buffers.get(buffer)
        for slot in range(first, min(first + count, self.capacity)):
            if features is not None and self.library.get(slot) == features.name:
                return struct.pack(">BHH", OK, slot, features.score)
        return struct.pack(">BHH", NOT_FOUND, 0, 0)

    def _make_template(self, _: bytes) -> bytes:
        one, two = self._buffers.get(1), self._buffers.get(2)
        if one is None or two is None or one.name != two.name:
            return bytes([DIFFER])
        self._buffers[2] = one
        return bytes([OK])

    def _store(self, arguments: bytes) -> bytes:
        buffer, slot = struct.unpack(">BH", arguments)
        features = self._buffers.get(buffer)
        if slot >= self.capacity or features is None:
            return bytes([NO_SLOT])
        if self.worn_out:
            return bytes([FLASH_FAILED])
        self.library[slot] = features.name
        return bytes([OK])

    def _load(self, arguments: bytes) -> bytes:
        buffer, slot = struct.unpack(">BH", arguments)
        if slot not in self.library:
            return bytes([UNREADABLE])
        self._buffers[buffer] = Finger(self.library[slot])
        return bytes([OK])

    def _delete(self, arguments: bytes) -> bytes:
        first, count = struct.unpack(">HH", arguments)
        if self.worn_out:
            return bytes([NOT_DELETED])
        for slot in range(first, first + count):
            self.library.pop(slot, None)
        return bytes([OK])

    def _empty(self, _: bytes) -> bytes:
        self.library.clear()
        return bytes([OK])

    def _parameters(self, _: bytes) -> bytes:
        return struct.pack(">BHHHHIHH", OK, 0, 9, self.capacity, 3, self.address, 1, 6)

    def _verify(self, arguments: bytes) -> bytes:
        self._unlocked = arguments == struct.pack(">I", self.password)
        return bytes([OK if self._unlocked else WRONG_PASSWORD])

    def _index(self, arguments: bytes) -> bytes:
        page = arguments[0] * 256
        bits = sum(1 << slot - page for slot in self.library if page <= slot < page + 256)
        return bytes([OK]) + bits.to_bytes(32, "little")
