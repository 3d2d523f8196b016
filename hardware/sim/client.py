"""The simulated body's drivers: hardware.ports over body.sock. Calls hardware.ports and wire.

Each call is a connection of its own: a body that was restarted is found again at once, and one that
is gone is a HardwareError, as a cut cable would be.
"""

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from hardware.ports import Fault, Frame, HardwareError, HeadStatus
from wire import cbor, frames
from wire.errors import WireError

ANSWER_S: Final = 2.0
FRAME_S: Final = 8.0
"""For a photo: three seconds until it is exposed, and the time to render it."""


class SimClient:
    """The ports of one body: `lock head case slots reader camera`."""

    def __init__(self, sock: Path) -> None:
        self.lock = _Lock(sock, "hardware_fault")
        self.head = _Head(sock, "hardware_fault")
        self.case = _Case(sock, "hardware_fault")
        self.slots = _Slots(sock, "hardware_fault")
        self.reader = _Reader(sock, "hardware_fault")
        self.camera = _Camera(sock, "camera_unavailable")


class _Part:
    def __init__(self, sock: Path, fault: Fault) -> None:
        self._sock = sock
        self._fault = fault

    def _ask(self, verb: str, wait_s: float = ANSWER_S, **arguments: object) -> Any:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
                link.settimeout(wait_s)
                link.connect(str(self._sock))
                link.sendall(frames.pack({"id": 1, "verb": verb, "args": arguments}))
                length = frames.unpack_length(_exactly(link, frames.HEADER))
                reply = cbor.decode(_exactly(link, length), limit=frames.LIMIT)
        except (OSError, EOFError, WireError) as error:
            raise HardwareError(self._fault, f"the body is gone: {error!r}") from error
        if isinstance(reply, dict) and reply.get("ok") is True:
            return reply["result"]
        raise HardwareError(self._fault, f"{verb}: {_reason(reply)}")


class _Lock(_Part):
    """ports.Lock."""

    def energise(self, bound_ms: int) -> None:
        self._ask("lock.energise", bound_ms=bound_ms)

    def release(self) -> None:
        self._ask("lock.release")

    def engaged(self) -> bool:
        return bool(self._ask("lock.engaged"))


class _Head(_Part):
    """ports.Head."""

    def select(self, slot: int) -> None:
        self._ask("head.select", slot=slot)

    def status(self) -> HeadStatus:
        return HeadStatus(**self._ask("head.status"))


class _Case(_Part):
    """ports.Case."""

    def closed(self) -> bool:
        return bool(self._ask("case.closed"))


class _Slots(_Part):
    """ports.Slots."""

    def present(self) -> Mapping[int, str]:
        return dict(self._ask("slots.present"))


class _Reader(_Part):
    """ports.CardReader."""

    def read(self) -> str | None:
        text: str | None = self._ask("reader.read")
        return text


class _Camera(_Part):
    """ports.Camera."""

    def capture(self, after_mono_ms: int) -> Frame:
        return Frame(**self._ask("camera.capture", FRAME_S, after_mono_ms=after_mono_ms))

    def preview(self) -> bytes:
        return bytes(self._ask("camera.preview")["jpeg"])


def _reason(reply: object) -> str:
    error = reply.get("error") if isinstance(reply, dict) else None
    return str(error.get("detail")) if isinstance(error, dict) else "no answer"


def _exactly(link: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        part = link.recv(min(length - len(data), 1 << 16))
        if not part:
            raise EOFError("closed")
        data += part
    return bytes(data)
