"""What inspectors' tools read: openings, lists, photos, county roots. GET only, by token.

Calls `hub.api.{guard,tokens}`, `hub.ingest.models`, `hub.devices`, `hub.blobs` and `wire.cbor`.
Entries themselves are in the log's public tiles.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from hub.api.guard import with_token
from hub.api.tokens import Reader
from hub.blobs import store
from hub.devices.models import Authority, ListVersion
from hub.ingest.models import Openings
from wire import cbor
from wire.lists import package
from wire.refusals import to_dict

PER_PAGE: Final = 256
LAST: Final = 2**63 - 1
JPEG: Final = b"\xff\xd8\xff"


@require_GET
@with_token("openings")
def openings(request: HttpRequest, **_: Reader) -> HttpResponse:
    """{items: [[id, entry hash, openings]]} after that id; an empty page is the last."""
    after = request.GET.get("after", "0")
    if not after.isascii() or not after.isdecimal() or len(after) > 19 or int(after) > LAST:
        return _refuse(400, "bad_request", "after: a number is expected")
    rows = Openings.objects.filter(id__gt=int(after)).order_by("id")[:PER_PAGE]
    return _cbor({"items": [[one.pk, bytes(one.entry_hash), bytes(one.data)] for one in rows]})


@require_GET
@with_token("lists")
def lists(_request: HttpRequest, **_: Reader) -> HttpResponse:
    """{lists: [[device, version, SHA-256]]}: every list ever published."""
    rows = ListVersion.objects.order_by("device", "version")
    named = rows.values_list("device", "version", "sha256")
    return _cbor({"lists": [[device, version, bytes(sha256)] for device, version, sha256 in named]})


@require_GET
@with_token("lists")
def bundle(_request: HttpRequest, name: str, **_: Reader) -> HttpResponse:
    """One list as the machine got it."""
    found = ListVersion.objects.filter(sha256=bytes.fromhex(name)).first()
    if found is None or not found.bundle:
        return _refuse(404, "bad_request", "no such list")
    return HttpResponse(bytes(found.bundle), content_type="application/cbor")


@require_GET
@with_token("openings")
def photo(_request: HttpRequest, name: str, **_: Reader) -> HttpResponse:
    """One photo that a machine sent."""
    data = store.get(bytes.fromhex(name))
    if data is None or not data.startswith(JPEG):
        return _refuse(404, "bad_request", "no such photo")
    return HttpResponse(data, content_type="image/jpeg")


@require_GET
@with_token("lists")
def roots(_request: HttpRequest, **_: Reader) -> HttpResponse:
    """{roots: [county root]}, the first one first. A tool checks them against its own."""
    newest = Authority.objects.order_by("-version").first()
    known = package.decode(bytes(newest.package)).roots if newest else ()
    return _cbor({"roots": list(known)})


def _cbor(value: object) -> HttpResponse:
    return HttpResponse(cbor.encode(value), content_type="application/cbor")


def _refuse(status: int, code: str, detail: str) -> HttpResponse:
    return JsonResponse(to_dict(code, detail), status=status)
