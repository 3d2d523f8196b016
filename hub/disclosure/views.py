"""The public pages: villages, one village, one stamp, QR codes, the log and its proofs. Read only.

Calls `hub.disclosure`, `hub.cosign.shown`, `hub.log.store`, `hub.config` and `wire.stamp_code`.
"""

from collections.abc import Callable
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
from hub.disclosure import logfiles, queries, stamps
from hub.disclosure.queries import Village
from hub.disclosure.stamps import NoStampError, TwoStampsError
from hub.ingest.models import Record
from hub.log import store
from hub.log.store import NotLoggedError
from wire.stamp_code import StampCode, link

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
        "heirs": queries.heirs(where),
        "before": queries.before(where),
        "address": _address(where),
        "page": page,
        "lines": lines,
        "outside": queries.outside(where),
        "witness": witnessed(now_ms()),
        "months": queries.sums(where),
        "allowed": [(one, queries.approvals_of(one)) for one in queries.items_of("allowed")],
        "asked_for": queries.asked_for(where),
        "forbidden": queries.items_of("forbidden"),
        "escalate": queries.items_of("escalate"),
    }
    return _page(request, "village", context)


@require_safe
def qr(_request: HttpRequest, name: str) -> HttpResponse:
    """The QR code of a village's page, as a picture for screens and notice boards."""
    return _drawn(_address(_village(name)))


@require_safe
def stamp(request: HttpRequest, entry: str) -> HttpResponse:
    """One stamp: what it was, and where to have it verified. Printed, the slip for the paper."""
    record = _stamp(entry)
    found = queries.stamp(record)
    if found is None:
        raise Http404
    where, line = found
    context = {
        "village": where,
        "line": line,
        "in_log": stamps.in_log(record),
        "verify": _verify(record),
        "number": StampCode.of(config().township, bytes(record.entry_hash)).spoken,
        "county": config().origins.county,
    }
    return _page(request, "stamp", context)


@require_safe
def stamp_qr(_request: HttpRequest, entry: str) -> HttpResponse:
    """The QR code that leads to the county's page, as a picture for the stamped paper."""
    return _drawn(_verify(_stamp(entry)))


@require_safe
def stamp_proof(_request: HttpRequest, entry: str) -> HttpResponse:
    """The proof file of the stamp of that hash."""
    return _proof_of(lambda: stamps.by_hash(entry))


@require_safe
def coded_proof(_request: HttpRequest, digits: str) -> HttpResponse:
    """The proof file of the stamp of that number; 409 where two have it."""
    return _proof_of(lambda: stamps.by_number(digits, config().township))


@require_safe
def log_file(_request: HttpRequest, path: str) -> HttpResponse:
    """The log's checkpoint or one of its tiles."""
    return logfiles.answer(settings.STATE / "public" / "log", path)


@require_safe
def former_log_file(_request: HttpRequest, number: int, path: str) -> HttpResponse:
    """The same of a log that ended when it lost leaves; they count from 1."""
    return logfiles.answer(settings.STATE / "public" / "former" / f"{number}", path)


@require_safe
def proof(_request: HttpRequest, index: int) -> HttpResponse:
    """The proof file (C2SP tlog-proof) of one leaf of the log."""
    try:
        data = store.proof_file(index)
    except NotLoggedError as error:
        raise Http404 from error
    return _file(data, f"proof-{index}.txt")


def _proof_of(find: Callable[[], Record]) -> HttpResponse:
    """The file, or a refusal that the county's page can read; 404 also while it is not logged."""
    try:
        record = find()
        return _file(stamps.proof(record), f"stamp-{record.device}-{record.seq}.txt")
    except TwoStampsError:
        return _open_to_all(HttpResponse(status=409))
    except (NoStampError, NotLoggedError):
        return _open_to_all(HttpResponse(status=404))


def _file(data: bytes, name: str) -> HttpResponse:
    reply = HttpResponse(data, content_type="text/plain; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    reply["Cache-Control"] = FRESH
    return _open_to_all(reply)


def _open_to_all(reply: HttpResponse) -> HttpResponse:
    reply["Access-Control-Allow-Origin"] = "*"
    return reply


def _drawn(address: str) -> HttpResponse:
    drawn = BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", scale=6, border=4, xmldecl=False)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


def _page(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    reply = render(request, f"public/{name}.html", context)
    reply["Cache-Control"] = FRESH
    return reply


def _village(name: str) -> Village:
    found = queries.village(name)
    if found is None:
        raise Http404
    return found


def _stamp(entry: str) -> Record:
    try:
        return stamps.by_hash(entry)
    except NoStampError as error:
        raise Http404 from error


def _verify(record: Record) -> str:
    """The county's address that verifies this stamp."""
    return link(config().origins.county, config().township, bytes(record.entry_hash))


def _address(where: Village) -> str:
    return config().origins.public + reverse("public:village", args=[where.id])
