"""Whether the tables beside the entries say what the entries say: spent openings, the head's
counters, the list in force, notes. Calls `sealctl.journal.{notes,store,succession}` and `wire`.

No signature covers those tables. Who writes to the disk could otherwise cut off the newest entries
and leave the counters as the head has them, call a spent opening returned, or bring back a list
from before a revocation.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from sealctl.journal import notes, succession
from sealctl.journal.store import ENDS
from wire.errors import WireError
from wire.record.entry import Entry, open_entry
from wire.sig import PublicKey

HEARD = "heard"
"""The one note of `notes.of` that also follows from what no entry tells: contact."""


@dataclass
class Derived:
    """What verified entries, shown in order from one on, leave behind."""

    _openings: dict[int, bytes] = field(default_factory=dict)
    _ends: dict[int, tuple[int, int]] = field(default_factory=dict)
    _notes: dict[str, bytes] = field(default_factory=dict)

    def look(self, entry: Entry) -> None:
        if entry.kind == "authorised":
            self._openings[entry.seq] = entry.body["grant"]
        if entry.kind in ENDS:
            end = entry.seq, int(bool(entry.body.get("returned", False)))
            self._ends.setdefault(entry.body["authorised"], end)
        self._notes |= notes.of(entry)

    def check(
        self, connection: sqlite3.Connection, after: int, known: tuple[PublicKey, ...]
    ) -> None:
        """The tables say so of the entries after `after`; raises WireError('chain').

        `known` are the keys that signed the journal.
        """
        rows: Mapping[int, tuple[bytes, int | None, int]] = {
            row[0]: (bytes(row[1]), row[2], row[3])
            for row in connection.execute(
                'SELECT seq, "grant", ended, returned FROM authorised WHERE seq > ? OR ended > ?',
                (after, after),
            )
        }
        if {seq: row[0] for seq, row in rows.items() if seq > after} != self._openings:
            raise WireError("chain", "the openings kept are not those of the entries")
        ended = {seq: row[1:] for seq, row in rows.items() if row[1] is not None}
        if ended != self._ends:
            raise WireError("chain", "the ends of openings kept are not those of the entries")
        for name, value in self._notes.items():
            if name != HEARD and _note(connection, name) != value:
                raise WireError("chain", f"the note {name} is not as the entries say")
        if _list_kept(connection) != _list_adopted(connection, known):
            raise WireError("chain", "the list kept is not the one that was adopted last")
        if _note(connection, "counters") != _counters(connection, known):
            raise WireError("chain", "the head's counters kept are not those of the last entry")


def _list_kept(connection: sqlite3.Connection) -> bytes | None:
    row = connection.execute("SELECT bundle FROM trusted").fetchone()
    return None if row is None or row[0] is None else sha256(row[0]).digest()


def _list_adopted(connection: sqlite3.Connection, known: tuple[PublicKey, ...]) -> bytes | None:
    """By the newest entry that says so."""
    row = connection.execute(
        "SELECT envelope FROM entry WHERE kind = 'list_adopted' ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    return bytes(open_entry(row[0], known[succession.opener(known, row[0], 0)]).body["sha256"])


def _counters(connection: sqlite3.Connection, known: tuple[PublicKey, ...]) -> bytes | None:
    """Those of the newest entry that names any: a `boot` only reads them, unless it is the first.

    Heartbeats name them, so that it is found among the last few.
    """
    first = None
    for (envelope,) in connection.execute("SELECT envelope FROM entry ORDER BY seq DESC"):
        entry = open_entry(envelope, known[succession.opener(known, envelope, 0)])
        if "unlatches" in entry.body:
            first = f"{entry.body['unlatches']} {entry.body['presses']}".encode()
            if entry.kind != "boot":
                return first
    return first


def _note(connection: sqlite3.Connection, name: str) -> bytes | None:
    row = connection.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
    return None if row is None else bytes(row[0])
