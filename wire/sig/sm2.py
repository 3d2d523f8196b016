"""SM2 with SM3 (国密, GB/T 32918.2, GM/T 0009). Calls `wire.sig.libcrypto` and `cryptography`.

The signature is r || s, each 32 bytes, under the usual distinguishing ID. Unlike in ECDSA,
(r, n - s) does not verify: r enters s, and whoever does not hold the key cannot make a second
signature of one. So r || s of full length is the only form, and needs no lower half.
"""

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from wire.errors import WireError
from wire.sig import libcrypto

UNCOMPRESSED = 4


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether r || s (64 bytes) signs the message under the uncompressed point.

    Raises WireError('signature') where this computer cannot tell: its OpenSSL has no SM2.
    """
    if len(public) != libcrypto.POINT or public[0] != UNCOMPRESSED or len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        return libcrypto.verify(public, encode_dss_signature(r, s), message)
    except libcrypto.MissingError as error:
        raise WireError("signature", str(error)) from error
