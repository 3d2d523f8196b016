"""What makes a sheet signed: answers from the county's page, photos of its paper; all as a file.

Calls `hub.handovers`, `hub.approvals.answer`, `hub.people`, `hub.intake`, `hub.blobs.store` and
`wire`.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hub.approvals import answer
from hub.blobs import store
from hub.clock import now_ms
from hub.handovers import signing
from hub.handovers.models import Hand, Sheet, Signature, SignedCopy
from hub.handovers.views import find, page
from hub.intake import render as drawn
from hub.intake.reasons import Unfit
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from hub.people.views import text_of
from wire.approval import decision, exit_sheet
from wire.approval.decision import Approval
from wire.approval.exit_sheet import ROLES

MOST_PAGES: Final = 8
PNG: Final = b"\x89PNG"


@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Where the county's page comes back to; its answer stands in the fragment, read by script."""
    return answer.back(request, reverse("handover-submit"))


@require_POST
def submit(request: HttpRequest) -> JsonResponse:
    """Take a signature. It says itself who gave it, not the session."""

    def take(digest: bytes, given: Approval) -> str:
        return reverse("handover", args=[signing.take(digest, given, now_ms()).pk])

    return answer.taken(request, take)


@require_POST
@require(ANY)
def copy(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """Keep the signed paper's photo, or scan, by the hash of each page as it was drawn here, and
    whose signatures it shows.
    """
    found, ticked = find(staff, number), request.POST.getlist("hand")
    hands = [one for one in ROLES if one in ticked]
    pages, wrong = _pages(request)
    if not hands:
        wrong["hands"] = "请勾选纸上有谁的签字。"
    if wrong:
        return page(request, found, staff, {**wrong, "checked": hands})
    if not _keep(found, pages, hands, staff):
        return refused(request, "bad_request", "这张照片已经有了 this photo is there already")
    return redirect("handover", number)


@require_safe
@require(ANY)
def photo(_request: HttpRequest, number: int, name: str, staff: Staff) -> HttpResponse:
    """The photo of a signed sheet."""
    copies = {bytes(one.sha256).hex() for one in find(staff, number).copies.all()}
    data = store.get(bytes.fromhex(name)) if name in copies else None
    if data is None:
        raise Http404
    kind = "image/png" if data.startswith(PNG) else "image/jpeg"
    return HttpResponse(data, content_type=kind, headers={"Cache-Control": "private, no-store"})


@require_safe
@require(ANY)
def file(_request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """The sheet's bytes and its signatures, for whoever verifies them elsewhere."""
    found = find(staff, number)
    signed = found.signatures.order_by("pk")
    made = {
        "document": text_of(bytes(found.data)),
        "signatures": [_told(one, bytes(found.sha256)) for one in signed],
    }
    reply = JsonResponse(made)
    reply["Content-Disposition"] = f'attachment; filename="exit-sheet-{number}.json"'
    reply["Cache-Control"] = "private, no-store"
    return reply


def _pages(request: HttpRequest) -> tuple[list[bytes], dict[str, Any]]:
    """The pages of what was sent in, or what is wrong with it."""
    given = request.FILES.get("copy")
    try:
        if given is None:
            raise Unfit("file_unknown")
        data = given.read(drawn.MOST_BYTES + 1)
        return drawn.pages(given.name or "", data, MOST_PAGES), {}
    except Unfit as no:
        return [], {"copy": no.words()}


@transaction.atomic
def _keep(found: Sheet, pages: Sequence[bytes], hands: Sequence[str], staff: Staff) -> bool:
    """All pages of one paper: each shows the hands that are on any. False where all was known."""
    news = []
    for one in pages:
        photo, _ = SignedCopy.objects.get_or_create(
            sheet=found,
            sha256=store.put(one, "signed", staff.person.id),
            defaults={"person": staff.person.id, "at_ms": now_ms()},
        )
        news += [Hand.objects.get_or_create(photo=photo, role=role)[1] for role in hands]
    return any(news)


def _told(one: Signature, digest: bytes) -> dict[str, object]:
    asked = decision.challenge(exit_sheet.KIND, digest, one.role, one.person, "approve", one.roster)
    proof = {name: text_of(bytes(getattr(one, name))) for name in signing.PROOF}
    named = {"step": one.role, "person": one.person, "roster": one.roster}
    return {**named, "challenge": text_of(asked), **proof}
