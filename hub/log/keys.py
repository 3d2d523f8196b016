"""The log's key: signs checkpoints, and reads those of the keys before it. Calls only `wire.tlog`.

Public halves of former keys stand in `log.former` beside the key's file, one a line: a log goes on
under another key, and what was signed before the change is still its own.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from wire.errors import WireError
from wire.tlog import note
from wire.tlog.checkpoint import Checkpoint, encode, open_checkpoint
from wire.tlog.note import Signature, Verifier


class LogKeyError(ValueError):
    """The log's key cannot be used; the text says which file, in Chinese and English."""


@dataclass(frozen=True)
class LogKey:
    """An Ed25519 key under the log's name (its origin)."""

    name: str
    private: Ed25519PrivateKey
    former: tuple[Verifier, ...] = ()

    @classmethod
    def load(cls, name: str, path: Path) -> Self:
        """From a PEM file; raises LogKeyError for anything but an Ed25519 key."""
        try:
            private = load_pem_private_key(path.read_bytes(), None)
        except (ValueError, TypeError) as error:
            raise LogKeyError(f"{path}: 日志密钥不能用。 Not a usable key.") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise LogKeyError(f"{path}: 不是 Ed25519 密钥。 Not an Ed25519 key.")
        return cls(name, private, _former(path))

    @property
    def vkey(self) -> str:
        """The public half, as policies and inspectors name it."""
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return note.vkey(self.name, public)

    @property
    def verifier(self) -> Verifier:
        return note.verifier(self.vkey)

    def open(self, data: bytes) -> Checkpoint:
        """A checkpoint of this log by this key, or one before it; raises WireError('tlog')."""
        found = note.parse(data)
        for verifier in (self.verifier, *self.former):
            if any(one.key_id == verifier.key_id for one in found.signatures):
                return open_checkpoint(data, verifier)
        return open_checkpoint(data, self.verifier)

    def signed(self, data: bytes) -> bool:
        """Whether it is this key, and none before it, that signed the checkpoint."""
        mine = self.verifier.key_id
        return any(one.key_id == mine for one in note.parse(data).signatures)

    def sign(self, size: int, root: bytes) -> bytes:
        """The signed checkpoint."""
        text = encode(Checkpoint(self.name, size, root))
        signature = Signature(self.name, self.verifier.key_id, self.private.sign(text))
        return note.assemble(text, [signature])


def former_file(path: Path) -> Path:
    """Where the public halves of the keys before that file's are kept."""
    return path.with_name("log.former")


def _former(path: Path) -> tuple[Verifier, ...]:
    file = former_file(path)
    if not file.exists():
        return ()
    try:
        return tuple(note.verifier(line) for line in file.read_text("utf-8").splitlines())
    except (WireError, ValueError) as error:
        raise LogKeyError(f"{file}: 旧日志公钥不能用。 Not usable verifier keys.") from error
