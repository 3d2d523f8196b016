"""The machine's record key in a token: ES256 through PKCS#11. Loaded only where it is configured.

Calls `hsm`, `sealctl.{config,signer}` and `wire`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hsm import token
from hsm.errors import PinError, TokenError
from hsm.place import Place
from hsm.token import TokenKey
from sealctl.config import Part
from sealctl.signer import OWN, SignerError, read_own
from wire.record import envelope
from wire.sig import PublicKey

T = TypeVar("T")


class TokenSigner:
    """Signs journal payloads with a key that it never sees."""

    def __init__(self, key: TokenKey) -> None:
        self._key = key
        self.public_key = PublicKey("ES256", key.public)

    def sign(self, payload: bytes) -> bytes:
        """The payload's envelope (COSE_Sign1); raises SignerError where the token is gone."""
        alg, kid = self.public_key.alg, self.public_key.kid
        signed = envelope.to_be_signed(alg, kid, payload)
        return envelope.assemble(alg, kid, payload, _told(lambda: self._key.sign(signed)))


def load(part: Part, pin: Path, *, most: int = OWN) -> TokenSigner:
    """The key that a section of machine.toml names; `pin`: the PIN's file.

    Raises SignerError, final for whatever concerns the PIN.
    """
    number = _pin(pin, most)
    return TokenSigner(_told(lambda: token.open_key(_place(part), number)))


def create(part: Part, pin: Path) -> TokenSigner:
    """Make that key in the token; raises SignerError where one has its label."""
    number = _pin(pin, OWN)
    return TokenSigner(_told(lambda: token.make_key(_place(part), number)))


def _place(part: Part) -> Place:
    named = part.settings
    return Place(named["module"], named["token"], named["label"])


def _pin(path: Path, most: int) -> str | None:
    """None where there is no such file: not every token wants a PIN."""
    if not path.exists():
        return None
    try:
        return read_own(path, most=most).decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SignerError(f"{path}: 不是 UTF-8。 Not UTF-8.", final=True) from error


def _told(what: Callable[[], T]) -> T:
    try:
        return what()
    except TokenError as error:
        raise SignerError(str(error), final=isinstance(error, PinError)) from error
