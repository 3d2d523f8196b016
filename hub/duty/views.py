"""The page of duty: today's, the next days', who is away; and its forms.

Calls `hub.duty.{plan,stated}`, `hub.applications.signing`, `hub.people`, `hub.devices.authority`
and Django.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hub import days
from hub.applications import signing
from hub.clock import now_ms
from hub.devices import authority
from hub.duty import plan, stated
from hub.duty.models import Absence, Statement
from hub.people.roster import Staff, names
from hub.people.session import ANY, REASON, require
from wire.approval import absence
from wire.refusals import Refused


@require_safe
@require(ANY)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Today's duty, the next days' and the statements of absence."""
    return _page(request, staff)


@require_POST
@require(ANY)
def enter(request: HttpRequest, staff: Staff) -> HttpResponseBase:
    """Somebody is on duty on a day."""
    posted = request.POST
    try:
        day = _day(posted.get("day", ""), "day")
        place, person = posted.get("place", ""), posted.get("person", "")
        plan.enter(place, day, person, staff, now_ms())
    except Refused as no:
        return _page(request, staff, "enter", no)
    return redirect("duty")


@require_POST
@require(ANY)
def away(request: HttpRequest, staff: Staff) -> HttpResponseBase:
    """Somebody is away for some days."""
    posted = request.POST
    try:
        first, last = (_day(posted.get(name, ""), name) for name in ("first", "last"))
        plan.say_away(posted.get("who", ""), first, last, staff, now_ms())
    except Refused as no:
        return _page(request, staff, "away", no)
    return redirect("duty")


@require_POST
@require(ANY)
def back(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """He is back."""
    found = Absence.objects.filter(pk=number).first()
    if found is None or found.person not in authority.rosters()[staff.village].persons:
        raise Http404
    try:
        plan.say_back(found, staff, now_ms())
    except Refused as no:
        return _page(request, staff, "away", no)
    return redirect("duty")


def _page(
    request: HttpRequest, staff: Staff, form: str = "", no: Refused | None = None
) -> HttpResponse:
    now, known = now_ms(), names()
    today = plan.day_of(now)
    ahead = [today + timedelta(days=n) for n in range(plan.AHEAD_DAYS)]
    entered = plan.entries((staff.village, plan.TOWNSHIP), ahead)
    village = authority.rosters()[staff.village].persons
    spoken_for = plan.spoken_for(staff, now)
    context: dict[str, Any] = {
        "staff": staff,
        "days": [
            {
                "day": day,
                "village": known.get(entered.get((staff.village, day.isoformat()), ""), ""),
                "township": known.get(entered.get((plan.TOWNSHIP, day.isoformat()), ""), ""),
            }
            for day in ahead
        ],
        "places": [
            (place, "镇里" if place == plan.TOWNSHIP else "村里", plan.eligible(place, now))
            for place in plan.places(staff)
        ],
        "absences": list(_told(plan.coming(village, now), staff, known)),
        "longest": authority.policy().absence_days,
        "people": [
            (one.id, one.name) for one in village.values() if one.offices and one.id in spoken_for
        ],
        "form": form,
        "typed": request.POST,
        "wrong": _wrong(no),
    }
    if no is not None:
        request.META[REASON] = no.code
    return render(request, "duty/index.html", context, status=200 if no is None else 400)


def _told(
    found: Iterable[Absence], staff: Staff, known: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Each statement with its names, whether it is signed, and where he signs it who said it."""
    for one in found:
        statement: Statement | None = getattr(one, "statement", None)
        signed = hasattr(statement, "signature")
        yield {
            "absence": one,
            "name": known.get(one.person, one.person),
            "by": plan.said_by(one, known),
            "signed": signed,
            "sign_url": None if statement is None or signed else _sign_url(statement, one, staff),
        }


def _sign_url(statement: Statement, said: Absence, staff: Staff) -> str | None:
    """The county's page; None for others than who said it, where no passkey of his counts, or no
    machine is there.
    """
    if said.said_by != staff.person.id:
        return None
    try:
        lists = stated.lists_of(staff.village)
    except Refused:
        return None
    if not signing.has_passkey(lists, staff.person.id):
        return None
    data, person = bytes(statement.data), staff.person.id
    return signing.address(data, absence.STEP, person, lists, pages=())


def _wrong(no: Refused | None) -> dict[str, str]:
    """The sentence by its field."""
    if no is None:
        return {}
    name, _, sentence = no.detail.partition(":")
    return {name: sentence.strip()} if sentence else {"": no.refusal.zh}


def _day(text: str, name: str) -> date:
    if (day := days.read(text)) is None:
        raise Refused("bad_request", f"{name}: 请选日期 a day is expected")
    return day
