"""What a verification has to remember of all the leaves before: a SQLite file, not memory.

Calls `wire` and `inspector`. One file for one bundle under one policy. Everything up to `done`
leaves has been held; it is committed together with the state of every machine at that point, so
that a verification which was broken off, or comes again when the log has grown, goes on from there.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspector.findings import NotVerifiedError, UnusableError
from wire.lists.erased import ErasedLeaf
from wire.lists.leaf import ListLeaf
from wire.sig import PublicKey

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS list (device TEXT, version INTEGER, sha256 BLOB, leaf INTEGER,
  alg TEXT, public BLOB, PRIMARY KEY (device, version)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS list_order ON list (device, leaf);
CREATE TABLE IF NOT EXISTS spent (device TEXT, grant BLOB, times INTEGER,
  PRIMARY KEY (device, grant)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS once (device TEXT, what TEXT, name BLOB,
  PRIMARY KEY (device, what, name)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stamp (device TEXT, seq INTEGER, leaf INTEGER, opening INTEGER,
  PRIMARY KEY (device, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS erasure (leaf INTEGER PRIMARY KEY, what TEXT, at INTEGER,
  count INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS erased (what TEXT, device TEXT, first INTEGER, last INTEGER,
  leaf INTEGER, PRIMARY KEY (what, device, first, leaf)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS machine (device TEXT PRIMARY KEY, state BLOB) STRICT;
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value ANY) STRICT;
"""
_LOGGED: Final = "SELECT device, version, sha256, leaf, alg, public FROM list "


@dataclass(frozen=True)
class Logged:
    """A list version that the log names: `leaf` is the index of its first leaf, `key` the machine's
    record key, None until the file was verified.
    """

    device: str
    version: int
    sha256: bytes
    leaf: int
    key: PublicKey | None = None


