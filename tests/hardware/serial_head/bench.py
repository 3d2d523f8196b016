"""A head on the test bench: the reference firmware over simulated parts, hands to touch them, and
a host that speaks raw frames.
"""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hardware.serial_head import answers, commands, frames
from hardware.serial_head.answers import Cause, Status
from hardware.serial_head.commands import Command, Result
from hardware.serial_head.firmware import Firmware
from hardware.serial_head.frames import ANSWER, Frame
from hardware.serial_head.machine import Memory
from hardware.serial_head.parts import SimulatedParts
from tests.support.serial_faults import Part

SEALS = {1: "E200-0001", 2: "E200-0002", 3: "E200-0003"}
SESSION = 0x1A2B3C4D


@dataclass
class Hours:
    """A clock that stands still but for `skip`; with `running`, one that runs as well, so many
    times slower than the world's.
    """

    running: bool = False
    ms: int = 10_000
    slowness: int = 1

    def __call__(self) -> int:
        passed = time.monotonic_ns() // (1_000_000 * self.slowness)
        return self.ms + (passed if self.running else 0)

    def skip(self, ms: int) -> None:
        self.ms += ms


class Bench(Part):
    """Part of a serial_faults.Line. Each deed of a hand finds the head as it is now."""

    def __init__(
        self,
        clock: Hours | None = None,
        memory: Memory | None = None,
        parts: SimulatedParts | None = None,
    ) -> None:
        self.clock = clock or Hours()
        self.memory = memory or Memory((0, 0, 0, 0))
        self._parts = parts or SimulatedParts(dict(SEALS))
        self._guard = threading.RLock()
        draws = itertools.count(SESSION)
        self.firmware = Firmware(self._parts, self.memory, self.clock, lambda: next(draws))

    def receive(self, data: bytes) -> list[bytes]:
        with self._guard:
            return self.firmware.receive(data)

    def reset(self, cause: Cause = Cause.POWER_ON) -> None:
        with self._guard:
            self.firmware.reset(cause)

    @contextmanager
    def hands(self) -> Iterator[SimulatedParts]:
        """The parts as they are now, to look at or to touch."""
        with self._guard:
            self.firmware.run()
            yield self._parts
            self.firmware.run()

    def bolt_engaged(self) -> bool:
        with self.hands() as parts:
            return parts.bolt_engaged

    def press(self) -> bool:
        with self.hands() as parts:
            return parts.press()


@dataclass
class Host:
    """Speaks to a part without a line."""

    receive: Callable[[bytes], list[bytes]]
    session: int = 0
    sequence: int = 0
    sent: Frame = field(default=Frame(0, 0, 0))

    def hello(self, nonce: int = 1) -> answers.Identity:
        (answer,) = self.say(Frame(nonce, nonce, Command.HELLO))
        assert answer.payload[0] == Result.OK
        identity = answers.decode_identity(answer.payload[1:])
        self.session, self.sequence = identity.session, 0
        return identity

    def ask(self, command: Command, *numbers: int) -> tuple[Result, bytes]:
        """Result and payload of the answer to the next command."""
        return self.raw(command, commands.encode_request(command, *numbers))

    def raw(self, command: int, payload: bytes = b"") -> tuple[Result, bytes]:
        self.sequence += 1
        return self.again(Frame(self.session, self.sequence, command, payload))

    def again(self, frame: Frame) -> tuple[Result, bytes]:
        (answer,) = self.say(frame)
        expected = (frame.session, frame.sequence, frame.command | ANSWER)
        assert (answer.session, answer.sequence, answer.command) == expected
        return Result(answer.payload[0]), answer.payload[1:]

    def say(self, frame: Frame) -> list[Frame]:
        self.sent = frame
        found, rest = frames.parse(b"".join(self.receive(frames.encode(frame))))
        assert rest == b""
        return found

    def status(self) -> Status:
        result, payload = self.ask(Command.STATUS)
        assert result is Result.OK
        return answers.decode_status(payload)


def greeted(bench: Bench, slot: int | None = 2) -> Host:
    """A host in session with the head, a slot under the press."""
    host = Host(bench.receive)
    host.hello()
    if slot is not None:
        assert host.ask(Command.SELECT, slot)[0] is Result.OK
        bench.clock.skip(400)
    return host


def opened(bench: Bench, bound_ms: int = 30_000) -> Host:
    """As `greeted`, with slot 2 open and the bolt withdrawn."""
    host = greeted(bench)
    assert host.ask(Command.OPEN, 2, bound_ms)[0] is Result.OK
    bench.clock.skip(100)
    assert not bench.bolt_engaged()
    return host
