"""A person's SM2 key in a file: PEM (PKCS8) under a passphrase, 0600. Signs what it is given.

Calls `county.keys` and `wire.sig`. Made by OpenSSL (`openssl genpkey -algorithm SM2`). A file that
whoever copies it can use is refused.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from county.keys import KeyFileError, check_own
from wire.sig import PublicKey, libcrypto
from wire.sig.libcrypto import CryptoError, MissingError

Ask = Callable[[str], str]
"""A question → what the person types, unseen."""
LIMIT: Final = 8 << 10
_LOCKED: Final = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
_PASSPHRASE: Final = 1023
"""Bytes of a passphrase that libcrypto takes at most."""


class PersonsKey:
    """libcrypto holds the key until `close`."""

    def __init__(self, pem: bytes, passphrase: bytes) -> None:
        """Raises CryptoError, MissingError."""
        self._key = libcrypto.parse_private(pem, passphrase)
        self.public_key = PublicKey("SM2", libcrypto.point_of(self._key))

    def sign(self, message: bytes) -> bytes:
        """As r || s; raises CryptoError."""
        return libcrypto.sign(self._key, message)

    def close(self) -> None:
        libcrypto.library().EVP_PKEY_free(self._key)


@contextmanager
def opened(path: Path, ask: Ask) -> Iterator[PersonsKey]:
    """The key of a file, for as long as it is needed; raises KeyFileError."""
    pem = _locked(path)
    passphrase = ask(f"{path.name} 的口令 passphrase").encode()
    key = None
    try:
        if b"\0" in passphrase or not 1 <= len(passphrase) <= _PASSPHRASE:
            raise CryptoError
        key = PersonsKey(pem, passphrase)
        yield key
    except MissingError as error:
        raise KeyFileError(str(error)) from error
    except CryptoError as error:
        libcrypto.library().ERR_clear_error()
        raise KeyFileError(
            f"{path}: 口令不对，或不是 SM2 私钥。 Wrong passphrase, or not an SM2 key."
        ) from error
    finally:
        if key is not None:
            key.close()


def _locked(path: Path) -> bytes:
    check_own(path)
    with path.open("rb") as file:
        pem = file.read(LIMIT + 1)
    if len(pem) > LIMIT or not pem.lstrip().startswith(_LOCKED):
        raise KeyFileError(
            f"{path}: 不是有口令保护的私钥（PKCS#8，PEM）。"
            "请用 openssl pkcs8 -topk8 加上口令后删去原件。 "
            "Not a private key under a passphrase: put it under one with openssl pkcs8 -topk8, "
            "and delete the other."
        )
    return pem
