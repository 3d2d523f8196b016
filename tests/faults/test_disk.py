"""The recorder and the disk that it rebuilds: they find what is lost where something is."""

import random
import sqlite3
from pathlib import Path

import pytest

from tests.faults.disk import Loss, after_cut
from tests.faults.recorder import FULL, OK, SYNC_FAILED, Event, Recorder, recording

ROWS = 12


def lost(folder: Path, *pragmas: str) -> int:
    """In how many images, cut at any write or sync, a row is missing that was promised."""
    log: list[tuple[int, Event]] = []
    promised = 0
    with recording(Recorder(folder, lambda event: log.append((promised, event)))):
        connection = sqlite3.connect(folder / "a.sqlite3", isolation_level=None)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE row (number INTEGER PRIMARY KEY, data BLOB)")
        for number in range(ROWS):
            promised = number
            connection.execute("INSERT INTO row VALUES (?, zeroblob(900))", (number + 1,))
        connection.close()
    events = [event for _, event in log]
    missing = 0
    for cut, (expected, _) in enumerate(log, start=1):
        for loss in Loss:
            image = after_cut({}, events[:cut], loss, random.Random(f"{cut} {loss}"))
            missing += expected > _rows(folder / f"{cut}-{loss}", image)
    return missing


def _rows(folder: Path, image: object) -> int:
    folder.mkdir()
    assert isinstance(image, dict)
    for name, data in image.items():
        (folder / name).write_bytes(data)
    connection = sqlite3.connect(folder / "a.sqlite3")
    try:
        return int(connection.execute("SELECT count(*) FROM row").fetchone()[0])
    except sqlite3.DatabaseError:
        return 0
    finally:
        connection.close()


def test_what_the_journal_is_set_to_loses_nothing(tmp_path: Path) -> None:
    assert lost(tmp_path, "journal_mode = WAL", "synchronous = FULL") == 0


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_journal_that_syncs_less_is_found_to_lose_rows(tmp_path: Path, synchronous: str) -> None:
    """The control: else a recorder that loses nothing would prove nothing."""
    assert lost(tmp_path, "journal_mode = WAL", f"synchronous = {synchronous}") > 0


def test_a_write_that_fails_is_reported_as_such(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, lambda _: None)
    with recording(recorder):
        connection = sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)
        connection.execute("CREATE TABLE row (number)")
        for what, code, name in (("write", FULL, "FULL"), ("sync", SYNC_FAILED, "IOERR_FSYNC")):
            recorder.verdict = lambda event: code if event.what == what else OK  # noqa: B023
            with pytest.raises(sqlite3.OperationalError) as failed:
                connection.execute("INSERT INTO row VALUES (1)")
            assert failed.value.sqlite_errorname == f"SQLITE_{name}"
        recorder.verdict = lambda _: OK
        connection.execute("INSERT INTO row VALUES (1)")
        connection.close()


WRITES = [Event("write", "f", 0, b"a" * 600), Event("write", "f", 600, b"b" * 600)]


def test_a_sync_saves_what_was_written_before_it() -> None:
    events = [WRITES[0], Event("sync", "f"), WRITES[1]]
    cut = [after_cut({}, events, loss, random.Random(1)) for loss in (Loss.LOST, Loss.KEPT)]
    assert cut == [{"f": b"a" * 600}, {"f": b"a" * 600 + b"b" * 600}]


def test_sectors_of_the_last_write_and_whole_writes_may_be_missing() -> None:
    torn = {after_cut({}, WRITES, Loss.TORN, random.Random(n))["f"] for n in range(40)}
    reordered = {
        after_cut({"f": b""}, WRITES, Loss.REORDERED, random.Random(n))["f"] for n in range(40)
    }
    a, b = b"a" * 600, b"b" * 600
    assert torn == {a, a + b, a + b[:424], a + bytes(424) + b[424:]}
    assert reordered == {b"", a, bytes(600) + b, a + b}


def test_a_new_file_and_a_deletion_last_from_the_next_sync_on() -> None:
    made, gone = Event("open", "f"), Event("delete", "g")
    base = {"g": b"old"}
    assert after_cut(base, [made, gone], Loss.LOST, random.Random(1)) == base
    synced = [made, gone, Event("sync", "f")]
    assert after_cut(base, synced, Loss.LOST, random.Random(1)) == {"f": b""}
