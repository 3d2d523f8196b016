"""What hardware.pins.Pins promises, kept by both drivers over lines of the kernel's own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import gpiod
import pytest
from gpiod.line import Direction, Value

from hardware.pins import Edge, Input, Output, Pins, Switch
from hardware.ports import HardwareError
from tests.hardware.rig import ROOT, eventually
from tests.kernel.body import CASE, COIL, DEBOUNCE_MS, LATCH, PRESS, WIRING, bounce, chatter, touch
from tests.kernel.chip import Chip
from tests.kernel.drivers import DRIVERS, now_ms, opened

QUIET_S = 0.3
"""Long enough for a change to be reported, were there one."""
HOLDER = """
import sys, time
from tests.kernel.drivers import DRIVERS, WIRING
pins = DRIVERS[sys.argv[1]](WIRING)
pins.drive(on=True)
time.sleep(60)
"""


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pins(driver: str, board: Chip) -> Iterator[Pins]:
    with opened(driver) as pins:
        yield pins


def test_the_coil_is_off_from_the_request_to_the_release(board: Chip, driver: str) -> None:
    board.pull(COIL, up=True)
    assert board.level(COIL) == 1, "floating high while nobody drives it"
    with opened(driver) as pins:
        assert board.level(COIL) == 0
        pins.drive(on=True)
        assert board.level(COIL) == 1
        pins.drive(on=False)
        assert board.level(COIL) == 0


def test_a_coil_that_is_on_at_a_low_level_is_off_at_a_high_one(board: Chip, driver: str) -> None:
    board.pull(COIL, up=True)
    with opened(driver, replace(WIRING, coil=Output(COIL, active_low=True))) as pins:
        assert board.level(COIL) == 1
        pins.drive(on=True)
        assert board.level(COIL) == 0
    assert board.level(COIL) == 1


def test_closing_with_the_coil_on_ends_the_current_and_gives_every_line_back(
    board: Chip, driver: str
) -> None:
    with opened(driver) as pins:
        pins.drive(on=True)
    assert board.level(COIL) == 0
    assert _held(board) == {}


def test_switches_read_as_their_names_say(board: Chip, pins: Pins) -> None:
    assert [pins.active(switch) for switch in Switch] == [True, False, True]
    board.pull(LATCH, up=True)
    board.pull(PRESS, up=False)
    board.pull(CASE, up=True)
    moved = [False, True, False]
    eventually(lambda: [pins.active(switch) for switch in Switch] == moved, "debounced, they have")


@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
def test_the_resistor_inside_the_computer_holds_an_open_switch(
    board: Chip, driver: str, up: bool
) -> None:
    board.pull(CASE, up=not up)
    case = Input(CASE, True, "pull_up" if up else "pull_down")
    with opened(driver, replace(WIRING, case=case)) as pins:
        assert board.pulled_up(CASE) is up
        assert pins.active(Switch.CASE) is not up


def test_a_change_is_told_once_with_when_it_began(board: Chip, pins: Pins) -> None:
    """gpiod has the kernel's time of it; RPi.GPIO's is that of its call-back, so later."""
    before = now_ms()
    board.pull(PRESS, up=False)
    edges = _first(pins)
    seen = now_ms()
    assert _told(edges) == [(Switch.PRESS, True)]
    assert before <= edges[0].mono_ms <= seen - DEBOUNCE_MS
    assert _changes(pins) == []


def test_a_bouncing_contact_is_one_change(board: Chip, pins: Pins) -> None:
    bounce(board, PRESS, up=False)
    assert _told(_changes(pins)) == [(Switch.PRESS, True)]
    bounce(board, PRESS, up=True)
    assert _told(_changes(pins)) == [(Switch.PRESS, False)]


def test_a_bounce_longer_than_the_debounce_is_one_change_and_reads_still(
    board: Chip, pins: Pins
) -> None:
    """It is looked at all the while; the change begins when the contact comes to rest."""
    tries = 0
    while tries < 2:
        began = now_ms()
        seen = chatter(board, PRESS, lambda: _down(pins), up=False)
        if seen is not None:  # on a busy computer a few touches are not short enough
            assert seen == {False}
            edges = _first(pins)
            assert _told(edges) == [(Switch.PRESS, True)]
            assert began + 3 * DEBOUNCE_MS <= edges[0].mono_ms
            assert _changes(pins) == []
            tries += 1
        board.pull(PRESS, up=True)
        eventually(lambda: not pins.active(Switch.PRESS), "up again")
        _changes(pins)


def test_presses_one_after_the_other_are_told_one_by_one(board: Chip, pins: Pins) -> None:
    """Nobody looks in between: the kernel, or the library, keeps them."""
    for _ in range(3):
        for up in (False, True):
            bounce(board, PRESS, up=up)
            time.sleep(4 * DEBOUNCE_MS / 1000)
    told = _told(_changes(pins))
    assert told == [(Switch.PRESS, True), (Switch.PRESS, False)] * 3


def test_a_spike_shorter_than_the_debounce_is_no_change(board: Chip, pins: Pins) -> None:
    """Looked at while it lasts."""
    spikes = 0
    while spikes < 5:
        began = now_ms()
        seen = touch(board, PRESS, lambda: _down(pins), up=False)
        board.pull(PRESS, up=True)
        short = seen is not None and now_ms() - began < DEBOUNCE_MS * 3 / 4
        found = _changes(pins)
        if short:  # on a busy computer a few are not
            assert (seen, found) == ({False}, [])
            spikes += 1


def test_a_button_held_from_before_the_start_is_active_and_no_change(
    board: Chip, driver: str
) -> None:
    board.pull(PRESS, up=False)
    with opened(driver) as pins:
        assert pins.active(Switch.PRESS)
        assert _changes(pins) == []
        board.pull(PRESS, up=True)
        assert _told(_first(pins)) == [(Switch.PRESS, False)]
        assert not pins.active(Switch.PRESS)


@pytest.mark.parametrize(("line", "part"), [(COIL, "the coil"), (PRESS, "press")])
def test_a_line_taken_by_someone_else_is_an_error_and_no_line_is_kept(
    board: Chip, driver: str, line: int, part: str
) -> None:
    with gpiod.request_lines(str(board.device), {line: None}, "heating"):
        with pytest.raises(HardwareError) as caught:
            DRIVERS[driver](WIRING)
        assert _held(board) == {line: "heating"}
    says = {"gpiod": f"line {line} is held by 'heating'", "rpi-gpio": f"{part}: 'GPIO busy'"}
    assert caught.value.code == "hardware_fault"
    assert caught.value.detail == says[driver]
    with opened(driver):
        assert set(_held(board)) == {COIL, LATCH, PRESS, CASE}


def test_nobody_else_can_drive_a_coil_that_is_held(board: Chip, pins: Pins) -> None:
    on = gpiod.LineSettings(direction=Direction.OUTPUT, output_value=Value.ACTIVE)
    with pytest.raises(OSError, match="busy"):
        gpiod.request_lines(str(board.device), {COIL: on}, "thief")
    assert board.level(COIL) == 0


def test_a_killed_process_loses_the_coil_and_a_stopped_one_keeps_it(
    board: Chip, driver: str
) -> None:
    """gpio-sim drops a line whose holder is gone; a Raspberry Pi does so with strict_gpiod only."""
    command = [sys.executable, "-c", HOLDER, driver]
    with subprocess.Popen(command, cwd=ROOT) as holder:
        eventually(lambda: board.level(COIL) == 1, "the coil has current")
        holder.send_signal(signal.SIGSTOP)
        time.sleep(QUIET_S)
        assert board.level(COIL) == 1
        holder.kill()
    eventually(lambda: board.level(COIL) == 0, "the current is cut")
    assert _held(board) == {}
    with opened(driver):
        assert board.level(COIL) == 0


def _down(pins: Pins) -> bool:
    """Whether the press's switch reads so, or is told to have been so."""
    return True in {edge.active for edge in pins.edges()} or pins.active(Switch.PRESS)


def _first(pins: Pins) -> list[Edge]:
    """What is reported as soon as there is something."""
    found: list[Edge] = []

    def told() -> bool:
        found.extend(pins.edges())
        return bool(found)

    eventually(told, "a change is reported")
    return found


def _changes(pins: Pins) -> list[Edge]:
    """All that is reported within QUIET_S."""
    found: list[Edge] = []
    deadline = time.monotonic() + QUIET_S
    while time.monotonic() < deadline:
        found += pins.edges()
        time.sleep(0.002)
    return found


def _told(edges: list[Edge]) -> list[tuple[Switch, bool]]:
    return [(edge.switch, edge.active) for edge in edges]


def _held(board: Chip) -> dict[int, str]:
    """Who holds which line, by the kernel's book."""
    with gpiod.Chip(str(board.device)) as chip:
        infos = [chip.get_line_info(line) for line in (COIL, LATCH, PRESS, CASE)]
        return {info.offset: info.consumer for info in infos if info.used}
