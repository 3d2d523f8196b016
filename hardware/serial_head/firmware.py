"""The reference head: bytes in, bytes out. Calls hardware.serial_head.

The conversation of docs/head-protocol.md: sessions, sequences, stored answers, refusals. What moves
is Machine's. A power cut is a new Firmware over the same Memory, or `reset`.
"""

from collections.abc import Callable
from typing import Final, Protocol

from hardware.serial_head import answers, commands, frames
from hardware.serial_head import machine as mechanics
from hardware.serial_head.answers import Cause
from hardware.serial_head.commands import Command, Result
from hardware.serial_head.frames import ANSWER, Frame
from hardware.serial_head.machine import Machine, Memory
from hardware.serial_head.table import GAP_MS, MAX_STEPS, Event

MODEL: Final = "sealctl reference head"
SERIAL: Final = "EXAMPLE-0001"
VERSION: Final = (1, 0, 0)


class Parts(mechanics.Parts, Protocol):
    """Parts that move only when told the time. Those of a real head do so by themselves."""

    def settle(self, now: int) -> None: ...
    def due(self) -> int | None: ...


class Firmware:
    """A head. `mono_ms` is its clock; `draw` gives a random number from 1 to 2³²-1."""

    def __init__(
        self, parts: Parts, memory: Memory, mono_ms: Callable[[], int], draw: Callable[[], int]
    ) -> None:
        self._parts = parts
        self._memory = memory
        self._mono_ms = mono_ms
        self._draw = draw
        self._byte_ms = mono_ms()
        self._start(Cause.POWER_ON)

    def reset(self, cause: Cause = Cause.POWER_ON) -> None:
        """Start anew; only Memory is kept."""
        self.run()
        self._start(cause)

    def receive(self, data: bytes) -> list[bytes]:
        """Hear bytes; the answers to the frames that they complete."""
        self.run()
        now = self._mono_ms()
        if now - self._byte_ms > GAP_MS:
            self._rest = b""
        self._byte_ms = now
        found, self._rest = frames.parse(self._rest + data)
        return [self._answer(frame, now) for frame in found if not frame.command & ANSWER]

    def run(self) -> None:
        """Let everything happen that fell due by now, in its order."""
        now = self._mono_ms()
        while (at := self._due()) is not None and at <= now:
            self._parts.settle(at)
            self.machine.step(at)
        self._parts.settle(now)
        self.machine.step(now)

    def _start(self, cause: Cause) -> None:
        now = self._mono_ms()
        self._parts.settle(now)
        self.machine = Machine(self._parts, self._memory, cause, now)
        self._rest = b""
        self._begin(self._draw())
        self._greeting: Frame | None = None
        self._greeted = b""

    def _due(self) -> int | None:
        times = [self._parts.due(), self.machine.due()]
        return min((at for at in times if at is not None), default=None)

    def _begin(self, session: int) -> None:
        self._session = session
        self._last = Frame(session, 0, 0)
        self._stored = _reply(self._last, Result.OLD_COMMAND)

    def _answer(self, frame: Frame, now: int) -> bytes:
        if frame.command == Command.HELLO:
            return self._greet(frame, now)
        if frame.session != self._session:
            return _reply(frame, Result.WRONG_SESSION, answers.encode_reset(self.machine.reset))
        if frame == self._last:
            return self._stored
        if frame.sequence <= self._last.sequence:
            return _reply(frame, Result.OLD_COMMAND)
        self._last = frame
        self.machine.heard(now)
        self._stored = self._carry_out(frame, now)
        return self._stored

    def _greet(self, frame: Frame, now: int) -> bytes:
        if frame == self._greeting:
            return self._greeted
        if frame.payload:
            return _reply(frame, Result.BAD_LENGTH)
        self.machine.command(Event.HELLO, now)
        self._begin(self._draw())
        identity = answers.Identity(
            self._session, self._memory.slots, self.machine.reset, VERSION, MODEL, SERIAL
        )
        self._greeting = frame
        self._greeted = _reply(frame, Result.OK, answers.encode_identity(identity))
        return self._greeted

    def _carry_out(self, frame: Frame, now: int) -> bytes:
        try:
            command = Command(frame.command)
        except ValueError:
            return _reply(frame, Result.UNKNOWN_COMMAND)
        try:
            numbers = commands.decode_request(command, frame.payload)
        except commands.MalformedError:
            return _reply(frame, Result.BAD_LENGTH)
        if command in (Command.STATUS, Command.SLOTS, Command.COUNTERS):
            return _reply(frame, Result.OK, self._told(command))
        return _reply(frame, self._moved(command, numbers, now))

    def _told(self, command: Command) -> bytes:
        memory = self._memory
        if command is Command.SLOTS:
            return answers.encode_slots(self._parts.tags())
        if command is Command.COUNTERS:
            return answers.encode_counters(answers.Counters(memory.unlatches, memory.presses))
        switches = self._parts.switches()
        return answers.encode_status(
            answers.Status(
                memory.unlatches,
                sum(memory.presses),
                home=self.machine.home,
                latched=switches.engaged,
                case_closed=switches.case_closed,
                powered=self.machine.powered,
                slot=self.machine.slot,
                fault=self.machine.fault,
                reset=self.machine.reset,
            )
        )

    def _moved(self, command: Command, numbers: tuple[int, ...], now: int) -> Result:
        if not self._sensible(command, numbers):
            return Result.BAD_ARGUMENT
        event = Event(command.name)
        if command is Command.OPEN and numbers[0] != self.machine.slot:
            return Result.WRONG_SLOT
        argument = numbers[-1] if numbers else 0
        return Result.OK if self.machine.command(event, now, argument) else Result.WRONG_STATE

    def _sensible(self, command: Command, numbers: tuple[int, ...]) -> bool:
        slots = range(1, self._memory.slots + 1)
        if command is Command.OPEN:
            slot, on_ms = numbers
            return slot in slots and on_ms > 0
        if command is Command.SELECT:
            return numbers[0] in slots
        return command is not Command.FEED or 1 <= numbers[0] <= MAX_STEPS


def _reply(request: Frame, result: Result, payload: bytes = b"") -> bytes:
    answer = Frame(
        request.session, request.sequence, request.command | ANSWER, bytes([result]) + payload
    )
    return frames.encode(answer)
