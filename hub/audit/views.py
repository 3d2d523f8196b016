"""The inspectors' page of what was done and refused at the staff site, newest first.

Calls `hub.audit`, `hub.config`, `hub.people` and Django. Five queries a page, however long the
table. Pages count from the newest line that is shown: a line's own number would tell of those that
are not.
"""

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.audit import erasures, hidden, words
from hub.audit.models import Attempt
from hub.audit.recorder import DONE, VERIFY
from hub.clock import moment
from hub.config import config
from hub.people.roster import Staff, names
from hub.people.session import require

PER_PAGE: Final = 30
MOST: Final = 10**6


@require_safe
@require("township.inspector")
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """All, those of one person, or those refused; further back page by page."""
    person, refused = request.GET.get("person", ""), request.GET.get("refused") == "1"
    number = _number(request.GET.get("page", ""))
    found = hidden.shown(_asked(person, refused=refused), staff)
    rows = list(found[number * PER_PAGE :][: PER_PAGE + 1])
    known = names()
    context = {
        "staff": staff,
        "rows": [_shown(one, known) for one in rows[:PER_PAGE]],
        "older": number + 1 if len(rows) > PER_PAGE else None,
        "people": sorted(known.items(), key=lambda one: one[1]),
        "person": person,
        "refused": refused,
        "periods": erasures.told(config(), "uses"),
    }
    reply = render(request, "audit/index.html", context)
    reply["Cache-Control"] = "private, no-store"
    return reply


def _asked(person: str, *, refused: bool) -> QuerySet[Attempt]:
    found = Attempt.objects.order_by("-id")
    if person:
        found = found.filter(Q(person=person) | Q(route=VERIFY, about=f"person={person}"))
    return found.exclude(outcome=DONE) if refused else found


def _shown(one: Attempt, known: dict[str, str]) -> dict[str, Any]:
    who = one.person or one.about.removeprefix("person=") * (one.route == VERIFY)
    return {
        "at": moment(one.at_ms),
        "who": known.get(who, who) or "没有登录的人",
        "act": words.act(one.route),
        "about": "" if one.route == VERIFY else words.about(one.about),
        "looked": one.method in ("GET", "HEAD"),
        "outcome": words.reason(one.outcome),
        "done": one.outcome == DONE,
    }


def _number(text: str) -> int:
    """Of a page, the newest is 0; that one for what is no number."""
    if text.isascii() and text.isdecimal() and len(text) <= 7 and int(text) <= MOST:
        return int(text)
    return 0
