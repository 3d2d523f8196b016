"""Staff pages of relief: what counts in a village, a list and its notice, its file, look-ups.

Calls `hub.relief`, `hub.affairs.views`, `hub.people`, `hub.config` and `wire.matters.cells`.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hub.affairs.views import READERS, writes
from hub.clock import moment, now_ms
from hub.config import config
from hub.people.roster import Staff, names
from hub.people.session import ANY, REASON, refused, require
from hub.relief import hand, listed, notices, places, tables, taken
from hub.relief.fields import BENEFITS, FUNDS, KINDS, PROJECTS
from hub.relief.models import Batch, Benefit
from hub.relief.settings import settings
from wire.approval.subject import yuan
from wire.matters.cells import guarded
from wire.refusals import Refused
from wire.release import AMOUNT, Column

BOM: Final = b"\xef\xbb\xbf"
REFUSED: Final = "not_now"
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
def hand_over(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """Its people to one village, or to all that wait for them: each publishes its own."""
    village, batch, now = request.POST.get("village", ""), _batch(number), now_ms()
    may = taken.may(staff, config())
    if not may and (not village or not writes(staff, village)):
        return refused(request, "not_permitted", status=403)
    if not village:
        waiting = [one.village for one in listed.of_batch(batch, now) if one.notice.waits]
        wrong = hand.hand_all(batch, waiting, staff, config(), now)
        if wrong:
            return _sheet(request, number, staff, REFUSED, all=wrong)
        return redirect("relief:sheet", number)
    replaces = notices.wrong(village)
    if replaces is not None and request.POST.get("replaces") != str(replaces.pk):
        replaces = None
    try:
        hand.hand(batch, village, staff, config(), now, replaces)
    except Refused as no:
        return _sheet(request, number, staff, no.code, hand=no.detail or no.refusal.zh)
    return redirect(f"/relief/lists/{number}/?village={village}")


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
        told = no.detail.partition(":")[2].strip() or no.refusal.zh
        return _sheet(request, number, staff, no.code, reason=told)
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
    request: HttpRequest, number: int, staff: Staff, code: str = "", **wrong: Any
) -> HttpResponse:
    """`wrong`: beside what which sentence stands, where it was refused with `code`."""
    given = request.POST if request.POST.get("village") else request.GET
    context = places.chosen(staff, given, config())
    batch, known, now = _batch(number), names(), now_ms()
    village = context["village"]
    people = listed.rows(batch, village)
    if not people and not context["takes"]:
        raise Http404
    context |= {
        "batch": batch,
        "kind": KINDS[batch.kind],
        "at": moment(batch.at_ms),
        "who": known.get(batch.person, batch.person),
        "people": [(one, yuan(one.amount)) for one in people],
        "ended": None if batch.withdrawn_ms is None else moment(batch.withdrawn_ms),
        "ended_by": known.get(batch.withdrawn_by, batch.withdrawn_by),
        "typed": request.POST,
        "wrong": wrong,
    }
    if batch.kind == BENEFITS:
        context |= _notice(batch, village, staff, context["names"], now)
    if code:
        request.META[REASON] = code
    return private(render(request, "relief/sheet.html", context, status=400 if code else 200))


def _notice(
    batch: Batch, village: str, staff: Staff, known: Mapping[str, str], now: int
) -> dict[str, Any]:
    """Where the list stands in this village, and for whoever takes lists in, in each."""
    takes, found = taken.may(staff, config()), listed.of_batch(batch, now)
    own = next((one.notice for one in found if one.village == village), None)
    mistaken = notices.wrong(village) if own is not None and own.waits else None
    return {
        "notice": own,
        "hands": batch.withdrawn_ms is None and (takes or writes(staff, village)),
        "opens": writes(staff, village),
        "reads": writes(staff, village) or bool(staff.offices & {*READERS}),
        "mistaken": mistaken,
        "each": [(one, known.get(one.village, one.village)) for one in found] if takes else [],
        "waiting": sum(one.notice.waits for one in found),
    }


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
