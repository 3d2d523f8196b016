"""Operators' PINs: enrolled at this machine, kept only here, keyed with the machine's secret.

Calls only `sealctl.journal` and `wire.refusals`. A PIN is never stored, logged or signed; what is
stored is Argon2id over HMAC-SHA-256(machine secret, PIN), useless without this machine's journal.
"""

import hashlib
import hmac
import re
import sqlite3
from collections.abc import Callable
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from sealctl.journal import books
from sealctl.journal.store import note
from wire.lists.content import Policy
from wire.refusals import Refused

PIN: Final = re.compile(r"[0-9]{6,12}")


class Operators:
    """The enrolled operators of one machine."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        random: Callable[[int], bytes],
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._connection = connection
        self._hasher = hasher or PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        secret = books.read_note(connection, "secret")
        if secret is None:
            secret = random(32)
            note(connection, "secret", secret)
        self._secret = secret

    def enrol(self, person: str, pin: str) -> None:
        """Set a person's PIN (6 to 12 digits); raises Refused('bad_request')."""
        if not PIN.fullmatch(pin):
            raise Refused("bad_request", "a PIN has 6 to 12 digits")
        self._connection.execute(
            "INSERT OR REPLACE INTO operator VALUES (?, ?, 0, 0)",
            (person, self._hasher.hash(self._keyed(pin))),
        )

    def enrolled(self) -> frozenset[str]:
        """The ids of everyone who has a PIN here."""
        return frozenset(row[0] for row in self._connection.execute("SELECT person FROM operator"))

    def check(self, person: str, pin: str, policy: Policy, now_ms: int) -> None:
        """Returns where the PIN is right; a failure counts even when the power is cut.

        Raises Refused: operator_unknown, credential_locked, credential_wrong.
        """
        row = self._connection.execute(
            "SELECT verifier, failures, locked_ms FROM operator WHERE person = ?", (person,)
        ).fetchone()
        if row is None:
            raise Refused("operator_unknown", "not enrolled at this machine")
        verifier, failures, locked_ms = row
        if now_ms < locked_ms:
            raise Refused("credential_locked")
        self._count(person, failures + 1, policy, now_ms)
        try:
            self._hasher.verify(verifier, self._keyed(pin))
        except VerifyMismatchError as error:
            raise Refused("credential_wrong") from error
        self._connection.execute(
            "UPDATE operator SET failures = 0, locked_ms = 0 WHERE person = ?", (person,)
        )

    def _count(self, person: str, failures: int, policy: Policy, now_ms: int) -> None:
        """The attempt is on disk before the PIN is looked at."""
        locked = now_ms + policy.pin_lock_s * 1000 if failures >= policy.pin_attempts else 0
        left = 0 if locked else failures
        self._connection.execute(
            "UPDATE operator SET failures = ?, locked_ms = ? WHERE person = ?",
            (left, locked, person),
        )

    def _keyed(self, pin: str) -> bytes:
        return hmac.digest(self._secret, pin.encode(), hashlib.sha256)
