"""The roster (名册): natural persons of one village, their offices, terms, keys and kin.

Calls only `wire.shape`, `wire.approval.assertion`, `wire.sig` and `wire.lists.later`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wire import shape
from wire.approval.assertion import cose_key
from wire.errors import WireError
from wire.lists.later import LATER
from wire.sig import PUBLIC_BYTES, PublicKey
from wire.sig.sm2_curve import on_curve


@dataclass(frozen=True)
class Term:
    """An office from start_ms (included) to end_ms (excluded), ms since 1970 UTC."""

    office: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Passkey:
    """A credential id and its COSE_Key, as the authenticator gave them."""

    credential: bytes
    public_key: bytes


@dataclass(frozen=True)
class Sm2Key:
    """A person's SM2 key, where passkeys are not available: the uncompressed point, SHA-256 of the
    certificate that named it (None where none did), and when it is valid, as a Term is.
    """

    public_key: bytes
    certificate: bytes | None
    start_ms: int
    end_ms: int

    @cached_property
    def kid(self) -> bytes:
        return PublicKey("SM2", self.public_key).kid


@dataclass(frozen=True)
class Person:
    """One natural person; `relatives` are ids of other persons on the roster."""

    id: str
    name: str
    offices: tuple[Term, ...]
    passkeys: tuple[Passkey, ...]
    relatives: tuple[str, ...]
    sm2_keys: tuple[Sm2Key, ...] = ()

    def holds(self, office: str, at_ms: int) -> bool:
        return any(
            term.office == office and term.start_ms <= at_ms < term.end_ms for term in self.offices
        )


@dataclass(frozen=True)
class Roster:
    version: int
    village: str
    persons: Mapping[str, Person]

    def holders(self, office: str, at_ms: int) -> tuple[Person, ...]:
        """Everyone who holds the office at that time, in the roster's order."""
        return tuple(person for person in self.persons.values() if person.holds(office, at_ms))

    def kin(self, person: str) -> Collection[str]:
        """Ids declared as relatives of that person, by either side."""
        own = self.persons[person].relatives if person in self.persons else ()
        return {*own, *(p.id for p in self.persons.values() if person in p.relatives)}


def _check_term(term: Term) -> None:
    if term.start_ms >= term.end_ms:
        raise shape.ShapeError("a term ends after it starts")


def _check_passkey(passkey: Passkey) -> None:
    try:
        cose_key(passkey.public_key)
    except WireError as error:
        raise shape.ShapeError(error.detail) from error


def _check_sm2_key(key: Sm2Key) -> None:
    if not on_curve(key.public_key):
        raise shape.ShapeError("public_key: no point of the curve of SM2")
    if key.start_ms >= key.end_ms:
        raise shape.ShapeError("a key's validity ends after it starts")


def _check_roster(roster: Roster) -> None:
    passkeys = [key for person in roster.persons.values() for key in person.passkeys]
    sm2_keys = [key for person in roster.persons.values() for key in person.sm2_keys]
    names = [*(key.credential for key in passkeys), *(key.kid for key in sm2_keys)]
    if len(set(names)) != len(names):
        raise shape.ShapeError("one credential or key stands twice")
    if len({key.public_key for key in passkeys}) != len(passkeys):
        raise shape.ShapeError("one passkey stands twice: it would make two persons of one")
    if len({key.public_key[1:33] for key in sm2_keys}) != len(sm2_keys):
        raise shape.ShapeError("one SM2 key, or its mirror image, stands twice")
    for person in roster.persons.values():
        if person.id in person.relatives or not roster.persons.keys() >= set(person.relatives):
            raise shape.ShapeError(f"{person.id}: relatives are other persons of the roster")


_TERM: Final = shape.record(
    Term,
    {"office": shape.ID, "start_ms": shape.integer(0), "end_ms": shape.integer(0)},
    check=_check_term,
)

_PASSKEY: Final = shape.record(
    Passkey,
    {"credential": shape.octets(1, 1023), "public_key": shape.octets(1, 256)},
    check=_check_passkey,
)

_SM2_KEY: Final = shape.record(
    Sm2Key,
    {
        "public_key": shape.octets(PUBLIC_BYTES["SM2"]),
        "certificate": shape.maybe(shape.octets(32)),
        "start_ms": shape.integer(0),
        "end_ms": shape.integer(0),
    },
    check=_check_sm2_key,
)

_PERSON: Final = shape.record(
    Person,
    {
        "id": shape.ID,
        "name": shape.text(64),
        "offices": shape.array(_TERM, 16),
        "passkeys": shape.array(_PASSKEY, 8),
        "relatives": shape.array(shape.ID, 64, unique=True),
        "sm2_keys": shape.array(_SM2_KEY, 8),
    },
    later=LATER["person"],
)

ROSTER: Final = shape.record(
    Roster,
    {
        "version": shape.integer(1),
        "village": shape.ID,
        "persons": shape.keyed(_PERSON, "id", 2000),
    },
    fixed={"v": 1, "type": "roster"},
    check=_check_roster,
)
