"""A fingerprint sensor of the R30x/ZFM-20 family (R307, R503, AS608, FPM10A and the like) on a
serial line. Calls hardware.ports and the rest of hardware.fingerprint.

Templates never leave the sensor; no command that reads one out is known here. What is asked, and
where each answer leads, is the table's; this file sends, collects and keeps time. Input is thrown
away before each question, one question is open at a time, and two answers to it are none. After
such a disorder, and when no answer has come after ANSWER_MS, everything begun is given up, the line
is left to rest, and the sensor is greeted and measured anew: since a serial line keeps the order of
bytes, a parameter answer of the right length shows that nothing older is still under way.

What the protocol cannot protect against: its packets are neither numbered nor authenticated, and
the password is sent in the clear. Two older answers that arrive in just the right places of one
touch are believed; and whoever is at the wires, or puts another sensor in its place, can say
whatever he likes. The case and its tamper switch stand before that, and a PIN beside the finger.
Nor can a finger be told from a good cast of it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal, Protocol

from hardware.fingerprint import frames
from hardware.fingerprint.frames import Packet
from hardware.fingerprint.states import Job, State
from hardware.fingerprint.table import ROWS, after, entry
from hardware.ports import HardwareError, Match, NoMatch, Progress

BAUD: Final = 57_600
ADDRESS: Final = 0xFFFF_FFFF  # as delivered
ANSWER_MS: Final = 2_000
TOUCH_MS: Final = 6_000
"""Longest from the first picture of a finger to its match."""
REST_MS: Final = 300
DENIED_MS: Final = 2_000
"""Between two tries with a wrong password."""
FAILURES: Final = 3
"""Disorders in a row before the sensor counts as broken."""

MAX_SLOTS: Final = 0x10000
"""While the sensor has not said how many it has."""
GREETING: Final = (State.GREET, State.MEASURE)


class Line(Protocol):
    """What is needed of a hardware.serial_line.SerialLine."""

    def write(self, data: bytes) -> None: ...
    def read(self, until_ms: int) -> bytes: ...
    def forget_input(self) -> None: ...


class ZfmSensor:
    """Satisfies ports.Fingerprint; never waits. Each poll raises HardwareError while the port is
    gone, the password is wrong, or the sensor has failed FAILURES times in a row.
    """

    def __init__(
        self, line: Line, mono_ms: Callable[[], int], *, address: int = ADDRESS, password: int = 0
    ) -> None:
        self._line = line
        self._mono_ms = mono_ms
        self._address = address
        self._job = Job(password)
        self._next: Job | None = None
        self._state = State.GREET
        self._outcome: Progress | None = None
        self._asked_ms: int | None = None
        self._heard = b""
        self._touched_ms = 0
        self._rest_until_ms = 0
        self._denied = False
        self._failures = 0

    def poll(self) -> Match | NoMatch | None:
        now = self._mono_ms()
        try:
            touch = self._listen(now)
            if self._asked_ms is None and now >= self._rest_until_ms:
                self._speak(now)
        except HardwareError:
            if self._next is not None:
                self._job, self._next = self._next, None
            self._lose(now)
            raise
        self._complain()
        return touch

    def enrol(self, slot: int) -> None:
        self._begin("enrol", slot)

    def delete(self, slot: int) -> None:
        self._begin("delete", slot)

    def progress(self) -> Progress | None:
        if self._next is not None or self._job.kind == "watch":
            return self._outcome
        return ROWS[self._state].prompt

    def cancel(self) -> None:
        self._next = replace(self._job, kind="watch")
        self._outcome = None

    def _begin(self, kind: Literal["enrol", "delete"], slot: int) -> None:
        """The job starts once the open question is answered or given up."""
        if not 0 <= slot < (self._job.capacity or MAX_SLOTS):
            raise HardwareError("hardware_fault", f"the fingerprint sensor has no slot {slot}")
        self._next = replace(self._job, kind=kind, slot=slot)
        self._outcome = "wait"

    def _listen(self, now: int) -> Match | NoMatch | None:
        """Take in the answer to the open question, if it has come."""
        if self._asked_ms is None:
            return None
        self._heard += self._line.read(now)
        packets, self._heard = frames.parse(self._heard)
        answers = [packet.payload for packet in packets if self._mine(packet)]
        if len(answers) == 1:
            return self._follow(answers[0], now)
        if answers or now - self._asked_ms > ANSWER_MS:
            self._lose(now)
        return None

    def _follow(self, answer: bytes, now: int) -> Match | NoMatch | None:
        """Go where the table says. An answer to what has been given up only closes the question."""
        asked_ms, self._asked_ms = self._asked_ms, None
        if self._next is not None and self._state not in GREETING:
            return None
        before, (self._state, self._job) = self._state, after(self._state, self._job, answer)
        if before is State.TOUCH and asked_ms is not None:
            self._touched_ms = asked_ms
        if before not in GREETING and self._state is not State.LOST:
            self._failures = 0
        return self._arrive(now)

    def _arrive(self, now: int) -> Match | NoMatch | None:
        """Do what a state that asks nothing stands for."""
        state, found = self._state, self._job.found
        self._denied = state is State.DENIED
        if state is State.LOST or state is State.DENIED:
            self._lose(now)
        elif state is State.DONE or state is State.FAILED:
            self._end("done" if state is State.DONE else "failed")
        elif state is State.MATCHED or state is State.NOT_MATCHED:
            self._state = State.EMPTY
            if now - self._touched_ms <= TOUCH_MS:
                return found if state is State.MATCHED else NoMatch()
        return None

    def _speak(self, now: int) -> None:
        """Ask what the state asks."""
        if self._next is not None:
            self._job, self._next = replace(self._next, capacity=self._job.capacity), None
            if self._state not in GREETING:
                self._state = entry(self._job)
        self._line.forget_input()
        self._heard = b""
        command = Packet(self._address, frames.COMMAND, ROWS[self._state].ask(self._job))
        self._line.write(frames.encode(command))
        self._asked_ms = now

    def _lose(self, now: int) -> None:
        """Give up what is under way, let the line rest, and begin with a greeting."""
        self._failures += 1
        self._rest_until_ms = now + (DENIED_MS if self._denied else REST_MS)
        self._asked_ms = None
        if self._job.kind != "watch":
            self._end("failed")
        self._state = State.GREET

    def _end(self, outcome: Progress) -> None:
        if self._next is None:
            self._outcome = outcome
        self._job = replace(self._job, kind="watch")
        self._state = State.EMPTY

    def _complain(self) -> None:
        if self._denied:
            raise HardwareError("hardware_fault", "the fingerprint sensor's password is another")
        if self._failures >= FAILURES:
            raise HardwareError("hardware_fault", "the fingerprint sensor gives no proper answer")

    def _mine(self, packet: Packet) -> bool:
        return packet.pid == frames.ANSWER and packet.address == self._address
