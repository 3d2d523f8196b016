"""The public page on which a villager looks, by his receipt code, how far his request has come, or
when his appointment is.

Calls `hub.{requests,registers,services,site}`, `hub.applications.stamped`,
`hub.devices.authority` and `wire`. Without the code nothing is found; that there is none and that
it is wrong is the same answer.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from hub.applications import stamped
from hub.clock import moment, now_ms
from hub.devices import authority
from hub.registers import reseal
from hub.requests import file, rates
from hub.requests.models import Request
from hub.services import book
from hub.services import views as appointments
from hub.services.models import Appointment
from hub.site.frame import around
from hub.site.place import Place
from wire.approval import subject
from wire.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """By the receipt code: how far it has come."""
    if request.method != "POST":
        return answered(request, "look", {})
    code = request.POST.get("code", "")
    found = _found(code)
    if found is None:
        return answered(request, "look", {"typed": code[:40], "wrong": True}, status=404)
    if isinstance(found, Appointment):
        return appointments.looked(request, found, code)
    return answered(request, "look", _told(found, code))


@require_POST
def recall(request: HttpRequest) -> HttpResponse:
    """By the receipt code: it is not wanted any more."""
    code = request.POST.get("code", "")
    found = _found(code)
    if found is None:
        return answered(request, "look", {"typed": code[:40], "wrong": True}, status=404)
    if isinstance(found, Appointment):
        return appointments.recalled(request, found, code)
    try:
        file.recall(found, now_ms())
    except Refused:
        return answered(request, "look", {**_told(found, code), "ended": True}, status=409)
    found.refresh_from_db()
    return answered(request, "look", _told(found, code))


def answered(
    request: HttpRequest,
    name: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
    where: Place | None = None,
) -> HttpResponse:
    """A public page that is stored nowhere and tells no other site where it was; `where` is the
    village that it leads home to.
    """
    shown = {**context, "around": around(where)}
    reply = render(request, f"public/{name}.html", shown, status=status)
    reply["Cache-Control"] = "no-store"
    reply["Referrer-Policy"] = "no-referrer"
    return reply


def _found(code: str) -> Request | Appointment | None:
    """Nothing, too, where all villagers together look too often."""
    if not rates.look(now_ms()):
        return None
    return file.find(code) or book.find(code)


def _told(found: Request, code: str) -> dict[str, object]:
    item = authority.catalogue().items.get(found.item)
    over = found.subject is not None and found.subject.filed.not_after < now_ms()
    return {
        "found": found,
        "state": _state(found, over=over),
        "item": found.item if item is None else item.zh,
        "since": moment(found.since_ms),
        "created": moment(found.created_ms),
        "typed": code[:40],
        "may_recall": found.state in file.OPEN and not over,
        "times": len(stamped.of(found.subject.filed)) if found.subject else 0,
    }


def _state(found: Request, *, over: bool) -> str:
    """As it stands now: its days may be over, or its seal in use no more."""
    if found.subject is None or found.state not in file.OPEN:
        return str(found.state)
    if over:
        return "expired"
    application = subject.decode(bytes(found.subject.data))
    machine = authority.machines().get(application.device)
    lost = None if machine is None else reseal.gone(application, machine)
    return "resealed" if lost is not None and lost.ended else str(found.state)
