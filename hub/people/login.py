"""Logging in with a passkey of the hub's own rpId, which can sign nothing but this.

Calls `hub.people.models`, `hub.config` and `wire.approval.assertion`.
"""

import hmac
import secrets
from typing import Final

from hub.config import config
from hub.people.models import LoginKey
from wire.approval import assertion
from wire.approval.assertion import Assertion
from wire.errors import WireError
from wire.refusals import Refused

CHALLENGE_BYTES: Final = 32


def add_login_key(person: str, credential: bytes, public_key: bytes) -> None:
    """Let this credential log that person in; raises WireError for a key of unknown kind."""
    assertion.cose_key(public_key)
    LoginKey.objects.get_or_create(
        credential=credential, defaults={"person": person, "public_key": public_key}
    )


def credentials(person: str) -> list[bytes]:
    """The credentials that log that person in."""
    return [bytes(key.credential) for key in LoginKey.objects.filter(person=person)]


def new_challenge() -> bytes:
    return secrets.token_bytes(CHALLENGE_BYTES)


def verify(person: str, given: Assertion, challenge: bytes) -> None:
    """Raises Refused('credential_wrong') unless that person's passkey signed this challenge."""
    key = next(
        (
            key
            for key in LoginKey.objects.filter(person=person)
            if hmac.compare_digest(bytes(key.credential), given.credential)
        ),
        None,
    )
    if key is None:
        raise Refused("credential_wrong", "no such passkey")
    settings = config()
    try:
        assertion.verify(
            given,
            challenge=challenge,
            public_key=bytes(key.public_key),
            rp_id=settings.rp_id,
            origins=[settings.origins.staff],
        )
    except WireError as error:
        raise Refused("credential_wrong", error.detail) from error
