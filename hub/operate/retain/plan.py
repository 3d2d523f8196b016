"""What is old enough to be erased and nobody holds fast, as spans of each machine's entries.

Calls `hub.ingest`, `hub.operate.retain.frozen` and `wire`. How long something is kept stands in the
officers' policy, as the machine's newest list in the log carries it; where it is silent, for ever.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Max, Min

from hub.ingest import erased as named
from hub.ingest.models import Erased, Record
from hub.operate.retain.frozen import frozen
from wire.lists import erased
from wire.lists.erased import DAY_MS, LASTING, OPENINGS, PASSING, PHOTOS
from wire.record.kinds import COMMITTED, having

PORTION: Final = 500
KINDS: Final = {
    PHOTOS: having(PASSING),
    OPENINGS: having(COMMITTED) - LASTING,
}
"""Of which entries there is such a thing."""


@dataclass(frozen=True)
class Planned:
    """Entries of one machine from `first` to `last`: of `count` of them something is erased, and
    the newest is of the time `newest_ms`.
    """

    what: str
    device: str
    first: int
    last: int
    count: int
    newest_ms: int


def planned(now_ms: int) -> Iterator[Planned]:
    """Everything that no row names so far."""
    for device in Record.objects.values_list("device", flat=True).distinct().order_by("device"):
        listed = named.policy(device)
        for what in (PHOTOS, OPENINGS):
            days = 0 if listed is None else erased.least_days(listed, what)
            if days:
                yield from _of(device, what, now_ms - days * DAY_MS)


def _of(device: str, what: str, until_ms: int) -> Iterator[Planned]:
    found = Record.objects.filter(device=device)
    young = found.filter(wall_ms__gt=until_ms).aggregate(first=Min("seq"))["first"]
    end = found.aggregate(last=Max("seq"))["last"] or 0
    last = end if young is None else young - 1
    rows = Erased.objects.filter(what=what, device=device).order_by("first_seq")
    first = 1
    for start, end in (*rows.values_list("first_seq", "last_seq"), (last + 1, last + 1)):
        if first < start:
            yield from _gap(device, what, first, min(start - 1, last))
        first = max(first, end + 1)


def _gap(device: str, what: str, first: int, last: int) -> Iterator[Planned]:
    """Spans between the entries that are held fast."""
    found = Record.objects.filter(device=device, kind__in=KINDS[what])
    count, newest, at = 0, 0, first - 1
    while at < last:
        portion = found.filter(seq__gt=at, seq__lte=last).order_by("seq")[:PORTION]
        rows = [
            (seq, wall, bytes(name))
            for seq, wall, name in portion.values_list("seq", "wall_ms", "entry_hash")
        ]
        held = frozen([name for _, _, name in rows])
        for seq, wall, name in rows:
            if name not in held:
                count, newest = count + 1, max(newest, wall)
                continue
            if count:
                yield Planned(what, device, first, seq - 1, count, newest)
            first, count, newest = seq + 1, 0, 0
        at = rows[-1][0] if len(rows) == PORTION else last
    if count:
        yield Planned(what, device, first, last, count, newest)
