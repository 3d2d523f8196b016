"""hardware.camera_v4l2 on the kernel's vivid camera: a photo, then one fault after another.

Prints what each step came to: "photo", or the refusal's code.
"""

import json
import os
import subprocess
import threading
import time
from pathlib import Path

from hardware.camera_v4l2 import V4l2Camera
from hardware.ports import HardwareError

SIZE = (640, 360)
START_OF_EXPOSURE = "timestamp_source=1"
"""vivid's other stamp, the end of a frame, is a forecast and lies in the future."""


def mono_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def device() -> str:
    """The capture node that vivid made."""
    for name in sorted(Path("/sys/class/video4linux").glob("video*/name")):
        if "vivid" in name.read_text() and "vid-cap" in name.read_text():
            return f"/dev/{name.parent.name}"
    raise SystemExit("no vivid camera")


def photo(camera: V4l2Camera) -> str:
    asked = mono_ms()
    try:
        frame = camera.capture(asked)
    except HardwareError as error:
        return error.code
    assert frame.mono_ms >= asked
    assert (frame.width, frame.height) == SIZE
    return "photo"


def soon(camera: V4l2Camera) -> str:
    """The first photo within twenty seconds, else the last refusal."""
    until = mono_ms() + 20_000
    while (found := photo(camera)) != "photo" and mono_ms() < until:
        pass
    return found


def control(path: str, setting: str) -> None:
    subprocess.run(["v4l2-ctl", "-d", path, "-c", setting], check=True)


def main() -> None:
    path = device()
    control(path, START_OF_EXPOSURE)
    camera = V4l2Camera(path, mono_ms, size=SIZE, fourcc="YUYV")
    found = {"healthy": soon(camera)}
    control(path, "percentage_of_dropped_buffers=100")
    found["every frame dropped"] = photo(camera)
    control(path, "percentage_of_dropped_buffers=0")
    found["frames again"] = soon(camera)
    control(path, "inject_v4l2_buf_flag_error=1")
    found["a torn frame"] = soon(camera)
    held = os.open(path, os.O_RDWR)  # vivid stays away until nobody holds it
    control(path, "disconnect=1")
    found["unplugged"] = photo(camera)
    os.close(held)
    found["plugged in again"] = soon(camera)
    camera.close()
    for thread in threading.enumerate():
        if thread.name == "camera":
            thread.join(10)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
