"""The whole machine in one process: what an operator does and what the journal says of it."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hardware.ports import Head, HeadStatus
from sealctl.errors import StartError
from sealctl.journal import books
from sealctl.journal.store import Journal, Written
from sealctl.session import model as m
from sealctl.session.model import Mode
from tests.support import contents
from tests.support.machine import OPERATOR, PIN, Rig
from wire.record.entry import Entry
from wire.refusals import Refused


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig.build(tmp_path)


def refusal(rig: Rig) -> str:
    """The code of the last `refused` entry."""
    return str([one for one in rig.entries() if one.kind == "refused"][-1].body["code"])


def test_one_stamp_leaves_its_whole_trace(rig: Rig) -> None:
    grant = rig.grant()
    rig.stamp(grant)
    assert rig.kinds("list_adopted") == ["authenticated", "authorised", "stamped", "relocked"]
    authorised = next(one for one in rig.entries() if one.kind == "authorised")
    assert authorised.body["grant"] == grant.id
    assert authorised.body["seal"] == "seal-committee"
    assert rig.body.memory.presses == 1
    assert rig.body.memory.slot == 2
    assert rig.core.session.done is not None


def test_what_was_granted_once_opens_once(rig: Rig) -> None:
    grant = rig.grant()
    rig.stamp(grant)
    with pytest.raises(Refused, match="grant_spent"):
        rig.core.choose(grant.id)
    assert refusal(rig) == "grant_spent"
    assert rig.body.memory.unlatches == 1


def test_three_impressions_are_three_sheets(rig: Rig) -> None:
    grant = rig.grant(impressions=3)
    for _ in range(3):
        rig.stamp(grant)
    sheets = [one.body["sheet"] for one in rig.entries() if one.kind == "authorised"]
    assert sheets == [1, 2, 3]


def test_seams_come_after_the_sheets_and_need_no_single_page(tmp_path: Path) -> None:
    rig = Rig.build(tmp_path)
    grant = rig.grant(impressions=2, seams=1)
    rig.stamp(grant)
    rig.stamp(grant)
    rig.findings = ()
    rig.core.feed(m.PhotoAsked())
    assert rig.core.photos.job is not None
    assert rig.core.photos.job.pages == ()
    rig.run(lambda core: core.session.mode is Mode.PHOTOGRAPHED)
    rig.press_through()
    uses = [(one.body["sheet"], one.body["use"]) for one in authorised(rig)]
    assert uses == [(1, "full"), (2, "full"), (3, "seam")]
    rig.core.feed(m.LoggedOut())
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match="grant_spent"):
        rig.core.choose(grant.id)


def test_sixty_sheets_and_a_seam_with_a_power_cut_at_sheet_37(tmp_path: Path) -> None:
    residence = contents.item("residence", "居住证明", "committee", *contents.CHAIN_OF_TWO)
    catalogue = contents.catalogue(replace(residence, impressions_max=60))
    rig = Rig.build(tmp_path, catalogue=catalogue)
    rig.picture = b"sixty sheets"
    grant = rig.grant(impressions=60, seams=1)
    for _ in range(36):
        rig.stamp(grant)
    rig.ready_to_stamp(grant)
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.OPEN)
    rig.restart()
    rig.run(lambda core: core.body is not None and core.body.engaged)
    assert rig.entries()[-1].kind == "interrupted"
    for _ in range(24):
        rig.stamp(grant)
    sheets = [one.body["sheet"] for one in authorised(rig)]
    assert sheets == list(range(1, 62))
    assert authorised(rig)[-1].body["use"] == "seam"
    assert len([one for one in rig.entries() if one.kind == "stamped"]) == 60


def authorised(rig: Rig) -> list[Entry]:
    """The openings in order."""
    return [one for one in rig.entries() if one.kind == "authorised"]


def test_no_press_in_time_is_aborted_and_spent(rig: Rig) -> None:
    grant = rig.grant()
    rig.ready_to_stamp(grant)
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.CHOSEN)
    aborted = rig.entries()[-1]
    assert (aborted.kind, aborted.body["code"]) == ("aborted", "press_timeout")
    assert aborted.body["returned"] is False
    assert rig.body.lock.engaged()


def test_a_head_that_never_unlatched_gives_the_opening_back(rig: Rig) -> None:
    grant = rig.grant()
    rig.ready_to_stamp(grant)
    permit_unlatches = rig.body.memory.unlatches
    rig.core.parts = replace(rig.core.parts, lock=_DeadLock(rig.core.parts.lock))
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.CHOSEN)
    aborted = rig.entries()[-1]
    assert (aborted.kind, aborted.body["returned"]) == ("aborted", True)
    assert rig.body.memory.unlatches == permit_unlatches
    assert books.spent(rig.core.journal.connection, grant.id) == 0


def test_counters_that_the_host_keeps_give_nothing_back(rig: Rig) -> None:
    """A bare solenoid: nobody else can say whether it opened."""
    grant = rig.grant()
    rig.ready_to_stamp(grant)
    dead, bare = _DeadLock(rig.core.parts.lock), _BareHead(rig.core.parts.head)
    rig.core.parts = replace(rig.core.parts, lock=dead, head=bare)
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.CHOSEN)
    aborted = rig.entries()[-1]
    assert (aborted.kind, aborted.body["returned"]) == ("aborted", False)
    assert books.spent(rig.core.journal.connection, grant.id) == 1


@pytest.mark.parametrize(
    ("finding", "code"),
    [
        ("blank", "blank_page"),
        ("page_mismatch", "page_mismatch"),
        ("unsharp", "photo_unsharp"),
        ("no_page", "no_page"),
        ("impression:1", "page_mismatch"),
    ],
)
def test_paper_that_may_not_be_stamped_opens_nothing(rig: Rig, finding: str, code: str) -> None:
    rig.findings = (finding,)
    rig.ready_to_stamp(rig.grant())
    with pytest.raises(Refused, match=code):
        rig.core.stamp()
    assert refusal(rig) == code
    assert rig.body.memory.unlatches == 0


def test_wrong_pin_is_refused_and_locks_after_the_policys_attempts(rig: Rig) -> None:
    for _ in range(5):
        with pytest.raises(Refused, match="credential_wrong"):
            rig.core.login(OPERATOR, "000000")
    rig.restart()
    with pytest.raises(Refused, match="credential_locked"):
        rig.core.login(OPERATOR, PIN)
    rig.clock.advance(301_000)
    rig.core.login(OPERATOR, PIN)


def test_the_pin_stands_in_no_file(rig: Rig) -> None:
    rig.core.login(OPERATOR, PIN)
    for path in rig.config.folder.rglob("*"):
        assert path.is_dir() or PIN.encode() not in path.read_bytes()


def test_somebody_elses_grant_is_not_named(rig: Rig) -> None:
    grant = rig.grant(operators=("ji",))
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match="operator_not_named"):
        rig.core.choose(grant.id)


def test_an_expired_list_stops_the_machine(rig: Rig) -> None:
    grant = rig.grant()
    rig.ready_to_stamp(grant)
    rig.clock.advance(73 * contents.HOUR)
    with pytest.raises(Refused, match="list_expired"):
        rig.core.stamp()
    assert rig.body.memory.unlatches == 0


def test_an_unknown_item_and_a_forbidden_one_open_nothing(rig: Rig) -> None:
    rig.core.login(OPERATOR, PIN)
    for item, code in (("kinship", "item_forbidden"), ("nothing", "unknown_item")):
        grant = rig.grant(item=item)
        with pytest.raises(Refused, match=code):
            rig.core.choose(grant.id)


def test_a_seal_out_of_its_slot_alarms_and_refuses(rig: Rig) -> None:
    grant = rig.grant()
    rig.core.login(OPERATOR, PIN)
    rig.body.remove_seal(2)
    rig.core.tick()
    with pytest.raises(Refused, match="seal_absent"):
        rig.core.choose(grant.id)
    assert [one.body["alarm"] for one in rig.entries() if one.kind == "alarm"] == ["seal_out"]


def test_a_press_after_the_lock_has_closed_again_alarms(rig: Rig) -> None:
    """While the photo after the press is awaited the lock is shut, and nobody may press."""
    rig.ready_to_stamp(rig.grant())
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.OPEN)
    rig.clock.advance(200)
    rig.camerad = False
    assert rig.body.press()
    rig.run(lambda core: core.session.mode is Mode.PICTURING)
    rig.body.memory.presses += 1
    rig.core.tick()
    assert rig.entries()[-1].body["alarm"] == "press_without_opening"


def test_two_presses_of_one_opening_alarm(rig: Rig) -> None:
    rig.ready_to_stamp(rig.grant())
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.OPEN)
    rig.clock.advance(200)
    assert rig.body.press()
    rig.body.memory.presses += 1
    rig.run(lambda core: core.session.mode in (Mode.CHOSEN, Mode.IDENTIFIED))
    assert [one.body["alarm"] for one in rig.entries() if one.kind == "alarm"] == [
        "press_without_opening"
    ]


@pytest.mark.parametrize("silent", [False, True])
def test_an_old_photo_is_none_of_the_paper(rig: Rig, silent: bool) -> None:
    """Also where no tick came between: the process stood still, or the body was not heard."""
    rig.ready_to_stamp(rig.grant())
    if silent:
        rig.body.faults.head_silent = True
        rig.core.tick()
        rig.body.faults.head_silent = False
    rig.clock.advance(120_001)
    with pytest.raises(Refused, match=r"camera_unavailable: .*old"):
        rig.core.stamp()
    assert rig.body.memory.unlatches == 0


def test_a_silent_body_does_not_keep_anybody_logged_in(rig: Rig) -> None:
    rig.ready_to_stamp(rig.grant())
    rig.body.faults.head_silent = True
    rig.clock.advance(120_001)
    rig.core.tick()
    assert (rig.core.session.mode, rig.core.session.photo) == (Mode.CHOSEN, None)
    rig.clock.advance(300_001)
    rig.core.tick()
    assert (rig.core.session.mode, rig.core.session.operator) == (Mode.IDLE, None)


def test_a_press_with_the_lock_forced_alarms(rig: Rig) -> None:
    rig.body.memory.presses += 1
    rig.core.tick()
    assert rig.entries()[-1].body["alarm"] == "press_without_opening"


def test_a_head_that_moved_while_off_breaks_the_journal(rig: Rig) -> None:
    grant = rig.grant()
    rig.body.memory.unlatches += 1
    rig.restart()
    with pytest.raises(Refused, match="journal_broken"):
        rig.core.login(OPERATOR, PIN)
    rig.restart()
    assert books.broken(rig.core.journal.connection)
    assert grant


def test_a_head_that_answers_late_is_judged_as_at_the_start(rig: Rig) -> None:
    """Else the next heartbeat would sign its counters as if nothing had been."""
    rig.body.memory.unlatches += 1
    rig.body.faults.head_silent = True
    rig.restart()
    rig.core.tick()
    rig.body.faults.head_silent = False
    rig.core.tick()
    rig.core.heartbeat()
    assert _alarms(rig) == ["counter_jump"]
    with pytest.raises(Refused, match="journal_broken"):
        rig.core.login(OPERATOR, PIN)


def test_a_start_that_is_cut_short_forgets_no_movement_of_the_head(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The `boot` entry names the head's counters; they must not pass for signed ones after it."""
    rig.body.memory.unlatches += 1
    append = Journal.append

    def cut_short(journal: Journal, kind: str, *given: Any, **named: Any) -> Written:
        if kind == "alarm":
            raise sqlite3.OperationalError("no power")
        return append(journal, kind, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append", cut_short)
        with pytest.raises(StartError):
            rig.restart()
    rig.restart()
    assert _alarms(rig) == ["counter_jump"]
    with pytest.raises(Refused, match="journal_broken"):
        rig.core.login(OPERATOR, PIN)


@pytest.mark.parametrize("mode", [Mode.OPENING, Mode.OPEN, Mode.CLOSING, Mode.PICTURING])
def test_power_cut_in_each_mode_ends_as_interrupted(rig: Rig, mode: Mode) -> None:
    grant = rig.grant()
    rig.ready_to_stamp(grant)
    rig.camerad = False
    rig.core.stamp()
    if mode in (Mode.CLOSING, Mode.PICTURING):
        rig.run(lambda core: core.session.mode is Mode.OPEN)
        rig.clock.advance(200)
        rig.body.press()
    rig.run(lambda core: core.session.mode is mode)
    rig.body.lock.release()
    rig.clock.advance(1000)
    rig.restart()
    assert rig.kinds() == ["interrupted"]
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match="grant_spent"):
        rig.core.choose(grant.id)


