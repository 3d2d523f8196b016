"""Staff pages by which a sheet is taken in: brought, looked at, taken or left.

Calls `hub.relief`, `hub.people`, `hub.config` and `hub.sheets`.
"""

import csv
import io
from collections import Counter
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hub import sheets
from hub.clock import now_ms
from hub.config import config
from hub.people.roster import Staff
from hub.people.session import ANY, REASON, refused, require
from hub.relief import fields, forget, places, taken
from hub.relief.fields import BENEFITS, KINDS
from hub.relief.models import Prepared
from hub.relief.views import BOM, private
from hub.sheets import SheetError
from wire.approval.subject import yuan
from wire.refusals import Refused

SHOWN: Final = 100
"""So many rows are shown before they are taken, and so many that are wrong."""


@require_http_methods(["GET", "HEAD", "POST"])
@require(ANY)
def bring(request: HttpRequest, kind: str, staff: Staff) -> HttpResponseBase:
    """The form, or what is wrong with the sheet; else on to the look at it."""
    if not taken.may(staff, config()):
        return refused(request, "not_permitted", status=403)
    if kind not in KINDS:
        raise Http404
    if request.method != "POST":
        return _form(request, kind, staff, {})
    now = now_ms()
    forget.prepared(now)
    wrong: dict[str, str] = {}
    upload = request.FILES.get("sheet")
    data = b"" if upload is None else upload.read(sheets.LONGEST + 1)
    judged = fields.Judged()
    try:
        judged = taken.read(kind, data, config())
    except SheetError as error:
        wrong["sheet"] = str(error) if data else "请选一个表格文件。"
    if wrong or judged.wrong:
        return _form(request, kind, staff, wrong, judged)
    made = taken.prepare(kind, data, judged, staff, now)
    return redirect("relief:prepared", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@require(ANY)
def prepared(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """The rows as they were read; then they are taken, or left."""
    if not taken.may(staff, config()):
        return refused(request, "not_permitted", status=403)
    found = Prepared.objects.filter(pk=number, person=staff.person.id).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _shown(request, found, staff)
    if "leave" in request.POST:
        found.delete()
        return redirect("relief:bring", found.kind)
    try:
        made = taken.take(found, config(), now_ms())
    except Refused as no:
        return _shown(request, found, staff, no)
    village = found.rows[0]["village"]
    return redirect(f"/relief/lists/{made.pk}/" + (f"?village={village}" if village else ""))


@require_safe
@require(ANY)
def empty(request: HttpRequest, kind: str, staff: Staff) -> HttpResponse:
    """A sheet with its heads alone."""
    if not taken.may(staff, config()):
        return refused(request, "not_permitted", status=403)
    if kind not in KINDS:
        raise Http404
    out = io.StringIO(newline="")
    csv.writer(out).writerow([of[0] for of in fields.COLUMNS[kind].values()])
    reply = HttpResponse(BOM + out.getvalue().encode(), "text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return reply


def _form(
    request: HttpRequest,
    kind: str,
    staff: Staff,
    wrong: dict[str, str],
    judged: fields.Judged | None = None,
) -> HttpResponse:
    rows = [] if judged is None else judged.wrong
    context = {
        "staff": staff,
        "kind": kind,
        "zh": KINDS[kind],
        "heads": [
            (of[0], name not in fields.OPTIONAL[kind]) for name, of in fields.COLUMNS[kind].items()
        ],
        "people": kind == BENEFITS,
        "wrong": wrong,
        "rows": rows[:SHOWN],
        "more": max(len(rows) - SHOWN, 0),
    }
    bad = bool(wrong or rows)
    if bad:
        request.META[REASON] = "bad_request"
    return private(render(request, "relief/bring.html", context, status=400 if bad else 200))


def _shown(
    request: HttpRequest, found: Prepared, staff: Staff, no: Refused | None = None
) -> HttpResponse:
    villages = places.seen(staff, config())
    counts = Counter(row["village"] for row in found.rows)
    context: dict[str, Any] = {
        "staff": staff,
        "found": found,
        "zh": KINDS[found.kind],
        "counts": [(villages.get(one, "全镇"), count) for one, count in counts.items()],
        "rows": [_told(found.kind, row, villages) for row in found.rows[:SHOWN]],
        "more": max(len(found.rows) - SHOWN, 0),
        "sum": yuan(sum(row.get("amount") or row.get("scale") or 0 for row in found.rows)),
        "wrong": "" if no is None else no.detail or no.refusal.zh,
    }
    if no is not None:
        request.META[REASON] = no.code
    status = 200 if no is None else 400
    return private(render(request, "relief/prepared.html", context, status=status))


def _told(kind: str, row: dict[str, Any], villages: Any) -> tuple[str, list[tuple[str, str]]]:
    """Its name, and its other cells by their heads."""
    cells = []
    for name, of in fields.COLUMNS[kind].items():
        if name in ("name", "number") or row.get(name) in ("", None):
            continue
        value = row[name]
        if name == "village":
            value = villages.get(value, value)
        cells.append((of[0], yuan(value) if name in ("scale", "amount") else value))
    return str(row["name"]), cells
