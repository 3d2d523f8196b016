"""A notice's term (公示期), counted in days of the township's calendar. Pure; calls `hub.days`.

The first day is shown and not counted; names come down at the end of the last.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from hub import days
from wire.release import Shown


@dataclass(frozen=True)
class Term:
    """From `first` to `last`, both shown; `day` of `days` is today's, 0 on the first. `basis` is
    the law's or the township's, in its own words.
    """

    first: date
    last: date
    days: int
    day: int
    basis: str

    @property
    def until_ms(self) -> int:
        """When its names come down."""
        return days.bounds(self.last)[1]

    @property
    def over(self) -> bool:
        return self.day > self.days

    @property
    def left(self) -> int:
        """How many days follow today's, 0 on the last."""
        return max(self.days - self.day, 0)


def term(shown: Shown, first_ms: int, now_ms: int) -> Term:
    """Of a notice that began at `first_ms`."""
    first = days.today(first_ms)
    last = first + timedelta(days=shown.days)
    return Term(first, last, shown.days, (days.today(now_ms) - first).days, shown.basis)
