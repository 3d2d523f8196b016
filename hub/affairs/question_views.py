"""Pages on which a village answers what villagers asked, and prepares the month's 回音壁.

Calls `hub.affairs`, `hub.people` and `hub.clock`.
"""

import re

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from hub.affairs import questions
from hub.affairs.models import Question
from hub.affairs.views import called, private, seen, writes
from hub.clock import moment, now_ms
from hub.days import today
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from wire.refusals import Refused

NEWEST = 50
_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])", re.ASCII)


@require_safe
@require(ANY)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What waits for an answer, the earliest deadline first; then what was answered."""
    return _page(request, staff, {})


@require_POST
@require(ANY)
def answer(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """Answer one, once."""
    found = get_object_or_404(Question, pk=number, village=staff.village)
    if not writes(staff, found.village):
        return refused(request, "not_permitted", status=403)
    words = request.POST.get("answer", "")
    try:
        sentence = questions.answer(found, words, staff.person.id, now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    if sentence:
        return _page(request, staff, {number: (words, sentence)})
    return redirect("affairs:questions")


@require_POST
@require(ANY)
def month(request: HttpRequest, staff: Staff) -> HttpResponseBase:
    """The draft of that month's 回音壁."""
    named = request.POST.get("month", "")
    if not writes(staff, staff.village) or not _MONTH.fullmatch(named):
        return refused(request, "bad_request", "月份写成 2026-11 month as 2026-11")
    try:
        made = questions.month_draft(staff.village, named, staff.person.id, now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    return redirect("affairs:draft", made.pk)


def _page(request: HttpRequest, staff: Staff, wrong: dict[int, tuple[str, str]]) -> HttpResponse:
    where = seen(staff, request.GET.get("village", staff.village))
    rows = Question.objects.filter(village=where).select_related("published__edition")
    now = now_ms()
    waiting = rows.filter(answered_ms=None).order_by("until_ms", "pk")
    count = waiting.count()
    context = {
        "staff": staff,
        "writes": writes(staff, where),
        "where": where,
        "village": called(staff, where),
        "waiting": [
            {
                "row": one,
                "at": moment(one.at_ms),
                "until": moment(one.until_ms),
                "late": one.until_ms < now,
                "typed": wrong.get(one.pk, ("", ""))[0],
                "wrong": wrong.get(one.pk, ("", ""))[1],
            }
            for one in waiting[:NEWEST]
        ],
        "count": count,
        "more": max(count - NEWEST, 0),
        "answered": [
            (one, moment(one.answered_ms or 0), (one.answered_ms or 0) > one.until_ms)
            for one in rows.exclude(answered_ms=None).order_by("-answered_ms")[:NEWEST]
        ],
        "month": today(now).strftime("%Y-%m"),
    }
    return private(render(request, "affairs/questions.html", context, status=400 if wrong else 200))
