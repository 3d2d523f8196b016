"""Emergency stamping at the machine: when it may be, who may, how often, and what stops it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hardware.ports import Lock
from sealctl.lockd import drafts, pictures, receipts, register, supervised
from sealctl.lockd.drafts import Drafting
from sealctl.lockd.emergency import choices
from sealctl.lockd.supervised import Hand
from sealctl.lockd.verb import Served
from sealctl.session import model as m
from sealctl.session.model import Mode
from tests.support import contents, crisis
from tests.support.corrections import with_camerad
from tests.support.crisis import ASKED, CODES, SECOND, SECRETARY
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.sealed_log import VKEY
from wire.refusals import Refused


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    made = crisis.build(tmp_path)
    made.picture = b"a picture"
    return made


@pytest.fixture
def silent(rig: Rig) -> Rig:
    crisis.fall_silent(rig)
    return rig


def refused(rig: Rig, code: str, **options: object) -> None:
    """Declaring is refused with that code, journalled, and nothing was spent or opened."""
    with pytest.raises(Refused, match=code):
        crisis.declare(rig, **options)  # type: ignore[arg-type]
    assert "emergency" not in rig.kinds("list_adopted")
    assert rig.body.memory.unlatches == 0


def test_two_people_stamp_and_every_use_alarms(silent: Rig) -> None:
    crisis.declare(silent)
    crisis.stamp(silent)
    kinds = [kind for kind in silent.kinds("list_adopted") if kind != "heartbeat"]
    assert kinds == [
        *("authenticated", "authenticated", "emergency", "alarm"),
        *("authorised", "stamped", "relocked"),
    ]
    entries = {one.kind: one for one in silent.entries()}
    assert entries["alarm"].body["alarm"] == "emergency_used"
    assert entries["authorised"].body["grant"] == entries["emergency"].body["grant"]
    assert entries["authorised"].body["before"] is not None
    assert silent.body.memory.presses == 1


def test_not_before_contact_has_failed_for_the_policys_time(rig: Rig) -> None:
    crisis.fall_silent(rig, 23 * contents.HOUR)
    refused(rig, "emergency_not_now")
    crisis.fall_silent(rig, contents.HOUR)
    crisis.declare(rig)


def test_an_expired_list_and_overdue_receipts_do_not_stop_it(rig: Rig) -> None:
    crisis.fall_silent(rig, 80 * contents.HOUR)
    with pytest.raises(Refused, match="list_expired"):
        rig.core.login(OPERATOR, PIN)
    crisis.declare(rig)
    crisis.stamp(rig)


def test_a_clock_set_forward_is_no_silence(rig: Rig) -> None:
    rig.clock.wall += 30 * contents.HOUR
    rig.core.tick()
    refused(rig, "emergency_not_now")


def test_a_restart_neither_ends_the_silence_nor_makes_any(rig: Rig) -> None:
    crisis.fall_silent(rig, 12 * contents.HOUR)
    rig.restart()
    refused(rig, "emergency_not_now")
    crisis.fall_silent(rig, 12 * contents.HOUR)
    crisis.declare(rig)


def test_time_switched_off_is_no_silence(rig: Rig) -> None:
    rig.clock.wall += 48 * contents.HOUR
    rig.restart()
    refused(rig, "emergency_not_now")


@pytest.mark.parametrize("again", [False, True])
def test_a_courier_that_reaches_the_township_is_contact(silent: Rig, again: bool) -> None:
    silent.core.reach(online=True)
    refused(silent, "emergency_not_now")
    if again:
        silent.core.reach(online=False)
        refused(silent, "emergency_not_now")


def test_a_courier_that_had_contact_until_it_died_had_it_until_then(rig: Rig) -> None:
    rig.core.reach(online=True)
    crisis.fall_silent(rig, 30 * contents.HOUR)
    refused(rig, "emergency_not_now")
    rig.core.reach(online=False)
    refused(rig, "emergency_not_now")


def test_a_new_list_ends_the_emergency_that_is_under_way(silent: Rig) -> None:
    crisis.declare(silent)
    crisis.stamp(silent)
    silent.publish()
    silent.core.feed(m.PhotoAsked())
    silent.run(lambda core: core.session.mode is Mode.PHOTOGRAPHED)
    with pytest.raises(Refused, match="emergency_not_now"):
        silent.core.stamp()


def test_a_code_works_once_even_if_nothing_is_stamped(silent: Rig) -> None:
    crisis.declare(silent)
    silent.core.feed(m.LoggedOut())
    for codes in (
        (CODES[OPERATOR][0], CODES[SECOND][1]),
        (CODES[OPERATOR][1], CODES[SECOND][0]),
    ):
        with pytest.raises(Refused, match="emergency_code_spent"):
            crisis.declare(silent, codes=codes)
    silent.restart()
    with pytest.raises(Refused, match="emergency_code_spent"):
        crisis.declare(silent)
    crisis.declare(silent, use=1)


def test_a_restart_ends_the_emergency(silent: Rig) -> None:
    crisis.declare(silent)
    emergency = next(one for one in silent.entries() if one.kind == "emergency")
    silent.restart()
    silent.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match="grant_unknown"):
        silent.core.choose(emergency.body["grant"])


def test_the_cap_holds_over_several_emergencies_and_restarts(silent: Rig) -> None:
    crisis.declare(silent)
    crisis.stamp(silent)
    crisis.stamp(silent)
    silent.core.feed(m.LoggedOut())
    silent.restart()
    with pytest.raises(Refused, match="emergency_capped"):
        crisis.declare(silent, use=1)
    crisis.declare(silent, replace(ASKED, impressions=1), use=1)
    crisis.stamp(silent)
    silent.core.feed(m.LoggedOut())
    with pytest.raises(Refused, match="emergency_capped"):
        crisis.declare(silent, replace(ASKED, impressions=1), use=2)


def test_contact_gives_presses_back_but_the_silence_must_come_anew(silent: Rig) -> None:
    crisis.declare(silent)
    crisis.stamp(silent)
    crisis.stamp(silent)
    silent.core.feed(m.LoggedOut())
    silent.publish()
    with pytest.raises(Refused, match="emergency_not_now"):
        crisis.declare(silent, use=1)
    crisis.fall_silent(silent)
    crisis.declare(silent, use=1)
    crisis.stamp(silent)


@pytest.fixture
def logged(tmp_path: Path) -> Rig:
    """A machine whose policy names a log that gives receipts."""
    made = crisis.build(tmp_path, policy={"log_key": VKEY})
    made.picture = b"a picture"
    return made


def test_a_receipt_is_contact_even_after_a_restart(logged: Rig) -> None:
    crisis.fall_silent(logged)
    receipts.take(logged.core, crisis.receipts(logged))
    with pytest.raises(Refused, match="emergency_not_now"):
        crisis.declare(logged)
    logged.restart()
    crisis.fall_silent(logged, 23 * contents.HOUR)
    with pytest.raises(Refused, match="emergency_not_now"):
        crisis.declare(logged)
    crisis.fall_silent(logged, 2 * contents.HOUR)
    crisis.declare(logged)


def test_the_checkpoint_that_was_held_is_held_after_a_restart(logged: Rig) -> None:
    receipts.take(logged.core, crisis.receipts(logged))
    logged.core.heartbeat()
    seen = logged.entries()[-1].seen
    logged.restart()
    assert seen is not None
    assert logged.entries()[-1].seen == seen


def test_an_old_receipt_given_again_is_no_contact(logged: Rig) -> None:
    """A courier that brings what the machine has already gives no presses back."""
    old, older = crisis.receipts(logged), crisis.receipts(logged, 2)
    receipts.take(logged.core, old)
    crisis.fall_silent(logged)
    crisis.declare(logged)
    crisis.stamp(logged)
    crisis.stamp(logged)
    logged.core.feed(m.LoggedOut())
    for message in (old, older):
        receipts.take(logged.core, message)
        with pytest.raises(Refused, match="emergency_capped"):
            crisis.declare(logged, use=1)
    assert {one.seen for one in logged.entries()[-3:]} == {logged.core.journal.seen}


def test_a_courier_that_flaps_gives_no_presses_back(silent: Rig) -> None:
    crisis.declare(silent)
    crisis.stamp(silent)
    crisis.stamp(silent)
    silent.core.feed(m.LoggedOut())
    silent.core.reach(online=True)
    silent.core.reach(online=False)
    crisis.fall_silent(silent)
    with pytest.raises(Refused, match="emergency_capped"):
        crisis.declare(silent, use=1)


def test_a_head_heard_again_by_the_stamp_itself_has_not_jumped(rig: Rig) -> None:
    """It was silent at the start; its first reading is judged before the lock moves it."""
    rig.body.faults.head_silent = True
    rig.restart()
    rig.body.faults.head_silent = False
    _camera_gone(rig)
    crisis.declare(rig)
    rig.clock.advance(5_000)
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.CHOSEN)
    assert "counter_jump" not in [one.body.get("alarm") for one in rig.entries()]


def test_more_than_was_declared_is_not_stamped(silent: Rig) -> None:
    crisis.declare(silent, replace(ASKED, impressions=1))
    crisis.stamp(silent)
    assert silent.core.session.mode is Mode.IDENTIFIED
    with pytest.raises(Refused, match="not_now"):
        silent.core.stamp()


def _leave_the_job(rig: Rig) -> None:
    rig.core.feed(m.Cancelled())


def _stamp_it_all(rig: Rig) -> None:
    crisis.stamp(rig)
    crisis.stamp(rig)


@pytest.mark.parametrize("then", [lambda _: None, crisis.stamp, _leave_the_job, _stamp_it_all])
def test_an_emergency_is_no_log_in(tmp_path: Path, then: Callable[[Rig], None]) -> None:
    """Not even where the policy wants a card with the PIN: no other grant, register or draft."""
    rig = crisis.build(tmp_path, policy={"logins": ("card_pin",)})
    rig.picture = b"a picture"
    granted = rig.township.grant(rig.township.application())
    rig.publish(granted)
    crisis.fall_silent(rig)
    crisis.declare(rig)
    then(rig)
    with pytest.raises(Refused, match="not_now"):
        rig.core.choose(granted.id)
    with pytest.raises(Refused, match="operator_unknown"):
        register.rows(rig.core, 0, 1 << 50)
    with pytest.raises(Refused, match="operator_unknown"):
        drafts.drop(rig.core, Drafting())


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"second": OPERATOR}, "same_person"),
        ({"pins": (PIN, "000000")}, "credential_wrong"),
        ({"pins": ("000000", PIN)}, "credential_wrong"),
        ({"second": "ji"}, "operator_unknown"),  # no PIN here
        ({"codes": (CODES[OPERATOR][0], "NNNNOOOOPPPPQQQQ")}, "emergency_code_wrong"),
        ({"codes": (CODES[SECOND][0], CODES[OPERATOR][0])}, "emergency_code_wrong"),
        ({"codes": (CODES[OPERATOR][0], CODES[OPERATOR][1])}, "emergency_code_wrong"),
        ({"asked": replace(ASKED, item="residence")}, "item_not_emergency"),
        ({"asked": replace(ASKED, item="nothing")}, "unknown_item"),
        ({"asked": replace(ASKED, seal="seal-party")}, "seal_mismatch"),
        ({"asked": replace(ASKED, impressions=4)}, "emergency_capped"),
    ],
)
def test_who_and_what_is_refused(silent: Rig, options: dict[str, object], code: str) -> None:
    refused(silent, code, **options)


def test_the_secretary_stands_by_and_does_not_operate(silent: Rig) -> None:
    codes = CODES[SECRETARY][0], CODES[SECOND][0]
    refused(silent, "operator_not_named", operator=SECRETARY, codes=codes)
    crisis.declare(silent, second=SECRETARY, codes=(CODES[OPERATOR][0], CODES[SECRETARY][0]))


def test_a_lock_that_never_moved_gives_the_press_back(silent: Rig) -> None:
    crisis.declare(silent)
    sound = silent.core.parts
    silent.core.parts = replace(sound, lock=DeadLock(sound.lock))
    silent.core.feed(m.PhotoAsked())
    silent.run(lambda core: core.session.mode is Mode.PHOTOGRAPHED and silent.body.mechanism.home)
    silent.core.stamp()
    silent.run(lambda core: core.session.mode is Mode.CHOSEN)
    assert silent.entries()[-1].body["returned"] is True
    silent.core.parts = sound
    crisis.stamp(silent)
    crisis.stamp(silent)
    silent.core.feed(m.LoggedOut())
    crisis.declare(silent, replace(ASKED, impressions=1), use=1)


class DeadLock:
    """A bolt that says nothing and stays where it is."""

    def __init__(self, lock: Lock) -> None:
        self.engaged, self.release = lock.engaged, lock.release

    def energise(self, bound_ms: int) -> None:
        """Nothing moves."""


def _camera_gone(rig: Rig) -> None:
    rig.picture = None
    rig.body.faults.camera_gone = True


def _suspended(rig: Rig) -> None:
    rig.township = rig.township.suspend()
    rig.publish()


def _seal_suspended(rig: Rig) -> None:
    rig.township = rig.township.suspend("seal-committee")
    rig.publish()


def _revoked(rig: Rig) -> None:
    rig.publish(revoked_persons=(SECOND,))


def _case_open(rig: Rig) -> None:
    rig.body.faults.case_open = True
    rig.core.tick()


def _seal_gone(rig: Rig) -> None:
    rig.body.remove_seal(2)
    rig.core.tick()


def _maintenance(rig: Rig) -> None:
    supervised.maintain(rig.core, "begin", Hand(OPERATOR, PIN), Hand(SECOND, PIN), "换印油")


def _broken(rig: Rig) -> None:
    rig.body.memory.unlatches += 1
    rig.restart()


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (_suspended, "device_suspended"),
        (_seal_suspended, "seal_suspended"),
        (_revoked, "operator_unknown"),
        (_case_open, "case_open"),
        (_seal_gone, "seal_absent"),
        (_maintenance, "maintenance"),
    ],
)
def test_what_stops_a_stamp_stops_an_emergency(
    rig: Rig, harm: Callable[[Rig], None], code: str
) -> None:
    harm(rig)
    crisis.fall_silent(rig)
    refused(rig, code)


def test_a_broken_journal_stops_it(silent: Rig) -> None:
    _broken(silent)
    with pytest.raises(Refused, match="journal_broken"):
        crisis.declare(silent)


def test_a_full_disk_stops_it(silent: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sealctl.lockd.core.FREE_BYTES", 1 << 62)
    refused(silent, "journal_full")


def test_wrong_codes_lock_out_and_a_right_pin_does_not_help(silent: Rig) -> None:
    wrong = (CODES[OPERATOR][0], "NNNNOOOOPPPPQQQQ")
    for _ in range(5):
        refused(silent, "emergency_code_wrong", codes=wrong)
    silent.restart()
    with pytest.raises(Refused, match="credential_locked"):
        crisis.declare(silent)
    silent.clock.advance(301_000)
    crisis.declare(silent)


def test_without_a_camera_the_press_goes_without_pictures_and_says_so(rig: Rig) -> None:
    _camera_gone(rig)
    crisis.declare(rig)
    rig.run(lambda core: rig.body.mechanism.home)
    rig.press_through()
    entries = {one.kind: one for one in rig.entries()}
    assert entries["emergency"].body["no_camera"] is True
    assert entries["emergency"].body["no_contact"] is False
    assert entries["authorised"].body["before"] is None
    assert entries["stamped"].body["after"] is None


def test_a_camera_that_failed_excuses_no_expired_list(rig: Rig) -> None:
    rig.township = rig.township.change(
        policy=replace(rig.township.authority.policy, emergency_after_s=366 * 86400)
    )
    rig.publish()
    crisis.fall_silent(rig, 80 * contents.HOUR)
    _camera_gone(rig)
    refused(rig, "list_expired")


def test_a_photo_asked_for_by_somebody_else_is_no_failure_of_the_camera(rig: Rig) -> None:
    """Two at once push one another's job aside; neither learns anything of the camera from it."""

    async def both(served: Served) -> None:
        first = asyncio.ensure_future(pictures.take(served))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(pictures.take(served))
        assert await second is not None
        with pytest.raises(Refused, match="busy"):
            await first

    with_camerad(rig, both)


