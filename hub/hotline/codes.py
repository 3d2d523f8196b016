"""Receipt codes as the hotline keeps them, and how often they may be looked up. Calls
`hub.requests.codes`, `hub.hotline.limits`, `hub.config` and `hub.devices.rate`.

What is kept of a code is slow to make (Argon2id) and needs no key: a restored hotline finds what it
found before. Codes of reporters and of openings are kept apart by their salts.
"""

from functools import lru_cache
from typing import Final

from argon2.low_level import Type, hash_secret_raw

from hub.config import config
from hub.devices.rate import Rate
from hub.hotline.limits import limits
from hub.requests import codes as receipts

REPORT: Final = b"hub.hotline.report"
OPENING: Final = b"hub.hotline.opening"
MINUTE_MS: Final = 60_000


def kept(code: str, salt: bytes) -> bytes:
    """What the database holds instead of the code."""
    return hash_secret_raw(
        code.encode(), salt, time_cost=2, memory_cost=65_536, parallelism=1, hash_len=32,
        type=Type.ID,
    )  # fmt: skip


def typed(text: str, salt: bytes, now_ms: int) -> bytes | None:
    """The same of a code as somebody typed it; None where it cannot be one, or too many look."""
    code = receipts.read(text)
    return kept(code, salt) if code is not None and _look(now_ms) else None


def upload(now_ms: int) -> bool:
    """Whether another file is read now."""
    return _rate("upload", limits(config()).uploads_per_minute).admits("all", now_ms)


def _look(now_ms: int) -> bool:
    return _rate("look", limits(config()).looks_per_minute).admits("all", now_ms)


@lru_cache(maxsize=8)
def _rate(_what: str, per_minute: int) -> Rate:
    return Rate(burst=per_minute, every_ms=MINUTE_MS // per_minute)
