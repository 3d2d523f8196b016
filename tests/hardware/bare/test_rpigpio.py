"""The RPi.GPIO driver over a module that behaves as RPi.GPIO does: call-backs from a thread, which
name the line and not its level.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hardware.bare import BareMachine
from hardware.clock import SystemClock
from hardware.pins import Edge, Input, Output, Switch, Wiring
from hardware.pins_rpigpio import RpiGpioPins
from hardware.ports import HardwareError
from hardware.sim.clock import FakeClock
from hardware.tally import Tally
from tests.hardware.bare.rig import FITTED
from tests.hardware.rig import eventually

COIL, LATCH, PRESS, CASE = 17, 27, 22, 5
DEBOUNCE_MS = 20
WIRING = Wiring(
    Output(COIL),
    Input(LATCH),
    Input(PRESS, debounce_ms=DEBOUNCE_MS),
    Input(CASE, False, "pull_down"),
)


class OwnError(Exception):
    """As lgpio.error: no RuntimeError."""


class Lgpio:
    error = OwnError


@dataclass
class Module:
    """RPi.GPIO with its lines in memory; all inputs rest at a high level but the case's."""

    BCM, IN, OUT, BOTH, PUD_OFF, PUD_UP, PUD_DOWN = 11, 1, 0, 33, 20, 22, 21
    lgpio = Lgpio
    levels: dict[int, int] = field(default_factory=lambda: {LATCH: 0, PRESS: 1, CASE: 1})
    log: list[tuple[Any, ...]] = field(default_factory=list)
    listeners: dict[int, Callable[[int], None]] = field(default_factory=dict)
    busy: int | None = None
    dead: bool = False

    def setwarnings(self, value: bool) -> None:
        self.log.append(("warnings", value))

    def setmode(self, mode: int) -> None:
        self.log.append(("mode", mode))

    def setup(self, line: int, direction: int, **settings: int) -> None:
        if line == self.busy:
            raise OwnError("GPIO busy")
        self.log.append(("setup", line, direction, settings))
        if direction == self.OUT:
            self.levels[line] = settings["initial"]

    def add_event_detect(self, line: int, edge: int, *, callback: Callable[[int], None]) -> None:
        self.log.append(("detect", line, edge))
        self.listeners[line] = callback

    def input(self, line: int) -> int:
        if self.dead:
            raise RuntimeError("You must setup() the GPIO channel first")
        return self.levels[line]

    def output(self, line: int, value: int) -> None:
        if self.dead:
            raise RuntimeError("You must setup() the GPIO channel first")
        self.levels[line] = value

    def cleanup(self, lines: list[int]) -> None:
        self.log.append(("cleanup", sorted(lines)))

    def set(self, line: int, level: int, *, heard: bool = True) -> None:
        """The line changes; `heard`: the library calls back, from its own thread."""
        self.levels[line] = level
        if heard:
            thread = threading.Thread(target=self.listeners[line], args=(line,))
            thread.start()
            thread.join()


@dataclass
class Hours(FakeClock):
    """A clock with what is to be done `later`."""

    due: list[tuple[int, Callable[[], None]]] = field(default_factory=list)

    def later(self, ms: int, deed: Callable[[], None]) -> None:
        self.due.append((self.mono + ms, deed))

    def advance(self, milliseconds: int) -> None:
        for _ in range(milliseconds):
            super().advance(1)
            ripe = [one for one in self.due if one[0] <= self.mono]
            self.due = [one for one in self.due if one not in ripe]
            for _, deed in ripe:
                deed()


@pytest.fixture
def clock() -> Hours:
    return Hours()


@pytest.fixture
def module() -> Module:
    return Module()


@pytest.fixture
def pins(module: Module, clock: Hours) -> RpiGpioPins:
    return _made(module, clock)


def _made(
    module: Module, clock: Hours, has: tuple[str, ...] = ("rpi-lgpio",), wiring: Wiring = WIRING
) -> RpiGpioPins:
    return RpiGpioPins(
        wiring, clock.mono_ms, lambda name: name in has, lambda _name: module, clock.later
    )


def _changes(pins: RpiGpioPins) -> list[tuple[Switch, bool]]:
    return [(edge.switch, edge.active) for edge in pins.edges()]


@pytest.mark.parametrize("has", [(), ("RPi.GPIO", "rpi-lgpio")])
def test_none_or_both_of_the_distributions_are_refused_before_anything_is_touched(
    module: Module, clock: Hours, has: tuple[str, ...]
) -> None:
    with pytest.raises(HardwareError, match=r"RPi.GPIO \(up to Raspberry Pi 4\) or rpi-lgpio"):
        _made(module, clock, has)
    assert module.log == []


