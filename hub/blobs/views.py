"""Machines send photos and fetch approved pages here; nobody else gets in, and nothing else out.

Calls `hub.blobs`, `wire`, and whatever knows the township's machines and their grants, by the names
in MACHINES and GRANTED: this mechanism must not depend on a matter. A machine that the officers
took off their list has a certificate still, and no business here. A photo is read before it is
refused, too: bytes left unread would stand in front of the connection's next request.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hub.blobs import peer, store
from wire.approval import subject
from wire.lists.content import Grant
from wire.refusals import to_dict

PHOTO_LIMIT: Final = 16 << 20
JPEG: Final = b"\xff\xd8\xff"
GRANTED: Final = "hub.applications.granted.granted"
MACHINES: Final = "hub.devices.authority.machines"


@csrf_exempt
@require_http_methods(["GET", "PUT"])
def blob(request: HttpRequest, name: str) -> HttpResponse:
    """One blob by its SHA-256 in hex, for the machine whose certificate TLS verified."""
    device, sent = peer.device(request), _sent(request)
    if device is None:
        return _refuse(403, "not_permitted", "no machine's certificate")
    machines: Callable[[], Mapping[str, object]] = import_string(MACHINES)
    if device not in machines():
        return _refuse(403, "not_permitted", "on no village's list of machines")
    if request.method == "PUT":
        return _put(request, sent, device, bytes.fromhex(name))
    return _get(device, bytes.fromhex(name))


def _sent(request: HttpRequest) -> bytes:
    """What the request carries, nothing where its length is not given or too large."""
    length = request.META.get("CONTENT_LENGTH") or ""
    fits = length.isdecimal() and int(length) <= PHOTO_LIMIT
    return request.read(int(length)) if fits else b""


def _put(request: HttpRequest, data: bytes, device: str, sha256: bytes) -> HttpResponse:
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        return _refuse(411, "bad_request", "a length is needed")
    if int(length) > PHOTO_LIMIT:
        return _refuse(413, "bad_request", f"more than {PHOTO_LIMIT} bytes")
    if not data.startswith(JPEG):
        return _refuse(415, "bad_request", "not a JPEG")
    if hashlib.sha256(data).digest() != sha256:
        return _refuse(422, "bad_request", "other bytes than named")
    store.put(data, "photo", device)
    return HttpResponse(status=204)


def _get(device: str, sha256: bytes) -> HttpResponse:
    granted: Callable[[str], list[Grant]] = import_string(GRANTED)
    named = any(sha256 in subject.decode(grant.subject).pages for grant in granted(device))
    data = store.get(sha256) if named else None
    if data is None:
        return _refuse(404, "not_permitted", "no page of this machine's grants")
    return HttpResponse(
        data, content_type="application/octet-stream", headers={"Cache-Control": "private"}
    )


def _refuse(status: int, code: str, detail: str) -> HttpResponse:
    return JsonResponse(to_dict(code, detail), status=status)
