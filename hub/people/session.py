"""Who is logged in, and what he may see: everything is forbidden that no office permits.

Calls `hub.people.{roster,sittings}`, `hub.clock` and Django's sessions. Offices are read off the
roster at each request: a term that ended ends access, and so does a log-in that was ended.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from hub.clock import now_ms
from hub.people import sittings
from hub.people.models import Sitting
from hub.people.roster import Staff, find
from wire.refusals import to_dict

KEY: Final = "person"
SITTING: Final = "sitting"
"""Whose session it is, and which of his log-ins."""
CHALLENGE: Final = "login_challenge"
"""Whose log-in was asked for last, and what his passkey is to sign."""
REASON: Final = "sealhub.reason"
"""Under it a request's META tells why it was refused: a code."""
ANY: Final = "*"
"""Whoever holds any office at all."""

View = Callable[..., HttpResponseBase]


def current(request: HttpRequest) -> Staff | None:
    """Who is logged in and still in office."""
    found = sitting(request)
    return None if found is None else find(found.person, now_ms())


def sitting(request: HttpRequest) -> Sitting | None:
    """The log-in that this session is of, if it lasts."""
    person = request.session.get(KEY)
    if not isinstance(person, str):
        return None
    return sittings.find(request.session.get(SITTING), person, now_ms())


def log_in(request: HttpRequest, person: str, credential: bytes) -> None:
    agent = request.headers.get("User-Agent", "")
    request.session.cycle_key()
    request.session.set_expiry(None)
    request.session[KEY] = person
    request.session[SITTING] = sittings.begin(person, credential, agent, now_ms()).pk


def log_out(request: HttpRequest) -> None:
    found = sitting(request)
    if found is not None:
        sittings.end(Sitting.objects.filter(pk=found.pk), "logout", now_ms())
    request.session.flush()


def require(*offices: str) -> Callable[[View], View]:
    """Let a view be seen by holders of these offices only; it gets `staff` as a keyword.

    Others are asked to log in, or told that they may not (`not_permitted`).
    """
    if not offices:
        raise ValueError("name the offices")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            staff = current(request)
            if staff is None:
                if KEY in request.session:
                    lasts = sitting(request) is not None
                    request.META[REASON] = "not_in_office" if lasts else "session_over"
                return redirect(f"{reverse('login')}?next={request.path}")
            if ANY not in offices and not staff.offices & set(offices):
                return refused(request, "not_permitted", status=403)
            return view(request, *args, staff=staff, **kwargs)

        guarded.required_offices = offices  # type: ignore[attr-defined]
        return guarded

    return decorate


def refused(
    request: HttpRequest, code: str, detail: str = "", *, status: int = 400
) -> HttpResponse:
    """The page that says why not, and what to do next."""
    request.META[REASON] = code
    context = {"refusal": to_dict(code, detail), "staff": current(request)}
    return render(request, "staff/refused.html", context, status=status)


def foreign(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form without this session's token, in the hub's own words."""
    return refused(request, "form_foreign", reason, status=403)
