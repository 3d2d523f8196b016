"""The page of searches, for the inspectors' superiors alone.

Calls `hub.people`, `hub.audit.erasures`, `hub.config`, `hub.alarms`, `hub.records` (their words and
paging) and `hub.searches`.
"""

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.alarms import sought
from hub.alarms.table import RULES
from hub.audit import erasures
from hub.clock import moment
from hub.config import config
from hub.people import roster
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from hub.records import filters, paging, words
from hub.searches import kept
from hub.searches.limits import seen_by
from hub.searches.models import Search

PER_PAGE: Final = 30
LISTS: Final[Mapping[str, str]] = {"records": "用印记录", "alarms": "报警"}
FIELDS: Final[Mapping[str, str]] = {
    "village": "村",
    "device": "机器",
    "kind": "类别",
    "item": "事项",
    "person": "人员",
    "since": "从",
    "until": "到",
    "mine": "复核",
    "state": "状态",
    "rule": "类别",
}


@require_safe
@require(ANY)
def listed(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The newest first: who, when, in which list, for what."""
    searches = kept.seen_by(staff, seen_by(config()))
    if searches is None:
        return refused(request, "not_permitted", status=403)
    page = paging.cut(searches, "-pk", request.GET, PER_PAGE)
    found, names, known = Search.objects.in_bulk(page.ids), roster.labels(), _values()
    rows = [
        (
            moment(one.made_ms),
            names.get(one.person, one.person),
            LISTS.get(one.about, one.about),
            [
                (FIELDS.get(name, name), known.get(name, {}).get(text, text))
                for name, text in one.values.items()
            ],
        )
        for one in (found[pk] for pk in page.ids)
    ]
    periods = erasures.told(config(), "searches")
    context = {"staff": staff, "page": page, "rows": rows, "periods": periods}
    reply = render(request, "searches/index.html", context)
    reply["Cache-Control"] = "private, no-store"
    return reply


def _values() -> Mapping[str, Mapping[str, str]]:
    """What was chosen from a list, field by field, as the list called it."""
    return {
        "village": dict(filters.villages()),
        "item": dict(filters.items()),
        "kind": {name: pair[0] for name, pair in words.KINDS.items()},
        "mine": filters.MINE,
        "state": sought.STATES,
        "rule": {rule.id: rule.zh for rule in RULES.values()},
    }
