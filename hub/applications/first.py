"""Each person's first page: what waits for him, what he filed, what the village filed lately.

Calls `hub.applications`, `hub.corrections`, `hub.devices.authority` and `hub.people`.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.applications import drafts, inbox, requested
from hub.applications.forms import told
from hub.applications.limits import limits
from hub.clock import now_ms
from hub.config import config
from hub.corrections import file as corrections
from hub.devices import authority
from hub.people.roster import Staff
from hub.people.session import REASON
from wire.refusals import Refused


def page(
    request: HttpRequest, staff: Staff, *, declined: int = 0, no: Refused | None = None
) -> HttpResponse:
    """`no`: what is wrong with the reason for which that request was to be declined."""
    context = {
        "staff": staff,
        "inbox": inbox.of(staff, limits(config()), now_ms()),
        "drafts": drafts.waiting(staff.village),
        "requests": requested.waiting(staff),
        "corrections": _corrections(staff),
        "declined": declined,
        "typed": request.POST.get("words", ""),
        "wrong": [] if no is None else [told(no.code, no.detail.partition(": ")[2])],
    }
    if no is not None:
        request.META[REASON] = no.code
    return render(request, "staff/home.html", context, status=200 if no is None else 400)


def _corrections(staff: Staff) -> list[dict[str, Any]]:
    """Those that wait for this person's signature."""
    items = authority.catalogue().items
    return [
        {
            "number": number,
            "item": items[made.item].zh if made.item in items else made.item,
            "device": made.device,
            "stamped": made.stamped,
            "reason": made.reason,
        }
        for number, made in corrections.waiting_for(staff.person.id, staff.village)
    ]
