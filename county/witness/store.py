"""What the witness remembers: logs it follows or that ended, the head cosigned last of each,
and forks.

Calls only `wire.tlog` and `county.witness.rules`. WAL with synchronous=FULL: a head is on disk
before its cosignature is told. The file itself refuses a head that shrinks, a second root of one
size, a time that goes back, and any change of the evidence.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from county.witness.rules import Head
from wire.tlog import note
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.note import Verifier

FILE: Final = "witness.sqlite3"
VERSION: Final = 2
MOST_FORKS: Final = 1000
"""Of one log: a stolen log key cannot fill the disk with evidence of itself."""


class StoreError(Exception):
    """The database cannot be used; the text says which and what to do."""


@dataclass(frozen=True)
class Followed:
    """A log and one of its keys; size and time (s) of what was cosigned last, else None."""

    vkey: str
    size: int | None
    timestamp_s: int | None


@dataclass(frozen=True)
class Fork:
    """Two checkpoints of one size that the log signed: the cosigned one, and the refused."""

    number: int
    origin: str
    size: int
    seen_s: int
    held: bytes
    offered: bytes


class Store:
    """The file of one witness; one thread at a time, as many processes as like."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def create(cls, state: Path) -> "Store":
        """A new, empty file; raises StoreError where there is one."""
        path = state / FILE
        if path.exists():
            raise StoreError(f"{path}: 已有数据库。 There is a database already.")
        connection = _connected(sqlite3.connect(path, isolation_level=None))
        connection.executescript(_SCHEMA + _ENDED)
        return cls(connection)

    @classmethod
    def open(cls, state: Path) -> "Store":
        """The file that is there; raises StoreError, also where it is missing.

        A key whose heads are forgotten would cosign a second tree: it is not used again.
        """
        path = state / FILE
        try:
            connection, version = _opened(path)
        except sqlite3.Error as error:
            raise StoreError(
                f"{path}: 数据库丢失或损坏。不要恢复旧备份，请另建新名称、新密钥的见证。 "
                "Missing or broken. Restore no older copy: make a witness with a new name and key."
            ) from error
        if version not in (1, VERSION):
            connection.close()
            raise StoreError(f"{path}: 版本 {version} 不支持。 Version {version} is not supported.")
        if version == 1:
            connection.executescript(_ENDED)
        return cls(_connected(connection))

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction that nobody else writes beside; kept as a whole or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def add_log(self, verifier: Verifier) -> None:
        """Follow the log of that name by that key, from now on, or still; raises StoreError for one
        that ended.
        """
        if self.ended(verifier.name):
            raise StoreError(
                f"{verifier.name}: 这本日志已终结，不再见证。 That log ended, for good."
            )
        vkey = note.vkey(verifier.name, verifier.public)
        values = (verifier.name, vkey)
        self._connection.execute("INSERT OR IGNORE INTO log (origin, vkey) VALUES (?, ?)", values)

    def remove_log(self, vkey: str) -> bool:
        """Trust that key no longer; the log's head stays. Whether it was there."""
        return self._connection.execute("DELETE FROM log WHERE vkey = ?", (vkey,)).rowcount == 1

    def end_log(self, origin: str) -> Head | None:
        """Cosign nothing more of that log, ever; its last head stays, and is returned."""
        self._connection.execute("INSERT OR IGNORE INTO ended (origin) VALUES (?)", (origin,))
        return self.head(origin)

    def ended(self, origin: str) -> bool:
        found = self._connection.execute("SELECT 1 FROM ended WHERE origin = ?", (origin,))
        return found.fetchone() is not None

    def logs(self) -> list[Followed]:
        rows = self._connection.execute(
            "SELECT vkey, size, timestamp_s FROM log LEFT JOIN head USING (origin) ORDER BY vkey"
        )
        return [Followed(*row) for row in rows]

    def verifiers(self, origin: str) -> list[Verifier]:
        """The known keys of a log; none for a log that is not followed."""
        rows = self._connection.execute("SELECT vkey FROM log WHERE origin = ?", (origin,))
        return [note.verifier(vkey) for (vkey,) in rows]

    def head(self, origin: str) -> Head | None:
        """What was cosigned last for a log."""
        row = self._connection.execute(
            "SELECT size, root, note FROM head WHERE origin = ?", (origin,)
        ).fetchone()
        return None if row is None else Head(*row)

    def head_by_hash(self, name: str) -> Head | None:
        """The same by the SHA-256 of the origin, in hex."""
        origins = self._connection.execute("SELECT origin FROM head").fetchall()
        found = (one for (one,) in origins if sha256(one.encode()).hexdigest() == name)
        return self.head(next(found, ""))

    def last_s(self) -> int:
        """The newest time signed for any log; 0 before the first."""
        return int(
            self._connection.execute("SELECT ifnull(max(timestamp_s), 0) FROM head").fetchone()[0]
        )

    def put_head(self, origin: str, head: Head, timestamp_s: int) -> None:
        self._connection.execute(
            "INSERT INTO head (origin, size, root, note, timestamp_s) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root,"
            " note = excluded.note, timestamp_s = excluded.timestamp_s",
            (origin, head.size, head.root, head.note, timestamp_s),
        )

    def keep_fork(self, held: Head, offered: Checkpoint, signed: bytes, seen_s: int) -> None:
        """Both signed checkpoints, once for each second root."""
        count = "SELECT count(*) FROM fork WHERE origin = ?"
        if self._connection.execute(count, (offered.origin,)).fetchone()[0] >= MOST_FORKS:
            return
        self._connection.execute(
            "INSERT OR IGNORE INTO fork (origin, size, root, held, offered, seen_s)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (offered.origin, offered.size, offered.root, held.note, signed, seen_s),
        )

    def forks(self) -> list[Fork]:
        rows = self._connection.execute(
            "SELECT number, origin, size, seen_s, held, offered FROM fork ORDER BY number"
        )
        return [Fork(*row) for row in rows]


