"""Private keys of holders, officers, witness and the hub's list key: Ed25519, PEM PKCS8, 0600.

Holders and officers may have theirs in a token instead: `county.token_keys`. Villagers' reports
are sealed to a P-256 one.

Calls only `cryptography` and `wire.lists.tufapi`.
"""

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from wire.lists.tufapi import CryptoSigner, SSlibKey

P256 = ec.EllipticCurvePrivateKey


class KeyFileError(Exception):
    """A key file cannot be used; the text says which and why."""


def create(path: Path) -> CryptoSigner:
    """Make a new key in a new file, readable by its owner only, beside it <path>.pub.

    Raises KeyFileError where the file exists: a key is never overwritten.
    """
    key = Ed25519PrivateKey.generate()
    _keep(path, key)
    return CryptoSigner(key)


def create_p256(path: Path) -> None:
    """A key that browsers can seal to, kept as `create` keeps one."""
    _keep(path, ec.generate_private_key(SECP256R1()))


def load_p256(path: Path) -> P256:
    """Such a key; raises KeyFileError as `load` does."""
    key = _read(path)
    if not isinstance(key, P256) or not isinstance(key.curve, SECP256R1):
        raise KeyFileError(f"{path}: 不是 P-256 私钥。 Not a P-256 key.")
    return key


def load(path: Path) -> CryptoSigner:
    """The signer of a key file; raises KeyFileError where others could read it, too."""
    return CryptoSigner(load_private(path))


def load_private(path: Path) -> Ed25519PrivateKey:
    """The bare key of a key file; raises KeyFileError as `load` does."""
    key = _read(path)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path}: 不是 Ed25519 私钥。 Not an Ed25519 key.")
    return key


def check_own(path: Path) -> None:
    """Raises KeyFileError where there is no such file, or others could read it, too."""
    if _stat_mode(path) & 0o077:
        raise KeyFileError(f"{path}: 他人可读，请先收紧权限。 Others can read it: chmod 600 first.")


def load_public(path: Path) -> SSlibKey:
    """The public key of a .pub file (PEM); raises KeyFileError."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise KeyFileError(f"{path}: 不是公钥文件。 Not a public key file.") from error
    p256 = isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    if not isinstance(key, Ed25519PublicKey) and not p256:
        raise KeyFileError(f"{path}: 不是 Ed25519 或 P-256 公钥。 Not an Ed25519 or P-256 key.")
    return SSlibKey.from_crypto(key)


def write_public(path: Path, key: SSlibKey) -> None:
    """A .pub file of a key that is held elsewhere; raises KeyFileError where the file exists."""
    _write(path, key.keyval["public"].encode("ascii"), 0o644)


def public_path(path: Path) -> Path:
    """Where the public half of a key file lies."""
    return path.with_name(path.name + ".pub")


def _read(path: Path) -> PrivateKeyTypes:
    check_own(path)
    try:
        return load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(f"{path}: 不是私钥文件。 Not a private key file.") from error


def _keep(path: Path, key: Ed25519PrivateKey | P256) -> None:
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write(public_path(path), public, 0o644)


def _stat_mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError as error:
        raise KeyFileError(f"{path}: 找不到。 Not found.") from error


def _write(path: Path, data: bytes, mode: int) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        raise KeyFileError(
            f"{path}: 已有此文件或不能写入。 It exists or cannot be written."
        ) from error
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
