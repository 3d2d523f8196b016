"""What lockd asks of its journal must not take longer the longer it has been written."""

import sqlite3
from pathlib import Path

import pytest

from sealctl.journal import books
from sealctl.journal.schema import connect
from tests.support.machine import Rig


class Listener:
    """The statements that a connection was given."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.said: list[str] = []
        connection.set_trace_callback(self.said.append)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig.build(tmp_path)


def test_no_question_of_a_decision_reads_a_whole_table(rig: Rig) -> None:
    connection = rig.core.journal.connection
    heard = Listener(connection)
    facts = rig.core.facts()
    facts.books.spent(bytes(32))
    facts.books.hash_at(1)
    books.photos_to_send(connection)
    connection.set_trace_callback(None)
    for statement in heard.said:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        for table in ("entry", "e", "authorised", "photo", "receipt", "opening"):
            whole = [row[3] for row in plan if row[3] == f"SCAN {table}"]
            assert whole == [], statement


def test_how_far_receipts_go_is_known_at_the_next_start(rig: Rig) -> None:
    connection, last = rig.core.journal.connection, rig.core.journal.last_seq
    books.add_receipts(connection, [(seq, b"proof") for seq in range(1, last - 1)])
    books.add_receipts(connection, [(last, b"proof")])
    connection.close()
    again = connect(rig.config.journal)
    assert books.read_note(again, "receipted") == str(last - 2).encode()
    assert books.receipted(again) == last - 2
    books.add_receipts(again, [(last - 1, b"proof")])
    assert books.receipted(again) == last
    again.close()
