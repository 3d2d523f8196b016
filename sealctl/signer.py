"""What signs a machine's records, and the usual one: an Ed25519 key in a file, PEM, 0600.

Calls only `wire`. Other keys stand in `sealctl.signer_sm2` and `sealctl.signer_pkcs11`; which one a
machine has, `sealctl.keys` reads from its settings.
"""

import os
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from wire.record import envelope
from wire.sig import PublicKey

OWN: Final = 0o600
"""The most that the permissions of a key file may be."""
CREDENTIAL: Final = 0o440
"""The most that those of a key handed over by systemd may be (systemd.exec(5), LoadCredential=).

Such a file is root's, in a folder that only the unit can enter. What shows as its group's right to
read is the mask of the ACL (acl(5)) by which the unit's user reads it; group root itself has none.
"""


class SignerError(Exception):
    """The key cannot be used; the text says why, in Chinese and English.

    `final`: starting again by itself would do harm, as a wrong PIN does.
    """

    def __init__(self, text: str, *, final: bool = False) -> None:
        super().__init__(text)
        self.final = final


class Signer(Protocol):
    """The machine's record key: its public half, and signatures by it."""

    @property
    def public_key(self) -> PublicKey: ...

    def sign(self, payload: bytes) -> bytes:
        """The payload's envelope (COSE_Sign1); raises SignerError where the key is gone."""


class FileSigner:
    """Signs journal payloads with a key held in memory."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public_key = PublicKey("EdDSA", public)

    def sign(self, payload: bytes) -> bytes:
        """The payload's envelope (COSE_Sign1)."""
        alg, kid = self.public_key.alg, self.public_key.kid
        signature = self._key.sign(envelope.to_be_signed(alg, kid, payload))
        return envelope.assemble(alg, kid, payload, signature)


def create(path: Path) -> FileSigner:
    """Make a new key in a new file; raises SignerError where one exists: none is overwritten."""
    key = Ed25519PrivateKey.generate()
    write_new(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return FileSigner(key)


def load(path: Path, *, most: int = OWN) -> FileSigner:
    """The key of a file; raises SignerError where it is missing, broken or open to others: where
    its permissions go beyond `most`.
    """
    try:
        key = load_pem_private_key(read_own(path, most=most), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise unusable(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SignerError(f"{path}: 不是 Ed25519 密钥。 Not an Ed25519 key.")
    return FileSigner(key)


def write_new(path: Path, pem: bytes) -> None:
    """A secret's file, its owner's alone and on disk; raises SignerError where one exists."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        _write_once(path, pem)
    except OSError as error:
        raise SignerError(f"{path}: 已有此文件。 It exists or cannot be written.") from error


def read_own(path: Path, *, most: int = OWN) -> bytes:
    """A secret's bytes; raises SignerError where it is missing or its permissions exceed `most`."""
    try:
        if path.stat().st_mode & 0o077 & ~most:
            raise SignerError(f"{path}: 他人可读。 Open to others: chmod 600 first.")
        return path.read_bytes()
    except OSError as error:
        raise unusable(path) from error


def unusable(path: Path) -> SignerError:
    return SignerError(f"{path}: 签名密钥不能用。 Not a usable signing key.")


def _write_once(path: Path, data: bytes) -> None:
    """Whole or not at all: a power cut leaves no half of a key. OSError where the file exists."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    path.hardlink_to(beside)
    beside.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