def test_an_entry_within_the_opening_does_not_make_it_look_unopened(rig: Rig) -> None:
    """Else the heartbeat's counters, signed while the lock was open, would give the sheet back."""
    grant = rig.grant()
    rig.ready_to_stamp(grant)
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.OPEN)
    rig.core.heartbeat()
    rig.body.press()
    rig.clock.advance(1_000)
    rig.body.settle()
    rig.restart()
    assert rig.kinds() == ["interrupted"]
    assert rig.entries()[-1].body["returned"] is False
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match="grant_spent"):
        rig.core.choose(grant.id)


def test_a_journal_that_was_edited_refuses_every_stamp(rig: Rig) -> None:
    rig.grant()
    rig.core.journal.connection.close()
    raw = sqlite3.connect(rig.config.journal)
    raw.execute("DROP TRIGGER entry_no_update")
    raw.execute("UPDATE entry SET envelope = x'd200' WHERE seq = 2")
    raw.commit()
    raw.close()
    rig.restart()
    with pytest.raises(Refused, match="journal_broken"):
        rig.core.login(OPERATOR, PIN)


def test_the_journal_cannot_be_changed_by_its_own_writer(rig: Rig) -> None:
    for statement in ("DELETE FROM entry", "UPDATE entry SET wall = 0"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            rig.core.journal.connection.execute(statement)


def test_a_list_that_cannot_be_read_again_is_never_forgotten(rig: Rig) -> None:
    """Else a list from before a revocation could be brought back."""
    rig.grant()
    rig.core.journal.connection.execute("UPDATE trusted SET bundle = x'00'")
    rig.restart()
    old = rig.township.bundle((), version=1)
    with pytest.raises(Refused, match="list_unreadable"):
        rig.core.adopt(old)
    with pytest.raises(Refused, match="journal_broken"):
        rig.core.login(OPERATOR, PIN)


def test_an_older_list_is_refused(rig: Rig) -> None:
    old = rig.township.bundle((), version=1)
    with pytest.raises(Refused, match="list_rollback"):
        rig.core.adopt(old)


def test_receipts_overdue_stop_the_machine(tmp_path: Path) -> None:
    rig = Rig.build(tmp_path, policy={"receipts_max_count": 3})
    rig.core.login(OPERATOR, PIN)
    grant = rig.grant()
    with pytest.raises(Refused, match="receipts_overdue"):
        rig.core.choose(grant.id)


def test_a_stamp_without_a_second_photo_alarms(rig: Rig) -> None:
    rig.ready_to_stamp(rig.grant())
    rig.camerad = False
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.OPEN)
    rig.clock.advance(200)
    rig.body.press()
    rig.run(lambda core: core.session.mode is Mode.IDENTIFIED)
    assert rig.kinds("authorised") == ["alarm", "stamped", "relocked"]


