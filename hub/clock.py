"""The hub's clock. Calls nothing of ours; functions that judge time take it as an argument."""

import time
from datetime import UTC, datetime


def now_ms() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def moment(ms: int) -> datetime:
    """Milliseconds since 1970 UTC as a time that Django shows in the township's zone."""
    return datetime.fromtimestamp(ms / 1000, UTC)
