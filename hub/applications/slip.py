"""The printed approval slip (用印审批单): what was approved, by whom, and the code by which the
machine finds it.

Calls `hub.applications.{inbox,status}`, `hub.approvals`, segno and `wire`. The code says which
application is meant and proves nothing: the machine judges its own list.
"""

from datetime import datetime
from io import BytesIO
from typing import Final

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hub.applications import status
from hub.applications.inbox import seen
from hub.applications.status import Standing
from hub.approvals.models import Subject
from hub.clock import moment, now_ms
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from wire.lists.content import Item
from wire.refusals import Refused

DIGITS: Final = 32
"""So much of the application's hash is in the code: no other grant of a machine begins so."""


@require_GET
@require(ANY)
def slip(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """Once it is approved: a page to be printed and taken to the machine."""
    found = seen(number, staff)
    try:
        held = status.standing(found, now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    if held.state != "approved":
        return refused(request, "approvals_missing", "还没有批准 not approved")
    roster, item = held.lists.roster.persons, held.lists.catalogue.items[held.application.item]
    context = {
        "staff": staff,
        "number": number,
        "application": held.application,
        "item": item,
        "seal": held.lists.machine.seal(held.application.seal),
        "village": held.lists.machine.village_name,
        "device": held.application.device,
        "signed": _signed(held, item, found),
        "operators": [roster[one].name for one in held.application.operators if one in roster],
        "until": moment(held.application.not_after),
        "code": code(found),
    }
    return render(request, "staff/slip.html", context)


@require_GET
@require(ANY)
def drawn(_request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """The slip's code as a picture."""
    picture = BytesIO()
    made = segno.make(code(seen(number, staff)).upper(), error="m", micro=False)
    made.save(picture, kind="svg", scale=6, border=4, xmldecl=False)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def code(found: Subject) -> str:
    """The beginning of the application's hash, as the machine's scanner takes it."""
    if found.kind != "application":
        raise Http404
    return bytes(found.hash).hex()[:DIGITS]


def _signed(held: Standing, item: Item, found: Subject) -> list[tuple[str, str, datetime]]:
    """(office, name, when) of each approval, in the order in which they came."""
    roster, offices = held.lists.roster.persons, held.lists.policy.offices
    held_by = {step.step: offices.get(step.office, (step.office,))[0] for step in item.steps}
    return [
        (
            held_by.get(one.step, one.step),
            roster[one.person].name if one.person in roster else one.person,
            moment(one.received_ms),
        )
        for one in sorted(found.approvals.all(), key=lambda one: one.pk)
    ]
