"""EdDSA on Ed25519 (RFC 8032). Calls only `cryptography`."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the 64 bytes sign the message under the key; False for malformed keys, too."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
