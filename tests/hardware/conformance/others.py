"""Readers, fingerprint sensor, cameras and clocks with their simulators or peers, ready to be
checked: one rig a driver. Calls hardware, tests.hardware and tests.support.
"""

import itertools
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from hardware.camera_picamera2 import Picamera2Camera
from hardware.camera_v4l2 import V4l2Camera
from hardware.clock import SystemClock
from hardware.conformance.deeds import Deed
from hardware.conformance.model import Desk
from hardware.fingerprint.driver import BAUD, ZfmSensor
from hardware.readers.line_scanner import LineScanner
from hardware.readers.rdm6300 import Rdm6300
from hardware.readers.serial_reader import Ear, SerialReader
from hardware.serial_line import SerialLine
from hardware.sim import server
from hardware.sim.body import SimBody
from hardware.sim.client import SimClient
from hardware.sim.clock import FakeClock
from hardware.sim.verbs import Shared
from tests.hardware.conformance.scene import RigScene
from tests.hardware.readers.rig import Mute, Speaker
from tests.support.camera_standins import (
    AskedClock,
    PiCamera,
    Shown,
    UsbCamera,
    UsbPort,
    picamera2_module,
)
from tests.support.fingerprint_peer import Finger, Sensor
from tests.support.serial_faults import Line

Rig = Callable[[Path], AbstractContextManager[tuple[Any, RigScene]]]

SIZE = (320, 240)
CARD = b"\x020F00A1B2C3DF\x03"
FRAME_BEATS = 5
"""A card that is held is told again after so many steps of the scene."""
FASTER = 6
"""Readers and sensors are checked on clocks that run so much faster than the world's."""
FINGER = Finger("owner")
SPARE = 7


def _real(hands: Mapping[Deed, Callable[[], object]], *, speed: int = 1) -> RigScene:
    """Time that passes by itself, `speed` times as fast."""
    clock = SystemClock()
    return RigScene(
        lambda: clock.mono_ms() * speed, lambda ms: time.sleep(ms / 1000 / speed), hands
    )


@contextmanager
def sim_reader(folder: Path) -> Iterator[tuple[Any, RigScene]]:
    clock = FakeClock()
    with _body(folder, clock) as (body, client):
        hands = {
            Deed.HOLD_CARD: lambda: body.reader.hold("em4100:0F00A1B2C3"),
            Deed.TAKE_CARD_AWAY: lambda: None,
        }
        yield client.reader, RigScene(clock.mono_ms, clock.advance, hands)


@contextmanager
def rdm6300(_folder: Path) -> Iterator[tuple[Any, RigScene]]:
    """A card that is held sends its frame again and again."""
    held, beats = threading.Event(), itertools.count()
    scene = _real({Deed.HOLD_CARD: held.set, Deed.TAKE_CARD_AWAY: held.clear}, speed=FASTER)
    with _reader(Rdm6300(), scene) as (speaker, reader):

        def speak() -> None:
            if held.is_set() and next(beats) % FRAME_BEATS == 0:
                speaker.send(CARD)

        scene.step = speak
        yield reader, scene


@contextmanager
def line_scanner(_folder: Path) -> Iterator[tuple[Any, RigScene]]:
    scene = _real({}, speed=FASTER)
    with _reader(LineScanner(), scene) as (speaker, reader):
        scene.hands = {
            Deed.HOLD_CARD: lambda: speaker.send("申请 8F3A\r\n".encode()),
            Deed.TAKE_CARD_AWAY: lambda: None,
        }
        yield reader, scene


@contextmanager
def fingerprint(_folder: Path) -> Iterator[tuple[Any, RigScene]]:
    """The sensor at the far end of a real pty; both clocks run faster than the world's."""
    sensor = Sensor()
    scene = _real(
        {
            Deed.LAY_FINGER: lambda: setattr(sensor, "finger", FINGER),
            Deed.LAY_FINGER_AGAIN: lambda: setattr(sensor, "finger", FINGER),
            Deed.LIFT_FINGER: lambda: setattr(sensor, "finger", None),
        },
        speed=FASTER,
    )
    with Line(sensor) as line:
        serial_line = SerialLine(line.path, BAUD, scene.now)
        yield Desk(ZfmSensor(serial_line, scene.now), SPARE), scene
        serial_line.close()


@contextmanager
def sim_camera(folder: Path) -> Iterator[tuple[Any, RigScene]]:
    with _body(folder, SystemClock()) as (_, client):
        yield client.camera, _real({})


@contextmanager
def picamera2(_folder: Path) -> Iterator[tuple[Any, RigScene]]:
    camera = PiCamera(FakeClock())
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "picamera2", picamera2_module(camera))
        driver = Picamera2Camera(camera.clock.mono_ms, size=SIZE, rotation=90)
    yield driver, RigScene(camera.clock.mono_ms, camera.clock.advance, {})


@contextmanager
def v4l2(_folder: Path) -> Iterator[tuple[Any, RigScene]]:
    clock = AskedClock()
    usb = UsbCamera(clock, itertools.repeat(Shown()), size=SIZE)
    driver = V4l2Camera(
        "/dev/v4l/by-id/usb-example",
        clock.mono_ms,
        size=SIZE,
        rotation=90,
        opened=UsbPort([usb]).opened,
        monotonic=lambda: float(clock.mono),
    )
    try:
        yield driver, RigScene(clock.mono_ms, clock.advance, {})
    finally:
        driver.close()


@contextmanager
def system_clock(_folder: Path) -> Iterator[tuple[Any, RigScene]]:
    yield SystemClock(), _real({})


@contextmanager
def sim_clock(_folder: Path) -> Iterator[tuple[Any, RigScene]]:
    clock = FakeClock()
    yield clock, RigScene(clock.mono_ms, clock.advance, {})


OTHERS: Final[Mapping[str, Mapping[str, Rig]]] = {
    "card_reader": {"sim": sim_reader, "rdm6300": rdm6300, "line_scanner": line_scanner},
    "fingerprint": {"zfm": fingerprint},
    "camera": {"sim": sim_camera, "picamera2": picamera2, "v4l2": v4l2},
    "clock": {"system": system_clock, "sim": sim_clock},
}
"""Port → driver → rig."""


@contextmanager
def _body(folder: Path, clock: FakeClock | SystemClock) -> Iterator[tuple[SimBody, SimClient]]:
    body = SimBody(clock, random.Random(7), folder)
    sock = folder / "body.sock"
    with server.listening(Shared(body, clock), sock) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield body, SimClient(sock)
        finally:
            listening.shutdown()
            thread.join()


@contextmanager
def _reader(ear: Ear, scene: RigScene) -> Iterator[tuple[Speaker, SerialReader]]:
    with Speaker(Mute()) as speaker:
        line = SerialLine(speaker.path, 9600, scene.now)
        line.read(0)
        yield speaker, SerialReader(line, scene.now, ear)
        line.close()
