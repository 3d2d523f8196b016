"""The inspectors' page of what was done and refused at the staff site, newest first.

Calls `hub.audit`, `hub.people` and Django. Two queries a page, however long the table.
"""

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.audit import words
from hub.audit.models import Attempt
from hub.audit.recorder import DONE, VERIFY
from hub.clock import moment
from hub.people.roster import Staff, names
from hub.people.session import require

PER_PAGE: Final = 30
LAST: Final = 2**63 - 1


@require_safe
@require("township.inspector")
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """All, those of one person, or those refused; further back by number."""
    person, refused = request.GET.get("person", ""), request.GET.get("refused") == "1"
    found = _asked(person, refused=refused, before=_number(request.GET.get("before", "")))
    rows = list(found[: PER_PAGE + 1])
    known = names()
    context = {
        "staff": staff,
        "rows": [_shown(one, known) for one in rows[:PER_PAGE]],
        "older": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "people": sorted(known.items(), key=lambda one: one[1]),
        "person": person,
        "refused": refused,
    }
    reply = render(request, "audit/index.html", context)
    reply["Cache-Control"] = "private, no-store"
    return reply


def _asked(person: str, *, refused: bool, before: int | None) -> QuerySet[Attempt]:
    found = Attempt.objects.order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    if person:
        found = found.filter(Q(person=person) | Q(route=VERIFY, about=f"person={person}"))
    return found.exclude(outcome=DONE) if refused else found


def _shown(one: Attempt, known: dict[str, str]) -> dict[str, Any]:
    who = one.person or one.about.removeprefix("person=") * (one.route == VERIFY)
    return {
        "at": moment(one.at_ms),
        "who": known.get(who, who) or "没有登录的人",
        "act": words.act(one.route),
        "about": "" if one.route == VERIFY else one.about,
        "looked": one.method in ("GET", "HEAD"),
        "outcome": words.reason(one.outcome),
        "done": one.outcome == DONE,
    }


def _number(text: str) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= LAST:
        return int(text)
    return None
