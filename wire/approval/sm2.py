"""An approval by an SM2 key, where passkeys are not available: what it signs, and whether it holds.

Calls only `wire.cbor`, `wire.shape`, `wire.sig` and `wire.errors`. The private half is nowhere in
`wire`: the county's program signs (`county.approve`).

What is signed is the challenge that a passkey would have got, behind a text of its own. So neither
is a passkey's signature this one, which is of another curve and over other bytes, nor a journal
entry's, whose bytes begin otherwise (RFC 9052, section 4.4). Nothing else is proved: not which page
or program asked, nor that a person stood at the key.
"""

from dataclasses import dataclass
from typing import Final

from wire import cbor, shape
from wire.errors import WireError
from wire.sig import KID_BYTES, PublicKey

CODE: Final = "assertion"
DOMAIN: Final = "sealctl/approval-sm2/1"
SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True)
class Sm2Signature:
    """`key` is the kid of the person's key, `signature` r || s."""

    key: bytes
    signature: bytes


SM2_SIGNATURE: Final = shape.record(
    Sm2Signature,
    {"key": shape.octets(KID_BYTES), "signature": shape.octets(SIGNATURE_BYTES)},
)


def to_be_signed(challenge: bytes) -> bytes:
    """CBOR [domain, challenge]."""
    return cbor.encode([DOMAIN, challenge])


def verify(given: Sm2Signature, *, challenge: bytes, public_key: bytes) -> None:
    """Raises WireError('assertion') unless that point's key signed this challenge, also where this
    computer cannot tell.
    """
    try:
        PublicKey("SM2", public_key).verify(given.signature, to_be_signed(challenge))
    except WireError as error:
        raise WireError(CODE, f"SM2: {error.detail}") from error
