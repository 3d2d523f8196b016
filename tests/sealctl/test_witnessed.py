"""What the machine makes of receipts with and without the county's cosignatures."""

from pathlib import Path
from typing import Any

import pytest

from sealctl.journal import books
from sealctl.lockd import receipts, views
from tests.support import contents, cosigned
from tests.support.contents import NOW
from tests.support.machine import Rig
from wire.record.entry import Time
from wire.refusals import Refused

NOW_S = NOW // 1000


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """A machine whose policy asks for one witness."""
    return Rig.build(tmp_path, policy=cosigned.POLICY)


def take(rig: Rig, *seqs: int, **options: Any) -> int:
    return receipts.take(rig.core, cosigned.receipts(rig, *seqs, **options))


def courier(rig: Rig) -> Any:
    return views.state(rig.core, 1)["courier"]


def alarms(rig: Rig) -> list[str]:
    return [one.body["alarm"] for one in rig.entries() if one.kind == "alarm"]


def test_a_receipt_without_the_witness_is_pending_and_counts_for_nothing(rig: Rig) -> None:
    last = rig.core.journal.last_seq
    assert take(rig) == 0
    assert (courier(rig)["unreceipted"], courier(rig)["pending"]) == (last, last)
    assert rig.core.journal.seen is None
    rig.restart()
    assert (courier(rig)["unreceipted"], courier(rig)["pending"]) == (last + 1, last)


def test_the_cosigned_receipt_replaces_the_pending_one(rig: Rig) -> None:
    last = rig.core.journal.last_seq
    take(rig)
    assert take(rig, w1=NOW_S) == last
    connection = rig.core.journal.connection
    assert courier(rig)["pending"] == 0
    assert all(books.pending(connection, seq) is None for seq in range(1, last + 1))
    assert rig.core.journal.seen is not None
    take(rig)
    assert books.pending(connection, last) is None
    assert alarms(rig) == []


def test_pending_receipts_do_not_keep_a_machine_going(tmp_path: Path) -> None:
    policy = {**cosigned.POLICY, "receipts_max_count": 3}
    rig = Rig.build(tmp_path, policy=policy)
    grant = rig.grant()
    rig.core.heartbeat()
    take(rig)
    with pytest.raises(Refused, match="receipts_overdue"):
        rig.ready_to_stamp(grant)
    take(rig, w1=NOW_S)
    rig.ready_to_stamp(grant)


def test_a_quorum_of_two_needs_both(tmp_path: Path) -> None:
    policy = {**cosigned.POLICY, "witnesses": tuple(cosigned.VKEYS.values()), "quorum": 2}
    rig = Rig.build(tmp_path, policy=policy)
    last = rig.core.journal.last_seq
    assert take(rig, w1=NOW_S) == 0
    assert take(rig, w1=NOW_S, w2=NOW_S + 1) == last


def test_another_head_for_the_machine_than_for_the_witness_is_an_alarm(rig: Rig) -> None:
    last = rig.core.journal.last_seq
    take(rig)
    connection = rig.core.journal.connection
    held = books.pending(connection, last)
    assert take(rig, before=(b"a leaf that the machine was not shown",), w1=NOW_S) == last
    assert alarms(rig) == ["log_split"]
    assert books.pending(connection, last) == held
    take(rig, before=(b"a leaf that the machine was not shown",), w1=NOW_S)
    assert alarms(rig) == ["log_split"]


def test_two_trees_of_one_size_are_an_alarm(rig: Rig) -> None:
    take(rig, w1=NOW_S, before=(b"one",))
    take(rig, 1, upto=rig.core.journal.last_seq, before=(b"another",))
    assert alarms(rig) == ["log_split"]


class TestTime:
    """The clock of the rig stands at NOW unless it is set."""

    def test_a_clock_that_nobody_set_is_told_by_the_witness(self, rig: Rig) -> None:
        rig.clock.wall, rig.clock.trust = 0, "floor"
        rig.core.heartbeat()
        assert rig.entries()[-1].time.quality == "floor"
        rig.clock.advance(1_000)
        take(rig, w1=NOW_S + 3600)
        now = rig.core.time.now()
        assert now.quality == "witnessed"
        assert 0 <= now.wall - (NOW_S + 3600) * 1000 < 2_000
        rig.clock.advance(60_000)
        assert rig.core.time.now().wall - now.wall == pytest.approx(60_000, abs=100)

    def test_a_clock_within_what_the_witness_says_is_kept(self, rig: Rig) -> None:
        rig.core.heartbeat()
        rig.clock.advance(2_500)
        take(rig, w1=rig.clock.wall // 1000 - 1)
        assert rig.core.time.now() == Time(rig.clock.wall, "witnessed", rig.clock.mono)

    def test_what_was_seen_before_this_boot_says_nothing_of_now(self, rig: Rig) -> None:
        last = rig.core.journal.last_seq
        rig.clock.trust = "floor"
        rig.restart()
        take(rig, last, upto=last, w1=NOW_S + 5)
        assert rig.core.time.now() == Time((NOW_S + 5) * 1000, "floor", rig.clock.mono)

    def test_a_receipt_that_took_long_says_too_little(self, rig: Rig) -> None:
        rig.clock.trust = "rtc"
        rig.core.heartbeat()
        at = rig.clock.wall // 1000
        rig.clock.advance(contents.HOUR)
        take(rig, w1=at + 60)
        assert rig.core.time.now() == Time(rig.clock.wall, "rtc", rig.clock.mono)

    def test_time_never_goes_below_the_floor(self, rig: Rig) -> None:
        rig.clock.wall += 10 * contents.HOUR
        rig.core.heartbeat()
        floor = rig.entries()[-1].time.wall
        take(rig, w1=NOW_S)
        assert rig.core.time.now() == Time(floor, "floor", rig.clock.mono)

    def test_one_of_two_that_lies_of_the_time_moves_it_no_further(self, tmp_path: Path) -> None:
        policy = {**cosigned.POLICY, "witnesses": tuple(cosigned.VKEYS.values()), "quorum": 2}
        rig = Rig.build(tmp_path, policy=policy)
        rig.core.heartbeat()
        take(rig, w1=NOW_S, w2=NOW_S + 10**9)
        assert rig.core.time.now().wall < NOW + 60_000
