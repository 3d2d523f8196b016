"""The real fingerprint driver at the desk, over the simulated sensor's bytes."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from hardware.fingerprint.driver import ZfmSensor
from sealctl.lockd import supervised
from sealctl.lockd.readers import Readers
from sealctl.lockd.supervised import Hand
from sealctl.session.model import Mode
from tests.hardware.fingerprint.rig import OWNER, STRANGER, Wire
from tests.support.fingerprint_peer import Finger, Sensor
from tests.support.machine import OPERATOR, PIN, Rig

WU, WITNESS = Hand(OPERATOR, PIN), Hand("bing", "864203")


@dataclass
class Desk:
    """A machine with that sensor, looked at twenty times a second."""

    rig: Rig
    wire: Wire

    def plug_in(self) -> None:
        clock = self.rig.clock
        self.rig.core.desk.fit(Readers(finger=ZfmSensor(self.wire, lambda: clock.mono)))

    def look(self, ms: int) -> None:
        for _ in range(ms // 50):
            self.rig.clock.advance(50)
            self.wire.now_ms = self.rig.clock.mono
            self.rig.core.desk.look()

    def touch(self, finger: Finger) -> None:
        """Lay it for two seconds, then lift it."""
        self.look(500)
        self.wire.sensor.finger = finger
        self.look(2000)
        self.wire.sensor.finger = None
        self.look(1000)

    def enrol(self, finger: Finger) -> str:
        supervised.begin_enrolment(self.rig.core, "fingerprint", WU, WITNESS)
        self.touch(finger)
        self.touch(finger)
        now = self.rig.core.desk.enrolments.now
        assert now is not None
        return now.step


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    rig = Rig.build(tmp_path)
    supervised.enrol(rig.core, "bing", WITNESS.pin, Hand("jia", ""))
    made = Desk(rig, Wire(Sensor(), now_ms=rig.clock.mono))
    made.plug_in()
    made.look(3000)
    return made


def test_enrolled_by_two_touches_a_finger_logs_in_and_a_strange_one_does_not(desk: Desk) -> None:
    assert desk.enrol(OWNER) == "done"
    desk.touch(STRANGER)
    assert desk.rig.core.session.refusal == ("finger_unknown", "")
    desk.touch(OWNER)
    assert desk.rig.core.session.operator == OPERATOR
    assert desk.rig.entries()[-1].body["method"] == "fingerprint"


def test_what_is_taken_back_is_deleted_in_the_sensor(desk: Desk) -> None:
    assert desk.enrol(OWNER) == "done"
    assert desk.wire.sensor.library
    supervised.unenrol(desk.rig.core, OPERATOR, "fingerprint", WU, WITNESS)
    desk.look(5000)
    assert not desk.wire.sensor.library
    assert desk.rig.core.operators.nobodys_slots() == []


def test_a_restart_in_the_middle_leaves_no_finger_behind(desk: Desk) -> None:
    supervised.begin_enrolment(desk.rig.core, "fingerprint", WU, WITNESS)
    desk.touch(OWNER)
    desk.wire.sensor.finger = OWNER
    while not desk.wire.sensor.library:
        desk.look(50)
    assert desk.rig.core.desk.enrolments.under_way
    desk.rig.restart()
    desk.plug_in()
    desk.look(3000)
    desk.wire.sensor.finger = None
    desk.look(8000)
    assert desk.rig.core.session.mode is Mode.IDLE
    assert not desk.wire.sensor.library
    assert "enrolled" not in desk.rig.kinds("boot")


def test_a_finger_enrolled_anew_takes_the_old_ones_slot(desk: Desk) -> None:
    assert desk.enrol(OWNER) == "done"
    assert desk.enrol(OWNER) == "done"
    assert len(desk.wire.sensor.library) == 1
    assert desk.enrol(STRANGER) == "done"
    assert list(desk.wire.sensor.library.values()) == [STRANGER.name]


def test_a_sensor_that_is_unplugged_fails_the_enrolment_and_nothing_else(desk: Desk) -> None:
    supervised.begin_enrolment(desk.rig.core, "fingerprint", WU, WITNESS)
    desk.wire.unplugged = True
    desk.look(500)
    now = desk.rig.core.desk.enrolments.now
    assert now is not None
    assert now.step == "failed"
    desk.rig.core.login(OPERATOR, PIN)
