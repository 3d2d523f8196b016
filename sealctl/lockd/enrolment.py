"""A card or a finger being enrolled, after two people have proved themselves.

Calls `sealctl.operators` and `sealctl.lockd.{fingers,machine}`. What is enrolled counts from its
entry on, in one transaction with it; before that a card is nobody's and a finger's slot too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sealctl.lockd.fingers import Fingers
from sealctl.lockd.machine import Machine
from wire.refusals import Refused

BOUND_MS: Final = 60_000
"""So long an enrolment waits for its card or finger."""
SHOWN_MS: Final = 20_000
"""So long its end stays on the screen."""
ENDS: Final = ("done", "failed")
ACTIONS: Final[Mapping[str, str]] = {"card": "enrol_card", "fingerprint": "enrol_finger"}


@dataclass(frozen=True)
class Progress:
    """`step`: hold (a card), or as hardware.ports.Progress; done and failed are ends.

    `slot` is the finger's in the sensor.
    """

    person: str
    witness: str
    method: str
    step: str
    since_ms: int
    slot: int | None = None


class Enrolments:
    """One at a time; `now` is what the screen shows of it."""

    def __init__(self, machine: Machine, fingers: Fingers) -> None:
        self._machine = machine
        self._fingers = fingers
        self.now: Progress | None = None

    @property
    def under_way(self) -> bool:
        return self.now is not None and self.now.step not in ENDS

    def begin_card(self, person: str, witness: str) -> None:
        """The next card that is held becomes this person's."""
        self._show(Progress(person, witness, "card", "hold", self._machine.time.mono_ms()))

    def begin_finger(self, person: str, witness: str) -> None:
        """The finger laid next, twice, becomes this person's; a former one is taken back first."""
        operators, journal = self._machine.operators, self._machine.journal
        slot = operators.slot_for(person)
        if operators.finger_holder(slot) is None:
            operators.reserve(slot)
        else:
            people = {"operator": person, "actor": person, "witness": witness}
            journal.append(
                "unenrolled",
                {"method": "fingerprint"},
                committed=people,
                also=lambda: operators.reserve(slot),
            )
        begun = self._fingers.enrol(slot)
        now = self._machine.time.mono_ms()
        self._show(Progress(person, witness, "fingerprint", "wait", now, slot))
        if not begun:
            self.fail()

    def heard(self, card: str) -> None:
        """A card was held."""
        now, operators = self.now, self._machine.operators
        if now is None or not self.under_way or now.method != "card":
            return
        try:
            self._enter(now, lambda: operators.give_card(now.person, card))
        except Refused as refused:
            self.fail(refused)

    def look(self) -> None:
        """Follow the sensor and the time; called often while there is one to follow."""
        now = self.now
        if now is None:
            return
        age = self._machine.time.mono_ms() - now.since_ms
        if not self.under_way:
            if age > SHOWN_MS:
                self.forget()
        elif age > BOUND_MS:
            self.fail()
        elif now.method == "fingerprint":
            self._follow(now)

    def fail(self, refused: Refused | None = None) -> None:
        """It ends without effect; journalled."""
        now = self.now
        if now is None or not self.under_way:
            return
        self._end(now, "failed")
        reason = refused or Refused("enrolment_failed")
        self._machine.refuse(ACTIONS[now.method], reason, now.person)

    def forget(self) -> None:
        """What has ended is no longer shown."""
        if self.now is not None and not self.under_way:
            self._show(None)

    def _follow(self, now: Progress) -> None:
        step, slot = self._fingers.progress(), now.slot
        if step is None or step == "failed" or slot is None:
            self.fail()
        elif step == "done":
            self._enter(now, lambda: self._machine.operators.give_finger(now.person, slot))
        elif step != now.step:
            self._show(replace(now, step=step))

    def _enter(self, now: Progress, keep: Callable[[], None]) -> None:
        self._machine.journal.append(
            "enrolled",
            {"method": now.method, "proved": True},
            committed={"operator": now.person, "witness": now.witness},
            also=keep,
        )
        self._end(now, "done")

    def _end(self, now: Progress, step: str) -> None:
        self._fingers.rest()
        self._show(replace(now, step=step, since_ms=self._machine.time.mono_ms()))

    def _show(self, now: Progress | None) -> None:
        self.now = now
        self._machine.changed()
