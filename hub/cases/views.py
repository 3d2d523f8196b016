"""Pages of cases: the list, one case, gathering in it, its end, and the whole of it as a file.

Calls `hub.people.session`, `hub.config`, `hub.alarms`, `hub.records` and `hub.cases`. Inspectors
only, and none who took part in what a case is about.
"""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from types import MappingProxyType
from typing import Final

from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.alarms.limits import limits
from hub.alarms.models import Alarm
from hub.cases import act
from hub.cases import export as made
from hub.cases.limits import keep_days
from hub.cases.models import Case, CaseExport
from hub.cases.shown import shown
from hub.clock import moment, now_ms
from hub.config import config
from hub.ingest.models import Record
from hub.people.roster import Staff
from hub.people.session import refused, require
from hub.records import paging
from wire.refusals import Refused

OFFICE: Final = "township.inspector"
PER_PAGE: Final = 30
STATES: Final = {"": "在办", "ended": "已结案", "all": "全部"}
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@require_safe
@require(OFFICE)
def listed(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Cases, the newest first."""
    return _list(request, staff)


@require_POST
@require(OFFICE)
def open_case(request: HttpRequest, staff: Staff) -> HttpResponse:
    """A new one, empty."""
    title = request.POST.get("title", "")
    if wrong := act.wrong_title(title):
        return _list(request, staff, title, wrong)
    case = act.open_case(title, staff.person.id, now_ms())
    return redirect("cases:detail", case.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@require(OFFICE)
def gather(request: HttpRequest, staff: Staff) -> HttpResponseBase:
    """Into which case a record or an alarm goes: one that is open, or a new one."""
    given = request.POST if request.method == "POST" else request.GET
    what = {name: given.get(name, "")[:64] for name in ("record", "alarm")}
    found = _found(what)
    title, wrong = given.get("title", ""), ""
    cases = act.seen_by(staff.person.id).filter(end=None)
    if request.method == "POST":
        number = given.get("case", "")
        if number.isdecimal():
            return _gather(request, staff, get_object_or_404(cases, pk=int(number[:18])), found)
        wrong = act.wrong_title(title)
        if not wrong:
            return _gather(request, staff, title, found)
    context = {
        "staff": staff,
        "what": what,
        "cases": cases.order_by("-pk")[:PER_PAGE],
        "title": title,
        "wrong": wrong,
    }
    return _private(render(request, "cases/gather.html", context, status=400 if wrong else 200))


@require_safe
@require(OFFICE)
def detail(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """All that is in it."""
    return _page(request, staff, _case(number, staff))


@require_POST
@require(OFFICE)
def words(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """A note, or what somebody said."""
    case = _case(number, staff)
    kind = "statement" if "speaker" in request.POST else "note"
    typed = {name: request.POST.get(name, "") for name in ("speaker", "words")}
    if wrong := act.wrong_words(kind, **typed):
        return _page(request, staff, case, kind, typed, wrong)
    try:
        act.add_words(case, kind, **typed, person=staff.person.id, now_ms=now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    return redirect("cases:detail", number)


@require_POST
@require(OFFICE)
def end(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """How it ended."""
    case = _case(number, staff)
    typed = {name: request.POST.get(name, "") for name in ("outcome", "words")}
    if wrong := act.wrong_end(**typed):
        return _page(request, staff, case, "end", typed, wrong)
    try:
        act.end(case, **typed, person=staff.person.id, now_ms=now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    return redirect("cases:detail", number)


@require_POST
@require(OFFICE)
def export(_request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """The whole of it as a file; that it was taken out is kept."""
    case, now = _case(number, staff), now_ms()
    told = shown(case, limits(config()), now)
    with ExitStack() as undo:
        file = undo.enter_context(tempfile.TemporaryFile())
        digest = made.write(case, told, file)
        CaseExport.objects.create(case=case, sha256=digest, person=staff.person.id, made_ms=now)
        file.seek(0)
        undo.pop_all()
    reply = FileResponse(
        file, as_attachment=True, filename=f"case-{number}.zip", content_type="application/zip"
    )
    reply["Cache-Control"] = "private, no-store"
    return reply


def _gather(
    request: HttpRequest, staff: Staff, case: Case | str, found: Record | Alarm
) -> HttpResponse:
    """In that case, or in a new one of that title."""
    person, now = staff.person.id, now_ms()
    try:
        to = act.open_with(case, found, person, now) if isinstance(case, str) else case
        if isinstance(case, Case):
            act.add(case, found, person, now)
    except Refused as no:
        return refused(request, no.code, no.detail)
    return redirect("cases:detail", to.pk)


def _found(what: Mapping[str, str]) -> Record | Alarm:
    """What is to be gathered; raises Http404."""
    if what["alarm"].isdecimal():
        return get_object_or_404(Alarm, pk=int(what["alarm"][:18]))
    try:
        name = bytes.fromhex(what["record"])
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(Record, entry_hash=name)


def _case(number: int, staff: Staff) -> Case:
    return get_object_or_404(act.seen_by(staff.person.id), pk=number)


def _list(request: HttpRequest, staff: Staff, title: str = "", wrong: str = "") -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    cases = act.seen_by(staff.person.id)
    if state != "all":
        cases = cases.filter(end__isnull=state != "ended")
    page = paging.cut(cases, "-pk", request.GET, PER_PAGE)
    found = Case.objects.annotate(count=Count("items")).select_related("end").in_bulk(page.ids)
    context = {
        "staff": staff,
        "page": page,
        "cases": [
            (found[one], moment(found[one].opened_ms), act.WORDS.get(_outcome(found[one])))
            for one in page.ids
        ],
        "state": state,
        "states": STATES.items(),
        "query": f"state={state}" if state else "",
        "title": title,
        "wrong": wrong,
    }
    return _private(render(request, "cases/index.html", context, status=400 if wrong else 200))


def _outcome(case: Case) -> str:
    return str(case.end.outcome) if hasattr(case, "end") else ""


def _page(
    request: HttpRequest,
    staff: Staff,
    case: Case,
    form: str = "",
    typed: Mapping[str, str] = NOTHING,
    wrong: Mapping[str, str] = NOTHING,
) -> HttpResponse:
    told = shown(case, limits(config()), now_ms())
    exports = CaseExport.objects.filter(case=case).order_by("pk")
    context = {
        "staff": staff,
        "one": told,
        "exports": [(one, moment(one.made_ms), bytes(one.sha256).hex()) for one in exports],
        "outcomes": act.WORDS.items(),
        "keep_days": keep_days(config()),
        "forms": {name: (typed, wrong) if name == form else (NOTHING, NOTHING) for name in FORMS},
    }
    return _private(render(request, "cases/detail.html", context, status=400 if wrong else 200))


FORMS: Final = ("note", "statement", "end")


def _private(reply: HttpResponse) -> HttpResponse:
    reply["Cache-Control"] = "private, no-store"
    return reply
