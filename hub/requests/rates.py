"""How often villagers may ask, all together: so many a minute as hub.toml says.

Calls `hub.applications.limits`, `hub.config` and `hub.devices.rate`. What is behind costs the hub's
processor: reading a file a second, a look by code some 40 ms. Who asks is nowhere noted.
"""

from functools import lru_cache
from typing import Final

from hub.applications.limits import limits
from hub.config import config
from hub.devices.rate import Rate

MINUTE_MS: Final = 60_000


def upload(now_ms: int) -> bool:
    """Whether another file is read now."""
    return _rate("upload", limits(config()).uploads_per_minute).admits("all", now_ms)


def look(now_ms: int) -> bool:
    """Whether another code is looked up now."""
    return _rate("look", limits(config()).looks_per_minute).admits("all", now_ms)


@lru_cache(maxsize=8)
def _rate(_what: str, per_minute: int) -> Rate:
    return Rate(burst=per_minute, every_ms=MINUTE_MS // per_minute)
