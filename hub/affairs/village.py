"""What villages have published and have yet to publish, read in a fixed number of queries.

Calls `hub.affairs`, `hub.days` and `wire.release`. Lists read what they show, however much there
is besides.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from django.db.models import Min, QuerySet

from hub.affairs import catalogue, dues, projects, standing
from hub.affairs.models import Edition, Event, Published
from hub.affairs.projects import Project
from hub.affairs.standing import BACK, Due, Happened
from hub.days import today
from wire import release

MOST_OPEN: Final = 50
MOST_PROJECTS: Final = 100
"""So many of the newest are looked at, for each village."""


def published(where: str) -> list[Published]:
    """Every edition that was published, the oldest first, with its bytes."""
    rows = Published.objects.filter(edition__village=where)
    return list(rows.select_related("edition__subject").order_by("id"))


def of_series(series: bytes) -> str | None:
    """Which village published it."""
    rows = Published.objects.filter(series=series)
    return rows.values_list("edition__village", flat=True).first()


def newest(where: str, most: int) -> list[Edition]:
    """What was published and put to review last, without its bytes."""
    rows = Edition.objects.filter(village=where, published__isnull=False)
    return list(rows.select_related("published").order_by("-id")[:most])


def dues_of(where: str, now_ms: int) -> tuple[Due, ...]:
    """What is due and what is late; three queries."""
    return all_dues([where], now_ms)[where]


def all_dues(villages: Collection[str], now_ms: int) -> Mapping[str, tuple[Due, ...]]:
    """The same of each, in three queries."""
    day, known = today(now_ms), catalogue.current()
    wanted = standing.periodic(known, day)
    done = _periods_done(villages, {period for _, period in wanted})
    events = _events(villages, day)
    happened: dict[str, list[Happened]] = {}
    for one in events:
        there = happened.setdefault(one.village, [])
        there.append(Happened(one.pk, one.item, date.fromisoformat(one.on)))
    events_done = _events_done(events)
    return {
        name: standing.standing(
            known, wanted, happened.get(name, ()), done.get(name, {}), events_done, day
        )
        for name in villages
    }


def under_way(where: str) -> list[Edition]:
    """What was put to review and not published, the newest first: pending or returned."""
    rows = Edition.objects.filter(village=where, ended_ms=None).order_by("-id")
    told = rows.select_related("subject", "published")
    return list(told.prefetch_related("asked", "subject__approvals")[:MOST_OPEN])


def running(villages: Collection[str], now_ms: int) -> list[Project]:
    """The projects that are not finished, as their newest report tells; the earliest planned first.
    Three queries.
    """
    named = catalogue.named(catalogue.current())
    forms = [name for name, item in named.items() if item.form == "project"]
    events = Event.objects.filter(village__in=villages, item__in=forms, dropped=None)
    most = MOST_PROJECTS * len(villages)
    own = {one.pk: one for one in events.order_by("-on", "-id")[:most]}
    told = Edition.objects.filter(event__in=list(own), published__isnull=False)
    order = told.order_by("period", "published__id").values_list("event", "published__id")
    rows = Published.objects.filter(pk__in=dict(order).values()).select_related("edition__subject")
    found = [_project(row, own, today(now_ms)) for row in rows]
    return sorted((one for one in found if not one.finished), key=lambda one: one.next_by)


def latest_of(event: Event) -> Published | None:
    """What was published of something that happened, of the last day that is told of."""
    rows = Published.objects.filter(edition__event=event).select_related("edition__subject")
    return rows.order_by("-edition__period", "-id").first()


def _project(row: Published, events: Mapping[int, Event], day: date) -> Project:
    made = release.decode(bytes(row.edition.subject.data))
    event = events[row.edition.event_id or 0]
    return Project(event.pk, event.village, event.item, event.called, projects.stages([made], day))


def _periods_done(
    villages: Collection[str], periods: Iterable[str]
) -> dict[str, dict[tuple[str, str], date]]:
    """Village → (item, period) → the day of the first publication."""
    rows = Edition.objects.filter(
        period__in=sorted(periods), village__in=list(villages), published__isnull=False
    )
    found: dict[str, dict[tuple[str, str], date]] = {}
    for name, item, period, at_ms in rows.values_list("village", "item", "period").annotate(
        Min("published__at_ms")
    ):
        found.setdefault(name, {})[item, period] = today(at_ms)
    return found


def _events(villages: Collection[str], day: date) -> QuerySet[Event]:
    """Those that may be due in the time that is looked at."""
    oldest = day - BACK - timedelta(days=dues.LONGEST_DAYS)
    return Event.objects.filter(
        village__in=list(villages), on__gte=oldest.isoformat(), dropped=None
    )


def _events_done(events: QuerySet[Event]) -> dict[int, date]:
    rows = Edition.objects.filter(event__in=events.values("pk"), published__isnull=False)
    told = rows.values_list("event").annotate(Min("published__at_ms"))
    return {number: today(at_ms) for number, at_ms in told}
