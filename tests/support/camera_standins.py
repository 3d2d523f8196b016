"""Cameras for tests: picamera2's module and OpenCV's capture, with the faults that real ones have.

Calls hardware.{camera_v4l2,ports} and the simulated clock. Each frame is of one colour, by which a
photo tells which frame it shows.
"""

import errno
import itertools
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final

import cv2
import numpy as np

from hardware.camera_jpeg import Pixels
from hardware.ports import HardwareError
from hardware.sim.clock import FakeClock

Colour = tuple[int, int, int]
"""Blue, green, red."""
GREY: Final[Colour] = (128, 128, 128)
LINE: Final = 64
"""The image processor's rows in memory are a multiple of so many bytes."""


@dataclass(frozen=True)
class Shown:
    """A frame: it arrives `wait_ms` after the one before it, and its stamp is `age_ms` old then."""

    wait_ms: int = 100
    age_ms: int = 40
    exposure_us: int = 20_000
    colour: Colour = GREY
    tells: frozenset[str] = frozenset({"SensorTimestamp", "ExposureTime"})
    torn: bool = False
    size: tuple[int, int] | None = None


def shade(number: int) -> Colour:
    """Up to 32 colours that a JPEG keeps apart."""
    return (number * 8, number * 8, number * 8)


def colour_of(jpeg: bytes) -> tuple[Colour, tuple[int, int]]:
    """What a JPEG of one colour shows in its middle, and its width and height."""
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    height, width = decoded.shape[:2]
    blue, green, red = (int(value) for value in decoded[height // 2, width // 2])
    return (blue, green, red), (width, height)


def number_of(jpeg: bytes) -> int:
    """The number of its `shade`."""
    return round(colour_of(jpeg)[0][0] / 8)


class PiRequest:
    """A completed request: its buffers are the camera's until it is released."""

    def __init__(self, shown: Shown, stamp_ns: int, sizes: Mapping[str, tuple[int, int]]) -> None:
        self._shown = shown
        self._sizes = sizes
        known = {"SensorTimestamp": stamp_ns, "ExposureTime": shown.exposure_us, "Lux": 400.0}
        self._metadata = {key: known[key] for key in known if key == "Lux" or key in shown.tells}

    def get_metadata(self) -> dict[str, Any]:
        return dict(self._metadata)

    def make_array(self, name: str) -> Pixels:
        width, height = self._sizes[name]
        if name == "main":
            return np.full((height, width, 3), self._shown.colour, np.uint8)
        row = -(-width // LINE) * LINE
        flat = np.full((height, row, 3), self._shown.colour, np.uint8)
        return np.asarray(cv2.cvtColor(flat, cv2.COLOR_BGR2YUV_I420), np.uint8)


class PiCamera:
    """What `picamera2.Picamera2()` gives, over a clock that its frames move on.

    It keeps picamera2's bargains: one configuration, started once; a request not released is lost;
    a wait that ends is a TimeoutError. `keeps_flush`: False as if it handed out any frame.
    """

    def __init__(self, clock: FakeClock, frames: Iterable[Shown] | None = None) -> None:
        self.clock = clock
        self.frames: Iterator[Shown] = iter(itertools.repeat(Shown()) if frames is None else frames)
        self.keeps_flush = True
        self.held = 0
        self.cancelled = 0
        self.started = False
        self.config: dict[str, Any] = {}
        self.post_callback: Any = None
        self.camera_controls = dict.fromkeys(
            ("AfMode", "AnalogueGain", "ExposureTime", "FrameDurationLimits", "LensPosition")
        )

    def create_still_configuration(self, **parts: Any) -> dict[str, Any]:
        return parts

    def configure(self, camera_config: dict[str, Any]) -> None:
        if self.config:
            raise OSError(errno.ENOMEM, "Cannot allocate memory")
        for name in camera_config["controls"]:
            if name not in self.camera_controls:
                raise RuntimeError(f"Control {name} is not advertised by libcamera")
        self.config = camera_config

    def stream_configuration(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.config[name]
        return found

    def start(self) -> None:
        self.started = True

    @contextmanager
    def captured_request(self, *, wait: float, flush: int) -> Iterator[PiRequest]:
        request = self._awaited(wait, flush)
        self.held += 1
        yield request
        self.held -= 1

    def cancel_all_and_flush(self) -> None:
        self.cancelled += 1

    def pass_frame(self) -> PiRequest | None:
        """The camera runs on by one frame, whoever looks."""
        shown = next(self.frames, None)
        if shown is None or self.held >= self.config["buffer_count"] or not self.started:
            return None
        self.clock.advance(shown.wait_ms)
        sizes = {name: self.config[name]["size"] for name in ("main", "lores")}
        request = PiRequest(shown, (self.clock.mono - shown.age_ms) * 1_000_000, sizes)
        self.post_callback(request)
        return request

    def _awaited(self, wait: float, flush: int) -> PiRequest:
        deadline = self.clock.mono + round(wait * 1000)
        while (request := self.pass_frame()) is not None and self.clock.mono <= deadline:
            known = request.get_metadata()
            if not self.keeps_flush or (
                known["SensorTimestamp"] - 1000 * known["ExposureTime"] >= flush
            ):
                return request
        self.clock.mono = max(deadline, self.clock.mono)
        raise TimeoutError


def picamera2_module(camera: PiCamera | Exception) -> ModuleType:
    """The module `picamera2`; an exception is what opening the camera raises."""
    opened: list[PiCamera] = []

    def open_camera() -> PiCamera:
        if isinstance(camera, Exception):
            raise camera
        if opened:
            raise RuntimeError("Failed to acquire camera: Device or resource busy")
        opened.append(camera)
        return camera

    module = ModuleType("picamera2")
    vars(module)["Picamera2"] = open_camera
    return module


@dataclass
class UsbCamera:
    """What `cv2.VideoCapture(path, cv2.CAP_V4L2)` gives: `frames`, then it is gone.

    `frozen`: grab() does not return until `thaw`. `refuses`: properties that it does not have.
    `stamps`: what its time stamps are off by, or None for none at all.
    """

    clock: FakeClock
    frames: Iterable[Shown]
    size: tuple[int, int] = (64, 48)
    frozen: bool = False
    refuses: frozenset[int] = frozenset()
    stamps: int | None = 0
    breaks: bool = False
    unplugged: bool = False
    decoded: int = 0
    grabbed: int = 0
    released: bool = False
    thaw: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._left = iter(self.frames)
        self._now: Shown | None = None
        self._stamp_ms = 0.0

    def set(self, propId: int, value: float, /) -> bool:  # noqa: N803
        return propId not in self.refuses

    def get(self, propId: int, /) -> float:  # noqa: N803
        assert propId == cv2.CAP_PROP_POS_MSEC
        return self._stamp_ms

    def grab(self) -> bool:
        if self.frozen:
            self.thaw.wait(30)
            return False
        time.sleep(0.0005)
        self._now = None if self.unplugged else next(self._left, None)
        if self._now is None:
            return False
        self.clock.advance(self._now.wait_ms)
        self._stamp_ms = 0.0
        if self.stamps is not None:
            self._stamp_ms = self.clock.mono - self._now.age_ms + self.stamps
        self.grabbed += 1
        return True

    def retrieve(self) -> tuple[bool, Any]:
        assert self._now is not None
        if self.breaks:
            raise cv2.error("OpenCV: assertion failed in the decoder")
        if self._now.torn:
            return False, None
        self.decoded += 1
        width, height = self._now.size or self.size
        return True, np.full((height, width, 3), self._now.colour, np.uint8)

    def release(self) -> None:
        self.released = True


@dataclass
class UsbPort:
    """Where USB cameras are plugged in, each opened once; `opened` is what the driver calls."""

    cameras: list[UsbCamera]
    asked: int = 0

    def opened(self, path: str) -> UsbCamera:
        self.asked += 1
        if not self.cameras:
            raise HardwareError("camera_unavailable", "cannot be opened")
        return self.cameras.pop(0)


class AskedClock(FakeClock):
    """Moves by `step_ms` each time it is read: whoever waits for ever by it is found out."""

    step_ms: int = 0

    def mono_ms(self) -> int:
        self.advance(self.step_ms)
        return self.mono


def numbered(frames: Sequence[Shown]) -> list[Shown]:
    """The same frames, each with the `shade` of its place."""
    return [
        Shown(one.wait_ms, one.age_ms, one.exposure_us, shade(number), one.tells)
        for number, one in enumerate(frames)
    ]
