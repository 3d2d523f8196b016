"""Logging in with a passkey of the hub's own rpId, which can sign nothing but this.

Calls `hub.people.models`, `hub.revocations`, `hub.config` and `wire.approval.assertion`. Until a
passkey is proved, who is on no roster is answered as who is, with as much work.
"""

import hmac
import secrets
from collections.abc import Collection, Sequence
from hashlib import shake_256
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from fido2 import cbor

from hub.config import config
from hub.people.models import LoginKey
from hub.revocations import service as revocations
from wire.approval import assertion
from wire.approval.assertion import Assertion
from wire.errors import WireError
from wire.refusals import Refused

CHALLENGE_BYTES: Final = 32
OFFERED: Final = 4
"""As many credentials are named to whoever asks, whoever he says he is."""


def add_login_key(person: str, credential: bytes, public_key: bytes) -> None:
    """Let this credential log that person in; raises WireError for a key of unknown kind."""
    assertion.cose_key(public_key)
    LoginKey.objects.get_or_create(
        credential=credential, defaults={"person": person, "public_key": public_key}
    )


def keys(persons: Collection[str]) -> list[LoginKey]:
    """The keys that log these persons in: none that was taken back."""
    gone = revocations.logins()
    found = LoginKey.objects.filter(person__in=persons).order_by("id")
    return [one for one in found if bytes(one.credential) not in gone]


def credentials(person: str) -> list[bytes]:
    """The credentials that log that person in."""
    return [bytes(one.credential) for one in keys([person])]


def offered(name: str, persons: Collection[str]) -> list[bytes]:
    """The credentials to ask a browser for: real ones, filled up with such as nobody has, always
    the same for a name, so that they tell nobody whether there is such a person.
    """
    real = [bytes(one.credential) for one in keys(persons)]
    secret = settings.SECRET_KEY.encode()
    every = LoginKey.objects.values_list("credential", flat=True)
    lengths = sorted({len(bytes(one)) for one in every}) or [CHALLENGE_BYTES]
    invented = [
        _invented(hmac.digest(secret, f"credential\n{number}\n{name}".encode(), "sha256"), lengths)
        for number in range(OFFERED)
    ]
    return sorted([*real, *invented][: max(OFFERED, len(real))])


def _invented(digest: bytes, lengths: Sequence[int]) -> bytes:
    return shake_256(digest).digest(lengths[digest[0] % len(lengths)])


def new_challenge() -> bytes:
    return secrets.token_bytes(CHALLENGE_BYTES)


def verify(person: str, given: Assertion, challenge: bytes) -> None:
    """Raises Refused('passkey_wrong') unless that person's passkey signed this challenge."""
    proved([person], given, challenge)


def proved(persons: Collection[str], given: Assertion, challenge: bytes) -> str:
    """Whose of these persons the passkey is that signed this challenge; raises
    Refused('passkey_wrong').
    """
    known = keys(persons)
    key = next(
        (one for one in known if hmac.compare_digest(bytes(one.credential), given.credential)),
        None,
    )
    where = config()
    try:
        assertion.verify(
            given,
            challenge=challenge,
            public_key=NOBODYS if key is None else bytes(key.public_key),
            rp_id=where.rp_id,
            origins=[where.origins.staff],
        )
    except WireError as error:
        raise Refused("passkey_wrong", error.detail) from error
    if key is None:
        raise Refused("passkey_wrong", "no such passkey")
    return str(key.person)


def _nobodys() -> bytes:
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    x, y = point.x.to_bytes(32), point.y.to_bytes(32)
    return cbor.encode({1: 2, 3: -7, -1: 1, -2: x, -3: y})


NOBODYS: Final = _nobodys()
"""A key whose other half is thrown away: what is signed by nobody's is held against it."""
