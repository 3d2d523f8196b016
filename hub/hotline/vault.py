"""Who reported, and files as they came: sealed to one key, which the hotline's process alone opens.

Calls PyNaCl, cryptography and Django's settings. A sealed box takes only the public key; the
private one is a file that no other process of the hub opens anything with: `open_` refuses in any
other. `trouble` compares the two, where whoever asks may read them.
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
TROUBLES: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("直通车的密钥或公钥不见了", "The hotline's key or its public key is missing"),
    "open": ("直通车的密钥别人也能读", "The hotline's key can be read by others"),
    "other": ("直通车的密钥和公钥不是一对", "The hotline's key and public key are no pair"),
}


class VaultError(ValueError):
    """Nothing is opened; the text says why, in Chinese and English."""


def new_key(path: Path) -> None:
    """A key in a new file, beside it <file>.pub; one that is there stays, and is not replaced where
    only its public key is left: what was sealed to it waits for its return.
    """
    public_path = path.with_name(path.name + ".pub")
    if path.exists() or public_path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = X25519PrivateKey.generate()
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    public_path.write_bytes(public)


def trouble(state: Path) -> str:
    """What is wrong with the key's file, one of TROUBLES; empty for nothing that can be seen."""
    path = state / NAME
    try:
        if path.stat().st_mode & 0o077:
            return "open"
        return "" if _pair(path) else "other"
    except FileNotFoundError:
        return "missing"
    except PermissionError:
        return ""
    except ValueError:
        return "other"


def check(state: Path) -> None:
    """Before anything is taken that nobody could open later; raises VaultError."""
    if (found := trouble(state)) in ("missing", "other"):
        zh, en = TROUBLES[found]
        raise VaultError(f"{state / NAME}: {zh}。 {en}.")


def seal(data: bytes) -> bytes:
    """What only the hotline's process can open."""
    return bytes(SealedBox(_public()).encrypt(data))


def open_(sealed: bytes) -> bytes:
    """Inverse of `seal`, in the hotline's own process; raises VaultError."""
    if settings.SITE != PROCESS:
        raise VaultError(
            "只有直通车的进程能打开。 Only the hotline's own process opens what is sealed."
        )
    key = _private(_folder() / NAME)
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


def _pair(path: Path) -> bool:
    """Whether the public key beside it is this one's."""
    return _private(path).public_key() == _beside(path)


def _public() -> PublicKey:
    key = _beside(_folder() / NAME)
    return PublicKey(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _private(path: Path) -> X25519PrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, X25519PrivateKey):
        raise VaultError(f"{path}: 密钥不能用。 Not a usable key.")
    return key


def _beside(path: Path) -> X25519PublicKey:
    path = path.with_name(path.name + ".pub")
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, X25519PublicKey):
        raise VaultError(f"{path}: 公钥不能用。 Not a usable key.")
    return key


def _folder() -> Path:
    return Path(settings.STATE)
