"""How often somebody failed to prove himself: counted on disk before the attempt is judged.

Calls only `wire.refusals`. A subject is a person, or a part at which nobody is known yet. Neither a
restart nor a power cut gives an attempt back; only success does, or the end of the lock-out.
"""

import sqlite3
from typing import Final

from wire.lists.content import Policy
from wire.refusals import Refused

CARDS: Final = "cards"
FINGER: Final = "finger"
"""The parts as subjects: unknown cards and fingers are nobody's failures."""


def of(person: str) -> str:
    """A person as a subject."""
    return f"person {person}"


class Attempts:
    """The counts of one machine, in the journal's file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin(self, subject: str, policy: Policy, now_ms: int) -> None:
        """Count one more attempt; raises Refused('credential_locked') where there were too many.

        The attempt that reaches the policy's limit is still judged; those after it are not.
        """
        failures = self.refuse_locked(subject, now_ms) + 1
        locked = now_ms + policy.pin_lock_s * 1000 if failures >= policy.pin_attempts else 0
        self._connection.execute(
            "INSERT OR REPLACE INTO attempt VALUES (?, ?, ?)",
            (subject, 0 if locked else failures, locked),
        )

    def refuse_locked(self, subject: str, now_ms: int) -> int:
        """Failures so far; raises Refused('credential_locked')."""
        row = self._connection.execute(
            "SELECT failures, locked_ms FROM attempt WHERE subject = ?", (subject,)
        ).fetchone()
        failures, locked_ms = row or (0, 0)
        if now_ms < locked_ms:
            raise Refused("credential_locked")
        return int(failures)

    def succeed(self, subject: str) -> None:
        """Whoever it was proved himself: nothing counts any more."""
        self._connection.execute("DELETE FROM attempt WHERE subject = ?", (subject,))
