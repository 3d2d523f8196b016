"""A journal file of an older version is carried over whole, or not opened."""

import sqlite3
from pathlib import Path

import pytest

from sealctl.journal import schema
from sealctl.journal.schema import VERSION, connect
from tests.support.machine import OPERATOR, PIN, Rig
from wire.refusals import Refused

SCHEMA_1 = Path(__file__).parents[1] / "vectors" / "journal-1.sql"
COPY = """
INSERT INTO entry SELECT * FROM new.entry;
INSERT INTO opening SELECT * FROM new.opening;
INSERT INTO receipt SELECT * FROM new.receipt;
INSERT INTO authorised SELECT * FROM new.authorised;
INSERT INTO photo SELECT * FROM new.photo;
INSERT INTO trusted SELECT * FROM new.trusted;
INSERT INTO note SELECT * FROM new.note;
INSERT INTO operator SELECT person, verifier, coalesce(failures, 0), coalesce(locked_ms, 0)
  FROM new.pin LEFT JOIN new.attempt ON subject = 'person ' || person;
"""


def as_version_1(path: Path) -> None:
    """Put a file as version 1 wrote it in this one's place."""
    old = path.with_name("old.sqlite3")
    connection = sqlite3.connect(old)
    connection.executescript(SCHEMA_1.read_text("utf-8"))
    connection.execute("ATTACH ? AS new", (str(path),))
    connection.executescript(COPY)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    old.replace(path)


def stopped(rig: Rig) -> Path:
    """The journal's file with nobody at it."""
    rig.core.journal.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    rig.core.journal.connection.close()
    return rig.config.journal


def tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        return {row[0] for row in connection.execute("SELECT sql FROM sqlite_master")}


def test_a_version_1_machine_goes_on_with_its_entries_and_pins(tmp_path: Path) -> None:
    rig = Rig.build(tmp_path)
    rig.picture = b"a picture"
    grant = rig.grant(impressions=2)
    rig.stamp(grant)
    before = rig.entries()
    as_version_1(stopped(rig))
    rig.restart()
    assert rig.entries()[: len(before)] == before
    assert rig.kinds() == []
    rig.stamp(grant)
    with pytest.raises(Refused, match="grant_spent"):
        rig.core.choose(grant.id)


def test_who_was_locked_out_stays_so(tmp_path: Path) -> None:
    rig = Rig.build(tmp_path)
    for _ in range(5):
        with pytest.raises(Refused, match="credential_wrong"):
            rig.core.login(OPERATOR, "000000")
    as_version_1(stopped(rig))
    rig.restart()
    with pytest.raises(Refused, match="credential_locked"):
        rig.core.login(OPERATOR, PIN)


def test_a_file_carried_over_is_made_like_a_new_one(tmp_path: Path) -> None:
    connect(tmp_path / "new").close()
    connection = sqlite3.connect(tmp_path / "old")
    connection.executescript(SCHEMA_1.read_text("utf-8"))
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    connect(tmp_path / "old").close()
    assert tables(tmp_path / "old") == tables(tmp_path / "new")


def test_a_power_cut_in_the_middle_leaves_version_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig.build(tmp_path)
    path = stopped(rig)
    as_version_1(path)
    before = tables(path)

    def cut(connection: sqlite3.Connection, *_: str) -> None:
        connection.execute("CREATE TABLE half (x)")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(schema, "_make", cut)
        with pytest.raises(KeyboardInterrupt):
            connect(path)
    assert tables(path) == before
    rig.restart()
    rig.core.login(OPERATOR, PIN)


def test_a_file_of_a_later_version_is_not_opened(tmp_path: Path) -> None:
    connection = connect(tmp_path / "journal")
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    with pytest.raises(sqlite3.DatabaseError, match=f"version {VERSION + 1}"):
        connect(tmp_path / "journal")
