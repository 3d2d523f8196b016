"""Signed notes (C2SP signed-note): a text and who signed it. Verification only.

Pure; calls only `cryptography` and `wire.errors`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wire.errors import WireError

ED25519: Final = 1
COSIGNATURE: Final = 4
LIMIT: Final = 1 << 20
MOST_SIGNATURES: Final = 100

_NAME: Final = re.compile(r"[^\s+]+")
_DASH: Final = "\u2014"


@dataclass(frozen=True)
class Verifier:
    """A named key: algorithm 1 is Ed25519 over the text, 4 a timestamped cosignature."""

    name: str
    key_id: bytes
    alg: int
    public: bytes

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether the 64 bytes are this key's Ed25519 signature over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signature:
    """One signature line; `signature` is what follows the key id."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True)
class Note:
    """`text` ends with a newline; the signatures are not verified yet."""

    text: bytes
    signatures: tuple[Signature, ...]


def key_id(name: str, alg: int, public: bytes) -> bytes:
    """The first 4 bytes of SHA-256(name, newline, algorithm, key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([alg]) + public).digest()[:4]


def vkey(name: str, public: bytes, alg: int = ED25519) -> str:
    """The verifier key as text: name+id+base64(algorithm, key)."""
    if not _NAME.fullmatch(name):
        raise WireError("tlog", "not the name of a key")
    encoded = base64.b64encode(bytes([alg]) + public).decode()
    return f"{name}+{key_id(name, alg, public).hex()}+{encoded}"


def verifier(text: str) -> Verifier:
    """Strict inverse of vkey; raises WireError('tlog')."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
        raise WireError("tlog", "not a verifier key")
    key = _base64(parts[2])
    if len(key) != 33 or key[0] not in (ED25519, COSIGNATURE):
        raise WireError("tlog", "a verifier key of unknown kind")
    made = Verifier(parts[0], key_id(parts[0], key[0], key[1:]), key[0], key[1:])
    if made.key_id.hex() != parts[1]:
        raise WireError("tlog", "a verifier key under a foreign id")
    return made


def parse(data: bytes) -> Note:
    """A note's text and signatures; raises WireError('tlog') for anything malformed."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WireError("tlog", "a note that is not UTF-8") from error
    if len(data) > LIMIT or any(ord(c) < 0x20 and c != "\n" for c in text):
        raise WireError("tlog", "a note with control characters, or too long")
    body, gap, signed = text.rpartition("\n\n")
    if not gap:
        raise WireError("tlog", "a note without signatures")
    return Note((body + "\n").encode(), parse_lines(signed.encode()))


def assemble(text: bytes, signatures: Sequence[Signature]) -> bytes:
    """The note's bytes; `text` ends with a newline."""
    return text + b"\n" + lines(signatures)


def lines(signatures: Sequence[Signature]) -> bytes:
    """The signature lines alone."""
    return "".join(
        f"{_DASH} {one.name} {base64.b64encode(one.key_id + one.signature).decode()}\n"
        for one in signatures
    ).encode()


def parse_lines(data: bytes) -> tuple[Signature, ...]:
    """Strict inverse of lines, at least one; raises WireError('tlog')."""
    text = data.decode("utf-8", "replace")
    if not text.endswith("\n") or text == "\n":
        raise WireError("tlog", "no signature lines")
    found = tuple(_signature(line) for line in text[:-1].split("\n"))
    if len(found) > MOST_SIGNATURES:
        raise WireError("tlog", "too many signatures")
    return found


def open_note(data: bytes, verifier: Verifier) -> Note:
    """The note, if that verifier signed it; raises WireError('tlog') otherwise."""
    note = parse(data)
    own = [one for one in note.signatures if (one.name, one.key_id) == _identity(verifier)]
    if len(own) != 1 or not verifier.verify(note.text, own[0].signature):
        raise WireError("tlog", f"not signed by {verifier.name}")
    return note


def signed_by(note: Note, verifiers: Sequence[Verifier]) -> tuple[Signature, ...]:
    """The lines of these verifiers, at least one and each true; raises WireError('tlog').

    One false line under a known name and id spoils the note (C2SP signed-note, tlog-witness).
    """
    known = {_identity(one): one for one in verifiers}
    own = [one for one in note.signatures if (one.name, one.key_id) in known]
    if not own or not all(
        known[one.name, one.key_id].verify(note.text, one.signature) for one in own
    ):
        raise WireError("tlog", "not signed by a known key")
    return tuple(own)


def _identity(verifier: Verifier) -> tuple[str, bytes]:
    return verifier.name, verifier.key_id


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != _DASH or not _NAME.fullmatch(parts[1]):
        raise WireError("tlog", "a malformed signature line")
    data = _base64(parts[2])
    if len(data) < 5:
        raise WireError("tlog", "a signature without a key id")
    return Signature(parts[1], data[:4], data[4:])


def _base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError("tlog", "not base64") from error
    if base64.b64encode(data).decode() != text:
        raise WireError("tlog", "base64 in another form")
    return data
