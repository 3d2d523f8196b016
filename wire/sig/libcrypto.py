"""OpenSSL 3's libcrypto through ctypes, as far as SM2 needs it. Calls nothing of ours.

`cryptography` has SM3 and no SM2, and the pure Python packages draw their nonces from `random`, so
the system's own library does it. Here are its functions with their types, what is freed when, and
what a key's handle is good for; where private keys lie, and who holds one, is elsewhere.
Sources: EVP_PKEY-SM2(7), EVP_DigestVerifyInit(3), d2i_X509_PUBKEY(3), PEM_read_bio_PrivateKey(3),
ERR_clear_error(3).
"""

import ctypes
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from ctypes import (
    POINTER,
    byref,
    c_char_p,
    c_int,
    c_long,
    c_size_t,
    c_void_p,
    cast,
    create_string_buffer,
)
from functools import lru_cache
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

LIBRARY: Final = "libcrypto.so.3"
ID: Final = b"1234567812345678"
"""The signer's distinguishing ID where none was agreed (GM/T 0009-2012, section 10)."""
SPKI: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""SubjectPublicKeyInfo of SM2 before the 65 bytes of its uncompressed point (GB/T 35276)."""
POINT: Final = 65
MOST: Final = 4096
"""Bytes of a key or a signature at most."""

_FUNCTIONS: Final[Mapping[str, tuple[Any, tuple[Any, ...]]]] = {
    "ERR_clear_error": (None, ()),
    "EVP_sm3": (c_void_p, ()),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "d2i_PUBKEY": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "EVP_PKEY_CTX_new": (c_void_p, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_set1_id": (c_int, (c_void_p, c_char_p, c_int)),
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_MD_CTX_set_pkey_ctx": (None, (c_void_p, c_void_p)),
    "EVP_DigestVerifyInit": (c_int, (c_void_p,) * 5),
    "EVP_DigestVerify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "EVP_DigestSignInit": (c_int, (c_void_p,) * 5),
    "EVP_DigestSign": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_PKEY_is_a": (c_int, (c_void_p, c_char_p)),
    "i2d_PUBKEY": (c_int, (c_void_p, POINTER(c_char_p))),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, (c_void_p, c_char_p, c_char_p)),
    "EVP_PKEY_keygen_init": (c_int, (c_void_p,)),
    "EVP_PKEY_generate": (c_int, (c_void_p, POINTER(c_void_p))),
    "BIO_new": (c_void_p, (c_void_p,)),
    "BIO_new_mem_buf": (c_void_p, (c_char_p, c_int)),
    "BIO_s_mem": (c_void_p, ()),
    "BIO_read": (c_int, (c_void_p, c_char_p, c_int)),
    "BIO_free": (c_int, (c_void_p,)),
    "PEM_read_bio_PrivateKey": (c_void_p, (c_void_p, c_void_p, c_void_p, c_char_p)),
    "PEM_write_bio_PKCS8PrivateKey": (c_int, (c_void_p,) * 4 + (c_int, c_void_p, c_void_p)),
}


class MissingError(Exception):
    """No OpenSSL with SM2 on this computer; the text says so in Chinese and English."""


class CryptoError(Exception):
    """libcrypto said no."""


@lru_cache(maxsize=1)
def library() -> Any:
    """The library with its functions typed; raises MissingError."""
    try:
        found = ctypes.CDLL(LIBRARY)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(found, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise MissingError(
            "本机没有带国密 SM2 的 OpenSSL 3，无法核验。 "
            "This computer has no OpenSSL 3 with SM2 and cannot check it."
        ) from error
    return found


@contextmanager
def owned(handle: int | None, free: Callable[[int], object]) -> Iterator[int]:
    """A handle that is freed at the end; raises CryptoError for the null that libcrypto gave."""
    if not handle:
        raise CryptoError
    try:
        yield handle
    finally:
        free(handle)


@contextmanager
def digesting(key: int) -> Iterator[int]:
    """A digest context for signing or verifying under the key, the distinguishing ID set."""
    lib = library()
    with (
        owned(lib.EVP_PKEY_CTX_new(key, None), lib.EVP_PKEY_CTX_free) as parameters,
        owned(lib.EVP_MD_CTX_new(), lib.EVP_MD_CTX_free) as context,
    ):
        must(lib.EVP_PKEY_CTX_set1_id(parameters, ID, len(ID)))
        lib.EVP_MD_CTX_set_pkey_ctx(context, parameters)
        yield context


def verify(point: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the DER signature is the point's (65 bytes, uncompressed); False for no point, too.

    Raises MissingError.
    """
    lib = library()
    encoded = c_char_p(SPKI + point)
    try:
        with (
            owned(
                lib.d2i_PUBKEY(None, byref(encoded), len(SPKI) + POINT), lib.EVP_PKEY_free
            ) as key,
            digesting(key) as context,
        ):
            must(lib.EVP_DigestVerifyInit(context, None, lib.EVP_sm3(), None, key))
            given = (signature, len(signature), message, len(message))
            return bool(lib.EVP_DigestVerify(context, *given) == 1)
    except CryptoError:
        return False
    finally:
        lib.ERR_clear_error()


def parse_private(pem: bytes, passphrase: bytes = b"") -> int:
    """The handle of an SM2 key (PKCS8), which whoever asked frees; CryptoError, MissingError.

    The passphrase ends at a zero byte. An empty one keeps libcrypto from asking at the terminal.
    """
    lib = library()
    with owned(lib.BIO_new_mem_buf(pem, len(pem)), lib.BIO_free) as bio:
        key = lib.PEM_read_bio_PrivateKey(bio, None, None, passphrase)
    if key and lib.EVP_PKEY_is_a(key, b"SM2") == 1:
        return int(key)
    lib.EVP_PKEY_free(key)
    raise CryptoError


def point_of(key: int) -> bytes:
    """A handle's public half: the 65 bytes at the end of its SubjectPublicKeyInfo."""
    buffer = create_string_buffer(MOST)
    written = cast(buffer, c_char_p)
    length = library().i2d_PUBKEY(key, byref(written))
    der = buffer.raw[: max(0, length)]
    if len(der) != len(SPKI) + POINT or not der.startswith(SPKI):
        raise CryptoError
    return der[len(SPKI) :]


def sign(key: int, message: bytes) -> bytes:
    """By a private key's handle: the two numbers, r || s."""
    lib = library()
    der, length = create_string_buffer(MOST), c_size_t(MOST)
    with digesting(key) as context:
        must(lib.EVP_DigestSignInit(context, None, lib.EVP_sm3(), None, key))
        must(lib.EVP_DigestSign(context, der, byref(length), message, len(message)))
    r, s = decode_dss_signature(der.raw[: length.value])
    return r.to_bytes(32) + s.to_bytes(32)


def must(done: int) -> None:
    """Raises CryptoError unless libcrypto says 1."""
    if done != 1:
        raise CryptoError
