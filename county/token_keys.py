"""Holders' and officers' keys that lie in a PKCS#11 token: ECDSA on P-256. Loaded when one is used.

Calls `hsm`, `county.keys`, `cryptography` and `wire.lists.tufapi`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from county.keys import KeyFileError, write_public
from hsm import place, token
from hsm.errors import TokenError
from hsm.token import TokenKey
from wire.lists.tufapi import Key, SecretsHandler, Signature, Signer, SSlibKey

Ask = Callable[[str], str]
"""A question → what the person types, unseen; empty for a token that wants no PIN."""


class TokenSigner(Signer):
    """Signs TUF metadata (ecdsa-sha2-nistp256: DER, with s in the lower half)."""

    def __init__(self, key: TokenKey) -> None:
        self._key = key
        point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key.public)
        self._public = SSlibKey.from_crypto(point)

    @property
    def public_key(self) -> SSlibKey:
        return self._public

    @classmethod
    def from_priv_key_uri(
        cls, priv_key_uri: str, public_key: Key, secrets_handler: SecretsHandler | None = None
    ) -> NoReturn:
        """The registry of URIs of securesystemslib is not used: `load` is the way."""
        raise NotImplementedError

    def sign(self, payload: bytes) -> Signature:
        """Raises KeyFileError where the token does not sign."""
        try:
            made = self._key.sign(payload)
        except TokenError as error:
            raise KeyFileError(str(error)) from error
        numbers = int.from_bytes(made[:32]), int.from_bytes(made[32:])
        return Signature(self._public.keyid, encode_dss_signature(*numbers).hex())


def load(uri: str, ask: Ask) -> TokenSigner:
    """The key that the URI names; raises KeyFileError."""
    return _held(uri, ask, token.open_key)


def create(uri: str, ask: Ask) -> TokenSigner:
    """A new key, made in the token; raises KeyFileError where one has that label."""
    return _held(uri, ask, token.make_key)


def export(signer: TokenSigner, path: Path) -> None:
    """Write its public half as a .pub file; raises KeyFileError where the file exists."""
    write_public(path, signer.public_key)


def _held(uri: str, ask: Ask, opened: Callable[[place.Place, str | None], TokenKey]) -> TokenSigner:
    try:
        where, source = place.parse(uri)
        pin = _read(source) if source else ask(f"PIN {where.token}")
        return TokenSigner(opened(where, pin or None))
    except TokenError as error:
        raise KeyFileError(str(error)) from error


def _read(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise KeyFileError(f"{path}: 他人可读。 Others can read it: chmod 600 first.")
        return path.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"{path}: 读不出 PIN。 No PIN can be read there.") from error
