"""COSE_Sign1 (RFC 9052, section 4.2): the signed form of a journal entry.

Calls only `wire.cbor`, `wire.sig` and `wire.errors`.

Tag 18, an empty unprotected header, and a protected header of exactly {1: algorithm, 4: key id}.
The payload is inside. Signing is the signer's: `to_be_signed` gives it the bytes, `assemble` takes
the signature.
"""

import hashlib
from functools import lru_cache
from typing import Final, NamedTuple

from wire import cbor
from wire.errors import WireError
from wire.sig import ALGORITHMS, KID_BYTES, PublicKey, name_of

CODE: Final = "envelope"
LIMIT: Final = 256 * 1024
_START: Final = b"\xd2\x84"
"""Tag 18, and a list of four parts."""
_NO_HEADER: Final = b"\xa0"


class Envelope(NamedTuple):
    """A parsed envelope; nothing about its signature is known yet."""

    alg: str
    kid: bytes
    payload: bytes
    signature: bytes


def to_be_signed(alg: str, kid: bytes, payload: bytes) -> bytes:
    """The Sig_structure over which the signature is made."""
    return _context(alg, kid) + cbor.octets(payload)


def assemble(alg: str, kid: bytes, payload: bytes, signature: bytes) -> bytes:
    """The envelope's bytes."""
    header = cbor.octets(_protected(alg, kid))
    return _START + header + _NO_HEADER + cbor.octets(payload) + cbor.octets(signature)


def parse(data: bytes) -> Envelope:
    """Strict inverse of assemble; raises WireError('envelope', 'cbor' or 'signature')."""
    if not data.startswith(_START) or len(data) > LIMIT:
        raise WireError(CODE, "not a COSE_Sign1 of four parts")
    protected, at = cbor.octets_at(data, len(_START))
    if data[at : at + 1] != _NO_HEADER:
        raise WireError(CODE, "an unprotected header that is not empty")
    payload, at = cbor.octets_at(data, at + 1)
    signature, at = cbor.octets_at(data, at)
    if at != len(data):
        raise WireError(CODE, "more than four parts")
    alg, kid = _header(protected)
    return Envelope(alg, kid, payload, signature)


def verify(data: bytes, key: PublicKey) -> bytes:
    """The payload that this key signed; raises WireError('envelope', 'cbor' or 'signature')."""
    envelope = parse(data)
    check(envelope, key)
    return envelope.payload


def check(envelope: Envelope, key: PublicKey) -> None:
    """That this key signed it; raises WireError('envelope' or 'signature')."""
    if (envelope.alg, envelope.kid) != (key.alg, key.kid):
        raise WireError(CODE, "signed by another key")
    key.verify(envelope.signature, to_be_signed(envelope.alg, envelope.kid, envelope.payload))


def entry_hash(data: bytes) -> bytes:
    """The envelope's name everywhere: its RFC 6962 leaf hash, SHA-256(0x00 || envelope)."""
    return hashlib.sha256(b"\0" + data).digest()


@lru_cache(maxsize=256)
def _header(protected: bytes) -> tuple[str, bytes]:
    """(algorithm, key id) of a protected header."""
    header = cbor.decode(protected, limit=64)
    if not isinstance(header, dict) or header.keys() != {1, 4}:
        raise WireError(CODE, "protected header other than algorithm and key id")
    if not isinstance(header[4], bytes) or len(header[4]) != KID_BYTES:
        raise WireError(CODE, "key id of another length")
    return name_of(header[1]), header[4]


@lru_cache(maxsize=256)
def _context(alg: str, kid: bytes) -> bytes:
    """What stands before the payload in the Sig_structure."""
    return cbor.encode(["Signature1", _protected(alg, kid), b"", b""])[:-1]


def _protected(alg: str, kid: bytes) -> bytes:
    return cbor.encode({1: ALGORITHMS[alg], 4: kid})
