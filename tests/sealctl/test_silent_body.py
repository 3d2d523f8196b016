"""A body that does not answer: an entry says so, and only then is lockd's watchdog fed again."""

import sqlite3
from pathlib import Path

import pytest

from sealctl.lockd import selfcheck
from sealctl.lockd.watch import SILENT_MS
from tests.support.machine import Rig


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig.build(tmp_path)


def _alarms(rig: Rig) -> list[str]:
    return [str(one.body["alarm"]) for one in rig.entries() if one.kind == "alarm"]


def _wait(rig: Rig, ms: int) -> None:
    for _ in range(ms // 100):
        rig.clock.advance(100)
        rig.core.tick()


def test_a_body_that_stays_silent_is_one_alarm_and_no_reason_to_be_ended(rig: Rig) -> None:
    rig.body.mechanism.faults.head_silent = True
    _wait(rig, SILENT_MS - 200)
    assert _alarms(rig) == []
    assert selfcheck.wrong(rig.core) == "the body does not answer and no entry says so"
    _wait(rig, 10 * SILENT_MS)
    assert _alarms(rig) == ["body_silent"]
    assert selfcheck.wrong(rig.core) is None


def test_a_reading_that_is_lost_now_and_then_is_no_alarm(rig: Rig) -> None:
    for _ in range(5):
        rig.body.mechanism.faults.head_silent = True
        _wait(rig, SILENT_MS - 200)
        rig.body.mechanism.faults.head_silent = False
        _wait(rig, 100)
    assert _alarms(rig) == []
    assert selfcheck.wrong(rig.core) is None


def test_each_silence_is_named(rig: Rig) -> None:
    for _ in range(2):
        rig.body.mechanism.faults.head_silent = True
        _wait(rig, 2 * SILENT_MS)
        rig.body.mechanism.faults.head_silent = False
        _wait(rig, 100)
    assert _alarms(rig) == ["body_silent"] * 2


def test_during_maintenance_silence_is_expected_and_after_it_named(rig: Rig) -> None:
    counters = rig.core.journal_counters()
    people: dict[str, str | bytes | None] = {"operator": "p-wu", "witness": "p-bing"}
    for state in ("begin", "end"):
        body = {"state": state, "reason": "oil", **counters}
        rig.core.journal.append("maintenance", body, committed=people)
        rig.body.mechanism.faults.head_silent = True
        _wait(rig, 2 * SILENT_MS)
        assert selfcheck.wrong(rig.core) is None
        assert _alarms(rig) == ([] if state == "begin" else ["body_silent"])


def test_a_journal_that_cannot_be_read_or_lost_an_entry_starves_the_watchdog(rig: Rig) -> None:
    assert selfcheck.wrong(rig.core) is None
    rig.core.journal.last_seq += 1
    assert (
        selfcheck.wrong(rig.core)
        == f"entry {rig.core.journal.last_seq} is no longer in the journal"
    )
    rig.core.journal.connection.close()
    said = selfcheck.wrong(rig.core)
    assert said is not None
    assert said.startswith("the journal cannot be read")
    with pytest.raises(sqlite3.Error):
        rig.core.heartbeat()
