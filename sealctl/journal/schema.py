"""The tables of the journal file and how they come to be. Calls only sqlite-utils.

WAL with synchronous=FULL: a row that was committed is there after a power cut. What is evidence is
append-only by trigger; what is only a note of progress (sent, receipted, trusted list) is not.
"""

import sqlite3
from pathlib import Path
from typing import Final

VERSION: Final = 1
APPEND_ONLY: Final = ("entry", "receipt")


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the file, creating it and its tables where needed. Raises sqlite3.DatabaseError."""
    if read_only:
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    if _version(connection) == 0:
        _create(connection)
    if _version(connection) != VERSION:
        raise sqlite3.DatabaseError(f"journal of version {_version(connection)}, not {VERSION}")
    return connection


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _create(connection: sqlite3.Connection) -> None:
    # sqlite-utils loads numpy where it finds it; a lockd over a finished file needs neither.
    from sqlite_utils import Database

    connection.execute("BEGIN IMMEDIATE")
    database = Database(connection)
    for name, (columns, key) in _TABLES.items():
        database.table(name).create(columns, pk=key, not_null=set(columns) - _OPTIONAL, strict=True)
    database.table("authorised").create_index(["grant"])
    for table in APPEND_ONLY:
        for action in ("UPDATE", "DELETE"):
            connection.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            )
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


_OPTIONAL: Final = frozenset({"ended", "bundle"})
_TABLES: Final[dict[str, tuple[dict[str, type], str]]] = {
    "entry": (
        {"seq": int, "hash": bytes, "kind": str, "wall": int, "mono": int, "envelope": bytes},
        "seq",
    ),
    "opening": ({"seq": int, "data": bytes}, "seq"),
    "receipt": ({"seq": int, "proof": bytes}, "seq"),
    "authorised": ({"seq": int, "grant": bytes, "ended": int, "returned": int}, "seq"),
    "photo": ({"sha256": bytes, "seq": int, "sent": int}, "sha256"),
    "trusted": ({"id": int, "root": bytes, "bundle": bytes}, "id"),
    "operator": ({"person": str, "verifier": str, "failures": int, "locked_ms": int}, "person"),
    "note": ({"name": str, "value": bytes}, "name"),
}
