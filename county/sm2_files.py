"""A person's SM2 key out of the files that an authority hands over: certificate or public key.

Calls `county.authority`, `cryptography` and `wire`. Pure. `cryptography` reads certificates and
does not know the curve, so the point is taken out of the certificate's own bytes.

A certificate's signature is not verified: which authority a person's key came from is for officers
to know, and what counts is the roster that they sign. Sources: RFC 5280, section 4.1; GB/T 35276.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from county.authority import AuthorityError
from wire.lists.content import Sm2Key
from wire.sig.libcrypto import POINT, SPKI
from wire.sig.sm2_curve import on_curve

LIMIT: Final = 64 << 10
_BEGIN: Final = b"-----BEGIN PUBLIC KEY-----"
_END: Final = b"-----END PUBLIC KEY-----"
_SPKI_AT: Final = 5
"""SubjectPublicKeyInfo's place in a TBSCertificate, the version left out."""
_EXPLICIT_VERSION: Final = 0xA0
_MS: Final = 1000


def of_certificate(data: bytes) -> Sm2Key:
    """The key that a certificate (PEM or DER) names, valid as the certificate is; AuthorityError
    for one of another kind of key, or whose key may not sign.
    """
    try:
        found = _certificate(data)
        usage = _usage(found)
        point = _point(_parts(found.tbs_certificate_bytes))
    except (ValueError, IndexError) as error:
        raise AuthorityError(
            f"不是 SM2 证书（X.509，PEM 或 DER）。 Not a certificate of an SM2 key: {error}"
        ) from error
    if usage is not None and not usage.digital_signature:
        raise AuthorityError(
            "这是加密证书，不能签名；请用同一把钥匙的签名证书。 "
            "The certificate is for encryption: take the one for signatures."
        )
    return Sm2Key(
        point,
        sha256(found.public_bytes(Encoding.DER)).digest(),
        int(found.not_valid_before_utc.timestamp()) * _MS,
        int(found.not_valid_after_utc.timestamp()) * _MS + _MS,
    )


def of_public_key(data: bytes) -> bytes:
    """The point that a public key file (SubjectPublicKeyInfo, PEM or DER) names; AuthorityError."""
    try:
        return _point_of_info(_armoured(data) if data.lstrip().startswith(_BEGIN) else data)
    except (ValueError, IndexError) as error:
        raise AuthorityError(
            f"不是 SM2 公钥文件（PEM 或 DER）。 Not an SM2 public key file: {error}"
        ) from error


def _certificate(data: bytes) -> x509.Certificate:
    if len(data) > LIMIT:
        raise ValueError("too long")
    pem = data.lstrip().startswith(b"-----BEGIN")
    return (x509.load_pem_x509_certificate if pem else x509.load_der_x509_certificate)(data)


def _usage(found: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return found.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _armoured(data: bytes) -> bytes:
    inside, end, rest = data.strip().removeprefix(_BEGIN).partition(_END)
    if not end or rest:
        raise ValueError("one PUBLIC KEY expected")
    try:
        return b64decode(b"".join(inside.split()), validate=True)
    except Base64Error as error:
        raise ValueError("not base64") from error


def _point(parts: list[bytes]) -> bytes:
    at = _SPKI_AT + (parts[0][0] == _EXPLICIT_VERSION)
    return _point_of_info(parts[at])


def _point_of_info(info: bytes) -> bytes:
    point = info.removeprefix(SPKI)
    if len(info) != len(SPKI) + POINT or len(point) != POINT or not on_curve(point):
        raise ValueError("no uncompressed point of the curve of SM2")
    return point


def _parts(sequence: bytes) -> list[bytes]:
    """What a DER sequence consists of, each with its tag and length."""
    at, end = _content(sequence, 0)
    parts = []
    while at < end:
        _, after = _content(sequence, at)
        parts.append(sequence[at:after])
        at = after
    return parts


def _content(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the value that begins there begins and ends; ValueError beyond data."""
    length, start = data[at + 1], at + 2
    if length >= 0x80:
        start += length - 0x80
        length = int.from_bytes(data[at + 2 : start])
    if start + length > len(data):
        raise ValueError("cut short")
    return start, start + length
