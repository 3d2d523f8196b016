"""The fingerprint sensor in use: who is recognised, how a finger is enrolled, what is an error."""

from collections.abc import Callable

import pytest

from hardware.fingerprint.driver import ANSWER_MS, FAILURES, REST_MS, TOUCH_MS, ZfmSensor
from hardware.ports import Fingerprint, HardwareError, Match, NoMatch
from tests.hardware.fingerprint.rig import OWNER, SLOT, STRANGER, Desk
from tests.support.fingerprint_peer import FEW, MESSY, Finger

LONG_MS = 600_000
READS_OUT = {0x08, 0x0A}


def test_the_driver_is_a_fingerprint_sensor() -> None:
    sensor: Fingerprint = Desk().driver
    assert sensor.poll() is None
    assert sensor.progress() is None


def test_an_enrolled_finger_is_recognised_by_its_slot() -> None:
    assert Desk().touch(OWNER) == [Match(SLOT, OWNER.score)]


@pytest.mark.parametrize("slot", [0, 1, 199])
def test_a_finger_is_recognised_in_any_slot_of_the_library(slot: int) -> None:
    desk = Desk()
    desk.sensor.library = {slot: OWNER.name}
    assert desk.touch(OWNER) == [Match(slot, OWNER.score)]


def test_another_finger_is_not_recognised() -> None:
    assert Desk().touch(STRANGER) == [NoMatch()]


def test_a_finger_is_answered_once_however_long_it_stays() -> None:
    desk = Desk()
    desk.polls(10)
    desk.sensor.finger = OWNER
    assert desk.polls(1_000) == [Match(SLOT, OWNER.score)]
    assert desk.touch(OWNER) == []
    assert desk.touch(OWNER) == [Match(SLOT, OWNER.score)]


@pytest.mark.parametrize("flaw", [MESSY, FEW])
def test_a_bad_picture_is_no_answer_and_a_better_one_is_awaited(flaw: int) -> None:
    desk = Desk()
    assert desk.touch(Finger(OWNER.name, flaw=flaw)) == []
    assert desk.touch(OWNER) == [Match(SLOT, OWNER.score)]


def test_a_finger_lifted_between_the_two_pictures_is_not_recognised() -> None:
    desk = Desk()
    desk.polls(10)
    desk.sensor.finger = OWNER
    while 0x04 not in desk.sensor.heard:
        assert desk.polls(1) == []
    desk.sensor.finger = None
    assert desk.polls() == []


def test_a_finger_changed_between_the_two_pictures_is_not_recognised() -> None:
    desk = Desk()
    desk.polls(10)
    desk.sensor.finger = OWNER
    while 0x04 not in desk.sensor.heard:
        assert desk.polls(1) == []
    desk.sensor.finger = STRANGER
    assert desk.polls() == [NoMatch()]


def test_a_sensor_that_also_says_yes_to_the_neighbouring_slot_is_not_believed() -> None:
    desk = Desk()
    desk.sensor.library = {0: OWNER.name, 1: OWNER.name}
    assert desk.touch(OWNER) == [NoMatch()]


def test_a_finger_that_lay_there_before_is_not_taken_for_a_new_one() -> None:
    desk = Desk()
    desk.sensor.finger = OWNER
    assert desk.polls() == []
    desk.sensor.finger = None
    assert desk.touch(OWNER) == [Match(SLOT, OWNER.score)]


def test_after_cancel_a_finger_must_be_laid_anew() -> None:
    for steps in range(1, 20):
        desk = Desk()
        desk.polls(10)
        desk.sensor.finger = OWNER
        if desk.polls(steps):
            break
        desk.driver.cancel()
        assert desk.polls() == [], steps
    assert steps > 5


def test_a_touch_is_not_answered_to_somebody_who_asks_much_later() -> None:
    for steps in range(1, 20):
        desk = Desk()
        desk.polls(10)
        desk.sensor.finger = OWNER
        if desk.polls(steps):
            break
        desk.sensor.finger = None
        desk.wire.now_ms += LONG_MS
        assert desk.polls() == [], steps
    assert steps > 5


