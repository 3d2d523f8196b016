"""A township that lost its log begins a new one: what the machine holds of the former is put aside.

Calls only `sealctl.journal`. Receipts of the former log stay on disk, under a table's name of their
own; every entry needs one of the new log, and travels again for it. What the former log had
receipted is not overdue for that.
"""

import sqlite3
from typing import Final

from sealctl.journal import books
from sealctl.journal.store import note

HELD: Final = "held"
_ASIDE: Final = ("receipt", "pending")


def begin(connection: sqlite3.Connection, receipted: int) -> None:
    """Within the transaction of the entry that adopts the new log: no entry has a receipt yet, up
    to `receipted` they had the former's. Photos are sent again, too.
    """
    note(connection, HELD, str(max(receipted, held(connection))).encode())
    note(connection, "receipted", b"0")
    number = 1
    while _parts(connection, f"{_ASIDE[0]}_{number}"):
        number += 1
    for table in _ASIDE:
        _put_aside(connection, table, f"{table}_{number}")
    connection.execute("UPDATE photo SET sent = 0")


def held(connection: sqlite3.Connection) -> int:
    """Up to which seq every entry had a receipt of a former log; 0 where there was none."""
    return int(books.read_note(connection, HELD) or 0)


def _put_aside(connection: sqlite3.Connection, table: str, name: str) -> None:
    """The table under another name, with its triggers, and an empty one like it in its place."""
    (_, made), *triggers = _parts(connection, table)
    for trigger, _ in triggers:
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(f"ALTER TABLE {table} RENAME TO {name}")
    connection.execute(made)
    for trigger, text in triggers:
        connection.execute(text)
        action = trigger.removeprefix(f"{table}_")
        connection.execute(
            text.replace(trigger, f"{name}_{action}").replace(f"ON {table} ", f"ON {name} ")
        )


def _parts(connection: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    """(name, SQL) of the table, then of its triggers; none where there is no such table."""
    return connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL "
        "ORDER BY type <> 'table', name",
        (table,),
    ).fetchall()
