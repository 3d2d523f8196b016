"""A journal as after years, made in seconds: most entries are filler, the newest ones are real.

Calls `tests.support.machine` and `sealctl.journal`. Filler has the size of an entry, a receipt and
a place in the books, and no signature: nothing on the way to a decision reads it, and a start
verifies from the last receipted entry on, which is real.
"""

from sealctl.journal import books
from sealctl.journal.store import Journal
from tests.support.machine import Rig

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
_FILL = (
    "INSERT INTO entry SELECT i, randomblob(32), 'heartbeat', 0, 0, zeroblob(380) FROM n",
    "INSERT INTO receipt SELECT i, zeroblob(900) FROM n",
    "INSERT INTO authorised SELECT i, randomblob(32), i + 1, 0 FROM n WHERE i % 4 = 0",
    "INSERT INTO opening SELECT i, zeroblob(300) FROM n WHERE i % 4 = 0",
    "INSERT INTO photo SELECT randomblob(32), i, 1 FROM n WHERE i % 2 = 0",
)


def age(rig: Rig, entries: int) -> None:
    """Fill the journal up to that many entries, all receipted, and start the machine anew."""
    connection, first = rig.core.journal.connection, rig.core.journal.last_seq + 1
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    for fill in _FILL:
        connection.execute(_NUMBERS + fill, (first, entries - 1))
    connection.execute("COMMIT")
    _real_entry(rig)
    proofs = [(seq, bytes(900)) for seq in (*range(1, first), entries)]
    books.add_receipts(connection, proofs)
    connection.execute("PRAGMA synchronous = FULL")
    rig.restart()


def _real_entry(rig: Rig) -> None:
    """The newest entry, signed, on top of the filler."""
    old = rig.core.journal
    signer, time = old._signer, rig.core.time  # noqa: SLF001
    journal = Journal(old.connection, device=old.device, signer=signer, time=time, random=bytes)
    journal.append("heartbeat", rig.core.journal_counters())
