"""Who is logged in, and what he may see: everything is forbidden that no office permits.

Calls `hub.people.roster`, `hub.clock` and Django's sessions. Offices are read off the roster at
each request: a term that ended ends access.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from hub.clock import now_ms
from hub.people.roster import Staff, find
from wire.refusals import to_dict

KEY: Final = "person"
CHALLENGE: Final = "login_challenge"
"""Whose log-in was asked for last, and what his passkey is to sign."""
REASON: Final = "sealhub.reason"
"""Under it a request's META tells why it was refused: a code."""
ANY: Final = "*"
"""Whoever holds any office at all."""

View = Callable[..., HttpResponseBase]


def current(request: HttpRequest) -> Staff | None:
    """Who is logged in and still in office."""
    person = request.session.get(KEY)
    return find(person, now_ms()) if isinstance(person, str) else None


def log_in(request: HttpRequest, person: str) -> None:
    request.session.cycle_key()
    request.session[KEY] = person


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
                    request.META[REASON] = "not_in_office"
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
