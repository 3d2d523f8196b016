"""The demo's calendar. Calls nothing of ours."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def today() -> date:
    """The day in the township."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def months_before(day: date, count: int) -> date:
    """The first day of the month so many months before that day's."""
    first = day.replace(day=1)
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
    return first
