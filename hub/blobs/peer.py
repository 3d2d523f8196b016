"""Which machine speaks: the common name of the certificate that TLS verified. Calls only `wire`."""

import ssl
from typing import Final

from django.http import HttpRequest

from hub.config import config
from hub.revoked import CRL, is_revoked
from wire import shape

RESERVED: Final = "hub-"
"""Names of the hub's own processes start with this; a machine's never does."""


def device(request: HttpRequest) -> str | None:
    """The machine's id; None where TLS verified no certificate of a machine, or one since revoked.

    gunicorn hands over the connection itself, so that no header can claim a name.
    """
    connection = request.META.get("gunicorn.socket")
    if not isinstance(connection, ssl.SSLSocket):
        return None
    certificate = connection.getpeercert() or {}
    subject, serial = certificate.get("subject", ()), certificate.get("serialNumber")
    if not isinstance(serial, str) or is_revoked(
        config().broker.ca.with_name(CRL), int(serial, 16)
    ):
        return None
    names = [pair[1] for part in _parts(subject) for pair in part if pair[0] == "commonName"]
    if len(names) != 1 or names[0].startswith(RESERVED):
        return None
    try:
        return shape.DEVICE.load(names[0])
    except shape.ShapeError:
        return None


def _parts(subject: object) -> list[tuple[tuple[str, str], ...]]:
    return list(subject) if isinstance(subject, tuple) else []
