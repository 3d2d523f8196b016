"""What counts of relief now: the newest funds and projects, lists in force, where they stand.

Calls `hub.relief.{models,notices}` and `hub.days`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db.models import Count, F, Max, Sum

from hub.days import today
from hub.relief import notices
from hub.relief.fields import BENEFITS
from hub.relief.models import Batch, Benefit, Fund, LookDay, Project, Tally
from hub.relief.notices import Notice

TOWNSHIP: Final = ""
MOST: Final = 500
Row = TypeVar("Row", Fund, Project)


@dataclass(frozen=True)
class Listing:
    """A list of people in one village: how many rows, and fen in all."""

    batch: Batch
    village: str
    lines: int
    fen: int
    notice: Notice


def funds(villages: Iterable[str]) -> list[Fund]:
    """The newest row of each name, of these villages (and TOWNSHIP). One query."""
    rows = Fund.objects.filter(village__in=list(villages), batch__withdrawn_ms__isnull=True)
    return _newest(rows.select_related("batch").order_by("-id"))


def projects(villages: Iterable[str]) -> list[Project]:
    """Likewise."""
    rows = Project.objects.filter(village__in=list(villages), batch__withdrawn_ms__isnull=True)
    return _newest(rows.select_related("batch").order_by("-id"))


def listings(villages: Iterable[str], now_ms: int) -> list[Listing]:
    """Lists of people, the newest first; withdrawn ones too. Seven queries."""
    found = list(
        Benefit.objects.filter(village__in=list(villages))
        .values("batch", "village")
        .annotate(lines=Count("id"), fen=Sum("amount"))
        .order_by("-batch", "village")[:MOST]
    )
    batches = Batch.objects.in_bulk({one["batch"] for one in found})
    standing = notices.of(batches, {one["village"] for one in found}, now_ms)
    return [
        Listing(
            batches[one["batch"]],
            one["village"],
            one["lines"],
            one["fen"],
            standing.get((one["batch"], one["village"]), Notice()),
        )
        for one in found
    ]


def of_batch(batch: Batch, now_ms: int) -> list[Listing]:
    """One list, by village. Seven queries."""
    rows = Benefit.objects.filter(batch=batch).values_list("village", flat=True).distinct()
    return [one for one in listings(rows, now_ms) if one.batch.pk == batch.pk]


def batches() -> list[Batch]:
    """What was taken in, the newest first."""
    return list(Batch.objects.order_by("-id")[:50])


def rows(batch: Batch, village: str) -> list[Benefit]:
    """A list's people in that village. One query."""
    found = Benefit.objects.filter(batch=batch, village=village)
    return list(found.annotate(number=F("household__number")).order_by("id"))


def looked(now_ms: int) -> dict[str, Any]:
    """What inspectors see of look-ups: counts of each day, and today's greatest of one address and
    one name or code. Two queries.
    """
    of_today = Tally.objects.filter(day=today(now_ms).isoformat())
    greatest = dict(of_today.values_list("kind").annotate(most=Max("count")))
    return {"days": list(LookDay.objects.order_by("-day")[:60]), "greatest": greatest}


def _newest(found: Iterable[Row]) -> list[Row]:
    made: dict[tuple[str, str], Row] = {}
    for one in found:
        made.setdefault((one.village, one.name), one)
    return sorted(made.values(), key=lambda one: one.id)


__all__ = [
    "BENEFITS", "TOWNSHIP", "Listing", "batches", "funds", "listings", "looked", "of_batch",
    "projects", "rows",
]  # fmt: skip
