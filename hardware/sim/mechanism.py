"""Bolt, carriage and press of the simulated machine as events in time. Calls only hardware.ports,
hardware.sim.faults.

Nothing happens between calls: `settle(now)` plays every event that fell due, in order, at its own
time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from hardware.ports import HardwareError
from hardware.sim.faults import Faults

TRAVEL_MS = 80  # bolt, either way
SELECT_MS = 300  # carriage, from any slot to any other
STROKE_MS = 300  # press down and up again
CONTACT_MS = 150  # stamp meets paper, after the stroke began
MAX_ON_MS = 60_000  # the hardware's own limit on an opening


class Bolt(StrEnum):
    """Where the bolt is."""

    ENGAGED = "engaged"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"
    RETURNING = "returning"


class Due(StrEnum):
    """What can fall due; the order here breaks ties."""

    CARRIAGE = "carriage"
    BOLT = "bolt"
    CONTACT = "contact"
    STROKE_END = "stroke_end"
    DROP = "drop"
    AUTO_PRESS = "auto_press"


@dataclass
class Mechanism:
    """The moving parts. `on_contact` is called once for each press, with its time, as the stamp
    meets the paper.
    """

    faults: Faults
    on_contact: Callable[[int], None]
    auto_press_ms: int | None = None
    bolt: Bolt = Bolt.ENGAGED
    due: dict[Due, int] = field(default_factory=dict)

    @property
    def powered(self) -> bool:
        """Whether the coil has current now."""
        return Due.DROP in self.due

    @property
    def home(self) -> bool:
        """Whether carriage and stamp are at rest."""
        return not {Due.CARRIAGE, Due.STROKE_END} & self.due.keys()

    @property
    def stuck(self) -> bool:
        """Whether the bolt does not follow the coil."""
        return self.faults.lock_stuck and self.powered == (self.bolt is Bolt.ENGAGED)

    def energise(self, now: int, bound_ms: int) -> None:
        self.due[Due.DROP] = now + min(bound_ms, MAX_ON_MS)
        self._drive(now)

    def release(self, now: int) -> None:
        self.due.pop(Due.DROP, None)
        self._drive(now)

    def select(self, now: int) -> None:
        if self.bolt is not Bolt.ENGAGED or self.powered:
            raise HardwareError("hardware_fault", "the carriage does not turn while unlatched")
        self.due[Due.CARRIAGE] = now + SELECT_MS

    def press(self, now: int) -> bool:
        """Pull the lever; False when the latch blocks it or the stamp is already on its way."""
        if self.bolt is not Bolt.WITHDRAWN or not self.home:
            return False
        self.due[Due.CONTACT] = now + CONTACT_MS
        self.due[Due.STROKE_END] = now + STROKE_MS
        return True

    def settle(self, now: int) -> None:
        """Play everything due up to and including `now`."""
        while self.due:
            event = min(Due, key=lambda name: self.due.get(name, now + 1))
            at = self.due.get(event, now + 1)
            if at > now:
                break
            del self.due[event]
            self._happen(event, at)
            self._drive(at)
        self._drive(now)

    def _happen(self, event: Due, at: int) -> None:
        if event is Due.BOLT:
            self._bolt_arrives(at)
        elif event is Due.CONTACT:
            self.on_contact(at)
            if not self.faults.press_sensor_stuck:
                self.due.pop(Due.DROP, None)
        elif event is Due.AUTO_PRESS:
            self.press(at)

    def _bolt_arrives(self, at: int) -> None:
        withdrawn = self.bolt is Bolt.WITHDRAWING
        self.bolt = Bolt.WITHDRAWN if withdrawn else Bolt.ENGAGED
        if withdrawn and self.auto_press_ms is not None:
            self.due[Due.AUTO_PRESS] = at + self.auto_press_ms

    def _drive(self, at: int) -> None:
        """Start the bolt where the coil or the spring wants it; it cannot return while the stamp is
        down.
        """
        if self.faults.lock_stuck or not self.home:
            return
        if self.powered and self.bolt in (Bolt.ENGAGED, Bolt.RETURNING):
            self.bolt, self.due[Due.BOLT] = Bolt.WITHDRAWING, at + TRAVEL_MS
        elif not self.powered and self.bolt in (Bolt.WITHDRAWN, Bolt.WITHDRAWING):
            self.bolt, self.due[Due.BOLT] = Bolt.RETURNING, at + TRAVEL_MS
            self.due.pop(Due.AUTO_PRESS, None)
