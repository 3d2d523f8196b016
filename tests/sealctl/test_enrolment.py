"""Cards and fingers are enrolled and taken back by two named people, and by nobody else."""

from pathlib import Path

import pytest

from sealctl.lockd import supervised, views
from sealctl.lockd.readers import Readers
from sealctl.lockd.supervised import Hand
from sealctl.session.model import Mode
from tests.sealctl.test_login import CARD, FINGER, STRANGE, WITNESS, hold, methods, refusal, touch
from tests.support.machine import OPERATOR, PIN, Rig
from wire.refusals import Refused

WU = Hand(OPERATOR, PIN)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    made = Rig.build(tmp_path)
    supervised.enrol(made.core, "bing", WITNESS.pin, Hand("jia", ""))
    return made


def step(rig: Rig) -> str | None:
    now = rig.core.desk.enrolments.now
    return None if now is None else now.step


def enrol_finger(rig: Rig, finger: str = FINGER) -> None:
    supervised.begin_enrolment(rig.core, "fingerprint", WU, WITNESS)
    touch(rig, finger)
    touch(rig, finger)


def test_a_finger_is_laid_twice_and_the_screen_says_when(rig: Rig) -> None:
    supervised.begin_enrolment(rig.core, "fingerprint", WU, WITNESS)
    rig.look()
    assert step(rig) == "lay"
    rig.body.finger.touch(FINGER, 500)
    rig.look(300)
    assert step(rig) == "lift"
    rig.look(500)
    assert step(rig) == "again"
    touch(rig, FINGER)
    assert step(rig) == "done"
    assert rig.entries()[-1].kind == "enrolled"
    assert rig.entries()[-1].body["method"] == "fingerprint"
    rig.look(21_000)
    assert step(rig) is None


@pytest.mark.parametrize("method", ["card", "fingerprint"])
@pytest.mark.parametrize(
    ("person", "witness", "code"),
    [
        (Hand(OPERATOR, "000000"), WITNESS, "credential_wrong"),
        (WU, Hand("bing", "000000"), "credential_wrong"),
        (WU, WU, "witness_unfit"),
        (WITNESS, WITNESS, "same_person"),
        (WU, Hand("geng", PIN), "witness_unfit"),
        (Hand("ji", PIN), WITNESS, "operator_unknown"),  # has no PIN here yet
        (Hand("xin", PIN), WITNESS, "operator_unknown"),
    ],
)
def test_who_may_not_add_a_card_or_finger(
    rig: Rig, method: str, person: Hand, witness: Hand, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        supervised.begin_enrolment(rig.core, method, person, witness)
    assert step(rig) is None
    assert rig.entries()[-1].kind == "refused"
    hold(rig, CARD)
    assert rig.core.desk.login.held is None


def test_a_machine_without_the_part_says_so(rig: Rig) -> None:
    rig.core.desk.fit(Readers())
    for method in ("card", "fingerprint"):
        with pytest.raises(Refused, match="login_not_allowed"):
            supervised.begin_enrolment(rig.core, method, WU, WITNESS)


def test_a_card_belongs_to_one_person(rig: Rig) -> None:
    supervised.begin_enrolment(rig.core, "card", WU, WITNESS)
    hold(rig, CARD)
    supervised.enrol(rig.core, "ji", PIN, WITNESS)
    supervised.begin_enrolment(rig.core, "card", Hand("ji", PIN), WITNESS)
    hold(rig, CARD)
    assert step(rig) == "failed"
    assert refusal(rig) == ("card_taken", True)
    hold(rig, CARD)
    held = rig.core.desk.login.held
    assert held is not None
    assert held.person == OPERATOR


def test_a_new_card_takes_the_place_of_the_old_one(rig: Rig) -> None:
    for card in (CARD, STRANGE):
        supervised.begin_enrolment(rig.core, "card", WU, WITNESS)
        hold(rig, card)
    hold(rig, CARD)
    assert refusal(rig) == ("card_unknown", False)
    hold(rig, STRANGE)
    assert rig.core.desk.login.held is not None


def test_a_new_finger_takes_the_place_of_the_old_one_and_both_stand_in_the_journal(
    rig: Rig,
) -> None:
    enrol_finger(rig)
    enrol_finger(rig, "wu's left thumb")
    assert rig.kinds("enrolled") == []
    assert [one.kind for one in rig.entries()][-3:] == ["enrolled", "unenrolled", "enrolled"]
    touch(rig, FINGER)
    assert refusal(rig) == ("finger_unknown", False)
    touch(rig, "wu's left thumb")
    assert rig.core.session.operator == OPERATOR


def test_two_different_fingers_are_none(rig: Rig) -> None:
    supervised.begin_enrolment(rig.core, "fingerprint", WU, WITNESS)
    touch(rig, FINGER)
    touch(rig, "another")
    assert step(rig) == "failed"
    assert refusal(rig) == ("enrolment_failed", True)


def test_what_waits_too_long_is_given_up(rig: Rig) -> None:
    for method in ("card", "fingerprint"):
        supervised.begin_enrolment(rig.core, method, WU, WITNESS)
        rig.look(61_000)
        assert step(rig) == "failed"
    hold(rig, CARD)
    assert refusal(rig) == ("card_unknown", False)


def test_nothing_else_begins_meanwhile(rig: Rig) -> None:
    supervised.begin_enrolment(rig.core, "card", WU, WITNESS)
    with pytest.raises(Refused, match="busy"):
        supervised.begin_enrolment(rig.core, "fingerprint", WU, WITNESS)
    with pytest.raises(Refused, match="busy"):
        rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match="busy"):
        supervised.maintain(rig.core, "begin", WU, WITNESS, "x")


