"""The log-in pages. Calls `hub.people` and Django."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from hub.clock import now_ms
from hub.config import config
from hub.people import login as passkeys
from hub.people.roster import staff
from hub.people.session import CHALLENGE, log_in
from wire.approval.assertion import Assertion
from wire.refusals import Refused, to_dict


@require_GET
def login(request: HttpRequest) -> HttpResponse:
    """Choose your name, then confirm with your passkey."""
    people = [one for one in staff(now_ms()) if one.offices != {"village.operator"}]
    after = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(after, allowed_hosts=None):
        after = "/"
    return render(request, "staff/login.html", {"people": people, "after": after})


@require_POST
def options(request: HttpRequest) -> JsonResponse:
    """What navigator.credentials.get() is to be asked."""
    asked = body(request)
    person = asked.get("person")
    if not isinstance(person, str):
        return JsonResponse(to_dict("bad_request"), status=400)
    challenge = passkeys.new_challenge()
    request.session[CHALLENGE] = [person, challenge.hex()]
    return JsonResponse(
        {
            "challenge": text_of(challenge),
            "rpId": config().rp_id,
            "credentials": [text_of(one) for one in passkeys.credentials(person)],
        }
    )


@require_POST
def verify(request: HttpRequest) -> JsonResponse:
    """Log in whoever's passkey signed the challenge that was given out last."""
    kept = request.session.pop(CHALLENGE, None)
    try:
        if kept is None:
            raise Refused("credential_wrong", "no challenge was given out")
        person, challenge = kept
        passkeys.verify(person, assertion_of(body(request)), bytes.fromhex(challenge))
    except Refused as refused:
        return JsonResponse(to_dict(refused.code, refused.detail), status=403)
    log_in(request, person)
    return JsonResponse({"ok": True})


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    return redirect("login")


def assertion_of(fields: dict[str, Any]) -> Assertion:
    """An assertion from its four base64url fields; raises Refused('bad_request')."""
    names = ("credential", "authenticator_data", "client_data", "signature")
    return Assertion(*(bytes_of(fields.get(name)) for name in names))


def bytes_of(value: object) -> bytes:
    """Base64url without padding → bytes; raises Refused('bad_request')."""
    if not isinstance(value, str):
        raise Refused("bad_request", "base64url expected")
    try:
        return urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except (Base64Error, ValueError) as error:
        raise Refused("bad_request", "not base64url") from error


def text_of(value: bytes) -> str:
    """Bytes → base64url without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was posted; empty for anything else."""
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