def test_a_match_that_took_too_long_is_not_answered() -> None:
    desk = Desk()
    desk.polls(10)
    desk.sensor.finger = OWNER
    assert desk.polls(100, every_ms=TOUCH_MS // 4) == []
    desk.sensor.finger = None
    desk.polls(10)
    assert desk.touch(OWNER) == [Match(SLOT, OWNER.score)]


def test_a_caller_who_comes_late_is_no_fault_of_the_sensor() -> None:
    desk = Desk()
    assert desk.polls(10 * FAILURES, every_ms=ANSWER_MS + 1) == []
    assert desk.touch(OWNER) == [Match(SLOT, OWNER.score)]


def test_a_finger_is_enrolled_by_two_touches_and_then_recognised() -> None:
    desk = Desk(enrolled=False)
    assert desk.touch(OWNER) == [NoMatch()]
    assert desk.enrol(7) == "done"
    assert desk.sensor.library == {7: OWNER.name}
    assert desk.touch(OWNER) == [Match(7, OWNER.score)]


def test_somebody_whose_finger_lies_there_already_is_asked_to_lift_it() -> None:
    desk = Desk(enrolled=False)
    desk.sensor.finger = STRANGER
    desk.driver.enrol(7)
    desk.until("lift")
    desk.sensor.finger = None
    desk.until("lay")
    assert desk.sensor.library == {}


def test_a_smudged_picture_is_asked_for_again() -> None:
    desk = Desk(enrolled=False)
    desk.driver.enrol(7)
    desk.until("lay")
    desk.sensor.finger = Finger(OWNER.name, flaw=MESSY)
    desk.polls()
    assert desk.driver.progress() in ("lay", "wait")
    desk.sensor.finger = OWNER
    desk.until("lift")


def test_two_different_fingers_are_not_enrolled_as_one() -> None:
    desk = Desk(enrolled=False)
    assert desk.enrol(7, OWNER, STRANGER) == "failed"
    assert desk.sensor.library == {}


def test_a_finger_that_stands_under_another_slot_is_not_enrolled_twice() -> None:
    desk = Desk()
    assert desk.enrol(7) == "failed"
    assert desk.sensor.library == {SLOT: OWNER.name}


def test_an_enrolment_replaces_what_stood_under_its_slot() -> None:
    desk = Desk()
    assert desk.enrol(SLOT, STRANGER, STRANGER) == "done"
    assert desk.sensor.library == {SLOT: STRANGER.name}
    assert desk.enrol(SLOT, STRANGER, STRANGER) == "done"


def test_a_deleted_finger_is_not_recognised() -> None:
    desk = Desk()
    assert desk.delete(SLOT) == "done"
    assert desk.touch(OWNER) == [NoMatch()]


def test_an_empty_slot_can_be_deleted() -> None:
    desk = Desk()
    assert desk.delete(SLOT + 1) == "done"
    assert desk.sensor.library == {SLOT: OWNER.name}


def test_an_enrolment_given_up_stores_nothing_and_says_nothing() -> None:
    desk = Desk(enrolled=False)
    desk.driver.enrol(7)
    desk.until("lay")
    desk.driver.cancel()
    desk.polls(10)
    assert desk.touch(OWNER) == [NoMatch()]
    assert (desk.driver.progress(), desk.sensor.library) == (None, {})


def test_while_a_finger_is_enrolled_nobody_is_recognised() -> None:
    desk = Desk()
    desk.driver.enrol(7)
    assert desk.touch(OWNER) == []


@pytest.mark.parametrize("slot", [-1, 200, 0x10000])
def test_a_slot_that_is_not_there_is_refused(slot: int) -> None:
    desk = Desk()
    desk.polls(10)
    for begin in (desk.driver.enrol, desk.driver.delete):
        with pytest.raises(HardwareError):
            begin(slot)
    assert desk.touch(OWNER) == [Match(SLOT, OWNER.score)]


def test_a_slot_that_is_not_there_fails_before_the_sensor_has_said_how_many_there_are() -> None:
    desk = Desk()
    desk.driver.enrol(200)
    desk.until("failed")


@pytest.mark.parametrize("cause", ["reset", "silence"])
def test_a_sensor_that_restarts_in_an_enrolment_stores_nothing(cause: str) -> None:
    desk = Desk(enrolled=False, password=7, given=7)
    desk.driver.enrol(7)
    desk.until("lay")
    desk.sensor.finger = OWNER
    desk.until("lift")
    if cause == "reset":
        desk.sensor.reset()
    else:
        desk.wire.spoil = lambda _: []
    for _ in range(ANSWER_MS // 10 + 10):
        desk.polls(1)
    assert (desk.driver.progress(), desk.sensor.library) == ("failed", {})
    desk.wire.spoil = lambda answers: [(0, answers[-1])]
    desk.sensor.finger = None
    desk.polls()
    assert desk.enrol(7) == "done"


def test_a_restart_that_the_sensor_does_not_tell_of_does_not_mix_two_touches() -> None:
    desk = Desk(enrolled=False)
    desk.driver.enrol(7)
    desk.until("lay")
    desk.sensor.finger = OWNER
    desk.until("lift")
    desk.sensor.reset()
    desk.sensor.finger = None
    desk.until("again")
    desk.sensor.finger = OWNER
    desk.until("failed")
    assert desk.sensor.library == {}


def test_the_password_and_address_of_the_configuration_are_used() -> None:
    desk = Desk(password=0x1234_5678, given=0x1234_5678)
    desk.sensor.address = 0x0000_0417
    driver = ZfmSensor(
        desk.wire, lambda: desk.wire.now_ms, address=0x0000_0417, password=0x1234_5678
    )
    desk.driver = driver
    assert desk.touch(OWNER) == [Match(SLOT, OWNER.score)]
    desk.sensor.reset()
    desk.polls()
    assert desk.touch(OWNER) == [Match(SLOT, OWNER.score)]


def test_a_wrong_password_is_said_plainly_until_it_is_right() -> None:
    desk = Desk(password=7)
    with pytest.raises(HardwareError, match="password"):
        desk.polls()
    for _ in range(50):
        with pytest.raises(HardwareError, match="password"):
            desk.polls()
    assert desk.sensor.heard.count(0x13) < 10, "a wrong password is not tried over and over"
    desk.sensor.password = 0
    desk.wire.now_ms += LONG_MS
    with pytest.raises(HardwareError, match="password"):
        desk.polls(1)
    assert desk.touch(OWNER) == [Match(SLOT, OWNER.score)]


@pytest.mark.parametrize(
    "improper",
    [
        lambda _: b"",
        lambda _: b"\x55",
        lambda _: b"\x00" * 40,
        lambda answer: answer[:2] + b"\x00\x00\x00\x01" + answer[6:],
        lambda answer: as_data(answer),
    ],
    ids=["none", "byte", "zeros", "other address", "data packet"],
)
def test_a_sensor_without_proper_answers_is_an_error_until_it_recovers(
    improper: Callable[[bytes], bytes],
) -> None:
    desk = Desk()
    desk.wire.spoil = lambda answers: [(0, improper(answers[-1]))]
    desk.polls((FAILURES - 1) * ANSWER_MS // 10)
    with pytest.raises(HardwareError, match="proper answer"):
        desk.polls(2 * ANSWER_MS // 10)
    with pytest.raises(HardwareError, match="proper answer"):
        desk.polls(1)
    desk.wire.spoil = lambda answers: [(0, answers[-1])]
    for _ in range(ANSWER_MS // 10 + 100):
        try:
            desk.polls(1)
        except HardwareError:
            continue
    assert desk.touch(OWNER) == [Match(SLOT, OWNER.score)]


def as_data(answer: bytes) -> bytes:
    """The same payload in a data packet."""
    body = b"\x02" + answer[7:-2]
    return answer[:6] + body + (sum(body) & 0xFFFF).to_bytes(2, "big")


def test_an_answer_that_comes_too_late_does_not_disturb_the_next_question() -> None:
    desk = Desk()
    desk.polls(10)
    desk.wire.spoil = lambda answers: [(ANSWER_MS + REST_MS // 2, answers[-1])]
    desk.polls(1)
    desk.wire.spoil = lambda answers: [(0, answers[-1])]
    desk.polls(ANSWER_MS // 10 + 2)
    assert desk.delete(SLOT) == "done"


@pytest.mark.parametrize("begin", ["enrol", "delete"])
def test_what_is_begun_on_a_port_that_is_gone_fails_and_does_not_begin_later(begin: str) -> None:
    desk = Desk()
    desk.polls(10)
    desk.wire.unplugged = True
    getattr(desk.driver, begin)(SLOT)
    with pytest.raises(HardwareError, match="unplugged"):
        desk.polls(1)
    assert desk.driver.progress() == "failed"
    desk.wire.unplugged = False
    desk.polls()
    assert desk.touch(OWNER) == [Match(SLOT, OWNER.score)]


def test_no_template_or_picture_is_ever_read_out() -> None:
    desk = Desk(enrolled=False)
    desk.enrol(7)
    desk.touch(OWNER)
    desk.touch(STRANGER)
    desk.delete(7)
    assert not READS_OUT & set(desk.sensor.heard)
    assert {0x06, 0x0C, 0x04} <= set(desk.sensor.heard)
