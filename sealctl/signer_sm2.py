"""The machine's record key as an SM2 key in a file: PEM (PKCS8), 0600; the private half of SM2.

Calls only `sealctl.signer` and `wire`. libcrypto makes keys and nonces with its own random numbers.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ctypes import byref, c_void_p, create_string_buffer
from pathlib import Path
from typing import Any

from sealctl.signer import OWN, SignerError, read_own, write_new
from wire.record import envelope
from wire.sig import PublicKey, libcrypto
from wire.sig.libcrypto import MOST, CryptoError, MissingError, library, must, owned


class Sm2Signer:
    """Signs journal payloads with a key that libcrypto holds for the life of the process."""

    def __init__(self, pem: bytes) -> None:
        """Raises SignerError for anything but an SM2 key without a passphrase."""
        with _libcrypto():
            self._key = libcrypto.parse_private(pem)
            self.public_key = PublicKey("SM2", libcrypto.point_of(self._key))

    def __del__(self) -> None:
        if hasattr(self, "_key"):
            library().EVP_PKEY_free(self._key)

    def sign(self, payload: bytes) -> bytes:
        """The payload's envelope (COSE_Sign1); raises SignerError."""
        alg, kid = self.public_key.alg, self.public_key.kid
        with _libcrypto():
            signature = libcrypto.sign(self._key, envelope.to_be_signed(alg, kid, payload))
        return envelope.assemble(alg, kid, payload, signature)


def create(path: Path) -> Sm2Signer:
    """Make a new key in a new file; raises SignerError where one exists: none is overwritten."""
    with _libcrypto() as lib:
        pem = _generated(lib)
    write_new(path, pem)
    return Sm2Signer(pem)


def load(path: Path, *, most: int = OWN) -> Sm2Signer:
    """As `sealctl.signer.load`, for an SM2 key."""
    pem = read_own(path, most=most)
    try:
        return Sm2Signer(pem)
    except SignerError as error:
        raise SignerError(f"{path}: {error}") from error


def _generated(lib: Any) -> bytes:
    """A new key's PEM."""
    made, pem = c_void_p(), create_string_buffer(MOST)
    with ExitStack() as held:
        maker = lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        context = held.enter_context(owned(maker, lib.EVP_PKEY_CTX_free))
        must(lib.EVP_PKEY_keygen_init(context))
        must(lib.EVP_PKEY_generate(context, byref(made)))
        key = held.enter_context(owned(made.value, lib.EVP_PKEY_free))
        bio = held.enter_context(owned(lib.BIO_new(lib.BIO_s_mem()), lib.BIO_free))
        must(lib.PEM_write_bio_PKCS8PrivateKey(bio, key, None, None, 0, None, None))
        length = lib.BIO_read(bio, pem, MOST)
    return pem.raw[: max(0, length)]


@contextmanager
def _libcrypto() -> Iterator[Any]:
    """The library; what it says becomes a SignerError, and nothing stays in its queue of errors."""
    try:
        lib = library()
    except MissingError as error:
        raise SignerError(str(error)) from error
    try:
        yield lib
    except CryptoError as error:
        raise SignerError("不是可用的 SM2 私钥。 Not a usable SM2 key.") from error
    finally:
        lib.ERR_clear_error()
