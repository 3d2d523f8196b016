"""Who reported, and files as they came: sealed to one key, which the hotline's process alone opens.

Calls PyNaCl, cryptography and Django's settings. A sealed box takes only the public key; the
private one is a file that no other process of the hub reads, and `open_` refuses in any other.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

NAME: Final = "keys/hotline.pem"
"""In the state folder; beside it .pub."""
PROCESS: Final = "hotline"


class VaultError(Exception):
    """Nothing is opened; the text says why, in Chinese and English."""


def new_key(path: Path) -> None:
    """A key in a new file, beside it <file>.pub; one that is there stays."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = X25519PrivateKey.generate()
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.with_name(path.name + ".pub").write_bytes(public)


def seal(data: bytes) -> bytes:
    """What only the hotline's process can open."""
    return bytes(SealedBox(_public()).encrypt(data))


def open_(sealed: bytes) -> bytes:
    """Inverse of `seal`, in the hotline's own process; raises VaultError."""
    if settings.SITE != PROCESS:
        raise VaultError(
            "只有直通车的进程能打开。 Only the hotline's own process opens what is sealed."
        )
    path = _folder() / NAME
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, X25519PrivateKey):
        raise VaultError(f"{path}: 密钥不能用。 Not a usable key.")
    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    try:
        return bytes(SealedBox(PrivateKey(raw)).decrypt(sealed))
    except CryptoError as error:
        raise VaultError("封存的内容与密钥不符。 Sealed to another key, or spoilt.") from error


def pack(fields: Mapping[str, str]) -> bytes:
    """Who reported, sealed; all of them are so long."""
    plain = json.dumps(dict(fields), ensure_ascii=False).encode()
    return seal(plain.ljust(_LONG, b" "))


def unpack(sealed: bytes) -> dict[str, str]:
    """Inverse of `pack`; raises VaultError."""
    found: dict[str, str] = json.loads(open_(sealed))
    return found


_LONG: Final = 1024


def _public() -> PublicKey:
    path = _folder() / (NAME + ".pub")
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, X25519PublicKey):
        raise VaultError(f"{path}: 公钥不能用。 Not a usable key.")
    return PublicKey(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _folder() -> Path:
    return Path(settings.STATE)
