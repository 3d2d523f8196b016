"""What somebody asks to take out, and which leaves of the log this makes.

Calls `hub.{days,ingest,log}` and `wire.tlog`. Entries that arrived late lie later in the log: the
range goes from the first to the last of those days, in whole tiles.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min, QuerySet

from hub import days
from hub.ingest.models import Record
from hub.log import store
from wire.tlog.tiles import WIDTH


@dataclass(frozen=True)
class Wanted:
    """Days, both included, and a village; None for all."""

    village: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def ranged(self) -> bool:
        return self.since is not None or self.until is not None

    def records(self) -> QuerySet[Record]:
        """What happened on these days in that village, by the machines' clocks."""
        asked: dict[str, Any] = {}
        if self.village is not None:
            asked["village"] = self.village
        if self.since is not None:
            asked["wall_ms__gte"] = days.bounds(self.since)[0]
        if self.until is not None:
            asked["wall_ms__lt"] = days.bounds(self.until)[1]
        return Record.objects.filter(**asked)

    def plain(self) -> Mapping[str, str]:
        """As it is kept and told."""
        return {
            "village": self.village or "",
            "since": "" if self.since is None else self.since.isoformat(),
            "until": "" if self.until is None else self.until.isoformat(),
        }


@dataclass(frozen=True)
class Scope:
    """Leaves first … end−1 of a log of `size` leaves under that checkpoint."""

    checkpoint: bytes
    size: int
    village: str | None
    first: int
    end: int

    @property
    def ranged(self) -> bool:
        return self.first > 0 or self.end < self.size

    def overlaps(self, start: int, width: int) -> bool:
        """Whether one of so many leaves from there on is in it."""
        return self.first < start + width and start < self.end

    def fields(self) -> Mapping[str, object] | None:
        """What `scope.json` of the bundle says; None where there is none, for it holds all."""
        if not self.ranged and self.village is None:
            return None
        end = self.end if self.end < self.size else None
        return {"village": self.village, "first": self.first, "end": end}


def scope(wanted: Wanted) -> Scope | None:
    """None where nothing of it is in the log yet. The head is one that witnesses saw, if any."""
    head = store.cosigned() or store.head()
    if head is None or not head.size:
        return None
    first, end = 0, head.size
    if wanted.ranged:
        logged = wanted.records().filter(leaf_index__lt=head.size)
        found = logged.aggregate(first=Min("leaf_index"), last=Max("leaf_index"))
        if found["first"] is None:
            return None
        first = found["first"] // WIDTH * WIDTH
        end = min(head.size, (found["last"] // WIDTH + 1) * WIDTH)
    return Scope(bytes(head.checkpoint), head.size, wanted.village, first, end)
