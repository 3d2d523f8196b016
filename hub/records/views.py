"""The inspectors' pages: all entries, one entry, its raw bytes, photos, their reviews. Only they
may read here.

Calls `hub.people.session`, `hub.cosign.shown`, `hub.blobs.store` and `hub.records`.
"""

from typing import Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from hub.blobs import store
from hub.clock import now_ms
from hub.cosign.shown import witnessed
from hub.ingest.models import Conflict, Record
from hub.people.roster import Staff
from hub.people.session import refused, require
from hub.records import demands as asked
from hub.records import queries, read, reviews, words
from hub.records.read import moment
from wire.refusals import Refused

OFFICE: Final = "township.inspector"
PER_PAGE: Final = 30
PRIVATE: Final = "private, no-store"


@require_safe
@require(OFFICE)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """All entries, newest first, of one kind or machine if asked; conflicts above them."""
    records = Record.objects.order_by("-received_ms", "-id")
    kind, device = request.GET.get("kind", ""), request.GET.get("device", "")
    if kind in words.KINDS:
        records = records.filter(kind=kind)
    if device:
        records = records.filter(device=device)
    page = Paginator(records, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "staff": staff,
        "page": page,
        "rows": queries.rows(list(page.object_list)),
        "conflicts": [_conflict(one) for one in queries.conflicts()],
        "kinds": [(name, pair[0]) for name, pair in words.KINDS.items()],
        "kind": kind,
        "devices": Record.objects.order_by("device").values_list("device", flat=True).distinct(),
        "device": device,
        "witness": witnessed(now_ms()),
    }
    return _private(render(request, "records/index.html", context))


@require_safe
@require(OFFICE)
def demands(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Who demanded papers that villages do not stamp, newest first."""
    records = Record.objects.filter(kind=asked.KIND).order_by("-received_ms", "-id")
    page = Paginator(records, PER_PAGE).get_page(request.GET.get("page"))
    found = asked.demands(queries.rows(list(page.object_list)))
    context = {"staff": staff, "page": page, "demands": found, "counted": asked.counted(found)}
    return _private(render(request, "records/demands.html", context))


@require_safe
@require(OFFICE)
def detail(request: HttpRequest, name: str, staff: Staff) -> HttpResponse:
    """One entry, decoded field by field."""
    record = _record(name)
    row = queries.rows([record])[0]
    fields = [(words.FIELDS[one.name], one) for one in read.fields(row.entry, row.opened)]
    rivals = Conflict.objects.filter(device=record.device, seq=record.seq)
    conflicts = [_conflict(one) for one in rivals]
    context = {
        "staff": staff,
        "row": row,
        "fields": fields,
        "conflicts": conflicts,
        "witness": witnessed(now_ms()),
        "verdicts": reviews.WORDS.items(),
        "may_review": reviews.may(record, row.opened, staff.person.id),
    }
    return _private(render(request, "records/detail.html", context))


@require_POST
@require(OFFICE)
def review(request: HttpRequest, name: str, staff: Staff) -> HttpResponse:
    """One inspector's review of an emergency or a use outside the machine."""
    record = _record(name)
    try:
        reviews.add(
            record,
            queries.rows([record])[0].opened,
            person=staff.person.id,
            verdict=request.POST.get("verdict", ""),
            words=request.POST.get("words", ""),
            now_ms=now_ms(),
        )
    except Refused as no:
        return refused(request, no.code, no.detail)
    return redirect("records:detail", name)


@require_safe
@require(OFFICE)
def raw(_request: HttpRequest, name: str, **_: Staff) -> HttpResponse:
    """The signed bytes of an entry as hexadecimal text."""
    record = _record(name)
    return _hex(bytes(record.envelope), f"{record.device}-{record.seq}.hex")


@require_safe
@require(OFFICE)
def rival(_request: HttpRequest, number: int, **_: Staff) -> HttpResponse:
    """The signed bytes of an entry that contradicts a stored one."""
    found = get_object_or_404(Conflict, pk=number)
    return _hex(bytes(found.envelope), f"{found.device}-{found.seq}-conflict-{number}.hex")


@require_safe
@require(OFFICE)
def photo(_request: HttpRequest, name: str, **_: Staff) -> HttpResponse:
    """A machine's photo by its SHA-256."""
    data = store.get(bytes.fromhex(name))
    if data is None:
        raise Http404
    reply = HttpResponse(data, content_type="image/jpeg")
    reply["X-Content-Type-Options"] = "nosniff"
    return _private(reply)


def _record(name: str) -> Record:
    return get_object_or_404(Record, entry_hash=bytes.fromhex(name))


def _conflict(found: Conflict) -> dict[str, object]:
    return {
        "id": found.pk,
        "device": found.device,
        "seq": found.seq,
        "reason": found.reason,
        "at": moment(found.received_ms),
    }


def _hex(data: bytes, filename: str) -> HttpResponse:
    reply = HttpResponse(data.hex() + "\n", content_type="text/plain; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{filename}"'
    return _private(reply)


def _private(reply: HttpResponse) -> HttpResponse:
    reply["Cache-Control"] = PRIVATE
    return reply
