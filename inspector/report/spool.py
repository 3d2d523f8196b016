"""What the report tells, in one temporary SQLite file, so that memory does not grow with the log.

Calls nothing of ours. `inspector.report.gather` fills it, `inspector.report.table` reads it. Times
are ms since 1970 UTC, hashes are hex, names are those of the lists in force at the time.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

_SCHEMA: Final = """
CREATE TABLE machine (
    device TEXT PRIMARY KEY, village TEXT, village_name TEXT, first INT, last INT,
    entries INT DEFAULT 0, heartbeats INT DEFAULT 0, boots INT DEFAULT 0,
    replaces TEXT DEFAULT '') STRICT;
CREATE TABLE silence (
    device TEXT, start INT, stop INT, missed INT, boot INT) STRICT;
CREATE TABLE application (
    subject_hash TEXT PRIMARY KEY, title TEXT, purpose TEXT, applicant TEXT, applicant_name TEXT,
    item TEXT, pages INT, presses INT, created INT, approvers TEXT, subject BLOB,
    signed TEXT) STRICT;
CREATE TABLE approver (
    subject_hash TEXT, step TEXT, person TEXT, name TEXT, village_name TEXT) STRICT;
CREATE TABLE opening (
    device TEXT, seq INT, leaf INT, wall INT, quality TEXT, village_name TEXT,
    item TEXT, item_name TEXT, seal TEXT, seal_name TEXT, application TEXT, list INT,
    sheet INT, use TEXT, operator TEXT, operator_name TEXT,
    photo_before TEXT, seen_before TEXT, photo_after TEXT, seen_after TEXT,
    emergency INT, state TEXT DEFAULT 'open', end_seq INT, end_leaf INT, end_wall INT,
    void TEXT, PRIMARY KEY (device, seq)) STRICT;
CREATE TABLE event (
    device TEXT, seq INT, leaf INT, wall INT, quality TEXT, village_name TEXT, kind TEXT,
    kind_name TEXT, code TEXT, what TEXT, person TEXT, person_name TEXT, others TEXT,
    seal_name TEXT, item_name TEXT, application TEXT, detail TEXT, photo TEXT) STRICT;
CREATE INDEX opening_end ON opening (device, end_seq);
CREATE INDEX opening_application ON opening (application);
CREATE INDEX event_kind ON event (kind);
"""


class Spool:
    """The file, open for one report."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        self._connection.executescript(_SCHEMA)

    def put(self, table: str, **values: Any) -> None:
        """A new row; one that is there already stays."""
        names, places = ", ".join(values), ", ".join("?" * len(values))
        self.run(
            f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})",  # noqa: S608
            *values.values(),
        )

    def run(self, sql: str, *values: Any) -> None:
        self._connection.execute(sql, values)

    def rows(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        return iter(self._connection.execute(sql, values))

    def value(self, sql: str, *values: Any) -> Any:
        """The first value of the first row, None where there is none."""
        found = self._connection.execute(sql, values).fetchone()
        return None if found is None else found[0]

    def close(self) -> None:
        self._connection.close()


@contextmanager
def spool(folder: Path) -> Iterator[Spool]:
    """A spool below that folder, removed afterwards."""
    with TemporaryDirectory(prefix=".report-", dir=folder) as place:
        made = Spool(Path(place) / "spool.sqlite3")
        try:
            yield made
        finally:
            made.close()
