"""The page on which a person's log-in passkeys are made before a second officer.

Calls `hub.people` and Django.
"""

from dataclasses import asdict
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from hub.clock import now_ms
from hub.config import config
from hub.people import enrolling, login, standing
from hub.people.enrolling import Pending
from hub.people.roster import KEEPERS, Staff
from hub.people.session import require
from hub.people.views import assertion_of, body, bytes_of, text_of
from wire.lists.content import Person
from wire.refusals import Refused, to_dict

PENDING: Final = "enrolling"


@require_safe
@require(*KEEPERS)
def page(request: HttpRequest, person: str, staff: Staff) -> HttpResponse:
    """Whose it is to be, what he has already, and the two steps."""
    found = _listed(person)
    keys = [one for one in standing.keys(found, now_ms()) if one.kind == "login" and not one.gone]
    context = {"staff": staff, "person": found, "keys": keys, "wanted": standing.WANTED}
    return render(request, "people/enrol.html", context)


@require_POST
@require(*KEEPERS)
def begin(request: HttpRequest, person: str, staff: Staff) -> JsonResponse:
    """What navigator.credentials.create() is to be asked."""
    found = _listed(person)
    try:
        pending = enrolling.begin(found, staff.person, now_ms())
    except Refused as no:
        return _no(no)
    request.session[PENDING] = asdict(pending)
    return JsonResponse(
        {
            "challenge": text_of(bytes.fromhex(pending.challenge)),
            "rpId": config().rp_id,
            "person": found.id,
            "name": found.name,
            "known": [text_of(one) for one in login.credentials(found.id)],
        }
    )


@require_POST
@require(*KEEPERS)
def made(request: HttpRequest, person: str, staff: Staff) -> JsonResponse:
    """The new key; answers with what the second officer's passkey is to sign."""
    asked = body(request)
    try:
        pending = _pending(request, person, staff)
        client_data = bytes_of(asked.get("client_data"))
        attestation = bytes_of(asked.get("attestation_object"))
        pending = enrolling.made(pending, client_data, attestation, now_ms())
    except Refused as no:
        return _no(no)
    request.session[PENDING] = asdict(pending)
    return JsonResponse(
        {
            "challenge": text_of(pending.digest),
            "rpId": config().rp_id,
            "credentials": [text_of(one) for one in login.credentials(staff.person.id)],
        }
    )


@require_POST
@require(*KEEPERS)
def confirm(request: HttpRequest, person: str, staff: Staff) -> JsonResponse:
    """The second officer's word for it; only then the key is kept."""
    try:
        pending = _pending(request, person, staff)
        enrolling.confirm(pending, assertion_of(body(request)), now_ms())
    except Refused as no:
        return _no(no)
    del request.session[PENDING]
    return JsonResponse({"ok": True})


def _pending(request: HttpRequest, person: str, staff: Staff) -> Pending:
    """What this officer began for this person; raises Refused."""
    _listed(person)
    kept = request.session.get(PENDING)
    found = Pending(**kept) if isinstance(kept, dict) else None
    if found is None or (found.person, found.officer) != (person, staff.person.id):
        raise Refused("passkey_wrong", "nothing was begun for that person")
    return found


def _listed(person: str) -> Person:
    found = standing.listed(person)
    if found is None:
        raise Http404
    return found[1]


def _no(refused: Refused) -> JsonResponse:
    return JsonResponse(to_dict(refused.code, refused.detail), status=403)
