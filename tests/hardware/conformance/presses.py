"""Each press driver with its simulator or peer, ready to be checked: one rig a driver of
machine.toml. Calls hardware, tests.hardware and tests.support.
"""

import os
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, Self

import pytest
from gpiod import EdgeEvent
from gpiod.line import Value

from hardware.bare import BareMachine, Fitted
from hardware.choose import Press
from hardware.conformance.deeds import Deed
from hardware.pins import Input, Output, Pins, Switch, Wiring
from hardware.pins_gpiod import GpiodPins
from hardware.pins_modbus import Board, BoardInput, ModbusPins
from hardware.pins_rpigpio import RpiGpioPins
from hardware.serial_head.driver import SerialHead
from hardware.serial_line import SerialLine
from hardware.sim import server
from hardware.sim.body import SimBody
from hardware.sim.client import SimClient
from hardware.sim.clock import FakeClock
from hardware.sim.mechanism import MAX_ON_MS
from hardware.sim.verbs import Shared
from hardware.tally import Tally
from tests.hardware.bare import rig as bare
from tests.hardware.bare.test_rpigpio import Module
from tests.hardware.conformance.scene import RigScene
from tests.hardware.modbus.rig import PATIENCE, RelayBoard
from tests.hardware.serial_head.bench import Bench, Hours
from tests.hardware.serial_head.test_driver import slow_clock
from tests.support.serial_faults import Line

BOLT_MS = 100
"""So long after the current the bolt is withdrawn."""

Rig = Callable[[Path], AbstractContextManager[tuple[Press, RigScene]]]


@contextmanager
def sim(folder: Path) -> Iterator[tuple[Press, RigScene]]:
    """The driver over the simulated body's socket, with a clock that stands still."""
    clock = FakeClock()
    body = SimBody(clock, random.Random(7), folder)
    shared, sock = Shared(body, clock), folder / "body.sock"
    with server.listening(shared, sock) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        client = SimClient(sock)
        hands = {
            Deed.OPEN_CASE: lambda: setattr(body.faults, "case_open", True),
            Deed.CLOSE_CASE: lambda: setattr(body.faults, "case_open", False),
            Deed.LIFT_SEAL: lambda: body.remove_seal(2),
            Deed.PUT_SEAL_BACK: lambda: body.insert_seal(2),
        }
        scene = _scene(clock, body.press, hands, shared.keep)
        try:
            yield Press(client.lock, client.head, client.case, client.slots), scene
        finally:
            listening.shutdown()
            thread.join()


@contextmanager
def serial(_folder: Path) -> Iterator[tuple[Press, RigScene]]:
    """The driver over a real pty, against the reference firmware."""
    bench = Bench(Hours())
    with Line(bench) as line:
        head = SerialHead(SerialLine(line.path, 115_200, slow_clock), slow_clock, os.urandom)

        def touch(deed: Callable[[Any], object]) -> Callable[[], object]:
            def done() -> object:
                with bench.hands() as parts:
                    return deed(parts)

            return done

        hands = {
            Deed.OPEN_CASE: touch(lambda parts: setattr(parts, "case_closed", False)),
            Deed.CLOSE_CASE: touch(lambda parts: setattr(parts, "case_closed", True)),
            Deed.LIFT_SEAL: touch(lambda parts: parts.seals.pop(2)),
            Deed.PUT_SEAL_BACK: touch(lambda parts: parts.seals.update({2: "E200-0002"})),
        }
        scene = RigScene(bench.clock, bench.clock.skip, {})
        scene.hands = {**hands, **_lever(scene, bench.press)}
        try:
            yield Press(head, head, head, head), scene
        finally:
            head.close()


@contextmanager
def rpi_gpio(folder: Path) -> Iterator[tuple[Press, RigScene]]:
    """The driver over a module that behaves as RPi.GPIO does, wired to a bolt and a lever."""
    clock, module = FakeClock(), Module()
    wires = bare.Wires(clock.mono_ms)
    wiring = Wiring(Output(17), Input(27), Input(22, debounce_ms=1), Input(5))
    pins = RpiGpioPins(
        wiring, clock.mono_ms, lambda name: name == "rpi-lgpio", lambda _: module, _never
    )

    def wired() -> None:
        wires.drive(on=bool(module.levels[17]))
        for line, switch in ((27, Switch.LATCH), (22, Switch.PRESS), (5, Switch.CASE)):
            level = 0 if wires.active(switch) else 1
            if module.levels[line] != level:
                module.set(line, level)

    module.levels[5] = 0
    with _over_pins(folder, pins, clock, wires, wired) as made:
        yield made


def _never(_ms: int, _deed: Callable[[], None]) -> None:
    """The scene looks often enough."""


