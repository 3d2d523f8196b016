"""The Modbus driver against a board on a real pty: coil and switches, and every fault of a line."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymodbus.constants import ExcCodes

from hardware.bare import BareMachine, Fitted
from hardware.modbus_link import BUDGET_MS
from hardware.pins import Edge, Pins, Switch
from hardware.pins_modbus import FRESH_MS, Board, BoardInput, ModbusPins
from hardware.ports import HardwareError
from hardware.serial_line import SerialLine
from hardware.tally import Counts, Tally, parse
from tests.hardware.modbus.rig import BOARD, PATIENCE, Hours, RelayBoard, Rig, rig
from tests.hardware.rig import eventually
from tests.support.serial_faults import FAULTS, Fault, Line

LATE_S = 0.3
"""What a busy computer may add."""


@pytest.fixture
def made() -> Iterator[Rig]:
    with rig() as one:
        yield one


def _changes(pins: Pins) -> list[tuple[Switch, bool]]:
    return [(edge.switch, edge.active) for edge in pins.edges()]


def _is_off(made: Rig) -> bool:
    """Switching off, asked again until the driver says that it is done."""
    try:
        made.pins.drive(on=False)
    except HardwareError:
        return False
    return True


def test_the_frames_are_those_of_the_makers_manual(made: Rig) -> None:
    """Waveshare's Modbus RTU Relay prints the first two."""
    made.board.heard.clear()
    made.pins.drive(on=True)
    made.pins.drive(on=False)
    made.pins.edges()
    assert [frame.hex() for frame in made.board.heard] == [
        "01050000ff008c3a",
        "010500000000cdca",
        "010200000003380b",
    ]


def test_the_coil_follows(made: Rig) -> None:
    made.pins.drive(on=True)
    assert made.board.coils[0]
    made.pins.drive(on=False)
    assert not any(made.board.coils)


def test_a_coil_that_was_left_on_is_off_when_the_driver_starts() -> None:
    part, now = RelayBoard(coils=[True] * 8), Hours()
    with Line(part) as line:
        pins = ModbusPins(SerialLine(line.path, 19_200, now), BOARD, now)
        assert not part.coils[0]
        pins.close()


def test_switches_read_as_configured(made: Rig) -> None:
    assert [made.pins.active(one) for one in Switch] == [True, False, True]
    made.board.inputs[2] = True
    made.wait(FRESH_MS + 10)
    assert not made.pins.active(Switch.CASE)


def test_a_change_is_reported_once_with_its_time(made: Rig) -> None:
    assert made.pins.edges() == []
    before = made.now()
    made.board.inputs[1] = True
    (edge,) = made.pins.edges()
    assert edge == Edge(Switch.PRESS, edge.mono_ms, True)
    assert before <= edge.mono_ms <= made.now()
    assert made.pins.edges() == []


def test_a_change_seen_by_a_question_is_not_lost(made: Rig) -> None:
    """A press that was down only while the host asked for something else."""
    made.board.inputs[1] = True
    made.wait(FRESH_MS + 10)
    assert made.pins.active(Switch.PRESS)
    made.board.inputs[1] = False
    made.wait(BOARD.press.debounce_ms + 10)
    assert _changes(made.pins) == [(Switch.PRESS, True), (Switch.PRESS, False)]


def test_the_bounce_of_a_contact_is_one_press() -> None:
    board = Board(1, 0, BoardInput(0), BoardInput(1, debounce_ms=200), BoardInput(2), 10_000)
    with rig(board) as made:
        found = []
        for pressed in (True, False, True, False, True):
            made.board.inputs[1] = pressed
            found += _changes(made.pins)
        assert found == [(Switch.PRESS, True)]
        made.board.inputs[1] = False
        made.wait(200)
        assert _changes(made.pins) == [(Switch.PRESS, False)]


