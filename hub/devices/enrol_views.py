"""The enrolment site: how machines get certificates. Nobody logs in here, and no person is served.

Calls `hub.devices.{joining,rate}`, `hub.blobs.peer`, `hub.config` and `wire.provisioning`. TLS
shows the server's certificate and demands none; renewal and standing need a machine's own.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from hub.blobs import peer
from hub.clock import now_ms
from hub.config import config
from hub.devices.joining import Joining
from hub.devices.rate import Rate
from wire import cbor, shape
from wire.errors import WireError
from wire.provisioning import messages
from wire.provisioning.messages import Join, Recovery
from wire.provisioning.reasons import NotProvisioned

BURST: Final = 120
EVERY_MS: Final = 1_000
STATUS: Final = {"too_many": 429, "certificate_needed": 403}

Answer = Callable[[HttpRequest, Joining], HttpResponse]

_rate = Rate(BURST, EVERY_MS)


def _answered(answer: Answer) -> Callable[[HttpRequest], HttpResponse]:
    """The site's own manners: not too often, and every no with its code."""

    def view(request: HttpRequest) -> HttpResponse:
        try:
            if not _rate.admits(request.META.get("REMOTE_ADDR", ""), now_ms()):
                raise NotProvisioned("too_many")
            return answer(request, Joining(config(), now_ms))
        except NotProvisioned as refused:
            said = {"code": refused.code, "detail": refused.detail}
            return _reply(cbor.encode(said), STATUS.get(refused.code, 409))
        except (WireError, shape.ShapeError) as error:
            return _reply(cbor.encode({"code": "hub_garbled", "detail": str(error)}), 400)

    return view


def _ca(_: HttpRequest, joining: Joining) -> HttpResponse:
    return HttpResponse(joining.ca, content_type="application/x-pem-file")


def _join(request: HttpRequest, joining: Joining) -> HttpResponse:
    return _reply(messages.encode(joining.join(messages.decode(Join, _body(request)))))


def _standing(request: HttpRequest, joining: Joining) -> HttpResponse:
    return _reply(messages.encode(joining.standing(_device(request))))


def _renew(request: HttpRequest, joining: Joining) -> HttpResponse:
    csr = messages.CSR.load(_body(request))
    return _reply(
        joining.renew(_device(request), csr, _issuer(request)), kind="application/x-pem-file"
    )


def _challenge(request: HttpRequest, joining: Joining) -> HttpResponse:
    device = shape.DEVICE.load(request.GET.get("device", ""))
    return _reply(joining.challenge(device).encode(), kind="text/plain")


def _recover(request: HttpRequest, joining: Joining) -> HttpResponse:
    asked = messages.decode(Recovery, _body(request))
    return _reply(joining.recover(asked, _issuer(request)), kind="application/x-pem-file")


def _issuer(request: HttpRequest) -> str | None:
    found: str | None = request.GET.get(messages.ISSUER)
    return found


def _device(request: HttpRequest) -> str:
    device = peer.device(request)
    if device is None:
        raise NotProvisioned("certificate_needed")
    return device


def _body(request: HttpRequest) -> bytes:
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > messages.REQUEST_LIMIT:
        raise WireError(messages.CODE, f"at most {messages.REQUEST_LIMIT} bytes expected")
    return request.read(int(length))


def _reply(data: bytes, status: int = 200, kind: str = messages.CONTENT_TYPE) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(data, status=status, content_type=kind, headers=headers)


ca = require_GET(_answered(_ca))
join = require_POST(_answered(_join))
standing = require_GET(_answered(_standing))
renew = require_POST(_answered(_renew))
challenge = require_GET(_answered(_challenge))
recover = require_POST(_answered(_recover))