@contextmanager
def modbus(folder: Path) -> Iterator[tuple[Press, RigScene]]:
    """The driver over a real pty, against a relay board wired to a bolt and a lever."""
    part, clock, hours = RelayBoard(), FakeClock(), Hours(running=True)
    wires = bare.Wires(clock.mono_ms)
    board = Board(
        unit=1,
        coil=0,
        latch=BoardInput(0),
        press=BoardInput(1),
        case=BoardInput(2),
        max_on_ms=60_000,
    )

    def wired() -> None:
        wires.drive(on=part.coils[0])
        switches = (Switch.LATCH, Switch.PRESS, Switch.CASE)
        part.inputs[:3] = [wires.active(switch) for switch in switches]

    part.inputs[2] = True
    with Line(part) as line, pytest.MonkeyPatch.context() as limits:
        for name, value in PATIENCE.items():
            limits.setattr(f"hardware.modbus_link.{name}", value)
        pins = ModbusPins(SerialLine(line.path, 19_200, hours), board, hours)

        def skipped() -> None:
            hours.skip(bare.LOOK_MS)
            wired()

        with _over_pins(folder, pins, clock, wires, skipped) as made:
            yield made


@contextmanager
def gpiod(folder: Path) -> Iterator[tuple[Press, RigScene]]:
    """The driver over a chip in memory; tests/kernel has the kernel's own."""
    clock = FakeClock()
    wires = bare.Wires(clock.mono_ms)
    chip = Chip(wires)
    (folder / "gpiochip0").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gpiod.is_gpiochip_device", lambda _: True)
        patch.setattr("gpiod.Chip", lambda _: chip)
        wiring = Wiring(Output(17), Input(27), Input(22), Input(5))
        pins = GpiodPins("example", wiring, folder)
        with _over_pins(folder, pins, clock, wires, chip.look) as made:
            yield made


class Chip:
    """A GPIO chip and its one request: the lines of `Wires`, active as the driver reads them."""

    LINES: Final = {27: Switch.LATCH, 22: Switch.PRESS, 5: Switch.CASE}

    def __init__(self, wires: bare.Wires) -> None:
        self._wires = wires
        self._events: list[SimpleNamespace] = []
        self._levels = {line: wires.active(switch) for line, switch in self.LINES.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""

    def get_info(self) -> SimpleNamespace:
        return SimpleNamespace(name="gpiochip0", label="example")

    def line_offset_from_id(self, line: int) -> int:
        return line

    def request_lines(self, *_: object) -> Self:
        return self

    def set_value(self, _line: int, value: Value) -> None:
        self._wires.drive(on=value is Value.ACTIVE)

    def get_value(self, line: int) -> Value:
        return Value.ACTIVE if self._wires.active(self.LINES[line]) else Value.INACTIVE

    def wait_edge_events(self, _timeout: int) -> bool:
        return bool(self._events)

    def read_edge_events(self, _most: int) -> list[SimpleNamespace]:
        found, self._events = self._events, []
        return found

    def release(self) -> None:
        """The lines are given back."""

    def look(self) -> None:
        """What the kernel does at each interrupt: an event for each line that changed."""
        kinds = EdgeEvent.Type
        for line, switch in self.LINES.items():
            active = self._wires.active(switch)
            if active != self._levels[line]:
                self._levels[line] = active
                kind = kinds.RISING_EDGE if active else kinds.FALLING_EDGE
                event = SimpleNamespace(line_offset=line, timestamp_ns=0, event_type=kind)
                self._events.append(event)


@contextmanager
def _over_pins(
    folder: Path, pins: Pins, clock: FakeClock, wires: bare.Wires, wired: Callable[[], None]
) -> Iterator[tuple[Press, RigScene]]:
    """A bare machine over these pins; `wired` brings pins and wires into step."""
    fitted = Fitted(1, "E200-0001", debounce_ms=10, max_on_ms=MAX_ON_MS)
    machine = BareMachine(pins, Tally.create(folder / "tally"), fitted, clock.mono_ms)
    hands = {
        Deed.OPEN_CASE: lambda: setattr(wires, "case_closed", False),
        Deed.CLOSE_CASE: lambda: setattr(wires, "case_closed", True),
    }

    def live() -> None:
        wired()
        machine.step()
        wired()

    scene = _scene(clock, wires.pull_lever, hands, live)
    scene.pause(100)
    yield Press(machine, machine, machine, machine), scene
    machine.close()


def _scene(
    clock: FakeClock,
    pull: Callable[[], bool],
    hands: Mapping[Deed, Callable[[], object]],
    live: Callable[[], None],
) -> RigScene:
    scene = RigScene(clock.mono_ms, clock.advance, {}, live)
    scene.hands = {**hands, **_lever(scene, pull)}
    return scene


def _lever(scene: RigScene, pull: Callable[[], bool]) -> Mapping[Deed, Callable[[], object]]:
    """The same pull of the lever, against the closed bolt and with it withdrawn."""

    def press() -> None:
        scene.pause(BOLT_MS)
        assert pull(), "the bolt blocks the lever"

    return {Deed.TRY_LEVER: pull, Deed.PRESS: press}


PRESSES: Final[Mapping[str, Rig]] = {
    "sim": sim,
    "serial": serial,
    "gpiod": gpiod,
    "rpi-gpio": rpi_gpio,
    "modbus": modbus,
}
