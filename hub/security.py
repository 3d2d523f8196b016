"""Headers that every answer of the hub carries: nothing from elsewhere, nothing inline.

Calls only Django. One view may ask for more by `extend`.
"""

from collections.abc import Callable, Iterable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

CSP: Final = "Content-Security-Policy"
HEADERS: Final = {
    CSP: (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "font-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class SecurityHeaders:
    """Middleware: adds what a view did not set itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def extend(response: HttpResponseBase, directive: str, sources: Iterable[str]) -> None:
    """Allow this one response further sources, as `extend(response, "img-src", [origin])`."""
    present = response.headers.get(CSP) or HEADERS[CSP]
    wanted = " ".join([directive, *sources])
    response.headers[CSP] = "; ".join(
        wanted + part.removeprefix(directive) if part.split(" ", 1)[0] == directive else part
        for part in present.split("; ")
    )
