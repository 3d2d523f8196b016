"""Puts what is to be told into the outbox, in the transaction of what it tells.

Calls only `hub.notices.models` and `wire.cbor`. To be called inside the caller's transaction: what
is rolled back is never told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from hub.notices.models import Notice
from wire import cbor


@dataclass(frozen=True)
class News:
    """`key` tells it from all others of its kind; `told` are numbers, offices and rules."""

    kind: str
    key: tuple[str | int | bytes, ...]
    village: str
    device: str
    told: Mapping[str, str | int]

    @property
    def cause(self) -> bytes:
        return sha256(cbor.encode([self.kind, *self.key])).digest()


def write(news: Iterable[News], now_ms: int) -> None:
    """Each of them once, however often it is found."""
    Notice.objects.bulk_create(
        (
            Notice(
                cause=one.cause,
                kind=one.kind,
                village=one.village,
                device=one.device,
                told=dict(one.told),
                made_ms=now_ms,
            )
            for one in news
        ),
        ignore_conflicts=True,
    )
