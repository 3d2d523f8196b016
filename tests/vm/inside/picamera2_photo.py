"""Two photos and a preview through hardware.camera_picamera2, from the kernel's virtual camera.

Real are libcamera, picamera2 and the driver. vimc has a single stream and tells no exposure time:
the second stream (OneStream, Small) and the time (`tell_exposure`) are made up here, and the
libraries that picamera2 imports for films and raw pictures are left out.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import MagicMock

import cv2
import numpy as np

UNUSED = (
    *("av", "simplejpeg", "prctl", "pidng", "pidng.core", "pidng.camdefs", "pidng.defs"),
    *("OpenEXR", "pykms", "kms", "libarchive", "jsonschema", "tqdm"),
)
EXPOSURE_US = 10_000


class Small:
    """A frame with a small picture besides its own."""

    def __init__(self, request: Any, small: tuple[int, int]) -> None:
        self._request = request
        self._small = small

    def get_metadata(self) -> Any:
        return self._request.get_metadata()

    def make_array(self, name: str) -> Any:
        main = np.ascontiguousarray(self._request.make_array("main"))
        if name == "main":
            return main
        return cv2.cvtColor(cv2.resize(main, self._small), cv2.COLOR_BGR2YUV_I420)


class OneStream:
    """picamera2.Picamera2 on a camera without a second stream."""

    real: Any = None

    def __init__(self) -> None:
        self._camera = self.real()
        self._small = (0, 0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._camera, name)

    @property
    def post_callback(self) -> None:
        return None

    @post_callback.setter
    def post_callback(self, see: Callable[[Small], None]) -> None:
        self._camera.post_callback = lambda request: see(Small(request, self._small))

    def create_still_configuration(
        self, *, main: Mapping[str, Any], lores: Mapping[str, Any], queue: bool, **_: object
    ) -> Any:
        self._small = lores["size"]
        wanted = {**main, "format": "BGR888"}
        return self._camera.create_still_configuration(
            wanted, raw=None, buffer_count=2, queue=queue, controls={}
        )

    def stream_configuration(self, name: str) -> Any:
        return {"size": self._small} if name == "lores" else self._camera.stream_configuration(name)

    @contextmanager
    def captured_request(self, *, wait: float, flush: int) -> Iterator[Small]:
        with self._camera.captured_request(wait=wait, flush=flush) as request:
            yield Small(request, self._small)


def tell_exposure(library: Any) -> None:
    """Have picamera2's own frames say how long they were exposed."""
    frame = library.request.CompletedRequest
    known = frame.get_metadata
    frame.get_metadata = lambda self: {**known(self), "ExposureTime": EXPOSURE_US}


def mono_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def main() -> None:
    sys.path.insert(0, "/host/picamera2")
    sys.modules.update({name: MagicMock() for name in UNUSED})
    library: Any = importlib.import_module("picamera2")
    tell_exposure(library)
    OneStream.real, library.Picamera2 = library.Picamera2, OneStream
    from hardware import camera_picamera2

    camera = camera_picamera2.Picamera2Camera(mono_ms, size=(1280, 720))
    shots = []
    for _ in range(2):
        asked = mono_ms()
        frame = camera.capture(asked)
        times = {"asked": asked, "began": frame.mono_ms, "now": mono_ms()}
        size = [frame.width, frame.height]
        shots.append({**times, "size": size, "jpeg": frame.jpeg[:2].hex()})
    print(json.dumps({"shots": shots, "preview": len(camera.preview())}))


if __name__ == "__main__":
    main()