def test_a_computer_that_is_no_raspberry_pi_is_an_error(clock: Hours) -> None:
    def load(_name: str) -> object:
        raise RuntimeError("This module can only be run on a Raspberry Pi!")

    with pytest.raises(HardwareError, match="only be run on a Raspberry Pi"):
        RpiGpioPins(WIRING, clock.mono_ms, lambda name: name == "RPi.GPIO", load)


def test_the_coil_is_off_from_the_moment_in_which_it_is_an_output(
    module: Module, pins: RpiGpioPins
) -> None:
    assert ("setup", COIL, module.OUT, {"initial": 0}) in module.log
    assert module.log.index(("mode", module.BCM)) < 2
    pins.drive(on=True)
    assert module.levels[COIL] == 1
    pins.drive(on=False)
    assert module.levels[COIL] == 0


def test_a_coil_that_is_on_at_a_low_level_is_off_at_a_high_one(
    module: Module, clock: Hours
) -> None:
    wiring = Wiring(Output(COIL, active_low=True), WIRING.latch, WIRING.press, WIRING.case)
    pins = _made(module, clock, wiring=wiring)
    assert module.levels[COIL] == 1
    pins.drive(on=True)
    assert module.levels[COIL] == 0
    pins.close()
    assert module.levels[COIL] == 1


def test_switches_have_their_resistors_and_polarity(module: Module, pins: RpiGpioPins) -> None:
    assert ("setup", PRESS, module.IN, {"pull_up_down": module.PUD_UP}) in module.log
    assert ("setup", CASE, module.IN, {"pull_up_down": module.PUD_DOWN}) in module.log
    assert ("detect", PRESS, module.BOTH) in module.log
    assert [pins.active(one) for one in Switch] == [True, False, True]


def test_a_change_counts_when_it_has_lasted_and_has_the_time_of_its_call_back(
    module: Module, pins: RpiGpioPins, clock: Hours
) -> None:
    assert pins.edges() == []
    module.set(PRESS, 0)
    began = clock.mono_ms()
    clock.advance(DEBOUNCE_MS - 1)
    assert (pins.edges(), pins.active(Switch.PRESS)) == ([], False)
    clock.advance(1)
    assert pins.active(Switch.PRESS)
    assert pins.edges() == [Edge(Switch.PRESS, began, True)]
    assert pins.edges() == []


def test_a_press_shorter_than_the_asking_is_seen(
    module: Module, pins: RpiGpioPins, clock: Hours
) -> None:
    module.set(PRESS, 0)
    clock.advance(30)
    module.set(PRESS, 1)
    clock.advance(30)
    assert _changes(pins) == [(Switch.PRESS, True), (Switch.PRESS, False)]


@pytest.mark.parametrize("looked_at", [True, False])
@pytest.mark.parametrize("every_ms", [2, DEBOUNCE_MS - 1])
def test_a_bouncing_contact_is_one_press_however_long_it_bounces(
    module: Module, pins: RpiGpioPins, clock: Hours, every_ms: int, looked_at: bool
) -> None:
    for stamped in (True, False):
        seen: list[tuple[Switch, bool]] = []
        for level in (*(0, 1) * 4, 0):
            module.set(PRESS, level if stamped else 1 - level)
            began = clock.mono_ms()
            clock.advance(every_ms)
            if looked_at:
                seen += _changes(pins)
                assert pins.active(Switch.PRESS) is not stamped
        assert seen == []
        clock.advance(100)
        assert pins.edges() == [Edge(Switch.PRESS, began, stamped)]
        assert pins.active(Switch.PRESS) is stamped
    clock.advance(100)
    assert pins.edges() == []


@pytest.mark.parametrize("end_heard", [True, False])
def test_a_spike_that_is_looked_at_is_no_press(
    module: Module, pins: RpiGpioPins, clock: Hours, end_heard: bool
) -> None:
    """Also where the library tells its end late or never."""
    module.set(PRESS, 0)
    assert (pins.edges(), pins.active(Switch.PRESS)) == ([], False)
    clock.advance(DEBOUNCE_MS - 1)
    assert (pins.edges(), pins.active(Switch.PRESS)) == ([], False)
    module.set(PRESS, 1, heard=end_heard)
    clock.advance(100)
    assert (pins.edges(), pins.active(Switch.PRESS)) == ([], False)


