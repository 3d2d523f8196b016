"""A hub whose database was restored from an older copy: nothing forks, nothing shrinks."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hub.clock import now_ms
from tests.hub.journal_rig import COUNTERS
from tests.support.contents import DEVICE
from tests.support.hub import Hub, Machine
from wire.lists.adopt import adopt

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("ingest")]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = Hub.build(tmp_path, now_ms())
    try:
        yield made
    finally:
        made.close()


def _send(hub: Hub, machine: Machine, count: int) -> None:
    written = [hub.journal.write("heartbeat", **COUNTERS) for _ in range(count)]
    machine.send(*written)
    machine.receipted(written)


def _copy(hub: Hub, to: Path) -> None:
    with (
        closing(sqlite3.connect(hub.state / "hub.sqlite3")) as old,
        closing(sqlite3.connect(to)) as new,
    ):
        old.backup(new)


def _restore(hub: Hub, copy: Path) -> None:
    for name in ("hub.sqlite3-wal", "hub.sqlite3-shm"):
        (hub.state / name).unlink(missing_ok=True)
    shutil.copy(copy, hub.state / "hub.sqlite3")


def test_what_an_older_copy_lacks_comes_back_from_the_second_store(
    hub: Hub, tmp_path: Path
) -> None:
    hub.start("ingest")
    machine = hub.client()
    _send(hub, machine, 3)
    _copy(hub, tmp_path / "copy")
    hub.start("work")
    machine.until(lambda: machine.lists, "a list")
    _send(hub, machine, 200)
    before = dict(machine.receipts)
    hub.stop("work")
    hub.stop("ingest")
    leaves = hub.rows('SELECT "index", data FROM log_leaf ORDER BY "index"')
    _restore(hub, tmp_path / "copy")

    refused = hub.command("ingest")
    assert refused.returncode == 1
    assert "sealhub replay" in refused.stderr

    assert "201" in hub.run("replay")
    assert "0 leaves" in hub.run("replay")
    assert hub.rows('SELECT "index", data FROM log_leaf ORDER BY "index"') == leaves
    records = hub.rows("SELECT seq, envelope, village FROM ingest_record ORDER BY seq")
    assert records == [(one.entry.seq, one.envelope, "sunrise") for one in hub.journal.written]
    hub.start("ingest")
    machine.receipts.clear()
    written = hub.journal.written
    machine.send(*written[:150])
    machine.send(*written[150:])
    machine.receipted(written)
    for one in written:
        known = hub.verify(one, before[one.entry.seq])
        assert hub.verify(one, machine.receipts[one.entry.seq]).size >= known.size

    hub.start("work")
    machine.until(lambda: len(machine.lists) > 1, "a newer list")
    trusted = adopt(hub.township.pinned(), machine.lists[0], device=DEVICE, now_ms=now_ms())
    trusted = adopt(trusted, machine.lists[-1], device=DEVICE, now_ms=now_ms())
    assert trusted.lists is not None
    assert trusted.lists.version == 2
    machine.link.stop()


def test_a_second_store_of_another_story_is_not_replayed(hub: Hub, tmp_path: Path) -> None:
    hub.start("ingest")
    machine = hub.client()
    _send(hub, machine, 2)
    _copy(hub, tmp_path / "copy")
    _send(hub, machine, 2)
    machine.link.stop()
    hub.stop("ingest")
    _restore(hub, tmp_path / "copy")
    second = hub.state / "second" / "leaves"
    honest = second.read_bytes()
    last = hub.journal.written[-1].envelope
    rival = hub.journal.write("heartbeat", **COUNTERS).envelope
    assert len(rival) == len(last)
    second.write_bytes(honest.replace(last, rival))
    refused = hub.command("replay")
    assert refused.returncode == 1
    assert "would fork" in refused.stderr
    assert hub.rows("SELECT count(*) FROM log_leaf") == [(2,)]
    second.write_bytes(honest)
    assert "2 leaves" in hub.run("replay")
