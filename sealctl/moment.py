"""What time an entry bears: the clock's, as far as the county's witnesses bear it out, but never
earlier than what was already signed.

Calls only `hardware.ports` and `wire.record`.
"""

from dataclasses import dataclass
from typing import Final

from hardware.ports import Clock
from wire.record.entry import Time

SLACK_MS = 2_000
"""By so much the wall clock may be corrected at once (NTP) before it counts as stepped."""
NARROW_MS: Final = 300_000
"""A time known to within this is `witnessed`."""
DRIFT: Final = 5_000
"""A running clock may go wrong by one part in so many: crystals do by one in 10,000 or less."""


@dataclass(frozen=True)
class _Between:
    """Unix time minus running time lay in low … high (ms) when the latter was `mono`."""

    low: int
    high: int
    mono: int

    def at(self, mono: int) -> "_Between":
        """The same, as far as it is still known at that running time."""
        drift = max(0, mono - self.mono) // DRIFT
        return _Between(self.low - drift, self.high + drift, mono)

    def meet(self, other: "_Between") -> "_Between":
        """What both say of the moment of `other`; `other` alone where they contradict."""
        old = self.at(other.mono)
        low, high = max(old.low, other.low), min(old.high, other.high)
        return _Between(low, high, other.mono) if low <= high else other


class Timekeeper:
    """`floor_ms`: the newest signed time known, ms since 1970 UTC; it only rises."""

    def __init__(self, clock: Clock, floor_ms: int) -> None:
        self._clock = clock
        self._floor = floor_ms
        self._looked = clock.wall_ms(), clock.mono_ms()
        self._between: _Between | None = None

    def now(self) -> Time:
        """The time for an entry made now; of quality 'floor' where the clock is provably wrong."""
        wall, quality, mono = self._borne_out()
        if wall < self._floor - SLACK_MS:
            return Time(self._floor, "floor", mono)
        return Time(max(wall, self._floor), quality, mono)

    def _borne_out(self) -> tuple[int, str, int]:
        """(time, its quality, running time): the clock's, or what witnesses leave of it."""
        wall, mono = self._clock.wall_ms(), self._clock.mono_ms()
        if self._between is None:
            return wall, self._clock.quality(), mono
        now = self._between.at(mono)
        earliest, latest = now.low + mono, now.high + mono
        if now.high - now.low <= NARROW_MS:
            return min(max(wall, earliest), latest), "witnessed", mono
        if earliest <= wall <= latest:
            return wall, self._clock.quality(), mono
        return earliest, "floor", mono

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

    def witnessed(self, earliest_ms: int, latest_ms: int, made_mono: int) -> None:
        """Witnesses saw, between these two times, what this boot made at `made_mono`.

        They saw it after it was made, so it was made before `latest_ms`; and we hear of it after
        they saw it, so `earliest_ms` has passed. What was seen before this boot made anything says
        nothing of now, except that it has passed (`signed`).
        """
        mono = self._clock.mono_ms()
        found = _Between(earliest_ms - mono, latest_ms - made_mono, mono)
        if found.low <= found.high:
            self._between = found if self._between is None else self._between.meet(found)
