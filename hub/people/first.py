"""The first two log-in passkeys of a township: each of two people is the other's second officer.

Calls `hub.people`, `hub.config` and `wire`. Two who hold an office that may be a second officer
make their keys together, by a link that is good once (`hub.people.first_link`), and each confirms
with his new one that he saw the other and his paper. Both keys are kept, or neither.
"""

import secrets
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any, Final, Self

from django.db import IntegrityError, transaction

from hub.config import config
from hub.people import first_link, login
from hub.people.models import FirstTwo, LoginKey
from wire import cbor
from wire.approval import assertion, creation
from wire.approval.assertion import Assertion
from wire.errors import WireError
from wire.refusals import Refused

DOMAIN: Final = "sealhub/first-two/1"


@dataclass(frozen=True)
class Half:
    """One of the two, and his key once it is made; bytes as hexadecimal digits."""

    person: str
    challenge: str
    credential: str = ""
    public_key: str = ""
    model: str = ""


@dataclass(frozen=True)
class Pending:
    """What the browser's session holds meanwhile. `ticket` is the link's name, `confirmed` who has
    confirmed that he saw the other.
    """

    ticket: str
    one: Half
    other: Half
    confirmed: tuple[str, ...] = ()

    @classmethod
    def load(cls, kept: Any) -> Self:
        """Of what `asdict` made and the session kept."""
        halves = {name: Half(**kept[name]) for name in ("one", "other")}
        return cls(kept["ticket"], **halves, confirmed=tuple(kept["confirmed"]))

    @property
    def halves(self) -> tuple[Half, Half]:
        return self.one, self.other

    @property
    def digest(self) -> bytes:
        """What both new passkeys sign: both people and both keys."""
        said = [DOMAIN, self.ticket, asdict(self.one), asdict(self.other)]
        return sha256(cbor.encode(said)).digest()


def begin(secret: str, now_ms: int) -> Pending:
    """By the link; raises Refused('first_over')."""
    found = first_link.waiting(first_link.name_of(secret), now_ms)
    one, other = (
        Half(person, secrets.token_hex(login.CHALLENGE_BYTES))
        for person in (found.one, found.other)
    )
    return Pending(first_link.name_of(secret).hex(), one, other)


def made(
    pending: Pending, person: str, client_data: bytes, attestation_object: bytes, now_ms: int
) -> Pending:
    """With that person's new key. Raises Refused: first_over, passkey_wrong, passkey_taken."""
    first_link.waiting(bytes.fromhex(pending.ticket), now_ms)
    half, where = _half(pending, person), config()
    try:
        found = creation.verify(
            client_data,
            attestation_object,
            challenge=bytes.fromhex(half.challenge),
            rp_id=where.rp_id,
            origins=[where.origins.staff],
        )
    except WireError as error:
        raise Refused("passkey_wrong", error.detail) from error
    taken = {one.credential for one in pending.halves if one.person != person}
    known = LoginKey.objects.filter(credential=found.credential).exists()
    if known or found.credential.hex() in taken:
        raise Refused("passkey_taken")
    half = replace(
        half,
        credential=found.credential.hex(),
        public_key=found.public_key.hex(),
        model=found.model,
    )
    if person == pending.one.person:
        return replace(pending, one=half, confirmed=())
    return replace(pending, other=half, confirmed=())


def confirm(pending: Pending, person: str, given: Assertion, now_ms: int) -> Pending:
    """He saw the other. When both have said so, both keys are kept. Raises Refused: first_over,
    passkey_wrong, passkey_taken.
    """
    first_link.waiting(bytes.fromhex(pending.ticket), now_ms)
    half, where = _half(pending, person), config()
    if not all(one.credential for one in pending.halves):
        raise Refused("passkey_wrong", "a key is not made yet")
    if given.credential.hex() != half.credential:
        raise Refused("passkey_wrong", "not by the new key of that person")
    try:
        assertion.verify(
            given,
            challenge=pending.digest,
            public_key=bytes.fromhex(half.public_key),
            rp_id=where.rp_id,
            origins=[where.origins.staff],
        )
    except WireError as error:
        raise Refused("passkey_wrong", error.detail) from error
    pending = replace(pending, confirmed=tuple({*pending.confirmed, person}))
    if done(pending):
        _keep(pending, now_ms)
    return pending


def done(pending: Pending) -> bool:
    return len(pending.confirmed) == len(pending.halves)


def _keep(pending: Pending, now_ms: int) -> None:
    try:
        with transaction.atomic():
            found = first_link.waiting(bytes.fromhex(pending.ticket), now_ms)
            if not FirstTwo.objects.filter(pk=found.pk, used_ms=None).update(used_ms=now_ms):
                raise Refused("first_over", "used meanwhile")
            for half, seen_by in (
                (pending.one, pending.other.person),
                (pending.other, pending.one.person),
            ):
                LoginKey.objects.create(
                    person=half.person,
                    credential=bytes.fromhex(half.credential),
                    public_key=bytes.fromhex(half.public_key),
                    witness=seen_by,
                    model=half.model,
                    made_ms=now_ms,
                )
    except IntegrityError as error:
        raise Refused("passkey_taken") from error


def _half(pending: Pending, person: str) -> Half:
    for half in pending.halves:
        if half.person == person:
            return half
    raise Refused("passkey_wrong", "neither of the two")
