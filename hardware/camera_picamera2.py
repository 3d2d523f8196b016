"""The Raspberry Pi's camera through picamera2. Calls picamera2, OpenCV and hardware.{ports,
camera_jpeg}.

picamera2 and libcamera come with the operating system (`--system-site-packages`). Their rules:

- One configuration, made once, runs as long as the process: opening or configuring again ends in
  ENOMEM. Photos are its main stream, previews its small one.
- A frame's SensorTimestamp is taken when its first row is read out, so that its exposure began
  ExposureTime earlier (picamera2 `wait_for_timestamp_`). libcamera calls the clock CLOCK_BOOTTIME;
  the kernel's drivers use CLOCK_MONOTONIC, which stands still while the computer sleeps. A
  Raspberry Pi does not sleep, and where one did, frames would only look older than they are.
- After a time-out a frame may still be handed to nobody and its buffer be lost. All is cancelled,
  and the process has to end: CameraStuckError.
"""

import importlib
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

import cv2
import numpy as np

from hardware import camera_jpeg
from hardware.camera_jpeg import Pixels, Rotation
from hardware.ports import CameraStuckError, Frame, HardwareError

CAPTURE_S: Final = 3.0
PREVIEW_S: Final = 0.4
"""For so long a preview waits for a frame; what is left of 500 ms is for the JPEG."""
PREVIEW_AGE_MS: Final = 500
FRAME_US: Final = (100_000, 250_000)
"""Shortest and longest time from frame to frame: no needless heat, and no long wait in the dark."""
BUFFERS: Final = 3
AF_MANUAL: Final = 0
"""libcamera's AfModeManual."""


class _Request(Protocol):
    """One frame: every stream's pixels and what is known of it."""

    def get_metadata(self) -> Mapping[str, Any]: ...
    def make_array(self, name: str) -> Pixels: ...


class _Picamera2(Protocol):
    """What is used of picamera2.Picamera2."""

    post_callback: Callable[[_Request], None] | None

    @property
    def camera_controls(self) -> Mapping[str, object]: ...
    def create_still_configuration(
        self,
        *,
        main: Mapping[str, object],
        lores: Mapping[str, object],
        buffer_count: int,
        queue: bool,
        controls: Mapping[str, object],
    ) -> dict[str, Any]: ...
    def configure(self, camera_config: dict[str, Any]) -> None: ...
    def stream_configuration(self, name: str) -> Mapping[str, Any]: ...
    def start(self) -> None: ...
    def captured_request(self, *, wait: float, flush: int) -> AbstractContextManager[_Request]: ...
    def cancel_all_and_flush(self) -> None: ...


