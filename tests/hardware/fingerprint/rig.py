"""A desk with a fingerprint sensor: in memory with a clock of its own, or on a pty. Calls
tests.support.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from hardware.clock import SystemClock
from hardware.fingerprint.driver import BAUD, ZfmSensor
from hardware.ports import HardwareError, Match, NoMatch, Progress
from hardware.serial_line import SerialLine
from tests.hardware.rig import eventually
from tests.support.fingerprint_peer import Finger, Sensor
from tests.support.serial_faults import Line

OWNER, STRANGER = Finger("owner"), Finger("stranger", score=90)
SLOT = 3
POLL_MS = 10
SPEED = 40  # on a pty: how much faster the driver's clock runs than the world's

Spoil = Callable[[Sequence[bytes]], Sequence[tuple[int, bytes]]]
"""Of all answers so far, the newest last: what arrives, each piece after so many ms."""


@dataclass
class Wire:
    """The line in memory."""

    sensor: Sensor
    now_ms: int = 0
    spoil: Spoil = lambda answers: [(0, answers[-1])]
    answers: list[bytes] = field(default_factory=list)
    coming: list[tuple[int, bytes]] = field(default_factory=list)
    unplugged: bool = False

    def write(self, data: bytes) -> None:
        self._plugged()
        for answer in self.sensor.receive(data):
            self.answers.append(answer)
            self.coming += [(self.now_ms + wait, piece) for wait, piece in self.spoil(self.answers)]

    def read(self, until_ms: int) -> bytes:
        self._plugged()
        assert until_ms <= self.now_ms, "a poll never waits"
        come = b"".join(piece for at, piece in self.coming if at <= self.now_ms)
        self.coming = [(at, piece) for at, piece in self.coming if at > self.now_ms]
        return come

    def forget_input(self) -> None:
        self.read(self.now_ms)

    def _plugged(self) -> None:
        if self.unplugged:
            raise HardwareError("hardware_fault", "unplugged")


class Desk:
    """Sensor, line and driver. With `enrolled`, the owner's finger stands under SLOT."""

    def __init__(self, *, enrolled: bool = True, password: int = 0, given: int = 0) -> None:
        self.sensor = Sensor(password=password, library={SLOT: OWNER.name} if enrolled else {})
        self.wire = Wire(self.sensor)
        self.driver = ZfmSensor(self.wire, lambda: self.wire.now_ms, password=given)

    def polls(self, times: int = 100, every_ms: int = POLL_MS) -> list[Match | NoMatch]:
        """What so many polls give."""
        touches = []
        for _ in range(times):
            self.wire.now_ms += every_ms
            touch = self.driver.poll()
            touches += [] if touch is None else [touch]
        return touches

    def touch(self, finger: Finger) -> list[Match | NoMatch]:
        """Lay a finger, leave it for a while, lift it."""
        self.polls(10)
        self.sensor.finger = finger
        touches = self.polls(30)
        self.sensor.finger = None
        return touches + self.polls(10)

    def delete(self, slot: int) -> Progress | None:
        self.driver.delete(slot)
        self.until("done", "failed")
        return self.driver.progress()

    def until(self, *wanted: Progress) -> None:
        """Poll until progress is one of these."""
        for _ in range(500):
            if self.driver.progress() in wanted:
                return
            self.polls(1)
        raise AssertionError(f"{self.driver.progress()}, not {wanted}")

    def enrol(self, slot: int, first: Finger = OWNER, second: Finger = OWNER) -> Progress | None:
        """A person who does what is asked, until the end."""
        self.driver.enrol(slot)
        steps: list[tuple[Progress, Finger | None]]
        steps = [("lay", first), ("lift", None), ("again", second)]
        for asked, finger in steps:
            self.until(asked, "done", "failed")
            self.sensor.finger = finger
        self.until("done", "failed")
        self.sensor.finger = None
        return self.driver.progress()


@contextmanager
def on_a_pty(sensor: Sensor) -> Iterator[tuple[Line, ZfmSensor]]:
    """The sensor at the far end of a real pty, with a clock that runs SPEED times as fast."""

    def mono_ms() -> int:
        return SystemClock().mono_ms() * SPEED

    with Line(sensor, slow_s=0.08) as line:
        serial_line = SerialLine(line.path, BAUD, mono_ms)
        yield line, ZfmSensor(serial_line, mono_ms)
        serial_line.close()


def poll(driver: ZfmSensor) -> Match | NoMatch | None:
    """One poll, whether or not the sensor is in order."""
    try:
        return driver.poll()
    except HardwareError:
        return None


def next_touch(driver: ZfmSensor) -> Match | NoMatch:
    """The next touch, waited for."""
    touches: list[Match | NoMatch] = []

    def one() -> bool:
        touch = poll(driver)
        touches.extend([] if touch is None else [touch])
        return touch is not None

    eventually(one, "the finger is answered")
    return touches[0]
