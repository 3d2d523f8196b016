"""Staff pages of relief: what counts in a village, a list, its file, what inspectors see.

Calls `hub.relief`, `hub.people`, `hub.config` and `wire.matters.cells`.
"""

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hub.clock import moment, now_ms
from hub.config import config
from hub.people.roster import Staff, names
from hub.people.session import ANY, REASON, refused, require
from hub.relief import listed, places, tables, taken
from hub.relief.fields import BENEFITS, FUNDS, KINDS, PROJECTS
from hub.relief.models import Batch, Benefit
from hub.relief.settings import settings
from wire.approval.subject import yuan
from wire.matters.cells import guarded
from wire.refusals import Refused
from wire.release import AMOUNT, Column

BOM: Final = b"\xef\xbb\xbf"
COLUMNS: Final = {
    FUNDS: tables.FUND_COLUMNS,
    PROJECTS: tables.PROJECT_COLUMNS,
    BENEFITS: tables.BENEFIT_COLUMNS,
}


@require_safe
@require(ANY)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Funds, projects and lists of one village."""
    now, context = now_ms(), places.chosen(staff, request.GET, config())
    village = context["village"]
    found = listed.listings([village], now)
    context |= {
        "funds": [(one, yuan(one.scale)) for one in listed.funds([listed.TOWNSHIP, village])],
        "projects": listed.projects([village]),
        "listings": [(one, yuan(one.fen)) for one in found],
        "kinds": KINDS,
        "batches": [
            (one, KINDS[one.kind], moment(one.at_ms)) for one in listed.batches()
        ] if context["takes"] else [],
    }  # fmt: skip
    return private(render(request, "relief/index.html", context))


@require_safe
@require(ANY)
def sheet(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """One sheet that was taken in, with its people in one village."""
    return _sheet(request, number, staff)


@require_POST
@require(ANY)
def withdraw(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """It counts no longer."""
    if not taken.may(staff, config()):
        return refused(request, "not_permitted", status=403)
    batch = _batch(number)
    try:
        taken.withdraw(batch, request.POST.get("reason", ""), staff, now_ms())
    except Refused as no:
        return _sheet(request, number, staff, no)
    return redirect("relief:sheet", number)


@require_safe
@require(ANY)
def export(request: HttpRequest, kind: str, staff: Staff) -> HttpResponse:
    """What counts in one village, for a spreadsheet, with a mark for Excel."""
    village = places.chosen(staff, request.GET, config())["village"]
    if kind not in KINDS:
        raise Http404
    lines = _lines(kind, village)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([one.zh for one in COLUMNS[kind]])
    for line in lines:
        named = zip(COLUMNS[kind], line, strict=True)
        writer.writerow([_cell(column, cell) for column, cell in named])
    reply = HttpResponse(BOM + out.getvalue().encode(), "text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="relief-{kind}-{village}.csv"'
    return private(reply)


@require_safe
@require("township.inspector")
def looks(request: HttpRequest, staff: Staff) -> HttpResponse:
    """How often villagers looked up, day by day; what they typed nobody sees."""
    context = {"staff": staff, "most": settings(config()), **listed.looked(now_ms())}
    return private(render(request, "relief/looks.html", context))


def private(reply: HttpResponse) -> HttpResponse:
    """Names stand in it: no cache keeps it."""
    reply["Cache-Control"] = "private, no-store"
    return reply


def _sheet(
    request: HttpRequest, number: int, staff: Staff, no: Refused | None = None
) -> HttpResponse:
    context = places.chosen(staff, request.GET, config())
    batch, known = _batch(number), names()
    people = listed.rows(batch, context["village"])
    if not people and not context["takes"]:
        raise Http404
    context |= {
        "batch": batch,
        "kind": KINDS[batch.kind],
        "at": moment(batch.at_ms),
        "who": known.get(batch.person, batch.person),
        "notice": listed.notice(batch, now_ms()) if batch.kind == BENEFITS else None,
        "people": [(one, yuan(one.amount)) for one in people],
        "ended": None if batch.withdrawn_ms is None else moment(batch.withdrawn_ms),
        "ended_by": known.get(batch.withdrawn_by, batch.withdrawn_by),
        "typed": request.POST,
        "wrong": "" if no is None else no.detail.partition(":")[2].strip() or no.refusal.zh,
    }
    if no is not None:
        request.META[REASON] = no.code
    reply = render(request, "relief/sheet.html", context, status=200 if no is None else 400)
    return private(reply)


def _batch(number: int) -> Batch:
    found = Batch.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _lines(kind: str, village: str) -> Sequence[Sequence[Any]]:
    if kind == FUNDS:
        return tables.funds(listed.funds([listed.TOWNSHIP, village]))
    if kind == PROJECTS:
        return tables.projects(listed.projects([village]))
    rows = Benefit.objects.filter(village=village, batch__withdrawn_ms__isnull=True)
    return tables.benefits(rows.order_by("id"))


def _cell(column: Column, cell: Any) -> str:
    if column.type == AMOUNT:
        return yuan(cell)
    return str(cell) if column.type == "date" else guarded(str(cell or ""))
