"""An ordinary USB camera through OpenCV and the kernel's V4L2. Calls OpenCV and hardware.{ports,
camera_jpeg}.

How old a frame is: the driver's queue can hold old frames, so the time of reading says nothing.
CAP_PROP_POS_MSEC is the V4L2 buffer's own time stamp, on CLOCK_MONOTONIC (videodev2.h; the kernel's
uvcvideo unless told otherwise). uvcvideo takes it when a frame's first packet arrives, which is
after its exposure, read-out and compression. So a frame's exposure is said to have begun when the
stamp was made less `lag_ms`, and a frame that this puts before the time asked for is passed over.

A thread of its own takes every frame off the queue, and decodes one only where somebody waits.
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import cv2
import numpy as np

from hardware import camera_jpeg
from hardware.camera_jpeg import Pixels, Rotation
from hardware.ports import Frame, HardwareError

CAPTURE_MS: Final = 3_000
PREVIEW_MS: Final = 350
"""For so long a preview waits for a frame; what is left of 500 ms is for the JPEG."""
PREVIEW_AGE_MS: Final = 500
REOPEN_MS: Final = 1_000
"""A camera that is gone is looked for at most once in this time."""
TICK_S: Final = 0.02
MANUAL_EXPOSURE: Final = 1
"""V4L2_EXPOSURE_MANUAL; V4L2_CID_EXPOSURE_ABSOLUTE counts in 100 µs."""


class Capture(Protocol):
    """What is used of cv2.VideoCapture, opened."""

    def set(self, propId: int, value: float, /) -> bool: ...  # noqa: N803
    def get(self, propId: int, /) -> float: ...  # noqa: N803
    def grab(self) -> bool: ...
    def retrieve(self) -> tuple[bool, Any]: ...
    def release(self) -> None: ...


@dataclass(frozen=True)
class _Shot:
    pixels: Pixels
    mono_ms: int


def open_v4l2(path: str) -> Capture:
    """The camera at a device path; HardwareError('camera_unavailable') where there is none."""
    capture = cv2.VideoCapture(path, cv2.CAP_V4L2)
    if not capture.isOpened():
        capture.release()
        raise HardwareError("camera_unavailable", "cannot be opened")
    return capture


def monotonic_ms() -> float:
    """CLOCK_MONOTONIC."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) / 1_000_000


