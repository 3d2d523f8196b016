"""Witness cosignatures (C2SP tlog-cosignature, cosignature/v1): who saw this head, and when.

Pure; calls only `wire.tlog.note`.
"""

import struct
from collections.abc import Sequence

from wire.tlog.note import COSIGNATURE, Note, Signature, Verifier


def message(timestamp_s: int, text: bytes) -> bytes:
    """What a witness signs: the header, the time, and the checkpoint's text."""
    return b"cosignature/v1\ntime " + str(timestamp_s).encode() + b"\n" + text


def line(witness: Verifier, timestamp_s: int, signature: bytes) -> Signature:
    """The witness's line in a note; `signature` is its Ed25519 over `message`."""
    return Signature(witness.name, witness.key_id, struct.pack(">Q", timestamp_s) + signature)


def count(note: Note, witnesses: Sequence[Verifier]) -> list[int]:
    """Timestamps (s since 1970 UTC) of valid cosignatures, one for each of those witnesses."""
    found = {}
    for witness in witnesses:
        for signature in note.signatures:
            timestamp = _timestamp(note, signature, witness)
            if timestamp is not None:
                found[witness.public] = timestamp
    return list(found.values())


def _timestamp(note: Note, signature: Signature, witness: Verifier) -> int | None:
    if witness.alg != COSIGNATURE or len(signature.signature) != 72:
        return None
    if (signature.name, signature.key_id) != (witness.name, witness.key_id):
        return None
    timestamp: int = struct.unpack(">Q", signature.signature[:8])[0]
    signed = message(timestamp, note.text)
    return timestamp if witness.verify(signed, signature.signature[8:]) else None
