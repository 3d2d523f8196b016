"""camerad with a camera that gets stuck: lockd hears of it, and the process does not live on."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hardware.ports import CameraStuckError, Frame, HardwareError
from sealctl.camerad.eyes import Eyes
from sealctl.camerad.main import STUCK_STATUS
from sealctl.camerad.worker import JOB_S, Worker
from tests.hardware.rig import PATIENCE_S, ROOT, eventually
from tests.sealctl.camerad_rig import LockdStandIn

JOB = {"id": 1, "kind": "before", "after_mono_ms": 0, "pages": [], "before": None}
LONGER_S = JOB_S + 1

_RUN = """
import atexit, sys, time
from itertools import repeat
from pathlib import Path
from hardware.sim.clock import FakeClock
from tests.support.camera_standins import PiCamera, Shown, picamera2_module
folder, frames = Path(sys.argv[1]), int(sys.argv[2])
clock = FakeClock()
pi = PiCamera(clock, repeat(Shown(), frames))
sys.modules["picamera2"] = picamera2_module(pi)
from hardware.camera_picamera2 import Picamera2Camera
from sealctl.camerad.main import run
camera = Picamera2Camera(clock.mono_ms, size=(320, 240))
atexit.register(time.sleep, 600)  # as picamera2's own close() may wait for its camera
run(camera=camera, lockd_sock=folder / "camera.sock", preview_sock=folder / "preview.sock",
    photos=folder / "photos", pages=folder / "pages", beat=(folder / "beat").touch)
"""


@contextmanager
def _camerad(folder: Path, frames: int) -> Iterator[tuple[subprocess.Popen[bytes], LockdStandIn]]:
    """camerad over a picamera2 that stops after so many frames."""
    lockd = LockdStandIn(folder / "camera.sock")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", _RUN, str(folder), str(frames)]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            yield process, lockd
        finally:
            process.kill()
            lockd.close()


@pytest.mark.processes
def test_after_a_camera_time_out_lockd_is_told_and_the_process_ends_with_an_error(
    tmp_path: Path,
) -> None:
    with _camerad(tmp_path, frames=1) as (process, lockd):
        eventually((tmp_path / "beat").exists, "the self-check is passed")
        lockd.give(JOB)
        photo = lockd.answer()
        assert (photo["verb"], photo["args"]["mono_ms"]) == ("done", 60_000 + 100 - 40 - 20)
        assert (photo["args"]["width"], photo["args"]["height"]) == (320, 240)
        lockd.give({**JOB, "id": 2})
        assert lockd.answer() == {
            "id": 1,
            "verb": "failed",
            "args": {"id": 2, "code": "camera_unavailable"},
        }
        assert process.wait(PATIENCE_S) == STUCK_STATUS != 0
        assert not (tmp_path / "preview.sock").exists()


@dataclass
class Lens:
    """A Camera that does what the test says."""

    take: Callable[[], Frame]
    taken: int = 0

    def capture(self, after_mono_ms: int) -> Frame:
        self.taken += 1
        return self.take()

    def preview(self) -> bytes:
        raise HardwareError("camera_unavailable", "no preview")


@dataclass
class Bench:
    """A worker of this process, lockd's stand-in, and the time that the worker reads."""

    folder: Path
    camera: Lens
    now_s: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        (self.folder / "photos").mkdir()
        self.lockd = LockdStandIn(self.folder / "camera.sock")
        eyes = Eyes(self.camera, self.folder / "photos", self.folder / "pages")
        self.worker = Worker(eyes, self.folder / "camera.sock", self.over, lambda: self.now_s)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, Lens(_nothing))
    made.worker.start()
    yield made
    made.over.set()
    made.worker.join(PATIENCE_S)
    made.lockd.close()


def _nothing() -> Frame:
    raise HardwareError("camera_unavailable", "nothing connected")


def _stuck() -> Frame:
    raise CameraStuckError("no frame")


def test_a_worker_that_hangs_over_a_photo_is_not_well_and_recovers(bench: Bench) -> None:
    hang = threading.Event()

    def hanging() -> Frame:
        hang.wait(PATIENCE_S)
        return _nothing()

    bench.camera.take = hanging
    assert bench.worker.well()
    bench.lockd.give(JOB)
    eventually(lambda: bench.camera.taken == 1, "the worker takes the photo")
    assert bench.worker.well()
    bench.now_s += LONGER_S
    assert not bench.worker.well()
    hang.set()
    assert bench.lockd.answer()["verb"] == "failed"
    assert bench.worker.well()


def test_a_worker_that_waits_long_for_a_job_is_well(bench: Bench) -> None:
    bench.lockd.give(JOB)
    bench.lockd.answer()
    bench.now_s += 100 * LONGER_S
    assert bench.worker.well()


def test_an_ordinary_camera_failure_goes_on_and_a_stuck_one_ends_it(bench: Bench) -> None:
    for number in (1, 2):
        bench.lockd.give({**JOB, "id": number})
        assert bench.lockd.answer()["args"] == {"id": number, "code": "camera_unavailable"}
    assert bench.worker.well()
    bench.camera.take = _stuck
    bench.lockd.give({**JOB, "id": 3})
    assert bench.lockd.answer()["args"] == {"id": 3, "code": "camera_unavailable"}
    bench.worker.join(PATIENCE_S)
    assert bench.worker.stuck
    assert not bench.worker.well()


def test_a_stuck_camera_ends_the_worker_even_where_lockd_will_not_hear_it(bench: Bench) -> None:
    bench.camera.take = _stuck
    bench.lockd.refuse = True
    bench.lockd.give(JOB)
    bench.worker.join(PATIENCE_S)
    assert bench.worker.stuck


def test_a_photo_and_all_that_is_told_of_it_are_of_one_frame(bench: Bench) -> None:
    frames = [
        Frame(b"first", 1_000, 30, 40, 8_000),
        Frame(b"second", 2_000, 50, 60, 9_000),
    ]
    bench.camera.take = lambda: frames.pop(0)
    for number, (jpeg, mono_ms, width, height) in enumerate(
        [(b"first", 1_000, 30, 40), (b"second", 2_000, 50, 60)], start=1
    ):
        bench.lockd.give({**JOB, "id": number})
        told = bench.lockd.answer()["args"]
        assert (told["mono_ms"], told["width"], told["height"]) == (mono_ms, width, height)
        assert (bench.folder / "photos" / f"{told['sha256'].hex()}.jpg").read_bytes() == jpeg
