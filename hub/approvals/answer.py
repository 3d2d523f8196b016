"""What the county's signing page brought back, as the browser hands it in.

Calls `hub.people.views` and `wire`.
"""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from hub.people.views import assertion_of, bytes_of
from wire.approval.decision import DECISIONS, Approval
from wire.refusals import Refused, to_dict


def back(request: HttpRequest, submit: str) -> HttpResponse:
    """The page that the county's page comes back to: its answer stands in the fragment, is read by
    script and handed in at the address `submit`.
    """
    return render(request, "staff/return.html", {"submit": submit})


def taken(request: HttpRequest, take: Callable[[bytes, Approval], str]) -> JsonResponse:
    """Where the browser goes next, as `take` says of the subject's hash and the signature, which
    tells whose it is; or why it was refused.
    """
    try:
        where = take(*read(request))
    except Refused as no:
        return JsonResponse(to_dict(no.code, no.detail), status=409)
    return JsonResponse({"ok": True, "next": where})


def read(request: HttpRequest) -> tuple[bytes, Approval]:
    """The subject's hash and one person's decision on it; raises Refused for another form."""
    fields = _fields(request)
    return bytes_of(fields.get("subject_hash")), _given(fields)


def _given(fields: dict[str, Any]) -> Approval:
    texts = [fields.get(name) for name in ("step", "person", "decision")]
    roster = fields.get("roster")
    if not all(isinstance(text, str) for text in texts) or type(roster) is not int:
        raise Refused("bad_request", "step, person, decision and roster expected")
    step, person, decision = (str(text) for text in texts)
    if decision not in DECISIONS:
        raise Refused("approval_invalid", "neither approve nor return")
    return Approval(step, person, decision, roster, assertion_of(fields))


def _fields(request: HttpRequest) -> dict[str, Any]:
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Refused("bad_request", "not JSON") from error
    if not isinstance(value, dict):
        raise Refused("bad_request", "not an object")
    return value
