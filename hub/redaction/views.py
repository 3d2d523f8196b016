"""Pages on which a person decides what is done with personal data before it is published.

Calls `hub.blobs`, `hub.intake`, `hub.people` and `hub.redaction`. A village's own people decide
for their village; the township's inspectors and leaders look on.
"""

from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hub.blobs import store
from hub.clock import moment, now_ms
from hub.intake.reasons import Unfit
from hub.people import roster
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from hub.redaction import decided, words
from hub.redaction.decided import Given
from hub.redaction.models import Examined, Ruling, Trace
from wire.refusals import Refused

READERS: Final = ("township.inspector", "township.leader")
NEWEST: Final = 50
AROUND: Final = 90
"""Pixels of the picture around a finding that are shown."""
PNG: Final = b"\x89PNG"


@require_safe
@require(ANY)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What was examined last, what waits before the rest."""
    rows = _seen(staff).annotate(
        open=Count("traces", filter=Q(traces__rulings=None), distinct=True),
        found=Count("traces", distinct=True),
    )
    newest = list(rows.filter(found__gt=0).order_by("-id")[:NEWEST])
    context = {
        "staff": staff,
        "rows": [(one, moment(one.at_ms)) for one in sorted(newest, key=lambda one: one.open == 0)],
    }
    return _private(render(request, "redaction/index.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@require(ANY)
def thing(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """Its findings, each with what may be decided; then decided."""
    examined = _one(staff, number)
    typed: dict[int, Given] = {}
    wrong: dict[int, str] = {}
    if request.method == "POST":
        if not _decides(staff, examined):
            return refused(request, "not_permitted", "由村里的人决定", status=403)
        typed = _typed(request, examined)
        try:
            wrong = decided.decide(examined, typed, staff.person.id, now_ms())
        except Refused as no:
            return refused(request, no.code, no.detail)
        except Unfit as no:
            told = no.words()
            wrong = dict.fromkeys(typed, told["zh"] + told["next_zh"])
        if not wrong:
            return redirect("redaction:thing", number)
    context = _context(staff, examined, typed, wrong)
    return _private(render(request, "redaction/thing.html", context, status=400 if wrong else 200))


@require_safe
@require(ANY)
def page(_request: HttpRequest, number: int, name: str, staff: Staff) -> HttpResponse:
    """The picture of a page that has a finding."""
    examined = _one(staff, number)
    pages = examined.traces.exclude(page=None).values_list("page", flat=True)
    named = {bytes(one or b"").hex() for one in pages}
    data = store.get(bytes.fromhex(name)) if name in named else None
    if data is None:
        raise Http404
    kind = "image/png" if data.startswith(PNG) else "image/jpeg"
    return _private(HttpResponse(data, content_type=kind))


def _seen(staff: Staff) -> QuerySet[Examined]:
    rows = Examined.objects.all()
    return rows if staff.offices & set(READERS) else rows.filter(village=staff.village)


def _one(staff: Staff, number: int) -> Examined:
    found = _seen(staff).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _decides(staff: Staff, examined: Examined) -> bool:
    return staff.of_village and staff.village == examined.village


def _typed(request: HttpRequest, examined: Examined) -> dict[int, Given]:
    """What was chosen, by the finding's number; a finding without a choice is left as it is."""
    chosen = {}
    for number in examined.traces.values_list("number", flat=True):
        word = request.POST.get(f"word-{number}", "")
        if word:
            reason = " ".join(request.POST.get(f"reason-{number}", "").split())
            chosen[number] = Given(word, reason)
    return chosen


def _context(
    staff: Staff, examined: Examined, typed: dict[int, Given], wrong: dict[int, str]
) -> dict[str, Any]:
    traces = list(examined.traces.order_by("number"))
    rulings, names = decided.newest(examined), roster.names()
    settled = hasattr(examined, "settled")
    return {
        "staff": staff,
        "one": examined,
        "at": moment(examined.at_ms),
        "open": sum(trace.number not in rulings for trace in traces),
        "settled": settled,
        "decides": _decides(staff, examined) and not settled,
        "wrong": wrong,
        "rows": [_row(trace, rulings.get(trace.number), names, typed, wrong) for trace in traces],
    }


def _row(
    trace: Trace,
    ruling: Ruling | None,
    names: dict[str, str],
    typed: dict[int, Given],
    wrong: dict[int, str],
) -> dict[str, Any]:
    given = typed.get(trace.number)
    if given is None and ruling is not None:
        given = Given(ruling.word, ruling.reason)
    return {
        "trace": trace,
        "what": words.called(trace.what),
        "page": "" if trace.page is None else bytes(trace.page).hex(),
        "view": _view(trace),
        "boxes": [
            {"x": left, "y": top, "width": right - left, "height": bottom - top}
            for left, top, right, bottom in trace.boxes
        ],
        "choices": words.choices(trace.what, on_page=trace.page is not None),
        "word": "" if given is None else given.word,
        "reason": "" if given is None else given.reason,
        "wrong": wrong.get(trace.number, ""),
        "done": None if ruling is None else words.DONE[ruling.word],
        "ruling": ruling,
        "by": "" if ruling is None else names.get(ruling.person, ruling.person),
        "at": None if ruling is None else moment(ruling.at_ms),
    }


def _view(trace: Trace) -> dict[str, int]:
    """The part of the picture that is shown: around the finding, all of it without boxes."""
    if not trace.boxes:
        return {"x": 0, "y": 0, "width": trace.width, "height": trace.height}
    left, top = (min(box[side] for box in trace.boxes) - AROUND for side in (0, 1))
    right, bottom = (max(box[side] for box in trace.boxes) + AROUND for side in (2, 3))
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def _private(reply: HttpResponse) -> HttpResponse:
    """Personal data stands in it: no cache keeps it."""
    reply["Cache-Control"] = "private, no-store"
    reply["X-Content-Type-Options"] = "nosniff"
    return reply
