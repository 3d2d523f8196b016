"""A bare machine on the bench: wires to a simulated bolt and lever, a clock, and the thread's work
done by hand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hardware.bare import BareMachine, Fitted
from hardware.lasting import Lasting
from hardware.pins import Edge, Switch
from hardware.ports import HardwareError
from hardware.sim.clock import FakeClock
from hardware.sim.faults import Faults
from hardware.sim.mechanism import MAX_ON_MS, Bolt, Due, Mechanism
from hardware.tally import Counts, Tally, parse

LOOK_MS = 10
"""Between two looks of the watching thread."""
FITTED = Fitted(slot=1, tag="E200-0001", debounce_ms=0, max_on_ms=8_000)


@dataclass
class Wires:
    """Pins without hardware. `broken` names what fails: drive_on, drive_off, switches. The bolt's
    switch is debounced by `debounce_ms`.
    """

    now: Callable[[], int]
    debounce_ms: int = 0
    broken: set[str] = field(default_factory=set)
    before_current: Callable[[], None] = lambda: None
    edges_now: list[Edge] = field(default_factory=list)
    case_closed: bool = True
    closed: int = 0
    contacts: int = 0

    def __post_init__(self) -> None:
        self.mechanism = Mechanism(Faults(press_sensor_stuck=True), self._contact)
        self._latch = Lasting(self.debounce_ms, self.bolt_engaged)

    def drive(self, *, on: bool) -> None:
        self._settle()
        self._fail("drive_on" if on else "drive_off")
        if on:
            self.before_current()
            self.mechanism.energise(self.now(), MAX_ON_MS)
        else:
            self.mechanism.release(self.now())

    def active(self, switch: Switch) -> bool:
        self._settle()
        self._fail("switches")
        self._latch.read(active=self.bolt_engaged, at_ms=self.now())
        stamp_down = Due.STROKE_END in self.mechanism.due and Due.CONTACT not in self.mechanism.due
        return {
            Switch.LATCH: self._latch.active,
            Switch.PRESS: stamp_down,
            Switch.CASE: self.case_closed,
        }[switch]

    def edges(self) -> Sequence[Edge]:
        self._settle()
        self._fail("switches")
        found, self.edges_now = self.edges_now, []
        return found

    def close(self) -> None:
        self.closed += 1
        self.mechanism.release(self.now())

    def pull_lever(self) -> bool:
        """False when the bolt blocks it."""
        self._settle()
        return self.mechanism.press(self.now())

    def touch_press_switch(self, at_ms: int) -> None:
        """The press's switch closes and opens again, whatever the lever does."""
        self.edges_now += [Edge(Switch.PRESS, at_ms, True), Edge(Switch.PRESS, at_ms + 3, False)]
        self.contacts += 1

    def jam(self, *, jammed: bool) -> None:
        """The bolt stays where it is until it is freed."""
        self._settle()
        self.mechanism.faults.lock_stuck = jammed

    @property
    def bolt_engaged(self) -> bool:
        return self.mechanism.bolt is Bolt.ENGAGED

    def current(self) -> bool:
        return self.mechanism.powered

    def _contact(self, at_ms: int) -> None:
        self.edges_now.append(Edge(Switch.PRESS, at_ms, True))
        self.contacts += 1

    def _settle(self) -> None:
        self.mechanism.settle(self.now())

    def _fail(self, what: str) -> None:
        if what in self.broken:
            raise HardwareError("hardware_fault", f"{what} is broken")


class Bench:
    """A machine over Wires, its counters in a file. `run` lets time pass and does what the watching
    thread does; nothing else looks at the machine.
    """

    def __init__(self, path: Path, fitted: Fitted = FITTED) -> None:
        self.path, self.fitted = path, fitted
        self.clock = FakeClock()
        self.wires = Wires(self.clock.mono_ms, fitted.debounce_ms)
        if not path.exists():
            Tally.create(path)
        self.start()

    def start(self) -> None:
        """Power on, until the bolt is known to be at rest."""
        self.machine = BareMachine(self.wires, Tally(self.path), self.fitted, self.clock.mono_ms)
        self.run(100 + self.fitted.debounce_ms)

    def run(self, ms: int) -> None:
        """Time passes."""
        for _ in range(ms // LOOK_MS):
            self.clock.advance(LOOK_MS)
            try:
                self.machine.step()
            except HardwareError:
                continue

    def open(self, bound_ms: int = 5_000) -> None:
        """Begin an opening, and wait until the bolt is withdrawn."""
        self.machine.energise(bound_ms)
        self.run(100)
        assert self.wires.mechanism.bolt is Bolt.WITHDRAWN

    def on_disk(self) -> Counts:
        return parse(self.path.read_bytes())
