"""Readers as the machine's mind sees them: never waiting, alone or several together."""

import time

import pytest

from hardware.clock import SystemClock
from hardware.ports import CardReader, HardwareError
from hardware.readers.line_scanner import LineScanner
from hardware.readers.rdm6300 import Rdm6300
from hardware.readers.serial_reader import WAITING, SerialReader
from hardware.readers.several import SeveralReaders
from hardware.serial_line import SerialLine
from tests.hardware.readers.rig import Tape, next_text, on_a_pty

AT_MOST_S = 0.05
CARD_FRAME = b"\x020F00A1B2C3DF\x03"


class Unplugged:
    """A reader whose port is gone."""

    def read(self) -> str | None:
        raise HardwareError("hardware_fault", "unplugged")


def scanner(*pieces: bytes) -> CardReader:
    return SerialReader(Tape(list(pieces)), lambda: 0, LineScanner())


def test_a_silent_reader_is_asked_without_waiting() -> None:
    with on_a_pty(Rdm6300()) as (_, reader):
        start = time.monotonic()
        assert [reader.read() for _ in range(20)] == [None] * 20
        assert time.monotonic() - start < AT_MOST_S


def test_texts_that_came_together_are_given_one_by_one_and_once() -> None:
    reader = scanner(b"a\nb\n")
    assert [reader.read() for _ in range(3)] == ["a", "b", None]


def test_of_many_texts_not_fetched_the_newest_are_kept() -> None:
    reader = scanner(b"".join(b"%d\n" % number for number in range(100)))
    kept = [reader.read() for _ in range(WAITING + 1)]
    assert kept == [*(str(number) for number in range(100 - WAITING, 100)), None]


def test_a_port_that_is_gone_is_an_error_and_half_a_line_is_forgotten() -> None:
    class Torn(Tape):
        def read(self, until_ms: int) -> bytes:
            piece = super().read(until_ms)
            if not piece:
                raise HardwareError("hardware_fault", "unplugged")
            return piece

    tape = Torn([b"a\nb\nhal"])
    reader = SerialReader(tape, lambda: 0, LineScanner())
    assert reader.read() == "a"
    with pytest.raises(HardwareError):
        reader.read()
    tape.pieces = [b"f\n"]
    assert reader.read() == "f"


def test_a_reader_that_is_not_there_is_an_error() -> None:
    line = SerialLine("/dev/serial/by-id/usb-example-none", 9600, SystemClock().mono_ms)
    with pytest.raises(HardwareError):
        SerialReader(line, SystemClock().mono_ms, Rdm6300()).read()


def test_several_readers_answer_as_one() -> None:
    with on_a_pty(Rdm6300()) as (cards, card_reader), on_a_pty(LineScanner()) as (codes, scans):
        both = SeveralReaders([card_reader, scans])
        assert both.read() is None
        codes.say(b"seal:0417\r\n")
        assert next_text(both) == "seal:0417"
        cards.say(CARD_FRAME)
        assert next_text(both) == "em4100:0F00A1B2C3"


def test_a_failing_reader_silences_no_other_and_is_not_hidden() -> None:
    both = SeveralReaders([Unplugged(), scanner(b"a\n")])
    assert both.read() == "a"
    with pytest.raises(HardwareError):
        both.read()
