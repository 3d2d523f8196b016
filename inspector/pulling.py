"""How far a pull has come, in the bundle's own folder: a break loses no more than one page.

Calls only `wire.lists.erased`. A SQLite file, which the verification does not read; one that cannot
be read begins anew.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from wire.lists.erased import PHOTOS, ErasedLeaf

FILE: Final = ".pull.sqlite3"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value ANY) STRICT;
CREATE TABLE IF NOT EXISTS withheld (name TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS erased (device TEXT, first INTEGER, last INTEGER,
  PRIMARY KEY (device, first, last)) STRICT, WITHOUT ROWID;
"""


class Pulling:
    """`after` is the number of the last opening taken, `leaf` that of the leaf up to which lists
    were taken, both of one scope; what the township did not give is asked for again.
    """

    def __init__(self, folder: Path, scope: str) -> None:
        path = folder / FILE
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._open(path)
        except sqlite3.DatabaseError:
            for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
                (folder / name).unlink(missing_ok=True)
            self._open(path)
        if self._noted("scope") != scope:
            with self._connection:
                self._run("DELETE FROM note")
                self._run("INSERT INTO note VALUES ('scope', ?)", (scope,))

    def _open(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._run = self._connection.execute
        self._run("PRAGMA journal_mode = WAL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    @property
    def after(self) -> int:
        return self._number("after")

    @property
    def leaf(self) -> int:
        return self._number("leaf")

    def note(self, name: str, value: int, withheld: Iterable[str]) -> None:
        """Come so far; these files were not given."""
        with self._connection:
            self._run("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))
            rows = [(one,) for one in withheld]
            self._connection.executemany("INSERT OR IGNORE INTO withheld VALUES (?)", rows)

    def erase(self, named: ErasedLeaf) -> None:
        """A leaf that says whose photos nobody has to give any more."""
        if named.what == PHOTOS:
            rows = [(one.device, one.first, one.last) for one in named.spans]
            with self._connection:
                self._connection.executemany("INSERT OR IGNORE INTO erased VALUES (?, ?, ?)", rows)

    def is_erased(self, device: str, seq: int) -> bool:
        query = "SELECT 1 FROM erased WHERE device = ? AND first <= ? AND last >= ?"
        return self._run(query, (device, seq, seq)).fetchone() is not None

    def withheld(self) -> Iterator[str]:
        """Files that were not given so far; they may be marked as given meanwhile."""
        last = ""
        query = "SELECT name FROM withheld WHERE name > ? ORDER BY name LIMIT 1000"
        while rows := self._run(query, (last,)).fetchall():
            for (name,) in rows:
                yield name
            last = rows[-1][0]

    def count(self) -> int:
        """Of files that were not given."""
        return int(self._run("SELECT count(*) FROM withheld").fetchone()[0])

    def given(self, name: str) -> None:
        with self._connection:
            self._run("DELETE FROM withheld WHERE name = ?", (name,))

    def _number(self, name: str) -> int:
        found = self._noted(name)
        return found if isinstance(found, int) else 0

    def _noted(self, name: str) -> object:
        row = self._run("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        found: object = None if row is None else row[0]
        return found