def test_a_power_cut_in_the_middle_leaves_a_finger_that_is_nobodys_and_is_deleted(rig: Rig) -> None:
    """The sensor has stored it, and the entry was not written."""
    supervised.begin_enrolment(rig.core, "fingerprint", WU, WITNESS)
    touch(rig, FINGER)
    rig.body.finger.touch(FINGER, 1000)
    rig.body.finger.poll()
    assert FINGER in rig.body.memory.fingers.values()
    rig.restart()
    touch(rig, FINGER)
    assert rig.core.session.mode is Mode.IDLE
    assert methods(rig) == []
    rig.look(1000)
    assert not rig.body.memory.fingers
    assert rig.core.operators.nobodys_slots() == []


def test_a_power_cut_while_a_finger_is_enrolled_anew_leaves_neither(rig: Rig) -> None:
    """The new one was stored in the old one's slot, and no entry says whose it is."""
    enrol_finger(rig)
    supervised.begin_enrolment(rig.core, "fingerprint", WU, WITNESS)
    touch(rig, "somebody's thumb")
    rig.body.finger.touch("somebody's thumb", 1000)
    rig.body.finger.poll()
    assert list(rig.body.memory.fingers.values()) == ["somebody's thumb"]
    rig.restart()
    touch(rig, "somebody's thumb")
    assert rig.core.session.mode is Mode.IDLE
    assert methods(rig) == []
    assert not rig.body.memory.fingers


def test_a_sensor_that_breaks_meanwhile_enrols_nobody(rig: Rig) -> None:
    supervised.begin_enrolment(rig.core, "fingerprint", WU, WITNESS)
    rig.body.faults.finger_gone = True
    rig.look()
    assert step(rig) == "failed"
    assert rig.kinds()[-1] == "refused"


def test_an_enrolment_is_taken_back_by_two_and_the_sensor_forgets(rig: Rig) -> None:
    supervised.begin_enrolment(rig.core, "card", WU, WITNESS)
    hold(rig, CARD)
    enrol_finger(rig)
    assert rig.core.operators.methods(OPERATOR) == ("pin", "card", "fingerprint")
    supervised.unenrol(rig.core, OPERATOR, "card", WU, WITNESS)
    hold(rig, CARD)
    assert refusal(rig) == ("card_unknown", False)
    supervised.enrol(rig.core, "ji", PIN, WITNESS)
    supervised.unenrol(rig.core, OPERATOR, "all", Hand("ji", PIN), WITNESS)
    body = rig.entries()[-1].body
    assert body["method"] == "all"
    assert all(isinstance(body[name], bytes) for name in ("operator", "actor", "witness"))
    rig.look(1000)
    assert not rig.body.memory.fingers
    touch(rig, FINGER)
    assert refusal(rig) == ("finger_unknown", False)
    with pytest.raises(Refused, match="operator_unknown"):
        rig.core.login(OPERATOR, PIN)


@pytest.mark.parametrize(
    ("actor", "witness", "what", "code"),
    [
        (WU, WU, "all", "witness_unfit"),
        (WITNESS, WITNESS, "all", "same_person"),
        (WU, Hand("bing", "000000"), "all", "credential_wrong"),
        (WU, WITNESS, "card", "operator_unknown"),  # he has none
    ],
)
def test_nobody_takes_back_an_enrolment_alone(
    rig: Rig, actor: Hand, witness: Hand, what: str, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        supervised.unenrol(rig.core, OPERATOR, what, actor, witness)
    rig.core.login(OPERATOR, PIN)


def test_the_first_pin_of_a_machine_is_not_set_at_the_panel(tmp_path: Path) -> None:
    rig = Rig.build(tmp_path)
    with pytest.raises(Refused, match="witness_unfit"):
        supervised.enrol(rig.core, "bing", WITNESS.pin, Hand("jia", ""), first=False)
    supervised.enrol(rig.core, "bing", WITNESS.pin, Hand("jia", ""))
    supervised.enrol(rig.core, "ji", PIN, WITNESS, first=False)


def test_an_entry_that_cannot_be_written_enrols_nobody(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    supervised.begin_enrolment(rig.core, "card", WU, WITNESS)
    monkeypatch.setattr(rig.core.journal, "_keep_books", full)
    rig.body.present_card(CARD)
    with pytest.raises(OSError, match="disk full"):
        rig.core.desk.look()
    rig.restart()
    assert rig.core.operators.card_holder(CARD) is None


def test_whoever_was_revoked_is_shown_until_his_enrolment_is_taken_back(rig: Rig) -> None:
    """Nobody can be enrolled or prove himself who no longer acts; what he had here can go."""
    supervised.enrol(rig.core, "ji", PIN, WITNESS)
    shown = {row["person"]: row for row in views.people(rig.core)}
    assert all(row["acts"] for row in shown.values())
    assert (shown["bing"]["witness"], shown[OPERATOR]["methods"]) == (True, ["pin"])
    rig.publish(revoked_persons=(OPERATOR,))
    last = views.people(rig.core)[-1]
    assert last == {**shown[OPERATOR], "acts": False, "witness": False}
    supervised.unenrol(rig.core, OPERATOR, "all", Hand("ji", PIN), WITNESS)
    assert OPERATOR not in [row["person"] for row in views.people(rig.core)]
