"""The inspectors' pages: all entries, one entry, its raw bytes, photos, their reviews. Only they
may read here.

Calls `hub.people.session`, `hub.cosign.shown`, `hub.blobs.store`, `hub.searches` and `hub.records`.
A list takes the same number of queries however long it is.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hub.blobs import store
from hub.clock import moment, now_ms
from hub.cosign.shown import witnessed
from hub.ingest.models import Conflict, Record
from hub.people.roster import Staff
from hub.people.session import refused, require
from hub.records import demands as asked
from hub.records import filters, index, paging, queries, read, reviews, timeline, told, words
from hub.records.models import RecordIndex
from hub.records.notices import fingerprint
from hub.searches import kept
from wire.refusals import Refused

OFFICE: Final = "township.inspector"
ABOUT: Final = "records"
PER_PAGE: Final = 30
PHOTOS: Final = "/records/photos/"
PRIVATE: Final = "private, no-store"


@require_safe
@require(OFFICE)
def listed(request: HttpRequest, staff: Staff) -> HttpResponse:
    """All entries, the newest first, narrowed as asked; conflicts above them."""
    found = _sought(request, staff)
    if found is None:
        raise Http404
    sought, again = found
    query, path = sought.rows(staff.person.id)
    if sought.wrong:
        query = query.none()
    page = paging.cut(query, f"-{path}{sought.by}", request.GET, PER_PAGE, pk=f"{path}id")
    context = {
        "staff": staff,
        "page": page,
        "rows": queries.rows(_in_order(page.ids)),
        "conflicts": [_conflict(one) for one in queries.conflicts()],
        "sought": sought,
        "again": again,
        "kinds": [(name, pair[0]) for name, pair in words.KINDS.items()],
        "villages": filters.villages(),
        "devices": filters.devices(),
        "items": filters.items(),
        "mine": filters.MINE.items(),
        "behind": index.behind() if sought.indexed else 0,
        "witness": witnessed(now_ms()),
    }
    return _private(render(request, "records/index.html", context))


@require_POST
@require(OFFICE)
def search(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Look for something: it is kept, and the list has its number in its address, not its words."""
    values = filters.values(request.POST)
    if not any(values.values()):
        return redirect("records:index")
    made = kept.keep(staff.person.id, ABOUT, values, now_ms())
    return redirect(f"{reverse('records:index')}?search={made.pk}")


@require_safe
@require(OFFICE)
def demands(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Who demanded papers that villages do not stamp, newest first."""
    records = Record.objects.filter(kind=asked.KIND)
    page = paging.cut(records, "-id", request.GET, PER_PAGE)
    found = asked.demands(queries.rows(_in_order(page.ids)))
    context = {"staff": staff, "page": page, "demands": found, "counted": asked.counted(found)}
    return _private(render(request, "records/demands.html", context))


@require_safe
@require(OFFICE)
def detail(request: HttpRequest, name: str, staff: Staff) -> HttpResponse:
    """One entry, decoded field by field."""
    return _detail(request, _record(name), staff)


@require_safe
@require(OFFICE)
def stamps(request: HttpRequest, name: str, staff: Staff) -> HttpResponse:
    """The story of one application, by its hash."""
    found = timeline.story(bytes.fromhex(name), witnessed(now_ms()))
    if found is None:
        raise Http404
    context = {
        "staff": staff,
        "story": found,
        "fingerprint": fingerprint(found.grant),
        "photos": PHOTOS,
    }
    return _private(render(request, "records/story.html", context))


@require_POST
@require(OFFICE)
def review(request: HttpRequest, name: str, staff: Staff) -> HttpResponse:
    """One inspector's review of one record."""
    record = _record(name)
    typed = {field: request.POST.get(field, "") for field in ("verdict", "words")}
    row = queries.rows([record])[0]
    if not row.reviewable:
        return refused(request, "bad_request", "reviewed with its emergency, or not at all")
    if reviews.may(record, row.opened, staff.person.id):
        wrong = reviews.wrong(record, **typed)
        if wrong:
            return _detail(request, record, staff, typed, wrong)
    try:
        reviews.add(record, row.opened, person=staff.person.id, now_ms=now_ms(), **typed)
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


def _detail(
    request: HttpRequest,
    record: Record,
    staff: Staff,
    typed: Mapping[str, str] = MappingProxyType({}),
    wrong: Mapping[str, str] = MappingProxyType({}),
) -> HttpResponse:
    row, names = queries.rows([record])[0], filters.names()
    rivals = Conflict.objects.filter(device=record.device, seq=record.seq)
    context = {
        "staff": staff,
        "row": row,
        "fields": [
            (words.FIELDS[one.name], one, told.text(one, row.entry.body[one.name], names))
            for one in read.fields(row.entry, row.opened)
        ],
        "conflicts": [_conflict(one) for one in rivals],
        "witness": witnessed(now_ms()),
        "verdicts": reviews.WORDS.items(),
        "may_review": row.reviewable and reviews.may(record, row.opened, staff.person.id),
        "typed": typed,
        "wrong": wrong,
        "grant": RecordIndex.objects.filter(record=record, grant__isnull=False).first(),
    }
    page = render(request, "records/detail.html", context, status=400 if wrong else 200)
    return _private(page)


def _sought(request: HttpRequest, staff: Staff) -> tuple[filters.Sought, str] | None:
    """What is looked for, and the address's query for its next page; None for another's search.

    What an address itself asks for is kept, too; a person is not looked for by address.
    """
    number = request.GET.get("search", "")
    if number:
        asked = kept.own(number, staff.person.id, ABOUT)
        return None if asked is None else (filters.read(asked), urlencode({"search": number}))
    sought = filters.by_address(request.GET)
    if sought.query and not {"after", "before"} & request.GET.keys():
        kept.keep(staff.person.id, ABOUT, sought.values, now_ms())
    return sought, sought.query


def _in_order(ids: Sequence[int]) -> list[Record]:
    """The records of these ids, in their order."""
    found = Record.objects.in_bulk(ids)
    return [found[one] for one in dict.fromkeys(ids)]


def _record(name: str) -> Record:
    return get_object_or_404(Record, entry_hash=bytes.fromhex(name))


def _conflict(found: Conflict) -> dict[str, object]:
    return {
        "id": found.pk,
        "device": found.device,
        "seq": found.seq,
        "reason": words.RIVALS.get(found.reason, found.reason),
        "at": moment(found.received_ms),
    }


def _hex(data: bytes, filename: str) -> HttpResponse:
    reply = HttpResponse(data.hex() + "\n", content_type="text/plain; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{filename}"'
    return _private(reply)


def _private(reply: HttpResponse) -> HttpResponse:
    reply["Cache-Control"] = PRIVATE
    return reply
