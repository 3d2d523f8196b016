"""A report for the county, sealed in a villager's browser: the key, its bytes, the file. Pure.

Calls only `cryptography`. HPKE (RFC 9180), base mode, one message with no further data:
DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, which browsers' WebCrypto has on old phones.
`hub/static/hotline/hpke.js` seals.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

SUITE: Final = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
INFO: Final = b"sealctl/county-report/1"
POINT: Final = 65
PLAIN: Final = 32_768
"""Bytes of every report before it is sealed: spaces fill it up."""
SEALED: Final = POINT + PLAIN + 16
HEAD: Final = b"sealctl/county-reports/1\n"
"""A file of reports: this line, then their sealed bytes one behind the other."""
FIELDS: Final = ("concern", "day", "accused", "words", "contact")


class SealedError(ValueError):
    """It is no report, or was changed, or is sealed to another key."""


@dataclass(frozen=True)
class Report:
    """As it was typed; `concern` and `day` are what the page and the phone's clock said."""

    concern: str
    day: str
    accused: str
    words: str
    contact: str


def point(pem: bytes) -> bytes:
    """The county's public key as the browser takes it; ValueError for any other file."""
    try:
        key = load_pem_public_key(pem)
    except UnsupportedAlgorithm as error:
        raise ValueError("unknown kind of key") from error
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("no P-256 key")
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def is_sealed(data: bytes) -> bool:
    """Whether it may be one: the only length there is, and a point of the curve before it."""
    if len(data) != SEALED:
        return False
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), data[:POINT])
    except ValueError:
        return False
    return data[0] == 4


def reference(sealed: bytes) -> str:
    """Eight digits by which reporter and county speak of one report; they tell nothing else."""
    digits = f"{int.from_bytes(hashlib.sha256(sealed).digest()[:8]) % 10**8:08}"
    return f"{digits[:4]} {digits[4:]}"


def pack(every: Iterable[bytes]) -> bytes:
    """The file, in an order that tells nothing."""
    return HEAD + b"".join(sorted(every))


def unpack(data: bytes) -> list[bytes]:
    """Inverse of `pack`; raises SealedError for anything else."""
    body = data.removeprefix(HEAD)
    if not data.startswith(HEAD) or len(body) % SEALED:
        raise SealedError("no file of reports")
    return [body[at : at + SEALED] for at in range(0, len(body), SEALED)]


def open_(sealed: bytes, key: EllipticCurvePrivateKey) -> Report:
    """What was typed; raises SealedError."""
    try:
        plain = SUITE.decrypt(sealed, key, INFO)
        found = json.loads(plain)
    except (InvalidTag, ValueError) as error:
        raise SealedError("changed, or sealed to another key") from error
    texts = isinstance(found, dict) and all(isinstance(one, str) for one in found.values())
    if not texts or set(found) != set(FIELDS):
        raise SealedError("not a report")
    return Report(**found)
