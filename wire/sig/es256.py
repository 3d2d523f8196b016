"""ECDSA on P-256 with SHA-256 (RFC 9053), `s` low. Calls only `cryptography`."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def canonical(der: bytes) -> bool:
    """Whether this is a DER signature in its one form: shortest, `s` in the lower half."""
    try:
        r, s = decode_dss_signature(der)
        return s <= ORDER // 2 and encode_dss_signature(r, s) == der
    except ValueError:
        return False


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether r || s (64 bytes, s in the lower half) signs the message under the point."""
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if len(signature) != 64 or s > ORDER // 2:
        return False
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