@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_spoilt_switching_on_it_is_on_and_said_so_or_off_and_an_error(
    made: Rig, fault: Fault
) -> None:
    made.line.fail(fault)
    try:
        made.pins.drive(on=True)
    except HardwareError:
        assert fault is not Fault.SPLIT
        if fault is Fault.SLOW:
            eventually(lambda: _is_off(made), "it can be switched off once the board hears")
        assert not made.board.coils[0]
    else:
        assert fault in {Fault.SPLIT, Fault.DUPLICATE}
        assert made.board.coils[0]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_spoilt_switching_off_is_repeated_until_it_is_known(made: Rig, fault: Fault) -> None:
    made.pins.drive(on=True)
    made.line.fail(fault)
    if fault is Fault.SLOW:
        eventually(lambda: _is_off(made), "it can be switched off once the board hears")
    else:
        made.pins.drive(on=False)
    assert not made.board.coils[0]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_spoilt_reading_is_true_or_an_error_and_the_next_ones_are_true(
    made: Rig, fault: Fault
) -> None:
    made.board.inputs[1] = True
    made.line.fail(fault)
    found = _changes_or_none(made)
    made.board.inputs[0] = False
    eventually(lambda: _reads(made, Switch.LATCH) is False, "the latch reads open")
    assert made.pins.active(Switch.PRESS)
    found += _changes(made.pins)
    assert sorted(found) == [(Switch.LATCH, False), (Switch.PRESS, True)]


@pytest.mark.parametrize("fault", [Fault.GARBLE, Fault.DROP, Fault.NOISE, Fault.RESET])
def test_a_spoilt_reading_is_asked_for_once_more(made: Rig, fault: Fault) -> None:
    made.board.inputs[1] = True
    made.line.fail(fault)
    assert _changes(made.pins) == [(Switch.PRESS, True)]
    made.line.fail(fault, times=2)
    with pytest.raises(HardwareError, match="unit 1, function 2"):
        made.pins.edges()


def test_after_silence_nothing_is_asked_again(made: Rig) -> None:
    """Or two answers would be on their way."""
    made.board.heard.clear()
    made.line.fail(Fault.DEAF)
    with pytest.raises(HardwareError, match="no answer"):
        made.pins.edges()
    made.wait(50)
    assert len(made.board.heard) == 1


def test_what_came_unasked_is_no_answer(made: Rig) -> None:
    """Somebody's 'stamp down', in good order, before the question."""
    made.wait(20)
    made.line.send(bytes.fromhex("01020103e189"))
    made.wait(20)
    assert made.pins.edges() == []


def test_a_late_answer_is_not_taken_for_a_later_reading(made: Rig) -> None:
    """The board says 'up' when it is too late; meanwhile the stamp has come down."""
    made.line.fail(Fault.SLOW)
    with pytest.raises(HardwareError, match="no answer"):
        made.pins.edges()
    made.board.inputs[1] = True
    asked = made.now()
    while made.now() - asked < PATIENCE["DOUBT_MS"] - 100:
        with pytest.raises(HardwareError, match="late answer"):
            made.pins.active(Switch.PRESS)
        made.wait(10)
    eventually(lambda: _reads(made, Switch.PRESS) is True, "the stamp reads down")


def test_after_silence_it_is_not_switched_on_until_no_answer_can_be_on_its_way(made: Rig) -> None:
    made.line.fail(Fault.SILENCE)
    with pytest.raises(HardwareError, match="no answer"):
        made.pins.edges()
    made.board.heard.clear()
    with pytest.raises(HardwareError, match="late answer"):
        made.pins.drive(on=True)
    assert made.board.heard == []
    made.pins.drive(on=False)
    made.wait(PATIENCE["DOUBT_MS"])
    made.pins.drive(on=True)
    assert made.board.coils[0]


def test_a_board_that_stays_silent_is_an_error_in_time(made: Rig) -> None:
    made.line.fail(Fault.SILENCE, times=100)
    made.hurry()
    began = time.monotonic()
    with pytest.raises(HardwareError, match="unit 1, function 2: no answer"):
        made.pins.edges()
    assert time.monotonic() - began < BUDGET_MS / 1000 + LATE_S
    with pytest.raises(HardwareError, match="function 1: no answer"):
        made.pins.drive(on=False)
    assert time.monotonic() - began < 4 * BUDGET_MS / 1000 + LATE_S


def test_a_board_that_refuses_is_named_with_its_reason(made: Rig) -> None:
    made.board.refuses = ExcCodes.DEVICE_FAILURE
    with pytest.raises(HardwareError, match=r"refuses: DEVICE_FAILURE \(4\)"):
        made.pins.edges()
    with pytest.raises(HardwareError, match="DEVICE_FAILURE"):
        made.pins.drive(on=True)


