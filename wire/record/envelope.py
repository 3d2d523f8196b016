"""COSE_Sign1 (RFC 9052, section 4.2): the signed form of a journal entry.

Calls only `wire.cbor`, `wire.sig` and `wire.errors`.

Tag 18, an empty unprotected header, and a protected header of exactly {1: algorithm, 4: key id}.
The payload is inside. Signing is the signer's: `to_be_signed` gives it the bytes, `assemble` takes
the signature.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from wire import cbor
from wire.errors import WireError
from wire.sig import ALGORITHMS, KID_BYTES, PublicKey, name_of

CODE: Final = "envelope"
LIMIT: Final = 256 * 1024
_TAG_18: Final = b"\xd2"


@dataclass(frozen=True)
class Envelope:
    """A parsed envelope; nothing about its signature is known yet."""

    alg: str
    kid: bytes
    payload: bytes
    signature: bytes


def to_be_signed(alg: str, kid: bytes, payload: bytes) -> bytes:
    """The Sig_structure over which the signature is made."""
    return cbor.encode(["Signature1", _protected(alg, kid), b"", payload])


def assemble(alg: str, kid: bytes, payload: bytes, signature: bytes) -> bytes:
    """The envelope's bytes."""
    return _TAG_18 + cbor.encode([_protected(alg, kid), {}, payload, signature])


def parse(data: bytes) -> Envelope:
    """Strict inverse of assemble; raises WireError('envelope', 'cbor' or 'signature')."""
    if not data.startswith(_TAG_18):
        raise WireError(CODE, "not a COSE_Sign1")
    value = cbor.decode(data[1:], limit=LIMIT)
    if not isinstance(value, list) or len(value) != 4 or value[1] != {}:
        raise WireError(CODE, "not four parts with an empty unprotected header")
    protected, _, payload, signature = value
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise WireError(CODE, "parts that are not byte strings")
    header = cbor.decode(protected, limit=64)
    if not isinstance(header, dict) or header.keys() != {1, 4}:
        raise WireError(CODE, "protected header other than algorithm and key id")
    if not isinstance(header[4], bytes) or len(header[4]) != KID_BYTES:
        raise WireError(CODE, "key id of another length")
    return Envelope(name_of(header[1]), header[4], payload, signature)


def verify(data: bytes, key: PublicKey) -> bytes:
    """The payload that this key signed; raises WireError('envelope', 'cbor' or 'signature')."""
    envelope = parse(data)
    if (envelope.alg, envelope.kid) != (key.alg, key.kid):
        raise WireError(CODE, "signed by another key")
    key.verify(envelope.signature, to_be_signed(envelope.alg, envelope.kid, envelope.payload))
    return envelope.payload


def entry_hash(data: bytes) -> bytes:
    """The envelope's name everywhere: its RFC 6962 leaf hash, SHA-256(0x00 || envelope)."""
    return hashlib.sha256(b"\0" + data).digest()


def _protected(alg: str, kid: bytes) -> bytes:
    return cbor.encode({1: ALGORITHMS[alg], 4: kid})
