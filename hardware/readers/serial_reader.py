"""A card or code reader that talks unasked on a serial line. Calls hardware.ports.

What each make of reader says is another file's: rdm6300, line_scanner.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from hardware.ports import HardwareError

WAITING: Final = 8
"""Texts kept for a caller who asks seldom; the oldest go first."""


class Line(Protocol):
    """What is needed of a hardware.serial_line.SerialLine."""

    def read(self, until_ms: int) -> bytes: ...


class Ear(Protocol):
    """Makes texts of one reader's bytes. No I/O and no clock of its own."""

    def hear(self, data: bytes, now_ms: int) -> Sequence[str]:
        """The texts that end in `data`, which may be empty; `now_ms` is when it was read."""

    def forget(self) -> None:
        """What was heard in part will not be continued."""


class SerialReader:
    """Satisfies ports.CardReader; never waits. A port that is gone is a HardwareError, and what was
    read but not yet fetched goes with it.
    """

    def __init__(self, line: Line, mono_ms: Callable[[], int], ear: Ear) -> None:
        self._line = line
        self._mono_ms = mono_ms
        self._ear = ear
        self._texts: deque[str] = deque(maxlen=WAITING)

    def read(self) -> str | None:
        now = self._mono_ms()
        try:
            data = self._line.read(now)
        except HardwareError:
            self._ear.forget()
            self._texts.clear()
            raise
        self._texts.extend(self._ear.hear(data, now))
        return self._texts.popleft() if self._texts else None