def test_while_the_lock_moves_nothing_is_declared_and_nothing_disturbed(silent: Rig) -> None:
    crisis.declare(silent)
    silent.core.feed(m.PhotoAsked())
    silent.run(lambda core: core.session.mode is Mode.PHOTOGRAPHED and silent.body.mechanism.home)
    silent.core.stamp()
    before = silent.core.journal.last_seq
    with pytest.raises(Refused, match="busy"):
        crisis.declare(silent, use=1)
    assert silent.core.journal.last_seq == before
    assert silent.core.session.mode is Mode.OPENING


def test_with_a_camera_no_press_goes_without_a_picture(silent: Rig) -> None:
    crisis.declare(silent)
    with pytest.raises(Refused, match="not_now"):
        silent.core.stamp()


def test_blind_presses_are_capped_too(rig: Rig) -> None:
    _camera_gone(rig)
    crisis.declare(rig)
    rig.run(lambda core: rig.body.mechanism.home)
    rig.press_through()
    rig.press_through()
    rig.core.feed(m.LoggedOut())
    rig.publish()
    with pytest.raises(Refused, match="emergency_capped"):
        crisis.declare(rig, use=1)


def test_the_codes_stand_in_no_file_before_they_are_spent(silent: Rig) -> None:
    silent.core.journal.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held = b"".join(p.read_bytes() for p in silent.config.folder.rglob("*") if p.is_file())
    assert not any(code.encode() in held for theirs in CODES.values() for code in theirs)


def test_the_screen_learns_whether_it_is_time(rig: Rig) -> None:
    early = choices(rig.core)
    assert early["no_contact"] is False
    crisis.fall_silent(rig)
    found = choices(rig.core)
    assert (found["no_contact"], found["left"]) == (True, 3)
    assert [one["person"] for one in found["people"]] == [OPERATOR, SECOND, SECRETARY]  # type: ignore[attr-defined]
    assert [one["item"] for one in found["matters"]] == ["disaster"]  # type: ignore[attr-defined]


def test_what_is_in_force_no_more_is_neither_offered_nor_stamped(rig: Rig) -> None:
    catalogue = rig.township.authority.catalogue
    over = replace(catalogue.items["disaster"], until="2020-01-01")
    changed = replace(catalogue, items={**catalogue.items, "disaster": over})
    rig.township = rig.township.change(catalogue=changed)
    rig.publish()
    crisis.fall_silent(rig)
    assert choices(rig.core)["matters"] == []
    refused(rig, "item_not_in_force")
