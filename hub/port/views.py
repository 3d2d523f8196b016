"""The page of the port: tokens made and withdrawn, exports taken out, notices sent or not.

Calls `hub.api`, `hub.audit.erasures`, `hub.exports`, `hub.notices`, `hub.people.session`,
`hub.records` and `hub.config`. For the township's inspectors; a token made here is its maker's own,
and is shown once.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from hub import days
from hub.api import listed, scopes
from hub.api.limits import limits
from hub.api.models import Token
from hub.api.openapi import EXPORT
from hub.api.scopes import SCOPES
from hub.api.tokens import create_token
from hub.api.tokens import revoke as withdraw
from hub.audit import erasures
from hub.clock import moment, now_ms
from hub.config import config
from hub.exports import archive
from hub.exports.models import BulkExport
from hub.exports.scope import Wanted
from hub.notices import shown
from hub.people import roster
from hub.people.roster import Staff
from hub.people.session import refused, require
from hub.records import filters, paging
from wire.refusals import Refused

OFFICE: Final = "township.inspector"
PER_PAGE: Final = 30
NAME: Final = 64
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@require_safe
@require(OFFICE)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """All of it."""
    return _page(request, staff)


@require_POST
@require(OFFICE)
def new(request: HttpRequest, staff: Staff) -> HttpResponse:
    """A token of one's own; it reads no more than its maker does."""
    typed = {name: request.POST.get(name, "").strip() for name in ("name", "days", "village")}
    may = [one for one in request.POST.getlist("may") if one in SCOPES]
    most = limits(config()).token_days
    if wrong := _wrong(typed, may, most):
        return _page(request, staff, "new", typed, wrong, may=may)
    try:
        token = create_token(
            typed["name"],
            person=staff.person.id,
            may=may,
            villages=[typed["village"]] if typed["village"] else [],
            days=int(typed["days"]),
        )
    except Refused as no:
        return refused(request, no.code, no.detail)
    return _page(request, staff, token=token)


@require_POST
@require(OFFICE)
def revoke(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:  # noqa: ARG001
    """Anybody's token, for good."""
    withdraw(get_object_or_404(Token, pk=number), now_ms())
    return redirect("port:index")


@require_POST
@require(OFFICE)
def export(request: HttpRequest, staff: Staff) -> HttpResponseBase:
    """A span of days or a village, as one archive."""
    typed = {name: request.POST.get(name, "").strip() for name in ("village", "since", "until")}
    found = {name: days.read(typed[name]) for name in ("since", "until")}
    wrong = {name: days.wrong(typed[name]) for name in found if typed[name] and not found[name]}
    if typed["village"] and typed["village"] not in dict(filters.villages()):
        wrong["village"] = "没有这个村，请从列表里选。"
    if found["since"] and found["until"] and found["until"] < found["since"]:
        wrong["until"] = "结束日期在开始日期之前，请改正。"
    if wrong:
        return _page(request, staff, "export", typed, wrong)
    wanted = Wanted(typed["village"] or None, found["since"], found["until"])
    try:
        pieces = archive.take(wanted, person=staff.person.id)
    except Refused as no:
        return refused(request, no.code, no.detail, status=429)
    reply = StreamingHttpResponse(pieces, content_type=EXPORT)
    reply["Content-Disposition"] = 'attachment; filename="export.tar"'
    reply["Cache-Control"] = "private, no-store"
    return reply


def _page(
    request: HttpRequest,
    staff: Staff,
    form: str = "",
    typed: Mapping[str, str] = NOTHING,
    wrong: Mapping[str, str] = NOTHING,
    *,
    may: list[str] | None = None,
    token: str = "",
) -> HttpResponse:
    now, most = now_ms(), limits(config()).token_days
    page = paging.cut(BulkExport.objects.all(), "-pk", request.GET, PER_PAGE)
    found, names = BulkExport.objects.in_bulk(page.ids), roster.labels()
    villages = dict(filters.villages())
    context = {
        "staff": staff,
        "tokens": listed.tokens(now),
        "token": token,
        "scopes": [(name, zh, name in (may or ())) for name, (zh, _) in SCOPES.items()],
        "most": most,
        "villages": villages.items(),
        "page": page,
        "exports": [
            (
                one,
                names.get(one.person, one.person),
                villages.get(one.village, one.village),
                moment(one.begun_ms),
                _hash(one),
            )
            for one in (found[pk] for pk in page.ids)
        ],
        "notices": shown.shown(config(), now),
        "periods": erasures.told(config(), "notices", "uses"),
        "forms": {
            name: (typed, wrong) if name == form else (NOTHING, NOTHING)
            for name in ("new", "export")
        },
    }
    reply = render(request, "port/index.html", context, status=400 if wrong else 200)
    reply["Cache-Control"] = "private, no-store"
    return reply


def _wrong(typed: Mapping[str, str], may: list[str], most: int) -> Mapping[str, str]:
    """Field → what is wrong with it, as a sentence."""
    found = {}
    name, lasts = typed["name"], typed["days"]
    if not name or len(name) > NAME or not name.isprintable():
        found["name"] = f"请起个名字，最多 {NAME} 字，例如：周检电脑。"
    elif Token.objects.filter(name=name).exists():
        found["name"] = "已经有叫这个名字的令牌，请换一个。"
    if not (lasts.isascii() and lasts.isdecimal() and 1 <= int(lasts[:9]) <= most):
        found["days"] = f"请填 1 到 {most} 天。"
    if not may:
        found["may"] = "请至少选一项。"
    if typed["village"] and typed["village"] not in dict(filters.villages()):
        found["village"] = "没有这个村，请从列表里选。"
    elif typed["village"] and set(may) & set(scopes.WHOLE):
        names = "、".join(SCOPES[one][0] for one in scopes.WHOLE)
        found["may"] = f"只限一个村的令牌不能读：{names}。"
    return found


def _hash(one: BulkExport) -> str:
    return "" if one.sha256 is None else bytes(one.sha256).hex()
