"""The public pages: villages, one village, its QR code, the log and its proofs. Read only.

Calls `hub.disclosure`, `hub.cosign.shown`, `hub.log.store` and `hub.config`.
"""

from io import BytesIO
from typing import Final

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub.clock import now_ms
from hub.config import config
from hub.cosign.shown import witnessed
from hub.disclosure import logfiles, queries
from hub.disclosure.queries import Village
from hub.log import store
from hub.log.store import NotLoggedError

FRESH: Final = "public, max-age=30"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All villages of the township."""
    return _page(request, "index", {"villages": queries.villages()})


@require_safe
def village(request: HttpRequest, name: str) -> HttpResponse:
    """What one village stamped, may stamp and may not, and how to complain."""
    where = _village(name)
    page, lines = queries.openings(where, request.GET.get("page"))
    context = {
        "village": where,
        "address": _address(where),
        "page": page,
        "lines": lines,
        "outside": queries.outside(where),
        "witness": witnessed(now_ms()),
        "months": queries.sums(where),
        "allowed": queries.items_of("allowed"),
        "forbidden": queries.items_of("forbidden"),
        "escalate": queries.items_of("escalate"),
    }
    return _page(request, "village", context)


@require_safe
def qr(_request: HttpRequest, name: str) -> HttpResponse:
    """The QR code of a village's page, as a picture for screens and notice boards."""
    drawn = BytesIO()
    code = segno.make(_address(_village(name)), error="m", micro=False)
    code.save(drawn, kind="svg", scale=6, border=4, xmldecl=False)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@require_safe
def log_file(_request: HttpRequest, path: str) -> HttpResponse:
    """The log's checkpoint or one of its tiles."""
    return logfiles.answer(settings.STATE / "public" / "log", path)


@require_safe
def proof(_request: HttpRequest, index: int) -> HttpResponse:
    """The proof file (C2SP tlog-proof) of one leaf of the log."""
    try:
        data = store.proof_file(index)
    except NotLoggedError as error:
        raise Http404 from error
    reply = HttpResponse(data, content_type="text/plain; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="proof-{index}.txt"'
    reply["Access-Control-Allow-Origin"] = "*"
    reply["Cache-Control"] = FRESH
    return reply


def _page(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    reply = render(request, f"public/{name}.html", context)
    reply["Cache-Control"] = FRESH
    return reply


def _village(name: str) -> Village:
    found = queries.village(name)
    if found is None:
        raise Http404
    return found


def _address(where: Village) -> str:
    return config().origins.public + reverse("public:village", args=[where.id])
