"""The simulated body's drivers: hardware.ports over body.sock. Calls hardware.ports and wire.

Each call is a connection of its own: a body that was restarted is found again at once, and one that
is gone is a HardwareError, as a cut cable would be.
"""

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from hardware.ports import Fault, Frame, HardwareError, HeadStatus, Match, NoMatch, Progress
from hardware.sim.finger import SCORE
from wire import cbor, frames, shape
from wire.errors import WireError
from wire.shape import Shape

ANSWER_S: Final = 2.0
FRAME_S: Final = 8.0
"""For a photo: three seconds until it is exposed, and the time to render it."""

MOST_MS: Final = 1 << 50
"""Either way; a broken camera may well date a frame before the boot."""

T = TypeVar("T")


def _slots(value: object) -> Mapping[int, str]:
    if not isinstance(value, dict):
        raise shape.ShapeError("a map expected")
    return {_SLOT.load(slot): _TAG.load(tag) for slot, tag in value.items()}


_SLOT: Final = shape.integer(0, 99)
_TAG: Final = shape.text(256)
_COUNT: Final = shape.integer(0)
_JPEG: Final = shape.octets(1, frames.LIMIT)
_NOTHING: Final[Shape[Any]] = shape.record(dict, {})
_PREVIEW: Final[Shape[Any]] = shape.record(dict, {"jpeg": _JPEG})
_TOUCH: Final[Shape[Any]] = shape.record(
    dict, {"touched": shape.flag(), "slot": shape.maybe(_COUNT)}
)
_PROGRESS: Final[Shape[Any]] = shape.maybe(shape.choice(*get_args(Progress)))
_SLOTS: Final = Shape(_slots, shape.unchanged)
_STATUS: Final = shape.record(
    HeadStatus,
    {
        "unlatches": _COUNT,
        "presses": _COUNT,
        "home": shape.flag(),
        "latched": shape.flag(),
        "fault": shape.maybe(shape.text(64)),
        "slot": shape.maybe(_SLOT),
        "own_counters": shape.flag(),
    },
)
_FRAME: Final = shape.record(
    Frame,
    {
        "jpeg": _JPEG,
        "mono_ms": shape.integer(-MOST_MS, MOST_MS),
        "width": _COUNT,
        "height": _COUNT,
        "exposure_us": _COUNT,
    },
)


class SimClient:
    """The ports of one body: `lock head case slots reader scanner finger camera`."""

    def __init__(self, sock: Path) -> None:
        self.lock = _Lock(sock, "hardware_fault")
        self.head = _Head(sock, "hardware_fault")
        self.case = _Case(sock, "hardware_fault")
        self.slots = _Slots(sock, "hardware_fault")
        self.reader = _Reader(sock, "reader.read")
        self.scanner = _Reader(sock, "scanner.read")
        self.finger = _Finger(sock, "hardware_fault")
        self.camera = _Camera(sock, "camera_unavailable")


class _Part:
    def __init__(self, sock: Path, fault: Fault) -> None:
        self._sock = sock
        self._fault = fault

    def _ask(self, verb: str, result: Shape[T], wait_s: float = ANSWER_S, **arguments: object) -> T:
        """The verb's result, which has this shape; anything else is a HardwareError."""
        reply = self._reply(verb, wait_s, arguments)
        if not isinstance(reply, dict) or reply.get("ok") is not True:
            raise HardwareError(self._fault, f"{verb}: {_reason(reply)}")
        try:
            return result.load(reply.get("result"))
        except shape.ShapeError as error:
            raise HardwareError(self._fault, f"{verb}: nonsense: {error}") from error

    def _reply(self, verb: str, wait_s: float, arguments: dict[str, object]) -> object:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
                link.settimeout(wait_s)
                link.connect(str(self._sock))
                link.sendall(frames.pack({"id": 1, "verb": verb, "args": arguments}))
                length = frames.unpack_length(_exactly(link, frames.HEADER))
                return cbor.decode(_exactly(link, length), limit=frames.LIMIT)
        except (OSError, EOFError, WireError) as error:
            raise HardwareError(self._fault, f"the body is gone: {error!r}") from error


class _Lock(_Part):
    """ports.Lock."""

    def energise(self, bound_ms: int) -> None:
        self._ask("lock.energise", _NOTHING, bound_ms=bound_ms)

    def release(self) -> None:
        self._ask("lock.release", _NOTHING)

    def engaged(self) -> bool:
        return self._ask("lock.engaged", shape.flag())


class _Head(_Part):
    """ports.Head."""

    def select(self, slot: int) -> None:
        self._ask("head.select", _NOTHING, slot=slot)

    def status(self) -> HeadStatus:
        return self._ask("head.status", _STATUS)


class _Case(_Part):
    """ports.Case."""

    def closed(self) -> bool:
        return self._ask("case.closed", shape.flag())


class _Slots(_Part):
    """ports.Slots."""

    def present(self) -> Mapping[int, str]:
        return self._ask("slots.present", _SLOTS)


class _Reader(_Part):
    """ports.CardReader."""

    def __init__(self, sock: Path, verb: str) -> None:
        super().__init__(sock, "hardware_fault")
        self._verb = verb

    def read(self) -> str | None:
        return self._ask(self._verb, shape.maybe(shape.text(256)))


class _Finger(_Part):
    """ports.Fingerprint."""

    def poll(self) -> Match | NoMatch | None:
        touch = self._ask("finger.poll", _TOUCH)
        if not touch["touched"]:
            return None
        return NoMatch() if touch["slot"] is None else Match(touch["slot"], SCORE)

    def enrol(self, slot: int) -> None:
        self._ask("finger.enrol", _NOTHING, slot=slot)

    def delete(self, slot: int) -> None:
        self._ask("finger.delete", _NOTHING, slot=slot)

    def progress(self) -> Progress | None:
        step: Progress | None = self._ask("finger.progress", _PROGRESS)
        return step

    def cancel(self) -> None:
        self._ask("finger.cancel", _NOTHING)


class _Camera(_Part):
    """ports.Camera."""

    def capture(self, after_mono_ms: int) -> Frame:
        return self._ask("camera.capture", _FRAME, FRAME_S, after_mono_ms=after_mono_ms)

    def preview(self) -> bytes:
        found: bytes = self._ask("camera.preview", _PREVIEW)["jpeg"]
        return found


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
