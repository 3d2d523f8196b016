"""The tables of the journal file and how they come to be. Calls only sqlite-utils.

WAL with synchronous=FULL: a row that was committed is there after a power cut. What is evidence is
append-only by trigger; what is only a note of progress (sent, receipted, trusted list) is not.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

VERSION: Final = 3
APPEND_ONLY: Final = ("entry", "receipt")
OPEN_ITEMS: Final = (("authorised", "seq", "ended IS NULL"), ("photo", "seq", "sent = 0"))
"""What is still to be done is found without reading all that was."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the file, creating its tables or carrying an older version's over where needed.

    Raises sqlite3.DatabaseError.
    """
    if read_only:
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    if _version(connection) == 0:
        _create(connection)
    while (upgrade := _UPGRADES.get(_version(connection))) is not None:
        upgrade(connection)
    if _version(connection) != VERSION:
        raise sqlite3.DatabaseError(f"journal of version {_version(connection)}, not {VERSION}")
    for table, column, condition in OPEN_ITEMS:
        connection.execute(
            f"CREATE INDEX IF NOT EXISTS {table}_open ON {table} ({column}) WHERE {condition}"
        )
    return connection


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _create(connection: sqlite3.Connection) -> None:
    with _one_transaction(connection, VERSION):
        _make(connection, *_TABLES)
        for table in APPEND_ONLY:
            for action in ("UPDATE", "DELETE"):
                connection.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
                )


def _from_1(connection: sqlite3.Connection) -> None:
    """Version 1 knew PINs only, and kept the count of wrong ones beside them."""
    with _one_transaction(connection, 2):
        _make(connection, "pin", "card", "finger", "attempt")
        connection.execute("INSERT INTO pin SELECT person, verifier FROM operator")
        connection.execute(
            "INSERT INTO attempt SELECT 'person ' || person, failures, locked_ms FROM operator"
        )
        connection.execute("DROP TABLE operator")


def _from_2(connection: sqlite3.Connection) -> None:
    """Version 2 knew no receipts that wait for the county's witnesses."""
    with _one_transaction(connection, 3):
        _make(connection, "pending")


@contextmanager
def _one_transaction(connection: sqlite3.Connection, version: int) -> Iterator[None]:
    """Afterwards the file is of that version; one that was not finished is as it was."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _make(connection: sqlite3.Connection, *tables: str) -> None:
    # sqlite-utils loads numpy where it finds it; a lockd over a finished file needs neither.
    from sqlite_utils import Database

    database = Database(connection)
    for name in tables:
        columns, key = _TABLES[name]
        database.table(name).create(columns, pk=key, not_null=set(columns) - _OPTIONAL, strict=True)
        for column, unique in _INDEXES.get(name, {}).items():
            database.table(name).create_index([column], unique=unique)


_INDEXES: Final = {"authorised": {"grant": False}, "card": {"verifier": True}}
"""Table → column → whether its values differ."""
_UPGRADES: Final = {1: _from_1, 2: _from_2}
_OPTIONAL: Final = frozenset({"ended", "bundle", "holder"})
_TABLES: Final[dict[str, tuple[dict[str, type], str]]] = {
    "entry": (
        {"seq": int, "hash": bytes, "kind": str, "wall": int, "mono": int, "envelope": bytes},
        "seq",
    ),
    "opening": ({"seq": int, "data": bytes}, "seq"),
    "receipt": ({"seq": int, "proof": bytes}, "seq"),
    "pending": ({"seq": int, "proof": bytes}, "seq"),
    "authorised": ({"seq": int, "grant": bytes, "ended": int, "returned": int}, "seq"),
    "photo": ({"sha256": bytes, "seq": int, "sent": int}, "sha256"),
    "trusted": ({"id": int, "root": bytes, "bundle": bytes}, "id"),
    "pin": ({"person": str, "verifier": str}, "person"),
    "card": ({"person": str, "verifier": bytes}, "person"),
    "finger": ({"slot": int, "holder": str}, "slot"),
    "attempt": ({"subject": str, "failures": int, "locked_ms": int}, "subject"),
    "note": ({"name": str, "value": bytes}, "name"),
}
