"""Operators' PINs, cards and fingers: enrolled at this machine, kept only here.

Calls only `sealctl.{attempts,journal}` and `wire.refusals`. A PIN or a card's number is never
stored, logged or signed. What is stored is Argon2id over HMAC-SHA-256(machine secret, PIN), and
HMAC-SHA-256(machine secret, card); of a finger only its slot in the sensor, which keeps the rest.
"""

import hashlib
import hmac
import re
import sqlite3
from collections.abc import Callable
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from sealctl import attempts
from sealctl.attempts import Attempts
from sealctl.journal import books
from sealctl.journal.store import note
from wire.lists.content import Policy
from wire.refusals import Refused

PIN: Final = re.compile(r"[0-9]{6,12}")


class Operators:
    """Who is enrolled at one machine, and by what. A PIN comes first; card and finger are added."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        random: Callable[[int], bytes],
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._connection = connection
        self._hasher = hasher or PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self.attempts = Attempts(connection)
        secret = books.read_note(connection, "secret")
        if secret is None:
            secret = random(32)
            note(connection, "secret", secret)
        self._secret = secret

    def enrol(self, person: str, pin: str) -> None:
        """Set a person's PIN (6 to 12 digits); raises Refused('bad_request')."""
        if not PIN.fullmatch(pin):
            raise Refused("bad_request", "a PIN has 6 to 12 digits")
        self._run(
            "INSERT OR REPLACE INTO pin VALUES (?, ?)",
            person,
            self._hasher.hash(self._keyed(pin.encode())),
        )
        self.attempts.succeed(attempts.of(person))

    def enrolled(self) -> frozenset[str]:
        """The ids of everyone who has a PIN here."""
        return frozenset(row[0] for row in self._run("SELECT person FROM pin"))

    def methods(self, person: str) -> tuple[str, ...]:
        """By what that person is enrolled: pin, card, fingerprint."""
        rows = self._run(
            "SELECT 'pin' FROM pin WHERE person = ?1 UNION ALL "
            "SELECT 'card' FROM card WHERE person = ?1 UNION ALL "
            "SELECT 'fingerprint' FROM finger WHERE holder = ?1",
            person,
        )
        return tuple(row[0] for row in rows)

    def check(self, person: str, pin: str, policy: Policy, now_ms: int) -> None:
        """Returns where the PIN is right; a failure counts even when the power is cut.

        Raises Refused: operator_unknown, credential_locked, credential_wrong.
        """
        row = self._run("SELECT verifier FROM pin WHERE person = ?", person).fetchone()
        if row is None:
            raise Refused("operator_unknown", "not enrolled at this machine")
        self.attempts.begin(attempts.of(person), policy, now_ms)
        try:
            self._hasher.verify(row[0], self._keyed(pin.encode()))
        except VerifyMismatchError as error:
            raise Refused("credential_wrong") from error
        self.attempts.succeed(attempts.of(person))

    def give_card(self, person: str, card: str) -> None:
        """From now on this card is that person's, and no other; raises Refused('card_taken')."""
        if self.card_holder(card) not in (None, person):
            raise Refused("card_taken")
        self._run("INSERT OR REPLACE INTO card VALUES (?, ?)", person, self._card(card))

    def card_holder(self, card: str) -> str | None:
        """Whose card it is. Looked up by its verifier: the time it takes tells nothing of it."""
        row = self._run("SELECT person FROM card WHERE verifier = ?", self._card(card)).fetchone()
        return None if row is None else str(row[0])

    def slot_for(self, person: str) -> int:
        """The slot of the sensor under which that person's finger stands, or is to stand."""
        own = self._run("SELECT slot FROM finger WHERE holder = ?", person).fetchone()
        if own is not None:
            return int(own[0])
        taken = {row[0] for row in self._run("SELECT slot FROM finger")}
        return next(slot for slot in range(len(taken) + 1) if slot not in taken)

    def reserve(self, slot: int) -> None:
        """The slot is nobody's until `give_finger`: noted before the sensor is told to fill it, so
        that whatever it then holds is not forgotten there.
        """
        self._run("INSERT OR REPLACE INTO finger VALUES (?, NULL)", slot)

    def give_finger(self, person: str, slot: int) -> None:
        """From now on a match of this slot is that person."""
        self._run("UPDATE finger SET holder = ? WHERE slot = ?", person, slot)

    def finger_holder(self, slot: int) -> str | None:
        """Whose finger stands under this slot."""
        row = self._run("SELECT holder FROM finger WHERE slot = ?", slot).fetchone()
        return None if row is None or row[0] is None else str(row[0])

    def nobodys_slots(self) -> list[int]:
        """Slots in which the sensor may hold a finger that is nobody's: to be deleted there."""
        return [int(row[0]) for row in self._run("SELECT slot FROM finger WHERE holder IS NULL")]

    def forget_slot(self, slot: int) -> None:
        """The sensor has deleted what stood there."""
        self._run("DELETE FROM finger WHERE slot = ? AND holder IS NULL", slot)

    def remove(self, person: str, what: str) -> None:
        """Take back that person's card, fingerprint, or all that he has here.

        Raises Refused('operator_unknown') where he has none.
        """
        if not (self.methods(person) if what == "all" else what in self.methods(person)):
            raise Refused("operator_unknown", "not enrolled at this machine")
        if what in ("card", "all"):
            self._run("DELETE FROM card WHERE person = ?", person)
        if what in ("fingerprint", "all"):
            self._run("UPDATE finger SET holder = NULL WHERE holder = ?", person)
        if what == "all":
            self._run("DELETE FROM pin WHERE person = ?", person)

    def _run(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)

    def _card(self, card: str) -> bytes:
        return self._keyed(b"card " + card.encode())

    def _keyed(self, value: bytes) -> bytes:
        return hmac.digest(self._secret, value, hashlib.sha256)
