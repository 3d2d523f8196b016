"""The public page on which a villager asks about something published, and looks for the answer.

Calls `hub.affairs`, `hub.requests` and `hub.config`. No session, no cookie; a wrong code and none
are the same answer.
"""

import re
from collections.abc import Mapping
from typing import Final

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from hub.affairs import gather, limits, questions
from hub.affairs.models import Published
from hub.clock import moment, now_ms
from hub.config import config
from hub.requests import codes, rates
from hub.requests.look_views import answered
from wire.refusals import Refused

_SERIES: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DRAWN: Final = Signer(salt="hub.affairs.drawn")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, name: str) -> HttpResponse:
    """The form for one thing that was published, then the receipt code."""
    row = _newest(name)
    if request.method != "POST":
        return _form(request, row, {}, {}, _DRAWN.sign(codes.drawn()))
    values = {one: " ".join(request.POST.get(one, "").split()) for one in questions.LENGTHS}
    wrong = questions.wrong(values)
    drawn = request.POST.get("drawn", "")
    try:
        value = _DRAWN.unsign(drawn)
    except BadSignature:
        value, drawn = "", _DRAWN.sign(codes.drawn())
        wrong.setdefault("words", "请再按一次“提交”。")
    if wrong:
        return _form(request, row, values, wrong, drawn)
    figures = limits.limits(config())
    try:
        code = questions.ask(
            row, values, drawn=value, days_to_answer=figures.answer_days,
            most_per_day=figures.questions_per_day, now_ms=now_ms(),
        )  # fmt: skip
    except Refused as no:
        return _form(request, row, values, {"words": no.detail}, drawn)
    told = {"code": codes.spoken(code), "days": figures.answer_days}
    return answered(request, "asked", told)


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """By the receipt code: the answer, or by when there will be one."""
    if request.method != "POST":
        return answered(request, "ask_look", {})
    code = request.POST.get("code", "")
    found = questions.find(code) if rates.look(now_ms()) else None
    if found is None:
        return answered(request, "ask_look", {"typed": code[:40], "wrong": True}, status=404)
    if "withdraw" in request.POST and "sure" in request.POST:
        questions.withdraw(found, now_ms())
        return answered(request, "ask_look", {"withdrawn": True})
    context = {
        "found": found,
        "code": codes.read(code),
        "unsure": "withdraw" in request.POST,
        "title": _title(found.published),
        "at": moment(found.at_ms),
        "until": moment(found.until_ms),
        "answered": moment(found.answered_ms or 0),
        "late": (found.answered_ms or now_ms()) > found.until_ms,
    }
    return answered(request, "ask_look", context, status=400 if context["unsure"] else 200)


def _newest(name: str) -> Published:
    """The newest edition of that series, in hex digits; raises Http404."""
    if not _SERIES.fullmatch(name):
        raise Http404
    rows = Published.objects.filter(series=bytes.fromhex(name))
    rows = rows.select_related("edition__subject")
    found = rows.order_by("-number").first()
    if found is None:
        raise Http404
    return found


def _title(row: Published) -> str:
    """As the public reads it."""
    return gather.titles([row], now_ms()).get(row.pk, "")


def _form(
    request: HttpRequest, row: Published, values: Mapping[str, str],
    wrong: Mapping[str, str], drawn: str,
) -> HttpResponse:  # fmt: skip
    context = {
        "title": _title(row),
        "typed": values,
        "wrong": wrong,
        "drawn": drawn,
        "days": limits.limits(config()).answer_days,
    }
    return answered(request, "ask", context, status=400 if wrong else 200)
