"""Days of the township's calendar, as people type them. Calls only Django's settings."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

YEARS: Final = range(2000, 3000)
FIRST: Final = date(YEARS.start, 1, 1)
LAST: Final = date(YEARS.stop - 1, 12, 31)


def zone() -> ZoneInfo:
    """The township's."""
    return ZoneInfo(settings.TIME_ZONE)


def today(now_ms: int) -> date:
    """The day in the township's zone."""
    return datetime.fromtimestamp(now_ms / 1000, zone()).date()


def bounds(day: date) -> tuple[int, int]:
    """The first millisecond of a day, and that of the next."""
    first, after = (
        datetime(one.year, one.month, one.day, tzinfo=zone())
        for one in (day, day + timedelta(days=1))
    )
    return int(first.timestamp() * 1000), int(after.timestamp() * 1000)


def read(text: str) -> date | None:
    """The day written so, of YEARS; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def wrong(text: str) -> str:
    """What to tell whoever typed it."""
    return f"“{text}”不是日期，请写成 2026-11-02。"
