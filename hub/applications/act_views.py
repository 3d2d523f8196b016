"""Acts on an application besides deciding, as forms of its page.

Calls `hub.applications.{acts,application,inbox,limits}`, `hub.config` and `hub.people.session`.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub.applications import acts, application
from hub.applications.inbox import seen
from hub.applications.limits import limits
from hub.clock import now_ms
from hub.config import config
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from wire.refusals import Refused


@require_POST
@require(ANY)
def withdraw(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """By whoever filed it, with a reason."""
    found = seen(number, staff)
    try:
        acts.withdraw(found, staff.person.id, request.POST.get("words", ""), now_ms())
    except Refused as no:
        return _wrong(request, number, staff, "withdraw", no)
    return redirect("application", number)


@require_POST
@require(ANY)
def explain(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """Why it was returned, by whoever returned it."""
    found = seen(number, staff)
    try:
        acts.explain(found, staff.person.id, request.POST.get("words", ""), now_ms())
    except Refused as no:
        return _wrong(request, number, staff, "explain", no)
    return redirect("application", number)


@require_POST
@require(ANY)
def escalate(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """To the township, by the village's staff, with a reason."""
    found = seen(number, staff)
    try:
        acts.escalate(found, staff, request.POST.get("words", ""), now_ms())
    except Refused as no:
        return _wrong(request, number, staff, "escalate", no)
    return redirect("application", number)


@require_POST
@require(ANY)
def archive(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """Where the stamped paper is, by the village's staff."""
    found = seen(number, staff)
    try:
        acts.archive(found, staff, request.POST.get("words", ""), now_ms())
    except Refused as no:
        return _wrong(request, number, staff, "archive", no)
    return redirect("application", number)


@require_POST
@require(ANY)
def remind(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """By anybody who sees it."""
    found = seen(number, staff)
    try:
        acts.remind(found, staff.person.id, limits(config()), now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail, status=409)
    return redirect("application", number)


def _wrong(request: HttpRequest, number: int, staff: Staff, form: str, no: Refused) -> HttpResponse:
    """What was typed wrong stands beside its field; what may not be, on a page of its own."""
    if no.code == "bad_request":
        return application.page(request, number, staff, form=form, no=no)
    return refused(request, no.code, no.detail, status=409)