class V4l2Camera:
    """Satisfies Camera. `path` is a device name that stays the same, best below /dev/v4l/by-id;
    `mono_ms` is Clock.mono_ms.

    size: pixels, width first; a camera that sends another size is refused. fourcc: the format on
    the wire; raw ones need USB 3. rotation: degrees clockwise to upright. quality: frames are
    decoded and encoded again as JPEG of this quality, 1 to 100, so that no camera's odd JPEG is
    kept. lag_ms: the longest that the camera takes from the begin of an exposure to the first
    packet. focus (the camera's own units) and exposure_us (a multiple of 100) are fixed where
    given; a Frame knows its exposure time only then. A setting that the camera refuses is an error.
    """

    def __init__(
        self,
        path: str,
        mono_ms: Callable[[], int],
        *,
        size: tuple[int, int] = (2592, 1944),
        fourcc: str = "MJPG",
        rotation: Rotation = 0,
        quality: int = 90,
        lag_ms: int = 300,
        focus: int | None = None,
        exposure_us: int | None = None,
        opened: Callable[[str], Capture] = open_v4l2,
        monotonic: Callable[[], float] = monotonic_ms,
    ) -> None:
        self._path = path
        self._mono_ms = mono_ms
        self._size = size
        self._rotation: Rotation = rotation
        self._quality = quality
        self._lag_ms = lag_ms
        self._exposure_us = exposure_us or 0
        self._settings = _settings(size, fourcc, focus, exposure_us)
        self._opened = opened
        self._monotonic = monotonic
        self._over = threading.Event()
        self._news = threading.Condition()
        self._wanted: list[int] = []
        self._newest: _Shot | None = None
        self._lost: str | None = None
        self._begin()

    def capture(self, after_mono_ms: int) -> Frame:
        shot = self._shot(after_mono_ms, CAPTURE_MS)
        return camera_jpeg.photo(
            shot.pixels,
            self._rotation,
            self._quality,
            mono_ms=shot.mono_ms,
            exposure_us=self._exposure_us,
        )

    def preview(self) -> bytes:
        recent = self._mono_ms() - self._lag_ms - PREVIEW_AGE_MS
        return camera_jpeg.preview(self._shot(recent, PREVIEW_MS).pixels, self._rotation)

    def close(self) -> None:
        """Give the camera back after its next frame; it is of no use then."""
        self._over.set()

    def _shot(self, after_ms: int, wait_ms: int) -> _Shot:
        until_ms = self._mono_ms() + wait_ms
        with self._news:
            self._look_again()
            self._wanted.append(after_ms)
            try:
                while self._newest is None or self._newest.mono_ms < after_ms:
                    self._still(until_ms)
                    self._news.wait(TICK_S)
                return self._newest
            finally:
                self._wanted.remove(after_ms)

    def _still(self, until_ms: int) -> None:
        """Whether to go on waiting; HardwareError where not."""
        if self._lost is not None:
            raise HardwareError("camera_unavailable", f"{self._path}: {self._lost}")
        if self._mono_ms() >= until_ms:
            raise HardwareError("camera_unavailable", f"{self._path}: no frame in time")

    def _look_again(self) -> None:
        if self._lost is not None and self._mono_ms() - self._begun_ms >= REOPEN_MS:
            self._begin()

    def _begin(self) -> None:
        self._lost = None
        self._begun_ms = self._mono_ms()
        threading.Thread(target=self._read, name="camera", daemon=True).start()

    def _read(self) -> None:
        """The thread: every frame until the camera is gone."""
        lost = "the driver failed"
        try:
            capture = self._opened(self._path)
            try:
                self._set_up(capture)
                while not self._over.is_set():
                    self._next(capture)
            finally:
                capture.release()
            lost = "closed"
        except HardwareError as error:
            lost = error.detail
        except cv2.error as error:
            lost = str(error)
        finally:
            with self._news:
                self._lost = lost
                self._news.notify_all()

    def _set_up(self, capture: Capture) -> None:
        for setting, value in self._settings:
            if not capture.set(setting, value):
                raise HardwareError("camera_unavailable", f"property {setting} is not {value}")

    def _next(self, capture: Capture) -> None:
        if not capture.grab():
            raise HardwareError("camera_unavailable", "unplugged, or its frames have stopped")
        now_ms = self._mono_ms()
        stamp_ms = capture.get(cv2.CAP_PROP_POS_MSEC)
        began_ms = exposure_began(now_ms, self._monotonic(), stamp_ms, self._lag_ms)
        with self._news:
            wanted = any(began_ms >= after_ms for after_ms in self._wanted)
        if wanted:
            self._show(capture, began_ms)

    def _show(self, capture: Capture, began_ms: int) -> None:
        """Decode the frame for those who wait; a torn one is passed over."""
        whole, decoded = capture.retrieve()
        if not whole:
            return
        pixels = np.asarray(decoded, np.uint8)
        width, height = self._size
        if pixels.shape != (height, width, 3):
            detail = f"frames of shape {pixels.shape}, not {width}×{height} in colour"
            raise HardwareError("camera_unavailable", detail)
        with self._news:
            self._newest = _Shot(pixels, began_ms)
            self._news.notify_all()


def exposure_began(now_ms: int, monotonic_ms: float, stamp_ms: float, lag_ms: int) -> int:
    """When a frame's exposure began at the earliest, on the clock of `now_ms`; `monotonic_ms` and
    the buffer's stamp are on CLOCK_MONOTONIC.

    HardwareError: the stamp is none, or on another clock.
    """
    age_ms = monotonic_ms - stamp_ms
    if stamp_ms <= 0 or age_ms < 0:
        raise HardwareError("camera_unavailable", f"a frame's time stamp of {stamp_ms} ms")
    return math.floor(now_ms - age_ms - lag_ms)


def _settings(
    size: tuple[int, int], fourcc: str, focus: int | None, exposure_us: int | None
) -> list[tuple[int, float]]:
    """OpenCV's properties in the order in which they are set."""
    settings: list[tuple[int, float]] = [
        (cv2.CAP_PROP_FOURCC, int.from_bytes(fourcc.encode("ascii"), "little")),
        (cv2.CAP_PROP_FRAME_WIDTH, size[0]),
        (cv2.CAP_PROP_FRAME_HEIGHT, size[1]),
    ]
    if focus is not None:
        settings += [(cv2.CAP_PROP_AUTOFOCUS, 0), (cv2.CAP_PROP_FOCUS, focus)]
    if exposure_us is not None:
        settings += [
            (cv2.CAP_PROP_AUTO_EXPOSURE, MANUAL_EXPOSURE),
            (cv2.CAP_PROP_EXPOSURE, exposure_us / 100),
        ]
    return settings