def _opened(path: Path) -> tuple[sqlite3.Connection, int]:
    """The file and its version; it is never made here."""
    uri = f"{path.resolve().as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        return connection, int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        connection.close()
        raise


def _connected(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


_SCHEMA: Final = """
BEGIN IMMEDIATE;
CREATE TABLE log (origin TEXT NOT NULL, vkey TEXT PRIMARY KEY) STRICT;
CREATE TABLE head (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note BLOB NOT NULL,
    timestamp_s INTEGER NOT NULL
) STRICT;
CREATE TABLE fork (
    number INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    held BLOB NOT NULL,
    offered BLOB NOT NULL,
    seen_s INTEGER NOT NULL,
    UNIQUE (origin, size, root)
) STRICT;
CREATE TRIGGER head_only_grows BEFORE UPDATE ON head
WHEN NEW.origin <> OLD.origin OR NEW.size < OLD.size OR NEW.timestamp_s < OLD.timestamp_s
    OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
BEGIN SELECT RAISE(ABORT, 'a head only grows'); END;
CREATE TRIGGER head_no_delete BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'a head stays'); END;
CREATE TRIGGER fork_no_update BEFORE UPDATE ON fork
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER fork_no_delete BEFORE DELETE ON fork
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
PRAGMA user_version = 1;
COMMIT;
"""
_ENDED: Final = """
BEGIN IMMEDIATE;
CREATE TABLE ended (origin TEXT PRIMARY KEY) STRICT;
CREATE TRIGGER ended_no_update BEFORE UPDATE ON ended
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER ended_no_delete BEFORE DELETE ON ended
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER head_stands BEFORE UPDATE ON head
WHEN EXISTS (SELECT 1 FROM ended WHERE origin = OLD.origin)
BEGIN SELECT RAISE(ABORT, 'that log ended'); END;
PRAGMA user_version = 2;
COMMIT;
"""