def test_inputs_that_the_board_does_not_have_are_an_error_at_the_start() -> None:
    board = Board(1, 0, BoardInput(0), BoardInput(8), BoardInput(2), 10_000)
    with pytest.raises(HardwareError, match="ILLEGAL_ADDRESS"), rig(board):
        pass


def test_an_odd_echo_is_not_believed_and_the_coil_read_back(made: Rig) -> None:
    made.board.misreports = True
    with pytest.raises(HardwareError):
        made.pins.drive(on=True)
    assert not made.board.coils[0]
    made.board.coils[0] = True
    made.pins.drive(on=False)
    assert not made.board.coils[0]
    assert made.board.heard[-1][1] == 1, "read coils"


def test_a_coil_that_stays_on_is_an_error(made: Rig) -> None:
    made.pins.drive(on=True)
    made.board.misreports = True
    stuck = made.board.coils

    class Welded(list[bool]):
        def __setitem__(self, at: object, value: object) -> None:
            return

    made.board.coils = Welded(stuck)
    with pytest.raises(HardwareError, match="stays on"):
        made.pins.drive(on=False)
    made.board.coils = stuck


def test_the_coil_is_cut_when_the_timer_relay_would(made: Rig) -> None:
    made.pins.drive(on=True)
    made.now.skip(BOARD.max_on_ms - 1_000)
    made.pins.edges()
    assert made.board.coils[0]
    made.now.skip(1_000)
    made.pins.edges()
    assert not made.board.coils[0]


def test_closing_switches_off_and_gives_the_port_back(made: Rig) -> None:
    made.pins.drive(on=True)
    made.pins.close()
    assert not made.board.coils[0]
    for ask in (made.pins.edges, lambda: made.pins.drive(on=True)):
        with pytest.raises(HardwareError, match="given back"):
            ask()
    made.pins.close()
    ModbusPins(SerialLine(made.line.path, 19_200, made.now), BOARD, made.now).close()


def test_a_port_that_is_not_there_is_an_error() -> None:
    with pytest.raises(HardwareError, match="ttyNOWHERE"):
        ModbusPins(SerialLine("/dev/ttyNOWHERE", 19_200, Hours()), BOARD, Hours())


@pytest.fixture
def machine(made: Rig, tmp_path: Path) -> Iterator[BareMachine]:
    """A whole machine over the board, its thread running."""
    tally = Tally.create(tmp_path / "tally")
    one = BareMachine(made.pins, tally, Fitted(1, "E200-0001", BOARD.latch.debounce_ms), made.now)
    one.watch()
    eventually(lambda: _engaged(one), "the bolt is known to be at rest")
    yield one
    made.line.heal()
    one.close()


def test_a_machine_over_the_board_opens_for_one_press(made: Rig, machine: BareMachine) -> None:
    machine.energise(5_000)
    assert made.board.coils[0]
    made.board.inputs[:2] = [False, True]
    eventually(lambda: not made.board.coils[0], "the coil is off")
    made.board.inputs[:2] = [True, False]
    eventually(lambda: _engaged(machine), "the bolt is back")
    status = machine.status()
    assert (status.unlatches, status.presses, status.fault) == (1, 1, None)


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_strikes_an_opening_over_the_board_the_coil_ends_off(
    made: Rig, machine: BareMachine, tmp_path: Path, fault: Fault
) -> None:
    """The fault strikes the switching on or a look at the switches."""
    made.line.fail(fault)
    with contextlib.suppress(HardwareError):
        machine.energise(5_000)
    made.board.inputs[:2] = [False, True]
    eventually(lambda: not made.board.coils[0], "the coil ends off")
    made.board.inputs[:2] = [True, False]
    eventually(lambda: _engaged(machine), "the bolt is back")
    assert parse((tmp_path / "tally").read_bytes()) in {Counts(0, 0), Counts(1, 0), Counts(1, 1)}


def _changes_or_none(made: Rig) -> list[tuple[Switch, bool]]:
    try:
        return _changes(made.pins)
    except HardwareError:
        return []


def _reads(made: Rig, switch: Switch) -> bool | None:
    try:
        return made.pins.active(switch)
    except HardwareError:
        return None


def _engaged(machine: BareMachine) -> bool:
    try:
        return machine.engaged()
    except HardwareError:
        return False
