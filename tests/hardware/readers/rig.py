"""Readers on a pty that speak unasked, and a reader fed from memory. Calls tests.support."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hardware.clock import SystemClock
from hardware.ports import CardReader
from hardware.readers.serial_reader import Ear, SerialReader
from hardware.serial_line import SerialLine
from tests.hardware.rig import eventually
from tests.support.serial_faults import Fault, Line, Part

BAUD = 9600
QUIET_S = 0.03


class Mute(Part):
    """A reader takes no commands."""

    def receive(self, data: bytes) -> Iterable[bytes]:
        return []

    def reset(self) -> None:
        """Nothing is kept."""


class Speaker(Line):
    """A line whose part speaks unasked, through one fault."""

    def say(self, data: bytes, fault: Fault | None = None) -> None:
        if fault is not Fault.SILENCE:
            self._spoil(data, fault)
        self._earlier.append(data)


@dataclass
class Tape:
    """What arrives, piece by piece; b'' when the tape is at its end."""

    pieces: list[bytes] = field(default_factory=list)

    def read(self, until_ms: int) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""


@contextmanager
def on_a_pty(ear: Ear) -> Iterator[tuple[Speaker, CardReader]]:
    mono_ms = SystemClock().mono_ms
    with Speaker(Mute(), slow_s=0.05) as speaker:
        line = SerialLine(speaker.path, BAUD, mono_ms)
        line.read(0)  # as a reader that has been asked before
        yield speaker, SerialReader(line, mono_ms, ear)
        line.close()


def next_text(reader: CardReader) -> str:
    """The next text, waited for."""
    texts: list[str] = []

    def one() -> bool:
        text = reader.read()
        texts.extend([] if text is None else [text])
        return text is not None

    eventually(one, "the reader has read something")
    return texts[0]


def rest(reader: CardReader) -> list[str]:
    """All texts until nothing has come for a while."""
    texts: list[str] = []
    quiet_from = time.monotonic()
    while time.monotonic() - quiet_from < QUIET_S:
        text = reader.read()
        if text is not None:
            texts.append(text)
            quiet_from = time.monotonic()
    return texts
