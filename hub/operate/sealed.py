"""The hub's private keys in one encrypted file, for a backup that may lie about. Calls nothing of
ours.

scrypt (N 2^17, r 8, p 1) makes the key from the passphrase, AES-256-GCM seals: 8 bytes of name, 16
of salt, 12 of nonce, then the ciphertext of a JSON object path → base64; the first 36 bytes are
authenticated too.
"""

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

NAME: Final = "keys.sealed"
LEAST: Final = 20
"""Characters of a passphrase; whoever has the backup may guess for years."""
_MAGIC: Final = b"sealkey1"
_HEAD: Final = 36


class SealedError(Exception):
    """The keys cannot be sealed or opened; the text says why, in Chinese and English."""


def passphrase(path: Path) -> bytes:
    """From a file that nobody else can read; raises SealedError."""
    if path.stat().st_mode & 0o077:
        raise SealedError(f"{path}: 别人也能读，请 chmod 600。 Others can read it: chmod 600.")
    found = path.read_text("utf-8").strip()
    if len(found) < LEAST:
        raise SealedError(
            f"{path}: 口令太短，至少 {LEAST} 个字符。 At least {LEAST} characters are needed."
        )
    return found.encode()


def seal(files: Mapping[str, bytes], secret: bytes) -> bytes:
    """The encrypted file."""
    head = _MAGIC + os.urandom(16) + os.urandom(12)
    text = {path: base64.b64encode(data).decode() for path, data in files.items()}
    return head + _cipher(secret, head).encrypt(head[24:], json.dumps(text).encode(), head)


def unseal(data: bytes, secret: bytes) -> dict[str, bytes]:
    """Strict inverse of `seal`; raises SealedError for another passphrase or changed bytes."""
    head = data[:_HEAD]
    try:
        if head[:8] != _MAGIC:
            raise ValueError(NAME)
        text = json.loads(_cipher(secret, head).decrypt(head[24:], data[_HEAD:], head))
        return {path: base64.b64decode(held) for path, held in text.items()}
    except (InvalidTag, ValueError) as error:
        raise SealedError(
            f"{NAME}: 口令不对，或文件坏了。 Another passphrase, or the file is spoilt."
        ) from error


def _cipher(secret: bytes, head: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=head[8:24], length=32, n=1 << 17, r=8, p=1).derive(secret))
