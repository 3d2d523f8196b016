"""Acts on an application besides deciding, as forms of its page.

Calls `hub.applications.{acts,application,inbox,limits}`, `hub.config` and `hub.people.session`.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub.applications import acts, application
from hub.applications.inbox import seen
from hub.applications.limits import limits
from hub.approvals.models import Subject
from hub.clock import now_ms
from hub.config import config
from hub.people.roster import Staff
from hub.people.session import ANY, View, refused, require
from wire.refusals import Refused

Act = Callable[[Subject, Staff, str, int], None]


def _form(name: str, act: Act) -> View:
    """The view of one act that is told in words; its form has that name on the page."""

    @require_POST
    @require(ANY)
    def view(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
        try:
            act(seen(number, staff), staff, request.POST.get("words", ""), now_ms())
        except Refused as no:
            return _wrong(request, number, staff, name, no)
        return redirect("application", number)

    return view


def _wrong(request: HttpRequest, number: int, staff: Staff, form: str, no: Refused) -> HttpResponse:
    """What was typed wrong stands beside its field; what may not be, on a page of its own."""
    if no.code == "bad_request":
        return application.page(request, number, staff, form=form, no=no)
    return refused(request, no.code, no.detail, status=409)


withdraw = _form("withdraw", acts.withdraw)
explain = _form("explain", acts.explain)
escalate = _form("escalate", acts.escalate)
archive = _form("archive", acts.archive)


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
