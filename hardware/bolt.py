"""What a bare solenoid's bolt does, by its current and its one switch. Pure. Calls nothing.

Times are milliseconds of Clock.mono_ms, given with each call; they never go back. The limits are
those of the serial head, so that lockd meets the same states.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

HOST_SILENCE_MS: Final = 1_000
"""An opening ends when the host has not asked anything for so long."""
OPENING_MS: Final = 500
"""A bolt that has not left its switch so long after the current came on is stuck."""
CLOSING_MS: Final = 3_000
"""A bolt that is not back so long after the current was cut is stuck."""
STEADY_MS: Final = 50
"""The switch must have shown the bolt so long before it is believed to be at rest."""


class Phase(StrEnum):
    """Where the bolt is. There is current in OPENING and OPEN, and in no other phase."""

    IDLE = "idle"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"
    FAILED = "failed"


POWERED: Final = frozenset({Phase.OPENING, Phase.OPEN})


@dataclass
class Bolt:
    """`since_ms`: the phase's beginning. `fault`: as HeadStatus.fault, until `clear`. The switch
    tells `lag_ms` late how it stands: what it says before is from before the current changed.

    After a start the bolt is on its way back: what was before is not known.
    """

    since_ms: int
    lag_ms: int
    phase: Phase = Phase.CLOSING
    fault: str | None = None
    _off_at_ms: int = 0
    _heard_ms: int = 0
    _engaged: bool = False
    _stood_ms: int = field(init=False)

    def __post_init__(self) -> None:
        self._stood_ms = self.since_ms

    @property
    def powered(self) -> bool:
        """Whether the coil has, or may have, current."""
        return self.phase in POWERED

    def heard(self, now_ms: int) -> None:
        """The host asked something."""
        self._heard_ms = now_ms

    def begin(self, now_ms: int, bound_ms: int) -> None:
        """The current comes on."""
        self._enter(Phase.OPENING, now_ms)
        self._heard_ms, self._off_at_ms = now_ms, now_ms + bound_ms

    def end(self, now_ms: int) -> None:
        """The current must end; `due` says so until `cut` is called."""
        self._off_at_ms = min(self._off_at_ms, now_ms)

    def cut(self, now_ms: int) -> None:
        """The current is off."""
        if self.powered:
            self._enter(Phase.CLOSING, now_ms)

    def due(self, now_ms: int) -> bool:
        """Whether the current must be cut now: bound, silence of the host, or `end`."""
        return self.powered and now_ms >= min(self._off_at_ms, self._heard_ms + HOST_SILENCE_MS)

    def seen(self, now_ms: int, *, engaged: bool) -> None:
        """What the latch's switch reads now."""
        if engaged != self._engaged:
            self._engaged, self._stood_ms = engaged, now_ms
        steady = now_ms - max(self._stood_ms, self.since_ms) >= STEADY_MS + self.lag_ms
        if self.powered:
            self._seen_withdrawing(now_ms, engaged=engaged, steady=steady)
        elif self.phase is Phase.IDLE:
            if steady and not engaged:
                self._fail("latch_forced", now_ms)
        elif steady and engaged:
            self._enter(Phase.IDLE, now_ms)
        elif self.phase is Phase.CLOSING and now_ms - self.since_ms >= CLOSING_MS + self.lag_ms:
            self._fail("latch_stuck", now_ms)

    def clear(self) -> None:
        """Forget the fault."""
        self.fault = None

    def _seen_withdrawing(self, now_ms: int, *, engaged: bool, steady: bool) -> None:
        """It must leave its switch in time, and stay away from it."""
        late = now_ms - self.since_ms >= OPENING_MS + self.lag_ms
        if engaged and (steady if self.phase is Phase.OPEN else late):
            self.fault = "latch_stuck"
            self.end(now_ms)
        elif not engaged and self.phase is Phase.OPENING:
            self._enter(Phase.OPEN, now_ms)

    def _fail(self, fault: str, now_ms: int) -> None:
        self.fault = fault
        self._enter(Phase.FAILED, now_ms)

    def _enter(self, phase: Phase, now_ms: int) -> None:
        self.phase, self.since_ms = phase, now_ms
