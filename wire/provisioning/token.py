"""The one-time token by which a machine joins its township: what it says and how it is written.

Calls only `wire.{cbor,shape,errors}`. The text is upper-case base32 in groups, so that it may
be typed, read aloud or scanned; its last four bytes are a check that finds a slip, and proves
nothing.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wire import cbor, shape
from wire.errors import WireError

CODE: Final = "token"
PREFIX: Final = "SEAL1"
SECRET_BYTES: Final = 16
LONGEST: Final = 1000
"""Characters of a token's text at most."""
_CHECK_BYTES: Final = 4
_GROUP: Final = 5


@dataclass(frozen=True)
class JoinToken:
    """`hub` is the address of its enrolment site, https://host:port; `ca_sha256` the hash of the
    township CA's certificate (DER); whoever has the `secret` may ask once in the device's name.
    `serial`: of the one board for which it is good, empty for any.
    """

    device: str
    hub: str
    ca_sha256: bytes
    secret: bytes
    serial: str = ""

    @property
    def name(self) -> bytes:
        """SHA-256 of the secret: what the hub keeps, and what proofs are bound to."""
        return hashlib.sha256(self.secret).digest()

    @property
    def code(self) -> str:
        """The first eight digits of the name: tells labels apart, and opens nothing."""
        return self.name[:4].hex()


def encode(token: JoinToken) -> str:
    """The token's text; raises WireError('token')."""
    data = shape.encode(_BOUND if token.serial else _TOKEN, token, CODE)
    text = base64.b32encode(data + _check(data)).decode("ascii").rstrip("=")
    groups = [text[at : at + _GROUP] for at in range(0, len(text), _GROUP)]
    return "-".join([PREFIX, *groups])


def decode(text: str) -> JoinToken:
    """Inverse of encode, whatever spaces, lines and lower case came into the text.

    Raises WireError('token') for a slip, WireError('cbor' or 'token') for what never was a token.
    """
    prefix, _, body = re.sub(r"[\s-]+", "-", text.strip()).upper().partition("-")
    if prefix != PREFIX or len(body) > LONGEST:
        raise WireError(CODE, f"a text that begins with {PREFIX}- expected")
    letters = body.replace("-", "")
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error as error:
        raise WireError(CODE, "characters that no token has") from error
    if data[-_CHECK_BYTES:] != _check(data[:-_CHECK_BYTES]):
        raise WireError(CODE, "the check does not fit: a slip in the text")
    said = cbor.decode(data[:-_CHECK_BYTES], limit=LONGEST)
    bound = isinstance(said, dict) and said.get("v") == 2
    return shape.decode(_BOUND if bound else _TOKEN, data[:-_CHECK_BYTES], CODE, limit=LONGEST)


def _check(data: bytes) -> bytes:
    return hashlib.sha256(PREFIX.encode() + data).digest()[:_CHECK_BYTES]


ADDRESS: Final = shape.matching(
    re.compile(r"https://[A-Za-z0-9.-]{1,200}:[0-9]{1,5}").fullmatch, "https://host:port"
)

_FIELDS: Final[Mapping[str, shape.Shape[Any]]] = {
    "device": shape.DEVICE,
    "hub": ADDRESS,
    "ca_sha256": shape.octets(32),
    "secret": shape.octets(SECRET_BYTES),
}
_TOKEN: Final = shape.record(JoinToken, _FIELDS, fixed={"v": 1})
_BOUND: Final = shape.record(JoinToken, {**_FIELDS, "serial": shape.text(64)}, fixed={"v": 2})
