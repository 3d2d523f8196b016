"""EdDSA on Ed25519 (RFC 8032). Calls only PyNaCl where it is installed, else `cryptography`.

Hub and inspector verify by the million and have PyNaCl, which takes two thirds of the time; a
machine needs neither. Both judge alike, because what they disagree on is refused before either is
asked: keys and points R of small order, and keys in another form than their own. No signer makes
them; with them one signature can hold for many messages.
"""

from functools import lru_cache
from importlib.util import find_spec
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_NACL: Final = find_spec("nacl") is not None
if _NACL:
    from nacl.bindings import crypto_sign_open
    from nacl.exceptions import CryptoError

_P: Final = 2**255 - 19
_ORDER_8: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL: Final = frozenset(
    y.to_bytes(32, "little") for y in (0, 1, _ORDER_8, _P - _ORDER_8, _P - 1, _P, _P + 1)
)
"""y of every point whose order divides 8, in each form that fits 255 bits."""


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the 64 bytes sign the message under the key; False for malformed keys, too."""
    if len(signature) != 64 or not _usable(public) or _y(signature[:32]) in _SMALL:
        return False
    return _holds(public, signature, message)


def _by_cryptography(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _by_nacl(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        crypto_sign_open(signature + message, public)
    except CryptoError:
        return False
    return True


_holds = _by_nacl if _NACL else _by_cryptography


@lru_cache(maxsize=1024)
def _usable(public: bytes) -> bool:
    """Whether 32 bytes may be a key: y below p, and not of small order."""
    if len(public) != 32:
        return False
    y = _y(public)
    return y not in _SMALL and int.from_bytes(y, "little") < _P


def _y(point: bytes) -> bytes:
    """The point's y, without the sign of x in its highest bit."""
    return point[:31] + bytes([point[31] & 0x7F])
