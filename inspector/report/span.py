"""Which part of the records a report is of: days in China's time, one village or all. Pure.

Calls only `inspector.findings`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from inspector.findings import UnusableError

CHINA: Final = timezone(timedelta(hours=8))
OFFSET_S: Final = 8 * 3600
DAY_MS: Final = 86_400_000


@dataclass(frozen=True)
class Span:
    """From `first` to `last`, days included; None is without bound. `village` is an id, or None."""

    first: date | None = None
    last: date | None = None
    village: str | None = None

    @property
    def start_ms(self) -> int | None:
        return None if self.first is None else _midnight(self.first)

    @property
    def end_ms(self) -> int | None:
        """Excluded."""
        return None if self.last is None else _midnight(self.last) + DAY_MS

    def covers(self, wall_ms: int) -> bool:
        start, end = self.start_ms, self.end_ms
        return (start is None or start <= wall_ms) and (end is None or wall_ms < end)

    def clip(self, from_ms: int, to_ms: int) -> tuple[int, int]:
        """The part of that time which lies in the span; empty where the first is not smaller."""
        start, end = self.start_ms, self.end_ms
        return (
            from_ms if start is None else max(from_ms, start),
            to_ms if end is None else min(to_ms, end),
        )

    @property
    def words(self) -> str:
        first = "最早的记录" if self.first is None else self.first.isoformat()
        last = "最新的记录" if self.last is None else self.last.isoformat()
        return f"{first} 至 {last}"


def make(first: date | None, last: date | None, village: str | None) -> Span:
    """Raises UnusableError for days in the wrong order."""
    if first is not None and last is not None and last < first:
        raise UnusableError(f"{last}: 结束日期早于开始日期。 The last day is before the first.")
    return Span(first, last, village)


def clock(wall_ms: int) -> str:
    """Milliseconds since 1970 UTC as people in China write it, to the second."""
    return datetime.fromtimestamp(wall_ms // 1000, CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), CHINA).timestamp()) * 1000
