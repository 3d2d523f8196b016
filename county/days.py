"""Days as people write them, in China's time, and as the lists have them. Calls nothing of ours.

A day begins at 00:00 in Beijing (UTC+8, no summer time).
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8))


def parse(text: str) -> int:
    """yyyy-mm-dd → ms since 1970 UTC; raises ValueError for anything else."""
    day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=CHINA)
    return int(day.timestamp()) * 1000


def shown(ms: int) -> str:
    """A time in ms since 1970 UTC → yyyy-mm-dd, with the time of day where it is not midnight."""
    moment = datetime.fromtimestamp(ms // 1000, UTC).astimezone(CHINA)
    midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return f"{moment:%Y-%m-%d}" if midnight else f"{moment:%Y-%m-%d %H:%M}"
