"""A part at the far end of a real pty, and everything that a serial line does to its words.

Calls the operating system's ptys only. Used by the tests of every serial driver.
"""

import contextlib
import os
import select
import threading
import time
import tty
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Final, Self

POLL_S: Final = 0.02


class Fault(StrEnum):
    """What happens to the part's next answers."""

    DROP = "drop"
    """A byte in the middle is lost."""
    GARBLE = "garble"
    """A byte in the middle is changed."""
    SPLIT = "split"
    """It arrives byte by byte."""
    DUPLICATE = "duplicate"
    """It arrives twice."""
    REPLAY = "replay"
    """An older answer arrives in its place."""
    SILENCE = "silence"
    """Nothing arrives, and the part has not heard the command either."""
    DEAF = "deaf"
    """The part hears and acts; its answer is lost."""
    RESET = "reset"
    """The part restarts in the middle of the command: half an answer, then its power-on state."""
    SLOW = "slow"
    """It arrives, but later than a caller should wait."""
    NOISE = "noise"
    """Garbage comes before it."""


FAULTS: Final[Sequence[Fault]] = tuple(Fault)


class Part:
    """What the far end must offer: `receive` hears bytes and gives answers, `reset` is a power
    cycle that keeps non-volatile memory.
    """

    def receive(self, data: bytes) -> Iterable[bytes]:
        raise NotImplementedError

    def reset(self) -> None:
        raise NotImplementedError


@dataclass
class Line:
    """A pty with a part behind it. `with Line(part) as line:` the driver opens `line.path`.

    `fail(fault, times)` spoils the next answers; `send` lets a part speak unasked.
    """

    part: Part
    slow_s: float = 1.0
    _failures: list[Fault] = field(default_factory=list)
    _earlier: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._guard = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join(5)
        for end in (self._master, self._slave):
            with contextlib.suppress(OSError):
                os.close(end)

    def fail(self, fault: Fault, times: int = 1) -> None:
        """Spoil the next `times` answers."""
        with self._guard:
            self._failures += [fault] * times

    def heal(self) -> None:
        """No more faults."""
        with self._guard:
            self._failures.clear()

    def send(self, data: bytes) -> None:
        """The part says something unasked."""
        os.write(self._master, data)

    def _run(self) -> None:
        while not self._over.is_set():
            if not select.select([self._master], [], [], POLL_S)[0]:
                continue
            try:
                data = os.read(self._master, 4096)
            except OSError:
                return
            self._hear(data)

    def _hear(self, data: bytes) -> None:
        with self._guard:
            fault = self._failures[0] if self._failures else None
        if fault is Fault.SILENCE:
            self._used()
            return
        for answer in self.part.receive(data):
            if fault is not None:
                self._used()
            self._spoil(answer, fault)
            self._earlier.append(answer)
            fault = None

    def _used(self) -> None:
        with self._guard:
            if self._failures:
                self._failures.pop(0)

    def _spoil(self, answer: bytes, fault: Fault | None) -> None:
        middle = len(answer) // 2
        spoilt: dict[Fault | None, Callable[[], Iterable[bytes]]] = {
            None: lambda: [answer],
            Fault.DROP: lambda: [answer[:middle] + answer[middle + 1 :]],
            Fault.GARBLE: lambda: [
                answer[:middle] + bytes([answer[middle] ^ 0x10]) + answer[middle + 1 :]
            ],
            Fault.SPLIT: lambda: [answer[at : at + 1] for at in range(len(answer))],
            Fault.DUPLICATE: lambda: [answer + answer],
            Fault.REPLAY: lambda: [self._earlier[0] if self._earlier else b""],
            Fault.DEAF: list,
            Fault.RESET: lambda: [answer[:middle]],
            Fault.SLOW: lambda: [answer],
            Fault.NOISE: lambda: [b"\x00\xff\x55" * 5 + answer],
        }
        if fault is Fault.SLOW:
            time.sleep(self.slow_s)
        if fault is Fault.RESET:
            self.part.reset()
        for piece in spoilt[fault]():
            if piece:
                os.write(self._master, piece)
            if fault is Fault.SPLIT:
                time.sleep(0.001)
