"""COSE receipts (RFC 9942, RFC9162_SHA256): a proof in the form that other systems' tools read.

Pure; calls only `wire.cbor` and its siblings. Signing is the signer's: `to_be_signed` gives the
bytes, `encode` takes the signature. The payload, the log's root, is detached. A receipt of this
form is the log's word alone: no witness's signature fits into it.
"""

from typing import Final

from wire import cbor
from wire.tlog.note import Verifier
from wire.tlog.proof_file import ProofFile

_TAG_18: Final = b"\xd2"
_ALG: Final = 1
_KID: Final = 4
_CLAIMS: Final = 15
_ISSUER: Final = 1
_VDS: Final = 395
_VDP: Final = 396
_INCLUSION: Final = -1
_EDDSA: Final = -8
_RFC9162_SHA256: Final = 1


def to_be_signed(log: Verifier, root: bytes) -> bytes:
    """The Sig_structure over a root (32 bytes). No text of a checkpoint begins like it."""
    return cbor.encode(["Signature1", _protected(log), b"", root])


def encode(proof: ProofFile, size: int, log: Verifier, signature: bytes) -> bytes:
    """The receipt: that leaf of `proof` stands in the tree of `size` whose root is signed."""
    path = cbor.encode([size, proof.index, list(proof.hashes)])
    unprotected = {_VDP: {_INCLUSION: [path]}}
    return _TAG_18 + cbor.encode([_protected(log), unprotected, None, signature])


def _protected(log: Verifier) -> bytes:
    """Algorithm, the key's id in the log's verifier key, the log's name as issuer, the tree."""
    header = {_ALG: _EDDSA, _KID: log.key_id, _CLAIMS: {_ISSUER: log.name}, _VDS: _RFC9162_SHA256}
    return cbor.encode(header)
