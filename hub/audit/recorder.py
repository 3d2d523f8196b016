"""Keeps each action at the staff site before it is done, and each refusal with its reason.

Calls `hub.audit.models`, `hub.people` and `hub.clock`. What may change something is written
down first: what the database will not keep, is not done. What came of it is filled in afterwards,
once. Reading is kept only where it was refused. A stranger cannot fill the table: of what nobody
did who is signed in, FLOOD are kept an hour; what somebody got done is kept always.
"""

import json
import logging
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.urls import ResolverMatch

from hub.audit.models import Attempt
from hub.clock import now_ms
from hub.people.roster import listed
from hub.people.session import CHALLENGE, KEY, REASON

FLOOD: Final = 600
HOUR_MS: Final = 3_600_000
DONE: Final = "done"
SAFE: Final = ("GET", "HEAD", "OPTIONS")
VERIFY: Final = "login-verify"
ASKING: Final = (
    *("login-options", "first-begin", "person-enrol-begin"),
    *("checks:options", "records:search"),
)
"""Posted, but only asks. What inspectors search for is kept where they do not see it."""
CODES: Final = {403: "not_permitted", 404: "not_found", 405: "wrong_method"}
OPENED: Final = "sealhub.attempt"
KEPT: Final = "sealhub.kept"
"""In the META of a request that is one of many alike, of which the first is in the table."""
BY_PROGRAM: Final = "by_program"
"""Such a view's own guard writes down who uses it."""

_log = logging.getLogger(__name__)


def used(request: HttpRequest, person: str, about: str, act: str = "", *, hourly: bool) -> None:
    """Somebody's program reads, and it is written down first; where it is `hourly`, no more than
    once an hour an address, for it asks for thousands of things. `act` is what it is called other
    than by its address.
    """
    match, now = request.resolver_match, now_ms()
    route = act or _route(match)
    known = Attempt.objects.filter(person=person, route=route, at_ms__gt=now - HOUR_MS)
    if hourly and known.filter(outcome=DONE).exists():
        return
    said = f"{about} {_parts(match)}" if match is not None else about
    made = Attempt.objects.create(
        at_ms=now,
        person=person,
        method=(request.method or "")[:8],
        route=route,
        about=said.strip()[:120],
        outcome=None,
    )
    request.META[OPENED] = made.pk


class Recorder:
    """Middleware, behind sessions and before everything that may refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self._get_response(request)
        outcome, opened = _outcome(request, answer), request.META.get(OPENED)
        if opened is not None:
            Attempt.objects.filter(pk=opened).update(outcome=outcome)
        elif KEPT not in request.META and _counts(request, answer, outcome):
            _write(request, request.resolver_match, outcome)
        return answer

    def process_view(self, request: HttpRequest, _view: object, *_: Any) -> None:
        match = request.resolver_match
        if _acts(request, match):
            request.META[OPENED] = _write(request, match, None)


def _write(request: HttpRequest, match: ResolverMatch | None, outcome: str | None) -> int | None:
    """The new row's number; None for a stranger of a flood."""
    person, now = _person(request), now_ms()
    if not person and _flooded(now):
        _log.warning("more than %d attempts of strangers an hour: not kept", FLOOD)
        return None
    made = Attempt.objects.create(
        at_ms=now,
        person=person,
        method=(request.method or "")[:8],
        route=_route(match),
        about=_about(request, match)[:120],
        outcome=outcome,
    )
    return made.pk


def _about(request: HttpRequest, match: ResolverMatch | None) -> str:
    """The parts of the address; of a log-in, who is said to log in, if there is such a person."""
    if match is None:
        return ""
    if match.view_name == VERIFY:
        claimed, *_ = request.session.get(CHALLENGE) or [""]
        known = listed(str(claimed))
        return f"person={known[0]}" if len(known) == 1 else ""
    return _parts(match)


def _route(match: ResolverMatch | None) -> str:
    return (match.view_name or match.route)[:120] if match else ""


def _parts(match: ResolverMatch) -> str:
    return " ".join(f"{name}={value}" for name, value in match.kwargs.items())


def _flooded(now: int) -> bool:
    lately = Attempt.objects.filter(person="", at_ms__gt=now - HOUR_MS)
    return lately[:FLOOD].count() >= FLOOD


def _person(request: HttpRequest) -> str:
    """Whose session it is, whether he holds an office still or not."""
    person = request.session.get(KEY)
    return person if isinstance(person, str) else ""


def _acts(request: HttpRequest, match: ResolverMatch | None) -> bool:
    if match is None or request.method in SAFE or match.view_name in ASKING:
        return False
    return not getattr(match.func, BY_PROGRAM, False)


def _outcome(request: HttpRequest, answer: HttpResponseBase) -> str:
    if (given := request.META.get(REASON)) is not None:
        return str(given)
    if answer.status_code < 400:
        return DONE
    if code := _code(answer):
        return code
    return CODES.get(answer.status_code, "bad_request" if answer.status_code < 500 else "error")


def _counts(request: HttpRequest, answer: HttpResponseBase, outcome: str) -> bool:
    """Whether what was not written down before is written down now."""
    if outcome == DONE:
        return bool(_person(request)) and _acts(request, request.resolver_match)
    return bool(_person(request)) or _told(request, answer)


def _told(request: HttpRequest, answer: HttpResponseBase) -> bool:
    """Whether a stranger was refused something, rather than shown the way to the log-in."""
    return bool(_code(answer)) or REASON in request.META


def _code(answer: HttpResponseBase) -> str:
    """The code of a refusal in JSON."""
    if answer.status_code < 400 or not isinstance(answer, HttpResponse):
        return ""
    if answer.headers.get("Content-Type") != "application/json":
        return ""
    said = json.loads(answer.content)
    return str(said.get("code", ""))[:40] if isinstance(said, dict) else ""
