"""Pages of the register of seal use, and what leads to the other registers.

Calls `hub.people.session`, `hub.cosign.shown`, `hub.registers`, `wire.matters.cells` and
`wire.seal_register`. A month takes the same number of queries however long it is.
"""

import csv
import io
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.clock import moment, now_ms
from hub.cosign.shown import witnessed
from hub.people.roster import Staff
from hub.people.session import ANY, require
from hub.registers import places, usage
from hub.registers.usage import Sheet
from wire.matters.cells import guarded
from wire.seal_register import COLUMNS, Month, lines, month_at, parse

PRIVATE: Final = "private, no-store"
COUNTED: Final = frozenset({"序号", "日期", "份数", "盖印时间", "记录编号"})
"""Columns in which nothing stands that people typed, and that a spreadsheet may reckon with."""


@require_safe
@require(ANY)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The three registers of one village."""
    village = places.asked(staff, request.GET)
    return private(render(request, "registers/index.html", places.chosen(staff, village)))


@require_safe
@require(ANY)
def use(request: HttpRequest, staff: Staff) -> HttpResponse:
    """One month of one village, to be looked at and printed."""
    village = places.asked(staff, request.GET)
    when = _month(request)
    found = _sheet(village, when)
    context = places.chosen(staff, village) | {
        "month": when,
        "latest": month_at(now_ms()),
        "columns": COLUMNS,
        "rows": [list(zip(COLUMNS, line, strict=True)) for line in lines(found.jobs)],
        "more": found.more,
        "most": usage.MOST,
        "now": moment(now_ms()),
    }
    return private(render(request, "registers/use.html", context))


@require_safe
@require(ANY)
def use_csv(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The same sheet for a spreadsheet, with a mark for Excel."""
    village = places.asked(staff, request.GET)
    when = _month(request)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines(_sheet(village, when).jobs):
        named = zip(COLUMNS, line, strict=True)
        writer.writerow([cell if name in COUNTED else guarded(cell) for name, cell in named])
    reply = HttpResponse(b"\xef\xbb\xbf" + out.getvalue().encode(), "text/csv; charset=utf-8")
    name = f"register-{village}-{when.key}.csv"
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(reply)


def private(reply: HttpResponse) -> HttpResponse:
    """Names stand in it: no cache keeps it."""
    reply["Cache-Control"] = PRIVATE
    return reply


def _month(request: HttpRequest) -> Month:
    return parse(request.GET.get("month", "")) or month_at(now_ms())


def _sheet(village: str, when: Month) -> Sheet:
    return usage.month(village, when, witnessed(now_ms()))
