"""What time an entry bears: the clock's, but never earlier than what was already signed.

Calls only `hardware.ports` and `wire.record`.
"""

from hardware.ports import Clock
from wire.record.entry import Time

SLACK_MS = 2_000
"""By so much the wall clock may be corrected at once (NTP) before it counts as stepped."""


class Timekeeper:
    """`floor_ms`: the newest signed time known, ms since 1970 UTC; it only rises."""

    def __init__(self, clock: Clock, floor_ms: int) -> None:
        self._clock = clock
        self._floor = floor_ms
        self._looked = clock.wall_ms(), clock.mono_ms()

    def now(self) -> Time:
        """The time for an entry made now; of quality 'floor' where the clock went back."""
        wall, mono = self._clock.wall_ms(), self._clock.mono_ms()
        if wall < self._floor - SLACK_MS:
            return Time(self._floor, "floor", mono)
        return Time(max(wall, self._floor), self._clock.quality(), mono)

    def stepped(self) -> tuple[int, int] | None:
        """Where the wall clock was set since the last look: what it should say, what it says."""
        wall, mono = self._clock.wall_ms(), self._clock.mono_ms()
        expected = self._looked[0] + mono - self._looked[1]
        self._looked = wall, mono
        return (expected, wall) if abs(wall - expected) > SLACK_MS else None

    def mono_ms(self) -> int:
        """Milliseconds since boot; the only time by which durations are measured."""
        return self._clock.mono_ms()

    def signed(self, wall_ms: int) -> None:
        """Take note of a signed time."""
        self._floor = max(self._floor, wall_ms)
