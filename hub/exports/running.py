"""One export at a time, of each token and each person.

Calls `hub.exports.models` and `wire.refusals`. Whoever takes one out holds a row that all processes
see and that is written again while it goes on; one that nobody wrote for STALE_MS is broken off.
"""

from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from hub.exports.models import Taking
from wire.refusals import Refused

STALE_MS: Final = 5 * 60_000
NOTED_EVERY_MS: Final = 30_000


class BrokenOffError(Exception):
    """It stood still for so long that another one began."""


class Hold:
    """The row of one export. Raises Refused('export_running')."""

    def __init__(self, who: str, now_ms: int) -> None:
        self._who = who
        self._seen_ms = now_ms
        broken_off = Taking.objects.filter(who=who, seen_ms__lt=now_ms - STALE_MS)
        if not broken_off.update(seen_ms=now_ms):
            _begin(who, now_ms)

    def goes_on(self, now_ms: int) -> None:
        """Raises BrokenOffError."""
        if now_ms - self._seen_ms < NOTED_EVERY_MS:
            return
        if not self._own().update(seen_ms=now_ms):
            raise BrokenOffError(self._who)
        self._seen_ms = now_ms

    def end(self) -> None:
        self._own().delete()

    def _own(self) -> QuerySet[Taking]:
        return Taking.objects.filter(who=self._who, seen_ms=self._seen_ms)


def _begin(who: str, now_ms: int) -> None:
    try:
        with transaction.atomic():
            Taking.objects.create(who=who, seen_ms=now_ms)
    except IntegrityError as error:
        raise Refused("export_running") from error
