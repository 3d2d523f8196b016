"""The log's key: signs checkpoints. Calls only `wire.tlog`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from wire.tlog import note
from wire.tlog.checkpoint import Checkpoint, encode
from wire.tlog.note import Signature, Verifier


class LogKeyError(ValueError):
    """The log's key cannot be used; the text says which file, in Chinese and English."""


@dataclass(frozen=True)
class LogKey:
    """An Ed25519 key under the log's name (its origin)."""

    name: str
    private: Ed25519PrivateKey

    @classmethod
    def load(cls, name: str, path: Path) -> Self:
        """From a PEM file; raises LogKeyError for anything but an Ed25519 key."""
        try:
            private = load_pem_private_key(path.read_bytes(), None)
        except (ValueError, TypeError) as error:
            raise LogKeyError(f"{path}: 日志密钥不能用。 Not a usable key.") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise LogKeyError(f"{path}: 不是 Ed25519 密钥。 Not an Ed25519 key.")
        return cls(name, private)

    @property
    def vkey(self) -> str:
        """The public half, as policies and inspectors name it."""
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return note.vkey(self.name, public)

    @property
    def verifier(self) -> Verifier:
        return note.verifier(self.vkey)

    def sign(self, size: int, root: bytes) -> bytes:
        """The signed checkpoint."""
        text = encode(Checkpoint(self.name, size, root))
        signature = Signature(self.name, self.verifier.key_id, self.private.sign(text))
        return note.assemble(text, [signature])
