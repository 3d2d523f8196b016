"""The RPi.GPIO driver over a module that behaves as RPi.GPIO does: call-backs from a thread, which
name the line and not its level.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from hardware.pins import Edge, Input, Output, Switch, Wiring
from hardware.pins_rpigpio import RpiGpioPins
from hardware.ports import HardwareError
from hardware.sim.clock import FakeClock

COIL, LATCH, PRESS, CASE = 17, 27, 22, 5
WIRING = Wiring(
    Output(COIL), Input(LATCH), Input(PRESS, debounce_ms=20), Input(CASE, False, "pull_down")
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

    def add_event_detect(
        self, line: int, edge: int, *, callback: Callable[[int], None], bouncetime: int
    ) -> None:
        self.log.append(("detect", line, edge, bouncetime))
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


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def module() -> Module:
    return Module()


@pytest.fixture
def pins(module: Module, clock: FakeClock) -> RpiGpioPins:
    return _made(module, clock)


def _made(
    module: Module, clock: FakeClock, has: tuple[str, ...] = ("rpi-lgpio",), wiring: Wiring = WIRING
) -> RpiGpioPins:
    return RpiGpioPins(wiring, clock.mono_ms, lambda name: name in has, lambda _name: module)


def _changes(pins: RpiGpioPins) -> list[tuple[Switch, bool]]:
    return [(edge.switch, edge.active) for edge in pins.edges()]


@pytest.mark.parametrize("has", [(), ("RPi.GPIO", "rpi-lgpio")])
def test_none_or_both_of_the_distributions_are_refused_before_anything_is_touched(
    module: Module, clock: FakeClock, has: tuple[str, ...]
) -> None:
    with pytest.raises(HardwareError, match=r"RPi.GPIO \(up to Raspberry Pi 4\) or rpi-lgpio"):
        _made(module, clock, has)
    assert module.log == []


def test_a_computer_that_is_no_raspberry_pi_is_an_error(clock: FakeClock) -> None:
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
    module: Module, clock: FakeClock
) -> None:
    wiring = Wiring(Output(COIL, active_low=True), WIRING.latch, WIRING.press, WIRING.case)
    pins = _made(module, clock, wiring=wiring)
    assert module.levels[COIL] == 1
    pins.drive(on=True)
    assert module.levels[COIL] == 0
    pins.close()
    assert module.levels[COIL] == 1


def test_switches_have_their_resistors_debounce_and_polarity(
    module: Module, pins: RpiGpioPins
) -> None:
    assert ("setup", PRESS, module.IN, {"pull_up_down": module.PUD_UP}) in module.log
    assert ("setup", CASE, module.IN, {"pull_up_down": module.PUD_DOWN}) in module.log
    assert ("detect", PRESS, module.BOTH, 20) in module.log
    assert [pins.active(one) for one in Switch] == [True, False, True]


def test_a_change_has_the_time_of_its_call_back(
    module: Module, pins: RpiGpioPins, clock: FakeClock
) -> None:
    assert pins.edges() == []
    module.set(PRESS, 0)
    began = clock.mono_ms()
    clock.advance(40)
    assert pins.edges() == [Edge(Switch.PRESS, began, True)]
    assert pins.edges() == []


def test_a_press_shorter_than_the_asking_is_seen(
    module: Module, pins: RpiGpioPins, clock: FakeClock
) -> None:
    module.set(PRESS, 0)
    clock.advance(30)
    module.set(PRESS, 1)
    clock.advance(30)
    assert _changes(pins) == [(Switch.PRESS, True), (Switch.PRESS, False)]


def test_a_bouncing_contact_is_one_press(
    module: Module, pins: RpiGpioPins, clock: FakeClock
) -> None:
    for level in (0, 1, 0, 1, 0):
        module.set(PRESS, level)
        clock.advance(2)
    assert _changes(pins) == [(Switch.PRESS, True)]
    clock.advance(100)
    for level in (1, 0, 1):
        module.set(PRESS, level)
        clock.advance(2)
    assert _changes(pins) == [(Switch.PRESS, False)]
    clock.advance(100)
    assert _changes(pins) == []


def test_a_change_that_the_library_swallows_is_seen_once_the_contact_has_settled(
    module: Module, pins: RpiGpioPins, clock: FakeClock
) -> None:
    """RPi.GPIO calls back at the first touch, and not again within its bounce time."""
    module.set(PRESS, 0)
    clock.advance(5)
    module.set(PRESS, 1, heard=False)
    assert _changes(pins) == [(Switch.PRESS, True)]
    clock.advance(20)
    assert _changes(pins) == [(Switch.PRESS, False)]


def test_a_line_that_cannot_be_had_is_an_error_and_the_coil_is_given_back(
    module: Module, clock: FakeClock
) -> None:
    module.busy = PRESS
    with pytest.raises(HardwareError, match="press: GPIO busy"):
        _made(module, clock)
    assert module.levels[COIL] == 0
    assert ("cleanup", sorted([COIL, LATCH, PRESS, CASE])) in module.log


def test_a_coil_that_cannot_be_had_is_the_error_that_is_told(
    module: Module, clock: FakeClock
) -> None:
    """Switching it off then fails as well."""
    module.busy, module.dead = COIL, True
    with pytest.raises(HardwareError, match="the coil: GPIO busy"):
        _made(module, clock)


def test_a_line_that_is_wired_twice_is_an_error(module: Module, clock: FakeClock) -> None:
    wiring = Wiring(Output(PRESS), WIRING.latch, WIRING.press, WIRING.case)
    with pytest.raises(HardwareError, match="wired twice"):
        _made(module, clock, wiring=wiring)
    assert module.log == []


def test_a_line_by_name_is_an_error(module: Module, clock: FakeClock) -> None:
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
