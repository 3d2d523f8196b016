"""Simulated parts of a head, and the hands that touch them. Calls hardware.sim.mechanism.

Behind the reference firmware they make a head that can be driven over a pty. Time passes only by
`settle`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hardware.serial_head.machine import Switches
from hardware.sim.faults import Faults
from hardware.sim.mechanism import MAX_ON_MS, Bolt, Due, Mechanism

STEP_MS = 1
"""A step of the seam feed."""


@dataclass
class SimulatedParts:
    """Bolt, carriage and press of hardware.sim, with nothing of its own will: it is the firmware
    that counts and relocks. `seals` is the RFID text by slot, `slot` where the
    carriage was sent last.
    """

    seals: dict[int, str]
    case_closed: bool = True
    carriage_jammed: bool = False
    slot: int | None = None
    _now: int = 0
    _fed_at: int | None = None
    _mechanism: Mechanism = field(init=False)

    def __post_init__(self) -> None:
        self._mechanism = Mechanism(Faults(press_sensor_stuck=True), lambda _at: None)

    def settle(self, now: int) -> None:
        """Let everything happen that fell due by `now`."""
        self._now = now
        if not self.carriage_jammed:
            self._mechanism.settle(now)
        if self._fed_at is not None and self._fed_at <= now:
            self._fed_at = None

    def due(self) -> int | None:
        """When something moves next by itself."""
        times = [] if self.carriage_jammed else [*self._mechanism.due.values()]
        return min([*times, *([] if self._fed_at is None else [self._fed_at])], default=None)

    def press(self) -> bool:
        """Pull the lever; False when the bolt blocks it."""
        return self._mechanism.press(self._now)

    def jam_bolt(self, *, jammed: bool) -> None:
        """The bolt stays where it is, engaged or withdrawn, until it is freed."""
        self._mechanism.faults.lock_stuck = jammed
        self._mechanism.settle(self._now)

    @property
    def bolt_engaged(self) -> bool:
        """Where the bolt is, whatever its switch says."""
        return self._mechanism.bolt is Bolt.ENGAGED

    @property
    def coil_on(self) -> bool:
        """Whether current flows."""
        return self._mechanism.powered

    def coil(self, *, on: bool) -> None:
        if on:
            self._mechanism.energise(self._now, MAX_ON_MS)
        else:
            self._mechanism.release(self._now)

    def turn(self, slot: int) -> None:
        self.slot = slot
        self._mechanism.select(self._now)

    def feed(self, steps: int) -> None:
        self._fed_at = self._now + steps * STEP_MS

    def halt(self) -> None:
        self._mechanism.due.pop(Due.CARRIAGE, None)
        self._fed_at = None

    def switches(self) -> Switches:
        due = self._mechanism.due
        return Switches(
            engaged=self.bolt_engaged,
            stamp_down=Due.STROKE_END in due and Due.CONTACT not in due,
            at_rest=Due.CARRIAGE not in due and self._fed_at is None,
            case_closed=self.case_closed,
        )

    def tags(self) -> Mapping[int, str]:
        return self.seals
