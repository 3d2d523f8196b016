"""The fingerprint sensor at work: watching, enrolling, and deleting what is nobody's.

Calls `sealctl.operators` and `sealctl.lockd.{machine,readers}`. The slots are on disk before
the sensor is told anything: a power cut leaves at worst a finger in it that is nobody's, which is
deleted later.
"""

from typing import Final

from hardware.ports import Fingerprint, Match, NoMatch, Progress
from sealctl.lockd.machine import Machine
from sealctl.lockd.readers import Ear

AGAIN_MS: Final = 60_000
"""A deletion that failed is tried again after so long."""


class Fingers:
    """One sensor; `look` moves it and is called often."""

    def __init__(self, ear: Ear[Fingerprint], machine: Machine) -> None:
        self._ear = ear
        self._machine = machine
        self._watching = False
        self._deleting: int | None = None
        self._delete_ms = 0

    def rest(self) -> None:
        """Nobody is to be known by his finger now: one laid meanwhile does not count later."""
        self._watching = False

    def watch(self) -> Match | NoMatch | None:
        """A finger that was laid since watching began."""
        if not self._watching and self._deleting is None:
            self._ear.tell(lambda sensor: sensor.cancel())
            self._watching = True
        touch = self._ear.ask(lambda sensor: sensor.poll())
        if self._deleting is not None:
            self._end_deleting()
            return None
        self._begin_deleting()
        return touch

    def enrol(self, slot: int) -> bool:
        """Begin to enrol under this slot; whether the sensor took it up."""
        self._watching, self._deleting = False, None
        return self._ear.tell(lambda sensor: sensor.enrol(slot))

    def progress(self) -> Progress | None:
        """How the enrolment stands; None where the sensor no longer answers."""
        self._ear.ask(lambda sensor: sensor.poll())
        return self._ear.ask(lambda sensor: sensor.progress())

    def _begin_deleting(self) -> None:
        if self._machine.time.mono_ms() < self._delete_ms or not self._ear.works:
            return
        slot = next(iter(self._machine.operators.nobodys_slots()), None)
        if slot is not None and self._ear.tell(lambda sensor: sensor.delete(slot)):
            self._deleting = slot

    def _end_deleting(self) -> None:
        outcome = self._ear.ask(lambda sensor: sensor.progress())
        if outcome == "wait" or self._deleting is None:
            return
        if outcome == "done":
            self._machine.operators.forget_slot(self._deleting)
        else:
            self._delete_ms = self._machine.time.mono_ms() + AGAIN_MS
        self._deleting = None
        self._watching = False