def test_a_bounce_between_two_looks_begins_the_waiting_anew(
    module: Module, pins: RpiGpioPins, clock: Hours
) -> None:
    """The call-back comes when the contact is down again: both looks see the same."""
    module.set(PRESS, 0)
    clock.advance(DEBOUNCE_MS - 1)
    module.set(PRESS, 1, heard=False)
    module.set(PRESS, 0)
    began = clock.mono_ms()
    clock.advance(DEBOUNCE_MS - 1)
    assert pins.edges() == []
    clock.advance(1)
    assert pins.edges() == [Edge(Switch.PRESS, began, True)]


def test_a_change_that_the_library_never_tells_is_seen_by_looking(
    module: Module, pins: RpiGpioPins, clock: Hours
) -> None:
    module.set(PRESS, 0, heard=False)
    assert pins.edges() == []
    began = clock.mono_ms()
    clock.advance(DEBOUNCE_MS)
    assert pins.edges() == [Edge(Switch.PRESS, began, True)]


def test_the_stamp_is_up_while_its_contact_bounces(
    module: Module, pins: RpiGpioPins, clock: Hours, tmp_path: Path
) -> None:
    machine = BareMachine(pins, Tally.create(tmp_path / "tally"), FITTED, clock.mono_ms)
    for level in (*(0, 1) * 8, 0):
        module.set(PRESS, level)
        for _ in range(3):
            assert machine.status().home
            clock.advance(5)
    clock.advance(DEBOUNCE_MS)
    assert (machine.status().home, machine.status().presses) == (False, 1)


def test_the_drivers_own_timer_sees_a_press_that_nobody_looks_at(module: Module) -> None:
    """Over the computer's own clock."""
    pins = RpiGpioPins(
        WIRING, SystemClock().mono_ms, lambda name: name == "rpi-lgpio", lambda _: module
    )
    module.set(PRESS, 0)
    eventually(lambda: not _timers(), "its timer has ended")
    module.set(PRESS, 1)
    eventually(lambda: not _timers(), "its timer has ended")
    assert _changes(pins) == [(Switch.PRESS, True), (Switch.PRESS, False)]
    module.set(PRESS, 0)
    pins.close()
    eventually(lambda: not _timers(), "no timer outlives the lines for long")


def _timers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if isinstance(one, threading.Timer)]


def test_a_line_that_cannot_be_had_is_an_error_and_the_coil_is_given_back(
    module: Module, clock: Hours
) -> None:
    module.busy = PRESS
    with pytest.raises(HardwareError, match="press: GPIO busy"):
        _made(module, clock)
    assert module.levels[COIL] == 0
    assert ("cleanup", sorted([COIL, LATCH, PRESS, CASE])) in module.log


def test_a_coil_that_cannot_be_had_is_the_error_that_is_told(module: Module, clock: Hours) -> None:
    """Switching it off then fails as well."""
    module.busy, module.dead = COIL, True
    with pytest.raises(HardwareError, match="the coil: GPIO busy"):
        _made(module, clock)


def test_a_line_that_is_wired_twice_is_an_error(module: Module, clock: Hours) -> None:
    wiring = Wiring(Output(PRESS), WIRING.latch, WIRING.press, WIRING.case)
    with pytest.raises(HardwareError, match="wired twice"):
        _made(module, clock, wiring=wiring)
    assert module.log == []


def test_a_line_by_name_is_an_error(module: Module, clock: Hours) -> None:
    wiring = Wiring(Output("SOLENOID"), WIRING.latch, WIRING.press, WIRING.case)
    with pytest.raises(HardwareError, match="BCM number"):
        _made(module, clock, wiring=wiring)


def test_closing_switches_off_and_gives_only_its_own_lines_back(
    module: Module, pins: RpiGpioPins
) -> None:
    pins.drive(on=True)
    pins.close()
    pins.close()
    assert module.levels[COIL] == 0
    assert [entry for entry in module.log if entry[0] == "cleanup"] == [
        ("cleanup", sorted([COIL, LATCH, PRESS, CASE]))
    ]
    with pytest.raises(HardwareError, match="given back"):
        pins.drive(on=True)


def test_what_the_library_raises_is_a_hardware_error(module: Module, pins: RpiGpioPins) -> None:
    module.dead = True
    for ask in (pins.edges, lambda: pins.active(Switch.CASE), lambda: pins.drive(on=False)):
        with pytest.raises(HardwareError, match="setup"):
            ask()
    module.listeners[PRESS](PRESS)
    module.dead = False
    assert pins.edges() == []
