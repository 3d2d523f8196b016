"""What the village's staff do with villagers' requests: take one up, decline it, give a receipt.

Calls `hub.applications`, `hub.requests`, `hub.config` and `hub.people.session`.
"""

import secrets

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from hub.applications import drafts, first, requested, status
from hub.applications.drafts import Begun
from hub.applications.file import Draft
from hub.applications.forms import Typed
from hub.applications.inbox import seen
from hub.applications.models import Filed
from hub.approvals.models import Subject
from hub.clock import now_ms
from hub.config import config
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from hub.requests import codes, file
from hub.requests.models import Request
from wire.approval import subject
from wire.refusals import Refused


@require_POST
@require(ANY)
def decline(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """Nothing comes of a request of the own village."""
    found = requested.of_village(staff).filter(pk=number).first()
    if found is None:
        raise Http404
    try:
        file.decline(found, request.POST.get("words", ""), now_ms())
    except Refused as no:
        if not no.detail.startswith("words: "):
            return refused(request, no.code, no.detail, status=409)
        return first.page(request, staff, declined=number, no=no)
    return redirect("home")


@require_GET
@require(ANY)
def receipt(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """The receipt code of what staff filed for somebody, to be printed."""
    made = seen(number, staff)
    code = codes.of(_drawn(made))
    found = Request.objects.filter(subject=made, code=codes.kept(code)).first()
    if found is None:
        raise Http404
    context = {
        "staff": staff,
        "number": number,
        "asked": found,
        "code": codes.spoken(code),
        "public": config().origins.public,
    }
    return render(request, "staff/receipt.html", context)


def submit(
    source: Request | Subject | None,
    begun: Begun | None,
    draft: Draft,
    typed: Typed,
    staff: Staff,
) -> HttpResponseBase:
    """File it, end the request or draft that it completes, and lead on; raises Refused. `source`:
    the request, or the application that it takes the place of.

    Whoever it is for is told how far it comes: by his own code, or by one for staff to print.
    """
    now, name = now_ms(), typed.values.get("for_whom", "")
    with transaction.atomic():
        made = drafts.submit(begun, draft, staff, random_id=secrets.token_bytes(32), now_ms=now)
        if isinstance(source, Request):
            file.take_up(source, made, now)
        elif name:
            _on_behalf(made, typed, now)
        if isinstance(source, Subject):
            Filed.objects.filter(subject=made).update(again=source)
        status.follow(made, now)
    step = "application-receipt" if name and not isinstance(source, Request) else "application"
    return redirect(step, made.pk)


def _on_behalf(made: Subject, typed: Typed, now: int) -> None:
    file.on_behalf(
        made,
        village=made.filed.village,
        item=typed.item,
        title=typed.values["title"],
        name=typed.values["for_whom"],
        phone=typed.values.get("phone", ""),
        drawn=_drawn(made),
        now_ms=now,
    )


def _drawn(made: Subject) -> str:
    return subject.decode(bytes(made.data)).id.hex()