@pytest.mark.parametrize(
    ("findings", "alarm"),
    [
        (("page_match", "no_new_impression"), "impression_missing"),
        (("page_match", "new_impression", "other_change"), "other_change"),
        (("page_mismatch", "new_impression"), "page_changed"),
        (("no_page", "no_new_impression"), "page_changed"),
    ],
)
def test_a_second_photo_that_disagrees_with_the_press_alarms(
    rig: Rig, findings: tuple[str, ...], alarm: str
) -> None:
    rig.ready_to_stamp(rig.grant())
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.OPEN)
    rig.clock.advance(200)
    rig.body.press()
    rig.findings = findings
    rig.run(lambda core: core.session.mode is Mode.IDENTIFIED)
    assert rig.kinds("authorised")[-2:] == ["stamped", "relocked"]
    assert alarm in _alarms(rig)


def test_a_clock_that_is_set_while_the_machine_runs_is_recorded(rig: Rig) -> None:
    rig.clock.wall += 7_200_000
    rig.core.tick()
    rig.core.tick()
    assert [one.body for one in rig.entries() if one.kind == "clock_step"] == [
        {"was": rig.clock.wall - 7_200_000, "now": rig.clock.wall}
    ]


def test_a_clock_set_back_never_signs_an_earlier_time(rig: Rig) -> None:
    rig.clock.wall -= 86_400_000
    rig.core.tick()
    walls = [one.time.wall for one in rig.entries()]
    assert walls == sorted(walls)
    assert rig.entries()[-1].kind == "clock_step"
    assert rig.entries()[-1].time.quality == "floor"