class Ledger:
    """The file, opened by the one process that writes it or, `readonly`, by those that help."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        mode = "ro" if readonly else "rwc"
        try:
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None
            )
            if not readonly:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        self._run = self._connection.execute
        self._latest: list[tuple[int, tuple[int, int]]] | None = None

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All or nothing of what is written meanwhile."""
        self._run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._run("ROLLBACK")
            raise
        self._run("COMMIT")

    def done(self) -> tuple[int, bytes]:
        """How many leaves have been held, and the root of their tree."""
        found = dict(self._run("SELECT name, value FROM note").fetchall())
        return int(found.get("done", 0)), bytes(found.get("root", b""))

    def set_done(self, leaves: int, root: bytes) -> None:
        rows = (("done", leaves), ("root", root))
        self._connection.executemany("INSERT OR REPLACE INTO note VALUES (?, ?)", rows)

    def keep(self, machines: Mapping[str, bytes]) -> None:
        """The state of each machine that changed."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO machine VALUES (?, ?)", machines.items()
        )

    def machines(self) -> Mapping[str, bytes]:
        return dict(self._run("SELECT device, state FROM machine").fetchall())

    def name_list(self, leaf: int, named: ListLeaf) -> None:
        """A list leaf; raises NotVerifiedError('list') for a version with two faces."""
        row = (named.device, named.version, named.sha256, leaf)
        if self._run("INSERT OR IGNORE INTO list VALUES (?,?,?,?,NULL,NULL)", row).rowcount:
            return
        known = self.logged(named.device, named.version)
        if known is not None and known.sha256 != named.sha256:
            raise NotVerifiedError("list", f"leaf {leaf}", f"version {named.version} has two faces")

    def describe(self, found: Logged) -> None:
        """A list whose file was verified."""
        if found.key is not None:
            row = (found.key.alg, found.key.public, found.device, found.version)
            self._run("UPDATE list SET alg = ?, public = ? WHERE device = ? AND version = ?", row)

    def logged(self, device: str, version: int) -> Logged | None:
        return self._one("WHERE device = ? AND version = ?", device, version)

    def first(self, device: str) -> Logged | None:
        """The machine's list that was logged first."""
        return self._one("WHERE device = ? ORDER BY leaf LIMIT 1", device)

    def newest(self, device: str) -> Logged | None:
        return self._one("WHERE device = ? ORDER BY leaf DESC LIMIT 1", device)

    def former(self, device: str, leaf: int) -> Logged | None:
        """The machine's list that was logged last before that leaf."""
        return self._one("WHERE device = ? AND leaf < ? ORDER BY leaf DESC LIMIT 1", device, leaf)

    def count_lists(self) -> int:
        return int(self._run("SELECT count(*) FROM list WHERE public IS NOT NULL").fetchone()[0])

    def name_erased(self, leaf: int, named: ErasedLeaf) -> None:
        """A leaf that says what was erased."""
        row = (leaf, named.what, named.at)
        self._run("INSERT OR IGNORE INTO erasure (leaf, what, at) VALUES (?, ?, ?)", row)
        rows = ((named.what, one.device, one.first, one.last, leaf) for one in named.spans)
        self._connection.executemany("INSERT OR IGNORE INTO erased VALUES (?, ?, ?, ?, ?)", rows)
        self._latest = None

    def erased(self, what: str, device: str, seq: int) -> tuple[int, int] | None:
        """The first leaf that names that of the entry as erased, and the time that it says."""
        found = self._run(
            "SELECT leaf, at FROM erased JOIN erasure USING (leaf, what) WHERE what = ?"
            " AND device = ? AND first <= ? AND last >= ? ORDER BY leaf LIMIT 1",
            (what, device, seq, seq),
        ).fetchone()
        return None if found is None else (int(found[0]), int(found[1]))

    def latest_erasure(self, size: int) -> tuple[int, int] | None:
        """Of the first `size` leaves the one that says the latest time of erasing, and that."""
        if self._latest is None:
            best = (-1, -1)
            self._latest = []
            for leaf, at in self._run("SELECT leaf, at FROM erasure ORDER BY leaf"):
                best = max(best, (leaf, at), key=lambda one: one[1])
                self._latest.append((leaf, best))
        if not self._latest:
            return None
        place = bisect_left(self._latest, size, key=lambda one: one[0])
        return None if place == 0 else self._latest[place - 1][1]

    def missing(self, leaves: Iterable[int]) -> None:
        """So much was missing that these leaves name as erased, each once for each thing."""
        rows = ((leaf,) for leaf in leaves)
        self._connection.executemany("UPDATE erasure SET count = count + 1 WHERE leaf = ?", rows)

    def erasures(self) -> list[tuple[int, str, int, int]]:
        """(leaf, what, time, how much was missing) of those whose things were missed."""
        return self._run(
            "SELECT leaf, what, at, count FROM erasure WHERE count > 0 ORDER BY leaf"
        ).fetchall()

    def spent(self, device: str, grant: bytes) -> int | None:
        """How many openings of the grant were used, None before the first."""
        found = self._run(
            "SELECT times FROM spent WHERE device = ? AND grant = ?", (device, grant)
        ).fetchone()
        return None if found is None else int(found[0])

    def spend(self, device: str, grant: bytes, times: int) -> None:
        self._run("INSERT OR REPLACE INTO spent VALUES (?, ?, ?)", (device, grant, times))

    def once(self, device: str, what: str, name: bytes) -> bool:
        """Whether this is the first time."""
        row = (device, what, name)
        return self._run("INSERT OR IGNORE INTO once VALUES (?, ?, ?)", row).rowcount == 1

    def count(self, what: str) -> int:
        return int(self._run("SELECT count(*) FROM once WHERE what = ?", (what,)).fetchone()[0])

    def stamped(self, device: str, seq: int, leaf: int, opening: int) -> None:
        self._run("INSERT INTO stamp VALUES (?, ?, ?, ?)", (device, seq, leaf, opening))

    def stamp(self, device: str, seq: int) -> tuple[int, int] | None:
        """The leaves of a stamp and of its opening."""
        found = self._run(
            "SELECT leaf, opening FROM stamp WHERE device = ? AND seq = ?", (device, seq)
        ).fetchone()
        return None if found is None else (int(found[0]), int(found[1]))

    def _one(self, rest: str, *values: str | int) -> Logged | None:
        row = self._run(_LOGGED + rest, values).fetchone()
        return None if row is None else _logged(row)


def _logged(row: tuple[str, int, bytes, int, str | None, bytes]) -> Logged:
    device, version, sha256, leaf, alg, public = row
    key = None if alg is None else PublicKey(alg, public)
    return Logged(device, version, sha256, leaf, key)


def _unusable(path: Path, error: sqlite3.Error) -> UnusableError:
    return UnusableError(
        f"{path}: 核验进度不能用，请加 --again 重来。 Progress cannot be used, add --again: {error}"
    )
