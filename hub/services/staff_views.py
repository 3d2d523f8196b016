"""The staff's page of a day's appointments, on a phone at the counter.

Calls `hub.services`, `hub.people` and `hub.{clock,config,days}`. A village's people see those of
their own rooms, the township's those of the township's points.
"""

from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hub import days
from hub.clock import now_ms
from hub.config import ConfigError, config
from hub.people.roster import Staff
from hub.people.session import ANY, REASON, refused, require
from hub.services import book, files
from hub.services.guide import Guide, Point
from hub.services.models import CALLED_OFF, RECALLED, Appointment
from wire.refusals import Refused


@require_safe
@require(ANY)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Those of today, or of the day that was asked for."""
    return _page(request, staff, _day(request.GET.get("day", "")))


@require_POST
@require(ANY)
def came(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """He is there."""
    found = _one(staff, number)
    try:
        book.came(found)
    except Refused as no:
        return refused(request, no.code, no.detail, status=409)
    return redirect(_address(found))


@require_POST
@require(ANY)
def call_off(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """It cannot be kept; the villager reads why by his code."""
    found = _one(staff, number)
    try:
        book.call_off(found, request.POST.get("words", ""), now_ms())
    except Refused as no:
        if not no.detail.startswith("words: "):
            return refused(request, no.code, no.detail, status=409)
        request.META[REASON] = no.code
        return _page(request, staff, date.fromisoformat(found.day), wrong=found.pk)
    return redirect(_address(found))


def _page(request: HttpRequest, staff: Staff, day: date, wrong: int = 0) -> HttpResponse:
    own, broken = _points(staff), _broken()
    rows = _rows(staff).filter(day=day.isoformat()).exclude(state__in=(RECALLED,))
    some = list(rows.order_by("point", "time", "place"))
    ahead = _rows(staff).filter(day__gt=days.today(now_ms()).isoformat(), state="booked")
    context: dict[str, Any] = {
        "staff": staff,
        "day": day,
        "today": days.today(now_ms()),
        "points": [(own[point], list(each)) for point, each in groupby(some, lambda r: r.point)],
        "ahead": sorted({date.fromisoformat(one) for one in ahead.values_list("day", flat=True)}),
        "off": CALLED_OFF,
        "wrong": wrong,
        "typed": request.POST.get("words", ""),
        "there": bool(own),
        "broken": broken,
    }
    reply = render(request, "services/staff.html", context, status=400 if wrong else 200)
    reply["Cache-Control"] = "private, no-store"
    return reply


def _points(staff: Staff) -> dict[str, Point]:
    """Those whose appointments he sees."""
    guide = Guide() if _broken() else files.load(config().state)
    return {
        one.id: one
        for one in guide.points.values()
        if (one.village == staff.village if staff.of_village else not one.village)
    }


def _broken() -> str:
    """Why the guide cannot be read, for whoever mends it."""
    try:
        files.load(config().state)
    except ConfigError as error:
        return str(error).replace(f"{config().state}/", "")
    return ""


def _rows(staff: Staff) -> QuerySet[Appointment]:
    return Appointment.objects.filter(point__in=list(_points(staff)))


def _one(staff: Staff, number: int) -> Appointment:
    found = _rows(staff).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _day(text: str) -> date:
    return days.read(text) or days.today(now_ms())


def _address(found: Appointment) -> str:
    return f"/appointments/?day={found.day}"
