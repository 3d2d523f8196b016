"""What all pages of the hotline's site share: the ways out, and that they are kept nowhere.

Calls `hub.config`, `hub.hotline.limits` and Django.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.config import config
from hub.hotline.limits import limits, nationwide, ways


def page(
    request: HttpRequest,
    name: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
    upward: bool = False,
) -> HttpResponse:
    """A page of the hotline; also without its middleware it is stored nowhere. `upward`: of those
    about whom it is, no telephone and no address stands on it.
    """
    told = limits(config())
    out = nationwide() if upward else ways(told)
    every = {"ways": out, "upward": upward, "limits": told, **context}
    reply = render(request, f"hotline/{name}.html", every, status=status)
    reply["Cache-Control"] = "no-store"
    reply["Referrer-Policy"] = "no-referrer"
    return reply


def beside(errors: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The sentences of each field."""
    found: dict[str, list[str]] = {}
    for name, words in errors:
        found.setdefault(name, []).append(words)
    return found
