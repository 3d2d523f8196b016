"""What one village has published and has yet to publish, read in a fixed number of queries.

Calls `hub.affairs` and `hub.days`.
"""

from collections.abc import Sequence
from datetime import date

from hub.affairs import catalogue, standing
from hub.affairs.models import Edition, Event, Published
from hub.affairs.standing import Due, Happened
from hub.days import today


def published(village: str) -> list[Published]:
    """Every edition that was published, the oldest first, with its bytes."""
    rows = Published.objects.filter(edition__village=village)
    return list(rows.select_related("edition__subject").order_by("id"))


def of_series(series: bytes) -> str | None:
    """Which village published it."""
    rows = Published.objects.filter(series=series)
    return rows.values_list("edition__village", flat=True).first()


def dues(village: str, rows: Sequence[Published], now_ms: int) -> tuple[Due, ...]:
    """What is due and what is late, by what was published; one query."""
    periods: dict[tuple[str, str], date] = {}
    events: dict[int, date] = {}
    for row in rows:
        edition, day = row.edition, today(row.at_ms)
        periods.setdefault((edition.item, edition.period), day)
        if edition.event_id is not None:
            events.setdefault(edition.event_id, day)
    happened = [
        Happened(one.pk, one.item, date.fromisoformat(one.on))
        for one in Event.objects.filter(village=village, dropped=None)
    ]
    return standing.standing(catalogue.current(), happened, periods, events, today(now_ms))


def under_way(village: str) -> list[Edition]:
    """What was put to review and not published, the newest first: pending or returned."""
    rows = Edition.objects.filter(village=village, published=None).order_by("-id")[:50]
    return list(rows.select_related("subject").prefetch_related("asked", "subject__approvals"))
