"""Acts on an application besides deciding, as forms of its page.

Calls `hub.applications.{acts,inbox,limits}`, `hub.config` and `hub.people.session`.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub.applications import acts, inbox
from hub.applications.limits import limits
from hub.approvals.models import Subject
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
        return refused(request, no.code, no.detail, status=409)
    return redirect("application", number)


@require_POST
@require(ANY)
def explain(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """Why it was returned, by whoever returned it."""
    found = seen(number, staff)
    try:
        acts.explain(found, staff.person.id, request.POST.get("words", ""), now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail, status=409)
    return redirect("application", number)


@require_POST
@require(ANY)
def archive(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """Where the stamped paper is, by the village's staff."""
    found = seen(number, staff)
    try:
        acts.archive(found, staff, request.POST.get("words", ""), now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail, status=409)
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


def seen(number: int, staff: Staff) -> Subject:
    """An application that this person may see; raises Http404."""
    row = inbox.find(number, staff, limits(config()), now_ms())
    if row is None:
        raise Http404
    return row.subject
