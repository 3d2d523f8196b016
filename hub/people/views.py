"""The log-in pages. Calls `hub.people` and Django.

Names are typed, not listed: whoever is not logged in learns of nobody that he is in office.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from hub.clock import now_ms
from hub.config import config
from hub.people import login as passkeys
from hub.people import tries
from hub.people.roster import find, listed, suspended
from hub.people.session import CHALLENGE, KEY, log_in, log_out
from wire.approval.assertion import Assertion
from wire.refusals import Refused, to_dict

NAME: Final = 64
CHALLENGE_S: Final = 300


@require_GET
def login(request: HttpRequest) -> HttpResponse:
    """Type your name, then confirm with your passkey."""
    after = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(after, allowed_hosts=None):
        after = "/"
    return render(request, "staff/login.html", {"after": after})


@require_POST
def options(request: HttpRequest) -> JsonResponse:
    """What navigator.credentials.get() is to be asked."""
    typed = body(request).get("person")
    if not isinstance(typed, str) or not 0 < len(name := typed.strip()) <= NAME:
        return JsonResponse(to_dict("bad_request"), status=400)
    now = now_ms()
    try:
        tries.ask(request, now)
    except Refused as refused:
        return JsonResponse(to_dict(refused.code, refused.detail), status=429)
    if KEY not in request.session:
        request.session.clear_expired()
        request.session.set_expiry(CHALLENGE_S)
    challenge = passkeys.new_challenge()
    request.session[CHALLENGE] = [name, challenge.hex(), now]
    return JsonResponse(
        {
            "challenge": text_of(challenge),
            "rpId": config().rp_id,
            "credentials": [text_of(one) for one in passkeys.offered(name, listed(name))],
        }
    )


@require_POST
def verify(request: HttpRequest) -> JsonResponse:
    """Log in whoever's passkey signed the challenge that was given out last."""
    kept = request.session.pop(CHALLENGE, None)
    try:
        if kept is None:
            raise Refused("passkey_wrong", "no challenge was given out")
        person, credential = _proved(request, *kept)
    except Refused as refused:
        return JsonResponse(to_dict(refused.code, refused.detail), status=403)
    log_in(request, person, credential)
    return JsonResponse({"ok": True})


def _proved(request: HttpRequest, name: str, challenge: str, asked_ms: int) -> tuple[str, bytes]:
    """Whose passkey signed it, and which. Raises Refused, and counts what failed."""
    now = now_ms()
    tries.check(request, name, now)
    try:
        if now - asked_ms > CHALLENGE_S * 1000:
            raise Refused("passkey_wrong", "the challenge is too old")
        given = assertion_of(body(request))
        person = passkeys.proved(listed(name), given, bytes.fromhex(challenge))
    except Refused:
        tries.failed(request, name, now)
        raise
    tries.succeeded(request, name)
    if suspended(person, now):
        raise Refused("person_suspended")
    if find(person, now) is None:
        raise Refused("not_in_office")
    return person, given.credential


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    log_out(request)
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
