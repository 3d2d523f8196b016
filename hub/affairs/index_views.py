"""What is late and due, under way and published: a village's first page of publication, and all
villages.

Calls `hub.affairs`, `hub.people`, `hub.config` and `hub.clock`.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.affairs import catalogue, dues, flow, limits, todo, village
from hub.affairs.models import Draft, Edition, Event, Question
from hub.affairs.standing import STATES, Due, grouped
from hub.affairs.views import READERS, called, name_of, private, seen, writes
from hub.clock import moment, now_ms
from hub.config import config
from hub.people import roster
from hub.people.roster import Staff
from hub.people.session import ANY, require

NEWEST: Final = 20
MOST_DROPPED: Final = 10


@require_safe
@require(ANY)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What is late and due, what is under way, what waits for this person."""
    if "village" not in request.GET and not staff.of_village and staff.offices & set(READERS):
        return _everywhere(request, staff)
    where = seen(staff, request.GET.get("village", staff.village))
    found = village.dues_of(where, now_ms())
    editions = _under_way(where, staff)
    drafts = Draft.objects.filter(village=where).defer("text", "rows", "data")
    begun = list(drafts.order_by("-changed_ms")[:NEWEST])
    asked = [one["row"] for one in editions if one["state"] == "pending"]
    items = catalogue.named(catalogue.current())
    context = {
        "staff": staff,
        "village": called(staff, where),
        "where": where,
        "writes": writes(staff, where),
        "reads": bool(staff.offices & set(READERS)),
        "late": [
            (item, [_told(one, begun, asked) for one in some])
            for item, some in grouped(one for one in found if one.state == "late")
        ],
        "waiting": [_told(one, begun, asked) for one in found if one.state == "waiting"],
        "drafts": [
            (one, name_of(items.get(one.item), one.item), dues.called(one.period)) for one in begun
        ],
        "mine": [one for one in editions if one["mine"]],
        "returned": [one for one in editions if one["state"] == "returned"],
        "pending": [one for one in editions if one["state"] == "pending" and not one["mine"]],
        "projects": village.running([where], now_ms()),
        "published": [(one, moment(one.published.at_ms)) for one in village.newest(where, NEWEST)],
        "questions": Question.objects.filter(village=where, answered_ms=None).count(),
        "dropped": Event.objects.filter(village=where, dropped__isnull=False).order_by("-id")[
            :MOST_DROPPED
        ],
        "empty": not catalogue.current(),
    }
    return private(render(request, "affairs/index.html", context))


@require_safe
@require(*READERS)
def villages(request: HttpRequest, staff: Staff) -> HttpResponse:
    """All of them, where most is late first."""
    return _everywhere(request, staff)


def _everywhere(request: HttpRequest, staff: Staff) -> HttpResponse:
    soon_days = limits.limits(config()).soon_days
    context = {
        "staff": staff,
        "rows": todo.everywhere(soon_days, now_ms()),
        "soon_days": soon_days,
        "empty": not catalogue.current(),
    }
    return private(render(request, "affairs/villages.html", context))


def _told(one: Due, begun: Sequence[Draft], asked: Sequence[Edition]) -> dict[str, Any]:
    """With whether somebody has begun it, and what of it was put to review."""
    first, _ = dues.bounds(one.period)
    return {
        "due": one,
        "begun": any(_is_of(each, one) for each in begun),
        "edition": next((each.pk for each in asked if _is_of(each, one)), None),
        "name": one.item.zh,
        "period": dues.called(one.period),
        "day": first.isoformat(),
        "state": STATES[one.state],
    }


def _is_of(row: Draft | Edition, due: Due) -> bool:
    if due.event is not None:
        return row.event_id == due.event
    return (row.item, row.period) == (due.item.id, due.period)


def _under_way(where: str, staff: Staff) -> list[dict[str, Any]]:
    editions, names = village.under_way(where), roster.names()
    found = []
    for edition, held in zip(editions, flow.standings(editions), strict=True):
        who = [person for some in held.waiting.values() for person in some]
        waiting = [names.get(one, one) for one in dict.fromkeys(who)]
        mine = staff.person.id in who
        found.append({"row": edition, "state": held.state, "waiting": waiting, "mine": mine})
    return found
