"""The pages on which a villager reports something. No session, no cookie, no script needed.

Calls `hub.hotline.{attached,county_views,drawn,file,limits,routing,shown,uploads}`,
`hub.requests.codes` and `hub.config`.
"""

from collections.abc import Mapping
from typing import Final

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.clock import now_ms
from hub.config import config
from hub.hotline import attached, county_views, drawn, file, uploads
from hub.hotline.cards import days
from hub.hotline.limits import limits
from hub.hotline.routing import COUNTY, routes
from hub.hotline.shown import beside, page
from hub.requests import codes
from wire.refusals import Refused

MOST_BODY: Final = 64 << 20
FIELDS: Final = ("concern", "village", "about", "accused", "words", "who", *file.IDENTITY)

Errors = list[tuple[str, str]]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """First of all: whom it concerns."""
    given = {name: request.GET.get(name, "")[:100] for name in ("village", "about")}
    return _ask(request, given, [])


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form for whom the table sends to the township; for all others where to go instead."""
    given = request.POST if request.method == "POST" else request.GET
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BODY:
        return page(request, "too_big", {}, status=413)
    values = {one: given.get(one, "").strip() for one in FIELDS}
    values["about"] = attached.known(values["about"])
    villages = file.places()
    if errors := file.wrong_route(values, villages):
        return _ask(request, values, errors)
    if routes()[values["concern"]].to == COUNTY:
        return county_views.offered(request, routes()[values["concern"]], values["about"])
    if request.method != "POST":
        return _form(request, {**values, "who": "anonymous"}, villages, [])
    return _sent(request, values, villages)


@require_POST
def typed(request: HttpRequest) -> HttpResponse:
    """Whether the code that was just shown is the one that was typed back."""
    shown = codes.read(request.POST.get("shown", "")) or ""
    same = bool(shown) and codes.read(request.POST.get("code", "")) == shown
    upward = request.POST.get("county") == "1"
    context = {"code": codes.spoken(shown), "county": upward}
    if same:
        return page(request, "kept", {**context, "days": days()}, upward=upward)
    return page(request, "receipt", {**context, "wrong": True}, status=400, upward=upward)


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """A sheet to be printed and filled in by hand, for whoever reports to the county."""
    return page(request, "sheet", {}, upward=True)


def _sent(
    request: HttpRequest, values: Mapping[str, str], villages: Mapping[str, str]
) -> HttpResponse:
    errors, told = file.wrong(values), limits(config())
    found: list[uploads.Taken] = []
    if not errors:
        found, wrong = uploads.take(request.FILES.getlist("files"), told.files_max, now_ms())
        errors = [("files", one) for one in wrong]
    if errors:
        return _form(request, values, villages, errors)
    try:
        own = drawn.read(request)
        code = file.submit(values, found, drawn=own, most=told.reports_per_day, now_ms=now_ms())
    except BadSignature:
        return _form(request, values, villages, [("words", "这一页太旧了，请再点一次提交。")])
    except Refused as no:
        return _form(request, values, villages, [("words", no.detail)])
    return page(request, "receipt", {"code": codes.spoken(code)})


def _ask(request: HttpRequest, values: Mapping[str, str], errors: Errors) -> HttpResponse:
    context = {
        "typed": values,
        "routes": routes().values(),
        "villages": file.places(),
        "about_words": attached.words(values["about"], config().township),
        "errors": errors,
        "beside": beside(errors),
    }
    return page(request, "index", context, status=400 if errors else 200)


def _form(
    request: HttpRequest, values: Mapping[str, str], villages: Mapping[str, str], errors: Errors
) -> HttpResponse:
    route = routes()[values["concern"]]
    context = {
        "typed": values,
        "route": route,
        "village": villages[values["village"]] if route.village else "",
        "about_words": attached.words(values["about"], config().township),
        "errors": errors,
        "beside": beside(errors),
        "lost_files": bool(errors and request.FILES),
        "drawn": drawn.signed(request),
    }
    return page(request, "report", context, status=400 if errors else 200)
