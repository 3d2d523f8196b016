"""Whether the township itself says that it has photos: what a stick brings in the place of an
answer over TLS. Calls only `wire`.

The same trust as there: a server certificate of the township's own authority. A machine's
certificate is none.
"""

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from wire import carried
from wire.errors import WireError


def photos(data: bytes, *, device: str, ca: Path, now_ms: int) -> frozenset[bytes]:
    """The photos that the township has of this machine; raises WireError where it did not say so.

    `ca`: the township's certificate authorities (PEM).
    """
    held = carried.decode_held(data)
    if held.device != device:
        raise WireError(carried.CODE, f"of {held.device}")
    try:
        authorities = x509.load_pem_x509_certificates(ca.read_bytes())
        certificate = x509.load_der_x509_certificate(held.certificate)
        _issued(certificate, authorities)
        _check(certificate, datetime.fromtimestamp(now_ms / 1000, UTC))
        key = certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise WireError(carried.CODE, "not a P-256 key")
        signed = carried.to_be_signed(held.device, held.photos)
        key.verify(held.signature, signed, ec.ECDSA(hashes.SHA256()))
    except OSError as error:
        raise WireError(carried.CODE, f"the township's certificate: {error}") from error
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound) as error:
        raise WireError(carried.CODE, f"not signed by the township: {error!r}") from error
    return frozenset(held.photos)


def _issued(certificate: x509.Certificate, authorities: list[x509.Certificate]) -> None:
    for one in authorities:
        try:
            return certificate.verify_directly_issued_by(one)
        except (ValueError, InvalidSignature):
            continue
    raise InvalidSignature("by none of the township's authorities")


def _check(certificate: x509.Certificate, now: datetime) -> None:
    use = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if ExtendedKeyUsageOID.SERVER_AUTH not in use:
        raise WireError(carried.CODE, "not a server's certificate")
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise WireError(carried.CODE, "the certificate is not valid now")
