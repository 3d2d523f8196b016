"""The witness's key: a name and an Ed25519 key that cosigns checkpoints and nothing else.

Calls `county.keys` and `wire.tlog`.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from county import keys
from county.keys import KeyFileError
from wire.errors import WireError
from wire.tlog import cosignature, note
from wire.tlog.note import Signature, Verifier

PRIVATE = "witness.pem"
PUBLIC = "witness.vkey"


@dataclass(frozen=True)
class WitnessKey:
    """`verifier` is its public half, of algorithm 4."""

    verifier: Verifier
    private: Ed25519PrivateKey

    @classmethod
    def create(cls, state: Path, name: str) -> Self:
        """A new key in that folder; raises KeyFileError for a bad name, or a key that is there."""
        _vkey(name, bytes(32))
        keys.create(state / PRIVATE)
        private = keys.load_private(state / PRIVATE)
        vkey = _vkey(name, private.public_key().public_bytes_raw())
        with (state / PUBLIC).open("x", encoding="utf-8") as file:
            file.write(vkey + "\n")
            file.flush()
            os.fsync(file.fileno())
        return cls(note.verifier(vkey), private)

    @classmethod
    def load(cls, state: Path) -> Self:
        """The key of that folder; raises KeyFileError where a half is missing or of another."""
        private = keys.load_private(state / PRIVATE)
        try:
            verifier = note.verifier((state / PUBLIC).read_text("utf-8").strip())
        except (OSError, ValueError) as error:
            raise _unusable(state) from error
        if verifier.public != private.public_key().public_bytes_raw():
            raise _unusable(state)
        return cls(verifier, private)

    @property
    def vkey(self) -> str:
        """What the township's policy and inspectors name."""
        return note.vkey(self.verifier.name, self.verifier.public, note.COSIGNATURE)

    def cosign(self, text: bytes, timestamp_s: int) -> Signature:
        """The line over a checkpoint's text."""
        signed = self.private.sign(cosignature.message(timestamp_s, text))
        return cosignature.line(self.verifier, timestamp_s, signed)


def _vkey(name: str, public: bytes) -> str:
    try:
        return note.vkey(name, public, note.COSIGNATURE)
    except WireError as error:
        raise KeyFileError(
            f"{name!r}: 名称不能有空格和加号。 A name has neither spaces nor plus signs."
        ) from error


def _unusable(state: Path) -> KeyFileError:
    return KeyFileError(
        f"{state / PUBLIC}: 与私钥不符或不能读。 Not the public half of the key beside it."
    )
