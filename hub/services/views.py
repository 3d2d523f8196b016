"""The public pages on which a villager makes an appointment, without an account.

Calls `hub.services`, `hub.requests.codes`, `hub.disclosure.queries`, `hub.site` and
`hub.{clock,config,days}`. No session, no cookie; only point and day stand in addresses.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Any, Final

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from hub import days
from hub.clock import now_ms
from hub.config import ConfigError, config
from hub.disclosure import queries
from hub.requests import codes
from hub.services import book, files, near, slots
from hub.services.guide import Guide, Point
from hub.services.models import Appointment
from hub.site.frame import around
from hub.site.place import Place
from wire.refusals import Refused

FIELDS: Final = ("time", *book.LENGTHS)
_DRAWN: Final = Signer(salt="hub.services.drawn")
View = Callable[..., HttpResponse]


def open_only(view: View) -> View:
    """Where the township's guide cannot be read, a page that says whom to ask instead."""

    @wraps(view)
    def answered(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            return view(request, **named)
        except ConfigError:
            reply = render(request, "services/closed.html", {"around": around()}, status=503)
            reply["Cache-Control"] = "no-store"
            return reply

    return answered


@require_safe
@open_only
def points(request: HttpRequest, name: str) -> HttpResponse:
    """Where an appointment can be made."""
    where, guide = _village(name)
    shown = [one for one in near.shown(guide, where.id) if one.point.times]
    return _answered(request, "points", where, {"points": shown})


@require_safe
@open_only
def day(request: HttpRequest, name: str, point: str) -> HttpResponse:
    """Which day."""
    where, guide, there = _point(name, point)
    found = slots.days(there, guide.booking, days.today(now_ms()))
    return _answered(request, "days", where, {"point": there, "days": found})


@require_http_methods(["GET", "HEAD", "POST"])
@open_only
def appointment(request: HttpRequest, name: str, point: str, day: str) -> HttpResponse:
    """Which time, and for whom; then the receipt code."""
    where, guide, there = _point(name, point)
    on = days.read(day)
    if on is None or on not in slots.days(there, guide.booking, days.today(now_ms())):
        raise Http404
    if request.method != "POST":
        return _form(request, where, guide, there, on, {}, {}, codes.drawn())
    values = {one: " ".join(request.POST.get(one, "").split()) for one in FIELDS}
    try:
        drawn = _DRAWN.unsign(request.POST.get("drawn", ""))
    except BadSignature:
        drawn = codes.drawn()
    wrong = book.wrong(values)
    if wrong:
        return _form(request, where, guide, there, on, values, wrong, drawn)
    try:
        code = book.book(guide, there, on, values, village=where.id, drawn=drawn, now_ms=now_ms())
    except Refused as no:
        return _form(request, where, guide, there, on, values, {"time": f"{no.detail}。"}, drawn)
    told = {"point": there, "day": on, "typed": values, "code": codes.spoken(code)}
    return _answered(request, "receipt", where, told)


def recalled(request: HttpRequest, found: Appointment, typed: str) -> HttpResponse:
    """He does not come."""
    try:
        book.recall(found, now_ms())
    except Refused:
        return looked(request, found, typed, ended=True)
    found.refresh_from_db()
    return looked(request, found, typed)


def looked(
    request: HttpRequest, found: Appointment, typed: str, *, ended: bool = False
) -> HttpResponse:
    """What the receipt code of an appointment shows."""
    context = {
        "found": found,
        "point": _known(found.point),
        "day": date.fromisoformat(found.day),
        "may_recall": book.may_recall(found, now_ms()),
        "ended": ended,
        "typed": typed[:40],
    }
    village = queries.village(found.village)
    where = Place(found.village, found.village if village is None else village.name)
    return _answered(request, "looked", where, context, status=409 if ended else 200)


def _known(point: str) -> Point | None:
    """None for one that is no more, or where the guide cannot be read."""
    try:
        return files.load(config().state).points.get(point)
    except ConfigError:
        return None


def _form(
    request: HttpRequest,
    where: Place,
    guide: Guide,
    point: Point,
    on: date,
    typed: Mapping[str, str],
    wrong: Mapping[str, str],
    drawn: str,
) -> HttpResponse:
    services = [one.name for one in guide.items if point.id in one.points]
    context = {
        "point": point,
        "day": on,
        "slots": book.free(point, guide.booking, on, now_ms()),
        "services": services,
        "typed": typed,
        "wrong": wrong,
        "drawn": _DRAWN.sign(drawn),
    }
    return _answered(request, "form", where, context, status=400 if wrong else 200)


def _village(name: str) -> tuple[Place, Guide]:
    found, guide = queries.village(name), files.load(config().state)
    if found is None or found.ended is not None or not guide.points:
        raise Http404
    return Place(found.id, found.name), guide


def _point(name: str, point: str) -> tuple[Place, Guide, Point]:
    where, guide = _village(name)
    there = guide.points.get(point)
    if there is None or not there.times:
        raise Http404
    return where, guide, there


def _answered(
    request: HttpRequest, name: str, where: Place, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page that is stored nowhere and tells no other site where it was."""
    shown = {"where": where, **context, "around": around(where)}
    reply = render(request, f"services/{name}.html", shown, status=status)
    reply["Cache-Control"] = "no-store"
    reply["Referrer-Policy"] = "no-referrer"
    return reply