def test_small_corrections_of_the_clock_are_no_steps(rig: Rig) -> None:
    for _ in range(20):
        rig.clock.advance(500)
        rig.clock.wall += 300
        rig.core.tick()
    assert "clock_step" not in rig.kinds()


def _alarms(rig: Rig) -> list[object]:
    return [one.body["alarm"] for one in rig.entries() if one.kind == "alarm"]


def test_garbage_from_camerad_opens_nothing(rig: Rig) -> None:
    rig.ready_to_stamp(rig.grant())
    rig.core.photos.ask("before", rig.clock.mono, (), None)
    job = rig.core.photos.next()
    assert job is not None
    with pytest.raises(Refused, match="bad_request"):
        rig.core.photos.done(job.id, bytes(32), (), rig.clock.mono)
    with pytest.raises(Refused, match="bad_request"):
        rig.core.photos.done(job.id, bytes(32), (), rig.clock.mono - 1)


class _DeadLock:
    """A lock whose coil gets no current."""

    def __init__(self, lock: object) -> None:
        self._lock = lock

    def energise(self, bound_ms: int) -> None:
        del bound_ms

    def release(self) -> None:
        self._lock.release()  # type: ignore[attr-defined]

    def engaged(self) -> bool:
        return bool(self._lock.engaged())  # type: ignore[attr-defined]


class _BareHead:
    """Status as a machine without a head controller gives it."""

    def __init__(self, head: Head) -> None:
        self._head = head

    def select(self, slot: int) -> None:
        self._head.select(slot)

    def status(self) -> HeadStatus:
        return replace(self._head.status(), own_counters=False)
