"""What each fault of a serial line does to each serial driver: one table, without a gap.

The drivers' own tests say more about each; here no driver and no fault can be forgotten.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

import hardware
from hardware.ports import HardwareError, Match, NoMatch
from hardware.readers.line_scanner import LineScanner
from hardware.readers.rdm6300 import Rdm6300
from hardware.readers.serial_reader import Ear
from hardware.serial_head.driver import SerialHead
from hardware.serial_line import SerialLine
from tests.hardware.fingerprint.rig import OWNER, SLOT, STRANGER, next_touch, on_a_pty, poll
from tests.hardware.fingerprint.test_faults import until_used, watch
from tests.hardware.modbus.rig import SLOW_S, rig
from tests.hardware.readers import rig as readers
from tests.hardware.rig import eventually
from tests.hardware.serial_head.bench import Bench, Hours
from tests.hardware.serial_head.test_driver import SLOW_S as HEAD_SLOW_S
from tests.hardware.serial_head.test_driver import slow_clock
from tests.support.fingerprint_peer import Sensor
from tests.support.serial_faults import Fault, Line

MENDED, TOLD, LOST, ANOTHER = "mended", "told", "lost", "another"
"""What came of the call or word that a fault struck.

MENDED: the truth all the same. TOLD: the truth, nothing, or a HardwareError. LOST: nothing was
heard. ANOTHER: a text never sent, or one of earlier, may be heard: the line has no checksum.
In every case what comes after the fault is the truth.
"""

F = Fault
TABLE: Final[Mapping[str, Mapping[Fault, str]]] = {
    "head": {
        **dict.fromkeys((F.DROP, F.GARBLE, F.SPLIT, F.DUPLICATE, F.REPLAY, F.NOISE), MENDED),
        **dict.fromkeys((F.SILENCE, F.DEAF), MENDED),
        **dict.fromkeys((F.RESET, F.SLOW), TOLD),
    },
    "modbus": {
        **dict.fromkeys((F.DROP, F.GARBLE, F.SPLIT, F.DUPLICATE, F.RESET, F.NOISE), MENDED),
        **dict.fromkeys((F.REPLAY, F.SILENCE, F.DEAF, F.SLOW), TOLD),
    },
    "rdm6300": {
        **dict.fromkeys((F.SPLIT, F.DUPLICATE, F.SLOW, F.NOISE), MENDED),
        **dict.fromkeys((F.DROP, F.GARBLE, F.REPLAY, F.SILENCE, F.DEAF, F.RESET), LOST),
    },
    "line_scanner": {
        **dict.fromkeys((F.SPLIT, F.DUPLICATE, F.SLOW), MENDED),
        **dict.fromkeys((F.SILENCE, F.DEAF, F.NOISE), LOST),
        **dict.fromkeys((F.DROP, F.GARBLE, F.REPLAY, F.RESET), ANOTHER),
    },
    "fingerprint": {
        F.SPLIT: MENDED,
        **dict.fromkeys((F.NOISE, F.REPLAY), TOLD),
        **dict.fromkeys((F.DROP, F.GARBLE, F.DUPLICATE, F.SILENCE), LOST),
        **dict.fromkeys((F.DEAF, F.RESET, F.SLOW), LOST),
    },
}
SPEAKERS: Final = {
    "serial_head/driver.py": {"head"},
    "serial_head/link.py": {"head"},
    "modbus_link.py": {"modbus"},
    "pins_modbus.py": {"modbus"},
    "readers/serial_reader.py": {"rdm6300", "line_scanner"},
    "fingerprint/driver.py": {"fingerprint"},
}
"""The files of `hardware` that speak over a SerialLine, and who is tested for each."""


@dataclass
class Struck:
    """A driver with its line. `call`: one question, or one word of the part, with the fault;
    `truth`: what it gives without one; `after`: another, when the line is whole again.
    """

    call: Callable[[Fault], Any]
    truth: Any
    after: Callable[[], Any]


@pytest.mark.parametrize(("driver", "fault"), [(one, fault) for one in TABLE for fault in Fault])
def test_the_driver_believes_no_spoilt_word_and_goes_on(driver: str, fault: Fault) -> None:
    means = TABLE[driver][fault]
    with STORIES[driver]() as struck:
        try:
            seen = struck.call(fault)
        except HardwareError:
            assert means == TOLD
        else:
            allowed = {MENDED: (struck.truth,), TOLD: (struck.truth, None), LOST: (None,)}
            assert means == ANOTHER or seen in allowed[means]
        assert struck.after() == struck.truth


def test_no_driver_and_no_fault_is_forgotten() -> None:
    root = Path(next(iter(hardware.__path__)))
    speakers = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if re.search(r"\bSerialLine\b", path.read_text("utf-8"))
    }
    assert speakers - {"serial_line.py", "choose.py", "choose_readers.py"} == SPEAKERS.keys()
    assert set().union(*SPEAKERS.values()) == TABLE.keys() == STORIES.keys()
    ears = {path.stem for path in (root / "readers").glob("*.py") if "def hear(" in _code(path)}
    assert ears - {"serial_reader"} == SPEAKERS["readers/serial_reader.py"]
    assert all(faults.keys() == set(Fault) for faults in TABLE.values())


@contextmanager
def _head() -> Iterator[Struck]:
    """A status in which slot 2 stands under the press."""
    bench = Bench(Hours(running=True))
    with Line(bench, slow_s=HEAD_SLOW_S) as line:
        head = SerialHead(
            SerialLine(line.path, 115_200, slow_clock), slow_clock, lambda n: b"7" * n
        )
        head.select(2)
        bench.clock.skip(500)

        def call(fault: Fault) -> object:
            line.fail(fault)
            return head.status()

        def after() -> object:
            line.heal()
            eventually(lambda: _answers(head.status), "the head is understood again")
            return head.status()

        yield Struck(call, head.status(), after)
        head.close()


@contextmanager
def _modbus() -> Iterator[Struck]:
    """A look at a switch that has just changed."""
    with rig() as made:
        made.board.inputs[1] = True

        def seen() -> object:
            return [(edge.switch, edge.active) for edge in made.pins.edges()]

        truth = seen()
        made.board.inputs[1] = False
        made.now.skip(100)
        seen()
        made.board.inputs[1] = True
        made.now.skip(100)

        def call(fault: Fault) -> object:
            made.line.fail(fault)
            found = seen()
            made.board.inputs[1] = False
            return found

        def after() -> object:
            made.line.heal()
            made.wait(round(SLOW_S * 1000))
            made.board.inputs[1] = False
            eventually(lambda: _answers(made.pins.edges), "the board is understood again")
            made.now.skip(100)
            seen()
            made.board.inputs[1] = True
            return seen()

        yield Struck(call, truth, after)


def _reader(ear: Callable[[], Ear], first: bytes, word: bytes, text: str) -> Any:
    @contextmanager
    def story() -> Iterator[Struck]:
        with readers.on_a_pty(ear()) as (speaker, reader):
            speaker.say(first)
            readers.next_text(reader)

            def call(fault: Fault) -> object:
                speaker.say(word, fault)
                heard = readers.rest(reader)
                return heard[0] if heard else None

            def after() -> object:
                speaker.say(b"\r\n")
                speaker.say(first)
                readers.rest(reader)
                speaker.say(word)
                return readers.rest(reader)[-1]

            yield Struck(call, text, after)

    return story


@contextmanager
def _fingerprint() -> Iterator[Struck]:
    """A stranger's finger while the fault strikes, and the owner's after it."""
    sensor = Sensor(library={SLOT: OWNER.name})
    with on_a_pty(sensor) as (line, driver):
        watch(sensor, driver)

        def call(fault: Fault) -> object:
            line.fail(fault)
            sensor.finger = STRANGER
            touches = {poll(driver) for _ in until_used(line)}
            eventually(lambda: fault is not F.SPLIT or poll_into(touches), "the finger is answered")
            sensor.finger = None
            touches |= watch(sensor, driver)
            return next(iter(touches - {None}), None)

        def poll_into(touches: set[Match | NoMatch | None]) -> bool:
            touches.add(poll(driver))
            return touches != {None}

        def after() -> object:
            line.heal()
            sensor.finger = OWNER
            assert next_touch(driver) == Match(SLOT, OWNER.score)
            return NoMatch()

        yield Struck(call, NoMatch(), after)


STORIES: Final[Mapping[str, Callable[[], AbstractContextManager[Struck]]]] = {
    "head": _head,
    "modbus": _modbus,
    "rdm6300": _reader(
        Rdm6300, b"\x020F00A1B2C3DF\x03", b"\x020F00A1B2C4D8\x03", "em4100:0F00A1B2C4"
    ),
    "line_scanner": _reader(LineScanner, b"first\r\n", b"seal:0417\r\n", "seal:0417"),
    "fingerprint": _fingerprint,
}


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except HardwareError:
        return False
    return True


def _code(path: Path) -> str:
    return path.read_text("utf-8")
