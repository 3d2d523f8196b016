"""The simulated fingerprint sensor: a finger is a name. Calls hardware.ports and hardware.sim.

Its library outlives a power cut; what is under way does not.
"""

from collections.abc import Callable
from typing import Final, Literal

from hardware.ports import HardwareError, Match, NoMatch, Progress
from hardware.sim.faults import Faults
from hardware.sim.memory import Memory

CAPACITY: Final = 200
SCORE: Final = 120
TOUCH_MS: Final = 1_500
"""So long a finger stays where nobody says otherwise."""


class SimFinger:
    """ports.Fingerprint, and the hand at it: `touch`."""

    def __init__(self, memory: Memory, faults: Faults, mono_ms: Callable[[], int]) -> None:
        self._memory = memory
        self._faults = faults
        self._mono_ms = mono_ms
        self._finger: str | None = None
        self._until_ms = 0
        self._fresh = False
        self._job: tuple[Literal["enrol", "delete"], int] | None = None
        self._first: str | None = None
        self._step: Progress | None = None

    def touch(self, finger: str, ms: int = TOUCH_MS) -> None:
        """Lay this finger, and lift it after so long."""
        self._finger, self._until_ms, self._fresh = finger, self._mono_ms() + ms, True

    def poll(self) -> Match | NoMatch | None:
        self._alive()
        laid = self._finger if self._mono_ms() < self._until_ms else None
        if self._job is not None:
            kind, slot = self._job
            self._follow(slot, laid) if kind == "enrol" else self._delete(slot)
            return None
        if laid is None or not self._fresh:
            return None
        self._fresh = False
        slots = [slot for slot, name in self._memory.fingers.items() if name == laid]
        return Match(slots[0], SCORE) if slots else NoMatch()

    def enrol(self, slot: int) -> None:
        self._begin("enrol", slot, "lay")

    def delete(self, slot: int) -> None:
        self._begin("delete", slot, "wait")

    def progress(self) -> Progress | None:
        self._alive()
        return self._step

    def cancel(self) -> None:
        self._alive()
        self._job, self._step, self._fresh = None, None, False

    def _begin(self, kind: Literal["enrol", "delete"], slot: int, step: Progress) -> None:
        self._alive()
        if not 0 <= slot < CAPACITY:
            raise HardwareError("hardware_fault", f"the fingerprint sensor has no slot {slot}")
        self._job, self._step, self._first, self._fresh = (kind, slot), step, None, False

    def _follow(self, slot: int, laid: str | None) -> None:
        """Two touches of one finger; one that stands under another slot fails."""
        if self._step == "lift":
            self._step = "again" if laid is None else "lift"
        elif laid is None or not self._fresh:
            return
        elif self._step == "lay":
            self._fresh, self._first, self._step = False, laid, "lift"
        else:
            self._end(slot, laid)

    def _end(self, slot: int, laid: str) -> None:
        elsewhere = {at for at, name in self._memory.fingers.items() if name == laid} - {slot}
        good = laid == self._first and not elsewhere
        if good:
            self._memory.fingers[slot] = laid
            self._memory.save()
        self._job, self._step, self._fresh = None, "done" if good else "failed", False

    def _delete(self, slot: int) -> None:
        self._memory.fingers.pop(slot, None)
        self._memory.save()
        self._job, self._step = None, "done"

    def _alive(self) -> None:
        if self._faults.finger_gone:
            raise HardwareError("hardware_fault", "the fingerprint sensor does not answer")
