"""Signatures of records: verification only, one file per algorithm. Calls nothing but its files.

Names and numbers are COSE's (RFC 9053): EdDSA is -8 on Ed25519, ES256 is -7 on P-256 with the
signature as r || s and `s` in the lower half, so that nobody can make a second one of it. SM2 is
SM2 with SM3, r || s; nobody has registered it for COSE, so its number is of the private range.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from wire.errors import WireError
from wire.sig import eddsa, es256

__all__ = ["ALGORITHMS", "KID_BYTES", "PUBLIC_BYTES", "USUAL", "PublicKey", "name_of"]

KID_BYTES: Final = 16


def _sm2(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whoever meets no SM2 key does not load libcrypto."""
    from wire.sig import sm2

    return sm2.verify(public, signature, message)


_VERIFY: Final[Mapping[str, Callable[[bytes, bytes, bytes], bool]]] = {
    "EdDSA": eddsa.verify,
    "ES256": es256.verify,
    "SM2": _sm2,
}
ALGORITHMS: Final[Mapping[str, int]] = {"EdDSA": -8, "ES256": -7, "SM2": -66002}
"""COSE numbers by name."""
PUBLIC_BYTES: Final[Mapping[str, int]] = {"EdDSA": 32, "ES256": 65, "SM2": 65}
"""Length of the public key by name."""
USUAL: Final = ("EdDSA", "ES256")
"""The suites of a township that has no reason for another; a policy names those that it allows."""


@dataclass(frozen=True)
class PublicKey:
    """A verifying key: 32 bytes for EdDSA, the 65 bytes of an uncompressed point for ES256
    and SM2.
    """

    alg: str
    public: bytes

    @property
    def kid(self) -> bytes:
        """The first 16 bytes of SHA-256(algorithm name, zero byte, public key)."""
        return hashlib.sha256(self.alg.encode() + b"\0" + self.public).digest()[:KID_BYTES]

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raises WireError('signature') where the signature does not hold."""
        check = _VERIFY.get(self.alg)
        if check is None:
            raise WireError("signature", f"unknown algorithm {self.alg}")
        if not check(self.public, signature, message):
            raise WireError("signature", "does not verify")


def name_of(number: object) -> str:
    """The algorithm's name for its COSE number; raises WireError('signature')."""
    for name, known in ALGORITHMS.items():
        if type(number) is int and number == known:
            return name
    raise WireError("signature", "unknown algorithm number")