class Picamera2Camera:
    """Satisfies Camera; one a process. `mono_ms` is Clock.mono_ms.

    size: pixels of the photo as the sensor lies, width first; the sensor's own shape avoids a crop,
    and an A4 sheet that fills 2592 × 1944 is seen at about 220 dpi. rotation: degrees clockwise
    from there to upright. quality: of the JPEG, 1 to 100. lens_dioptres: fixed focus of a lens that
    can be moved, 1 / metres to the tray; None leaves it alone. exposure_us (at most 200,000) and
    gain (≥ 1) lock the exposure; None lets the camera find them.

    HardwareError('camera_unavailable'): no picamera2, no camera, or a setting it does not have; the
    process then has to end.
    """

    def __init__(
        self,
        mono_ms: Callable[[], int],
        *,
        size: tuple[int, int] = (2592, 1944),
        rotation: Rotation = 0,
        quality: int = 90,
        lens_dioptres: float | None = None,
        exposure_us: int | None = None,
        gain: float | None = None,
    ) -> None:
        self._mono_ms = mono_ms
        self._rotation: Rotation = rotation
        self._quality = quality
        self._seen = threading.Condition()
        self._small: Pixels | None = None
        self._small_ms = 0
        try:
            self._camera: _Picamera2 = importlib.import_module("picamera2").Picamera2()
            self._start(size, _controls(lens_dioptres, exposure_us, gain))
        except (ImportError, IndexError, RuntimeError, OSError) as error:
            raise HardwareError("camera_unavailable", f"picamera2: {error!r}") from error

    def capture(self, after_mono_ms: int) -> Frame:
        try:
            wanted = self._camera.captured_request(wait=CAPTURE_S, flush=after_mono_ms * 1_000_000)
            with wanted as request:
                metadata, pixels = request.get_metadata(), request.make_array("main")
        except TimeoutError as error:
            self._camera.cancel_all_and_flush()
            raise CameraStuckError(f"no frame within {CAPTURE_S} s") from error
        except (KeyError, RuntimeError, OSError) as error:  # KeyError: a frame without its times
            raise HardwareError("camera_unavailable", f"picamera2: {error!r}") from error
        began_ms, exposure_us = exposed(metadata, after_mono_ms, self._mono_ms())
        return camera_jpeg.photo(
            pixels, self._rotation, self._quality, mono_ms=began_ms, exposure_us=exposure_us
        )

    def preview(self) -> bytes:
        with self._seen:
            fresh = self._seen.wait_for(self._fresh, PREVIEW_S)
            small = self._small
        if not fresh or small is None:
            raise HardwareError("camera_unavailable", "the camera's frames have stopped")
        colours = np.asarray(cv2.cvtColor(small, cv2.COLOR_YUV2BGR_I420), np.uint8)
        return camera_jpeg.preview(colours[:, : self._small_width], self._rotation)

    def _start(self, size: tuple[int, int], controls: dict[str, object]) -> None:
        camera = self._camera
        if "FrameDurationLimits" in camera.camera_controls:
            controls["FrameDurationLimits"] = FRAME_US
        config = camera.create_still_configuration(
            main={"size": size, "format": "RGB888"},  # in memory: blue green red
            lores={"size": _preview_size(size), "format": "YUV420"},
            buffer_count=BUFFERS,
            queue=False,  # no frame is laid up for a later capture
            controls=controls,
        )
        camera.configure(config)
        self._small_width: int = camera.stream_configuration("lores")["size"][0]
        camera.post_callback = self._see
        camera.start()

    def _see(self, request: _Request) -> None:
        """Keep the small picture of every frame; in picamera2's thread."""
        small = request.make_array("lores")
        with self._seen:
            self._small, self._small_ms = small, self._mono_ms()
            self._seen.notify_all()

    def _fresh(self) -> bool:
        return self._small is not None and self._mono_ms() - self._small_ms <= PREVIEW_AGE_MS


def exposed(metadata: Mapping[str, Any], after_mono_ms: int, now_ms: int) -> tuple[int, int]:
    """When a frame's exposure began, in ms, and how long it was, in µs.

    HardwareError: the frame does not say, is older than asked for, or comes from the future.
    """
    stamp_ns, exposure_us = metadata.get("SensorTimestamp"), metadata.get("ExposureTime")
    if not isinstance(stamp_ns, int) or not isinstance(exposure_us, int):
        raise HardwareError("camera_unavailable", "a frame that does not tell its times")
    began_ms = (stamp_ns - exposure_us * 1000) // 1_000_000
    if not after_mono_ms <= began_ms <= now_ms:
        detail = f"a frame of {began_ms} ms, asked for after {after_mono_ms} at {now_ms}"
        raise HardwareError("camera_unavailable", detail)
    return began_ms, exposure_us


def _controls(
    lens_dioptres: float | None, exposure_us: int | None, gain: float | None
) -> dict[str, object]:
    """The controls of libcamera, by name."""
    controls: dict[str, object] = {}
    if lens_dioptres is not None:
        controls.update(AfMode=AF_MANUAL, LensPosition=lens_dioptres)
    if exposure_us is not None:
        controls["ExposureTime"] = exposure_us
    if gain is not None:
        controls["AnalogueGain"] = gain
    return controls


def _preview_size(size: tuple[int, int]) -> tuple[int, int]:
    """The photo's shape with sides that the image processor can make: even, and no longer than its
    own.
    """
    scale = min(1.0, camera_jpeg.PREVIEW_SIDE / max(size))
    width, height = (max(2, round(side * scale / 2) * 2) for side in size)
    return width, height
