"""The tables of the index, and its file. Calls nothing of ours."""

import sqlite3
from pathlib import Path
from typing import Final

VERSION: Final = 1


def opened(path: Path, *, making: bool) -> sqlite3.Connection:
    """Transactions are the caller's; `making` gives an empty file its tables.

    Raises sqlite3.Error, also for a file of another version.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and making:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
        elif version != VERSION:
            raise sqlite3.DatabaseError(f"version {version}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


_SCHEMA: Final = f"""
BEGIN IMMEDIATE;
CREATE TABLE note (name TEXT PRIMARY KEY, value ANY) STRICT;
CREATE TABLE tile (number INTEGER PRIMARY KEY, root BLOB NOT NULL) STRICT;
CREATE TABLE list (sha256 BLOB PRIMARY KEY, wall INTEGER) STRICT;
CREATE TABLE roster (
    village TEXT PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE TABLE machine (kid BLOB PRIMARY KEY, alg TEXT NOT NULL, public BLOB NOT NULL) STRICT;
CREATE TABLE key (
    credential BLOB NOT NULL,
    village TEXT NOT NULL,
    person TEXT NOT NULL,
    public BLOB NOT NULL,
    name TEXT NOT NULL,
    office INTEGER NOT NULL,
    revoked INTEGER NOT NULL,
    roster INTEGER NOT NULL,
    PRIMARY KEY (credential, village, person, public)
) STRICT;
CREATE TABLE signed (
    credential BLOB NOT NULL,
    subject BLOB NOT NULL,
    step TEXT NOT NULL,
    decision TEXT NOT NULL,
    leaf INTEGER NOT NULL,
    list BLOB NOT NULL REFERENCES list,
    fact TEXT NOT NULL,
    PRIMARY KEY (credential, subject, step, decision)
) STRICT;
CREATE TABLE done (leaf INTEGER PRIMARY KEY, subject BLOB NOT NULL, wall INTEGER NOT NULL) STRICT;
CREATE INDEX done_by_subject ON done (subject);
PRAGMA user_version = {VERSION};
COMMIT;
"""
