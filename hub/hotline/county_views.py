"""Where a report that the browser sealed for the county is taken in. No word in the clear is.

Calls `hub.hotline.{attached,county,drawn,limits,routing,shown}`, `hub.requests.codes` and
`hub.config`.
"""

from base64 import b64encode
from typing import Final

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from hub.clock import now_ms
from hub.config import ConfigError, config
from hub.hotline import attached, county, drawn
from hub.hotline.limits import limits
from hub.hotline.routing import Route
from hub.hotline.shown import page
from hub.requests import codes
from wire import county_report
from wire.refusals import Refused

MOST_BODY: Final = 128 << 10
FIELDS: Final = frozenset({"drawn", "sealed"})


def offered(request: HttpRequest, route: Route, about: str) -> HttpResponse:
    """Where to go with it, and a form that a script makes usable where there is a key."""
    words = attached.words(about, config().township)
    return _page(request, {"concern": route.zh, "about_words": words})


@require_POST
def sealed(request: HttpRequest) -> HttpResponse:
    """One that was sealed."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BODY:
        return page(request, "too_big", {}, status=413)
    data = county.sent(request.POST.get("sealed", ""))
    if _key() is None or set(request.POST) - FIELDS or request.FILES or data is None:
        return _page(request, {"wrong": "没有收：不是封好的内容。什么也没有记下。"}, status=400)
    most = limits(config()).reports_per_day
    try:
        own = drawn.read(request)
        code = county.submit(data, drawn=own, most=most, now_ms=now_ms())
    except BadSignature:
        return _kept(request, "这一页太旧了，请再点一次。")
    except Refused as no:
        return _kept(request, no.detail)
    context = {"code": codes.spoken(code), "county": True}
    return page(request, "receipt", context, upward=True)


def _kept(request: HttpRequest, words: str) -> HttpResponse:
    """What was sealed is still in the form, to be sent again."""
    return _page(request, {"wrong": words, "kept": request.POST["sealed"]}, status=400)


def _page(request: HttpRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    told = {
        "key": _key(),
        "info": county_report.INFO.decode(),
        "drawn": drawn.signed(request),
    }
    return page(request, "county", {**told, **context}, status=status, upward=True)


def _key() -> str | None:
    """A key that cannot be used is none for villagers; `sealhub doctor` says so."""
    try:
        found = county.key(config())
    except ConfigError:
        return None
    return None if found is None else b64encode(found).decode()
