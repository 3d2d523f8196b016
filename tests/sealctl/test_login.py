"""Who stands at the machine: card and PIN, a finger, a PIN alone where the list allows it."""

from dataclasses import replace
from pathlib import Path

import pytest

from sealctl.lockd import supervised
from sealctl.lockd.core import MOST_REFUSED
from sealctl.lockd.supervised import Hand
from sealctl.session import model as m
from sealctl.session.model import Mode
from tests.support.machine import OPERATOR, PIN, Rig
from wire.refusals import Refused

CARD, STRANGE = "em4100:0A00112233", "em4100:0BFFFFFFFF"
FINGER = "wu's right thumb"
WITNESS = Hand("bing", "864203")


def enrolled(folder: Path, **policy: object) -> Rig:
    """wu with PIN, card and finger; bing witnesses."""
    rig = Rig.build(folder, policy=policy)
    rig.picture = b"a picture"
    supervised.enrol(rig.core, "bing", WITNESS.pin, Hand("jia", ""))
    supervised.begin_enrolment(rig.core, "card", Hand(OPERATOR, PIN), WITNESS)
    hold(rig, CARD)
    supervised.begin_enrolment(rig.core, "fingerprint", Hand(OPERATOR, PIN), WITNESS)
    for _ in range(2):
        touch(rig, FINGER)
    return rig


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return enrolled(tmp_path)


def hold(rig: Rig, card: str) -> None:
    rig.body.present_card(card)
    rig.look()


def touch(rig: Rig, finger: str) -> None:
    """Lay it for a second, then lift it."""
    rig.look(100)
    rig.body.finger.touch(finger, 1000)
    rig.look(1500)


def refusal(rig: Rig) -> tuple[object, bool]:
    """Code of the last entry, which is `refused`, and whether it binds a person."""
    last = rig.entries()[-1]
    assert last.kind == "refused"
    return last.body["code"], last.body["operator"] is not None


def methods(rig: Rig) -> list[object]:
    return [one.body["method"] for one in rig.entries() if one.kind == "authenticated"]


def test_card_then_pin_logs_in_by_both(rig: Rig) -> None:
    hold(rig, CARD)
    held = rig.core.desk.login.held
    assert held is not None
    assert held.person == OPERATOR
    assert rig.core.session.mode is Mode.IDLE
    rig.core.login(OPERATOR, PIN)
    assert methods(rig) == ["card_pin"]


def test_a_card_held_too_long_ago_does_not_count_though_nobody_looked(rig: Rig) -> None:
    hold(rig, CARD)
    rig.clock.advance(60_001)
    rig.core.login(OPERATOR, PIN)
    assert methods(rig) == ["pin"]


def test_nobody_fills_the_journal_without_logging_in(rig: Rig) -> None:
    """The screen still says no, and a failure still counts; what was logged is full of it."""
    before = len(rig.entries())
    for _ in range(MOST_REFUSED + 20):
        with pytest.raises(Refused, match="operator_unknown"):
            rig.core.login("nobody", PIN)
    assert len(rig.entries()) == before + MOST_REFUSED
    assert rig.core.session.refusal is not None
    for _ in range(5):
        with pytest.raises(Refused, match="credential_wrong"):
            rig.core.login(OPERATOR, "000000")
    with pytest.raises(Refused, match="credential_locked"):
        rig.core.login(OPERATOR, PIN)
    rig.clock.advance(3_601_000)
    with pytest.raises(Refused, match="operator_unknown"):
        rig.core.login("nobody", PIN)
    assert len(rig.entries()) == before + MOST_REFUSED + 1


def test_a_finger_logs_in(rig: Rig) -> None:
    touch(rig, FINGER)
    assert rig.core.session.operator == OPERATOR
    assert methods(rig) == ["fingerprint"]


def test_a_pin_alone_logs_in_where_the_list_allows_it(rig: Rig) -> None:
    rig.core.login(OPERATOR, PIN)
    assert methods(rig) == ["pin"]


def test_a_stamp_after_a_fingers_log_in(rig: Rig) -> None:
    grant = rig.grant()
    touch(rig, FINGER)
    rig.stamp(grant)
    assert rig.kinds("authenticated") == ["authorised", "stamped", "relocked"]


def test_a_way_that_the_list_does_not_allow_is_refused_unlooked(tmp_path: Path) -> None:
    """Not even whether the PIN is right is told, and no failure is counted."""
    rig = enrolled(tmp_path, logins=("card_pin",))
    for pin in (PIN, "000000"):
        with pytest.raises(Refused, match="login_not_allowed"):
            rig.core.login(OPERATOR, pin)
    touch(rig, FINGER)
    assert refusal(rig) == ("login_not_allowed", True)
    assert rig.core.session.mode is Mode.IDLE
    hold(rig, CARD)
    rig.core.login(OPERATOR, PIN)
    assert methods(rig) == ["card_pin"]


def test_a_card_that_the_list_does_not_allow_asks_for_no_pin(tmp_path: Path) -> None:
    rig = enrolled(tmp_path, logins=("fingerprint",))
    hold(rig, CARD)
    assert rig.core.desk.login.held is None
    assert refusal(rig) == ("login_not_allowed", True)


def test_a_card_is_no_help_to_another_person(tmp_path: Path) -> None:
    rig = enrolled(tmp_path, logins=("card_pin",))
    supervised.enrol(rig.core, "ji", "135791", WITNESS)
    hold(rig, CARD)
    with pytest.raises(Refused, match="login_not_allowed"):
        rig.core.login("ji", "135791")


