"""China's one time zone, and moments in it. Calls nothing."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8), "UTC+8")


def at(ms: int) -> datetime:
    """Milliseconds since 1970 UTC as a time of the clock on the wall."""
    return datetime.fromtimestamp(ms / 1000, tz=UTC).astimezone(CHINA)
