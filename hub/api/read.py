"""The reading interface as Django knows it: each address of the table, its errors in one shape.

Calls `hub.api` and `hub.exports.archive`.
"""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from hub.api import asked, openapi, table
from hub.api.asked import Asked
from hub.api.guard import refuse, with_token
from hub.api.table import ROOT, ROUTES, TAKE, TAKEN, Route
from hub.api.tokens import Reader
from hub.audit import recorder
from hub.exports import archive
from hub.exports.scope import Wanted
from wire.refusals import Refused

RETRY_S: Final = 60
"""So long whoever takes out an export waits for his next one, at least."""
READS: Final = ("GET", "HEAD")
PARTS: Final = {"{sha256}": "<sha256:sha256>", "{number}": "<int:number>"}
View = Callable[..., HttpResponseBase]


def urls() -> list[URLPattern]:
    """All addresses; what is below ROOT and none of them is answered in the same shape."""
    found = [path(ROOT + _pattern(one.path), _view(one), name=one.name) for one in ROUTES]
    return [
        path(f"{ROOT}openapi.json", described, name="api-openapi"),
        *found,
        re_path(rf"^{ROOT}[\s\S]*\Z", nowhere, name="api-nowhere"),
    ]


def described(request: HttpRequest) -> HttpResponse:
    """The description, for everybody: it holds nothing of the township."""
    if request.method not in READS:
        return _wrong_method(READS)
    return JsonResponse(openapi.document(), json_dumps_params={"ensure_ascii": False})


@with_token(None)
def nowhere(_request: HttpRequest, **_: Reader) -> HttpResponse:
    """No such address."""
    return refuse("not_found", 404)


def _view(route: Route) -> View:
    reading = with_token(route.may)(_reading(route))
    if route.path != TAKEN:
        return reading
    taking = with_token(route.may, act=TAKE)(_take)

    @csrf_exempt
    def either(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        return (taking if request.method == "POST" else reading)(request, **parts)

    setattr(either, recorder.BY_PROGRAM, True)
    return either


def _reading(route: Route) -> View:
    methods = (*READS, "POST") if route.path == TAKEN else READS

    def view(request: HttpRequest, reader: Reader, **parts: Any) -> HttpResponse:
        if request.method not in READS:
            return _wrong_method(methods)
        try:
            wanted = asked.read(dict(request.GET.lists()), route.params)
        except Refused as no:
            return refuse(no.code, 400, no.detail)
        if not _sees(reader, wanted):
            return refuse("not_permitted", 403, "another village")
        found = route.answer(reader, wanted, **parts)
        if found is None:
            return refuse("not_found", 404)
        return JsonResponse(found, json_dumps_params={"ensure_ascii": False})

    return view


def _take(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    """An export, streamed."""
    try:
        wanted = _wanted(request.body)
    except Refused as no:
        return refuse(no.code, 400, no.detail)
    try:
        pieces = archive.take(wanted, person=reader.person, by=reader.token.name)
    except Refused as no:
        return refuse(no.code, 429, retry_s=RETRY_S)
    reply = StreamingHttpResponse(pieces, content_type=openapi.EXPORT)
    reply["Content-Disposition"] = 'attachment; filename="export.tar"'
    return reply


def _wanted(body: bytes) -> Wanted:
    """Raises Refused('bad_request')."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("bad_request", "JSON expected") from error
    if not isinstance(fields, dict) or fields.keys() - table.WANTED["properties"].keys():
        raise Refused("bad_request", f"only: {' '.join(table.WANTED['properties'])}")
    if not all(isinstance(one, str) for one in fields.values()):
        raise Refused("bad_request", "texts expected")
    given = asked.read({name: [text] for name, text in fields.items()}, table.WANTED_PARAMS)
    return Wanted(given.text("village") or None, *_days(given))


def _days(given: Asked) -> tuple[date | None, date | None]:
    return given.day("since"), given.day("until")


def _sees(reader: Reader, wanted: Asked) -> bool:
    village = wanted.text("village")
    return not village or reader.sees(village)


def _pattern(route: str) -> str:
    return re.sub(r"\{\w+\}", lambda part: PARTS[part[0]], route)


def _wrong_method(methods: tuple[str, ...]) -> HttpResponse:
    answer = refuse("wrong_method", 405)
    answer.headers["Allow"] = ", ".join(methods)
    return answer
