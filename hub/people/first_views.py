"""The page on which the first two people make their log-in passkeys. Calls `hub.people`.

Nobody is logged in: the link's secret, which the browser sends from behind the #, says who the two
are, and what their new passkeys sign says the rest.
"""

from dataclasses import asdict
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from hub.clock import now_ms
from hub.config import config
from hub.people import first, roster
from hub.people.first import Pending
from hub.people.first_link import GOOD_MS
from hub.people.session import KEY
from hub.people.views import assertion_of, body, bytes_of, text_of
from wire.refusals import Refused, to_dict

PENDING: Final = "first_two"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Four steps: two keys, two confirmations."""
    return render(request, "people/first.html", {})


@require_POST
def begin(request: HttpRequest) -> JsonResponse:
    """Who the two are, and what navigator.credentials.create() is to be asked of each."""
    try:
        pending = first.begin(str(body(request).get("link", "")), now_ms())
    except Refused as no:
        return _no(no)
    if KEY not in request.session:
        request.session.set_expiry(GOOD_MS // 1000)
    request.session[PENDING] = asdict(pending)
    names = roster.names()
    people = [
        {
            "id": one.person,
            "name": names[one.person],
            "challenge": text_of(bytes.fromhex(one.challenge)),
        }
        for one in pending.halves
    ]
    return JsonResponse({"rpId": config().rp_id, "people": people})


@require_POST
def made(request: HttpRequest) -> JsonResponse:
    """One's new key; answers with what both are to sign, once both are made."""
    asked = body(request)
    try:
        pending = first.made(
            _pending(request),
            str(asked.get("person", "")),
            bytes_of(asked.get("client_data")),
            bytes_of(asked.get("attestation_object")),
            now_ms(),
        )
    except Refused as no:
        return _no(no)
    request.session[PENDING] = asdict(pending)
    return JsonResponse({"challenge": text_of(pending.digest)})


@require_POST
def confirm(request: HttpRequest) -> JsonResponse:
    """One's word that he saw the other; after both have given it, both keys are kept."""
    asked = body(request)
    try:
        person = str(asked.get("person", ""))
        pending = first.confirm(_pending(request), person, assertion_of(asked), now_ms())
    except Refused as no:
        return _no(no)
    request.session[PENDING] = asdict(pending)
    return JsonResponse({"done": first.done(pending)})


def _pending(request: HttpRequest) -> Pending:
    kept = request.session.get(PENDING)
    if kept is None:
        raise Refused("first_over", "nothing was begun here")
    return Pending.load(kept)


def _no(refused: Refused) -> JsonResponse:
    return JsonResponse(to_dict(refused.code, refused.detail), status=403)
