"""That old rows were erased is written down for good: what, of which age, when, how many.

Calls `hub.audit.{models,periods}` and `hub.{clock,config}`. The database lets no row of these kinds
go that no such line covers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.audit import periods
from hub.audit.models import Erasure
from hub.clock import moment
from hub.config import Config


@dataclass(frozen=True)
class Told:
    """What a page says of one kind: for how many days it is kept, None for ever; how many rows went
    last, of those before `until`.
    """

    zh: str
    days: int | None
    at: datetime | None = None
    until: datetime | None = None
    count: int | None = None


def begin(what: str, days: int, until_ms: int, at_ms: int) -> Erasure:
    """From now on rows older than that may go; before the first of them does."""
    return Erasure.objects.create(what=what, days=days, until_ms=until_ms, at_ms=at_ms)


def end(row: Erasure, count: int) -> None:
    """So many went; one without a count was broken off."""
    Erasure.objects.filter(pk=row.pk).update(count=count)


def told(config: Config, *kinds: str) -> list[Told]:
    """In one query. Raises ConfigError."""
    kept = periods.days(config)
    last = {one.what: one for one in Erasure.objects.filter(what__in=kinds).order_by("pk")}
    return [_told(one, kept.get(one), last) for one in kinds]


def _told(what: str, days: int | None, last: Mapping[str, Erasure]) -> Told:
    zh, row = periods.KINDS[what][0], last.get(what)
    if row is None:
        return Told(zh, days)
    return Told(zh, days, moment(row.at_ms), moment(row.until_ms), row.count)