def test_an_unknown_card_is_refused_without_a_person_and_not_for_ever(rig: Rig) -> None:
    for _ in range(5):
        hold(rig, STRANGE)
        assert refusal(rig) == ("card_unknown", False)
    written = rig.entries()[-1].seq
    rig.restart()
    boot = rig.entries()[-1].seq
    assert boot > written
    hold(rig, CARD)
    assert rig.core.desk.login.held is None
    assert rig.core.session.refusal == ("credential_locked", "cards")
    assert rig.entries()[-1].seq == boot
    rig.clock.advance(301_000)
    hold(rig, CARD)
    assert rig.core.desk.login.held is not None


def test_a_strange_finger_is_refused_without_a_person_and_not_for_ever(rig: Rig) -> None:
    for number in range(5):
        touch(rig, f"stranger {number}")
        assert refusal(rig) == ("finger_unknown", False)
    rig.restart()
    touch(rig, FINGER)
    assert rig.core.session.mode is Mode.IDLE
    rig.clock.advance(301_000)
    touch(rig, FINGER)
    assert rig.core.session.operator == OPERATOR


def test_the_right_card_in_between_does_not_hide_the_count_of_a_pin(rig: Rig) -> None:
    for _ in range(5):
        hold(rig, CARD)
        with pytest.raises(Refused, match="credential_wrong"):
            rig.core.login(OPERATOR, "000000")
    rig.restart()
    hold(rig, CARD)
    assert refusal(rig) == ("credential_locked", True)
    touch(rig, FINGER)
    assert refusal(rig) == ("credential_locked", True)
    with pytest.raises(Refused, match="credential_locked"):
        rig.core.login(OPERATOR, PIN)


def test_an_attempt_counts_though_the_power_is_cut_before_it_is_judged(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    for _ in range(5):
        monkeypatch.setattr(rig.core.operators, "card_holder", cut)
        with pytest.raises(KeyboardInterrupt):
            hold(rig, STRANGE)
        rig.restart()
    hold(rig, CARD)
    assert rig.core.session.refusal == ("credential_locked", "cards")


def test_a_card_held_long_ago_or_before_another_logged_in_is_forgotten(rig: Rig) -> None:
    hold(rig, CARD)
    rig.look(61_000)
    assert rig.core.desk.login.held is None
    hold(rig, CARD)
    touch(rig, FINGER)
    rig.core.desk.leave()
    rig.look()
    assert rig.core.desk.login.held is None


def test_a_card_or_finger_during_a_session_changes_nothing(rig: Rig) -> None:
    rig.core.login(OPERATOR, PIN)
    before = rig.core.session
    hold(rig, CARD)
    touch(rig, FINGER)
    assert rig.core.session == before
    rig.core.feed(m.LoggedOut())
    rig.look(1000)
    assert rig.core.session.mode is Mode.IDLE


def test_a_finger_that_still_lies_there_after_the_log_out_logs_nobody_in(rig: Rig) -> None:
    """Not even where the log-out comes before the next look at the sensor."""
    rig.look()
    rig.core.login(OPERATOR, PIN)
    rig.body.finger.touch(FINGER, 60_000)
    rig.core.desk.leave()
    rig.look(1000)
    assert methods(rig) == ["pin"]


@pytest.mark.parametrize("gone", ["revoked", "left"])
def test_who_left_or_was_revoked_logs_in_by_nothing(rig: Rig, gone: str) -> None:
    if gone == "revoked":
        rig.publish(revoked_persons=(OPERATOR,))
    else:
        roster = rig.township.roster
        person = replace(roster.persons[OPERATOR], offices=())
        persons = {**roster.persons, OPERATOR: person}
        rig.township = rig.township.change(roster=replace(roster, persons=persons))
        rig.publish()
    hold(rig, CARD)
    assert refusal(rig)[0] == "operator_unknown"
    touch(rig, FINGER)
    assert refusal(rig)[0] == "operator_unknown"
    with pytest.raises(Refused, match="operator_unknown"):
        rig.core.login(OPERATOR, PIN)


def test_a_reader_that_is_gone_stops_nothing_and_is_found_again(rig: Rig) -> None:
    rig.body.faults.reader_gone = rig.body.faults.finger_gone = True
    rig.look(5000)
    assert not rig.core.desk.cards.works
    rig.core.login(OPERATOR, PIN)
    rig.core.desk.leave()
    rig.body.faults.reader_gone = rig.body.faults.finger_gone = False
    rig.look(3000)
    touch(rig, FINGER)
    assert rig.core.session.operator == OPERATOR


def test_a_scanned_code_chooses_its_grant(rig: Rig) -> None:
    grant = rig.grant()
    rig.core.login(OPERATOR, PIN)
    rig.body.scanner.hold(grant.id.hex()[:16].upper())
    rig.look()
    assert rig.core.session.grant == grant.id


@pytest.mark.parametrize("code", ["ffffffffffff", "12", "https://example/x", "何春生"])
def test_a_code_of_no_grant_is_refused(rig: Rig, code: str) -> None:
    rig.grant()
    rig.core.login(OPERATOR, PIN)
    rig.body.scanner.hold(code)
    rig.look()
    assert refusal(rig) == ("grant_unknown", True)
    assert rig.core.session.mode is Mode.IDENTIFIED


def test_a_code_before_anybody_logged_in_chooses_nothing(rig: Rig) -> None:
    grant = rig.grant()
    rig.body.scanner.hold(grant.id.hex())
    rig.look()
    assert rig.core.session.grant is None
    assert rig.core.session.refusal == ("operator_unknown", "")


def test_no_card_number_stands_in_any_file_or_entry(rig: Rig) -> None:
    hold(rig, CARD)
    hold(rig, STRANGE)
    rig.core.login(OPERATOR, PIN)
    for path in rig.config.folder.rglob("*"):
        data = b"" if path.is_dir() else path.read_bytes()
        assert not [one for one in (CARD, STRANGE, PIN) if one.encode() in data], path
