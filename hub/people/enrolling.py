"""A log-in passkey made at the township's desk, and a second officer's word for it.

Calls `hub.people`, `hub.devices.authority`, `hub.config` and `wire.approval`. A key lets nobody in
whom no signed roster gives an office. Nothing is kept until the second officer, who is logged in
and sits beside the person, has confirmed with a passkey of his own that he saw him and his paper.
"""

import secrets
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Final

from django.db import IntegrityError, transaction

from hub.config import config
from hub.devices import authority
from hub.people import login
from hub.people.models import LoginKey
from wire import cbor
from wire.approval import creation
from wire.approval.assertion import Assertion
from wire.errors import WireError
from wire.lists.content import Person
from wire.refusals import Refused

MOST: Final = 8
GOOD_MS: Final = 10 * 60_000
DOMAIN: Final = "sealhub/enrolment/1"


@dataclass(frozen=True)
class Pending:
    """What the second officer's session holds meanwhile; bytes as hexadecimal digits."""

    person: str
    officer: str
    challenge: str
    begun_ms: int
    credential: str = ""
    public_key: str = ""
    model: str = ""

    @property
    def digest(self) -> bytes:
        """What the second officer's passkey signs."""
        return sha256(cbor.encode([DOMAIN, asdict(self)])).digest()


def begin(person: Person, officer: Person, now_ms: int) -> Pending:
    """Raises Refused: same_person for oneself or one's family, too_many_keys."""
    kin = any(officer.id in one.kin(person.id) for one in authority.rosters().values())
    if person.id == officer.id or kin:
        raise Refused("same_person", "the second officer is somebody else, and no relative")
    if len(login.credentials(person.id)) >= MOST:
        raise Refused("too_many_keys")
    return Pending(person.id, officer.id, secrets.token_hex(login.CHALLENGE_BYTES), now_ms)


def made(pending: Pending, client_data: bytes, attestation_object: bytes, now_ms: int) -> Pending:
    """With the new key. Raises Refused('passkey_wrong')."""
    _check_age(pending, now_ms)
    where = config()
    try:
        found = creation.verify(
            client_data,
            attestation_object,
            challenge=bytes.fromhex(pending.challenge),
            rp_id=where.rp_id,
            origins=[where.origins.staff],
        )
    except WireError as error:
        raise Refused("passkey_wrong", error.detail) from error
    if LoginKey.objects.filter(credential=found.credential).exists():
        raise Refused("passkey_taken")
    fields: dict[str, Any] = asdict(pending) | {
        "credential": found.credential.hex(),
        "public_key": found.public_key.hex(),
        "model": found.model,
    }
    return Pending(**fields)


def confirm(pending: Pending, given: Assertion, now_ms: int) -> LoginKey:
    """Keep the key. Raises Refused: passkey_wrong, passkey_taken."""
    _check_age(pending, now_ms)
    if not pending.credential:
        raise Refused("passkey_wrong", "no key was made yet")
    login.verify(pending.officer, given, pending.digest)
    try:
        with transaction.atomic():
            return LoginKey.objects.create(
                person=pending.person,
                credential=bytes.fromhex(pending.credential),
                public_key=bytes.fromhex(pending.public_key),
                witness=pending.officer,
                model=pending.model,
                made_ms=now_ms,
            )
    except IntegrityError as error:
        raise Refused("passkey_taken") from error


def _check_age(pending: Pending, now_ms: int) -> None:
    if now_ms - pending.begun_ms > GOOD_MS:
        raise Refused("passkey_wrong", "begun too long ago")
