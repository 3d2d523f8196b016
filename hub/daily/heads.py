"""Keeps the log's head when a day is over. Calls `hub.days`, `hub.daily.models`, `hub.log.store`
and `wire.tlog`.

`sealhub alarms` does it: the sample of a day is drawn by what it wrote first, and never again.
"""

from datetime import date, timedelta
from typing import Final

from hub.daily.models import DayHead
from hub.days import today
from hub.log import store
from wire.tlog import tree

MOST_DAYS: Final = 31
"""Days that are made up for after it did not run; they share the head of that moment."""


def keep(now_ms: int) -> None:
    """The head for every day that is over and has none yet."""
    head = store.head()
    if head is None:
        return
    yesterday = today(now_ms) - timedelta(days=1)
    newest = DayHead.objects.order_by("-day").values_list("day", flat=True).first()
    first = yesterday if newest is None else date.fromisoformat(newest) + timedelta(days=1)
    first = max(first, yesterday - timedelta(days=MOST_DAYS - 1))
    missing = [first + timedelta(days=number) for number in range((yesterday - first).days + 1)]
    if not missing:
        return
    root = tree.root(head.size, store.Hashes())
    DayHead.objects.bulk_create(
        (
            DayHead(day=one.isoformat(), size=head.size, root=root, made_ms=now_ms)
            for one in missing
        ),
        ignore_conflicts=True,
    )
