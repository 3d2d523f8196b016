"""Working days of China's calendar, from one data file a year. Pure; calls nothing of ours.

Of a year without a file only weekends are known: what is reckoned through it says so.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "data" / "calendar"
SATURDAY: Final = 5


@dataclass(frozen=True)
class Year:
    """Days that differ from the week's own: free ones, and weekends that are worked."""

    free: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True)
class Due:
    """The last day in time; `sure`: no year without a file lies on the way."""

    day: date
    sure: bool


@lru_cache(maxsize=1)
def years() -> Mapping[int, Year]:
    """All that are known; ValueError for a file that names a day of another year."""
    return {int(path.stem): _year(path) for path in sorted(FOLDER.glob("*.toml"))}


def is_working(day: date, known: Mapping[int, Year]) -> bool:
    year = known.get(day.year)
    if year is not None and (day in year.free or day in year.worked):
        return day in year.worked
    return day.weekday() < SATURDAY


def after(start: date, count: int, known: Mapping[int, Year]) -> Due:
    """The `count`th working day after that day, which does not count itself."""
    day, left, sure = start, count, True
    while left:
        day += timedelta(days=1)
        sure = sure and day.year in known
        left -= is_working(day, known)
    return Due(day, sure)


def _year(path: Path) -> Year:
    said = tomllib.loads(path.read_text("utf-8"))
    free, worked = (
        frozenset(date.fromisoformat(one) for one in said[name]) for name in ("free", "worked")
    )
    if free & worked or any(one.year != int(path.stem) for one in free | worked):
        raise ValueError(f"{path.name}: a day twice, or of another year")
    return Year(free, worked)
