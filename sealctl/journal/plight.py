"""What the journal knows of contact with the township, of emergencies, of the camera's work.

Calls `sealctl.journal` and `wire`. Two notes: `heard` is the last entry before a word that
the township signed (a list, a receipt that made a newer checkpoint known); `reached` the last entry
before the courier said that it has the township's broker, which nobody signed. Either one breaks
the silence; only the signed one gives emergency presses back. Notes outlive restarts; `mono` is the
running time of the boot in which they were made.
"""

import sqlite3

from sealctl.journal import books, notes
from sealctl.journal.store import note
from wire.record.silence import Silence
from wire.tlog import checkpoint


def hear(connection: sqlite3.Connection, last_seq: int, mono: int, text: bytes) -> bool:
    """A receipt under the checkpoint of this text holds: whether it is newer than the one held.

    A checkpoint of another origin is newer: machines trust one log at a time.
    """
    held = notes.seen(connection)
    if held is not None:
        old, new = checkpoint.decode(held), checkpoint.decode(text)
        if old.origin == new.origin and new.size <= old.size:
            return False
    note(connection, "seen", text)
    note(connection, "heard", f"{last_seq} {mono}".encode())
    return True


def seen(connection: sqlite3.Connection) -> bytes | None:
    """The text of the newest checkpoint whose receipts counted."""
    return notes.seen(connection)


def reach(connection: sqlite3.Connection, last_seq: int, mono: int) -> None:
    """The courier has the broker, or had it until now."""
    note(connection, "reached", f"{last_seq} {mono}".encode())


def silence(connection: sqlite3.Connection) -> Silence:
    """Since the last contact of either kind."""
    after, at = max(_mark(connection, "heard"), _mark(connection, "reached"))
    rows = connection.execute("SELECT kind, mono FROM entry WHERE seq > ? ORDER BY seq", (after,))
    found = Silence()
    found.contact(at)
    for kind, mono in rows:
        (found.boot if kind == "boot" else found.entry)(mono)
    return found


def presses_since_heard(connection: sqlite3.Connection) -> int:
    """Emergency openings, not returned, since the township's last signed word."""
    return _presses(connection, _mark(connection, "heard")[0])


def presses_since_picture(connection: sqlite3.Connection) -> int:
    """Emergency openings, not returned, since the camera last took a picture for an entry."""
    row = connection.execute("SELECT coalesce(max(seq), 0) FROM photo").fetchone()
    return _presses(connection, int(row[0]))


def spent(connection: sqlite3.Connection, verifier: bytes) -> bool:
    """Whether an entry names this code."""
    return books.read_note(connection, f"code {verifier.hex()}") is not None


def _presses(connection: sqlite3.Connection, after: int) -> int:
    row = connection.execute(
        'SELECT count(*) FROM authorised WHERE seq > ? AND returned = 0 AND "grant" IN '
        "(SELECT value FROM note WHERE name LIKE 'emergency %')",
        (after,),
    ).fetchone()
    return int(row[0])


def _mark(connection: sqlite3.Connection, name: str) -> tuple[int, int]:
    """(seq of the last entry before, mono) of a contact; zeros where there was none."""
    value = books.read_note(connection, name)
    seq, mono = (0, 0) if value is None else map(int, value.split())
    return seq, mono
