"""Wrong emergency codes count, and lock out, as wrong PINs do; the count outlives restarts.

Calls `sealctl.journal` and `wire`. It stands apart from the PIN's count, which a right PIN clears.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sealctl.journal import books
from sealctl.journal.store import note
from wire.lists.content import Policy
from wire.refusals import Refused


class Attempts:
    """Of one machine's people, under its policy's bounds for PINs."""

    def __init__(self, connection: sqlite3.Connection, policy: Policy) -> None:
        self._connection = connection
        self._policy = policy

    @contextmanager
    def counted(self, person: str, now_ms: int) -> Iterator[None]:
        """An attempt: on disk as failed before the code is looked at, cleared where that succeeds.

        Raises Refused('credential_locked') for whoever failed too often.
        """
        failures, locked_ms = self._read(person)
        if now_ms < locked_ms:
            raise Refused("credential_locked", "emergency codes")
        failures += 1
        full = failures >= self._policy.pin_attempts
        self._write(person, 0 if full else failures, now_ms + self._policy.pin_lock_s * 1000 * full)
        yield
        self._write(person, 0, 0)

    def _read(self, person: str) -> tuple[int, int]:
        value = books.read_note(self._connection, f"attempts {person}")
        failures, locked_ms = (0, 0) if value is None else map(int, value.split())
        return failures, locked_ms

    def _write(self, person: str, failures: int, locked_ms: int) -> None:
        note(self._connection, f"attempts {person}", f"{failures} {locked_ms}".encode())
