"""Every alarm that a machine can write is provoked through the simulated body, or has its test."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

import sealctl
from sealctl.session.model import Mode
from sealctl.session.records import PICTURE_ALARMS
from tests.support import crisis
from tests.support.machine import Rig

AT_REST: Final = (Mode.IDLE, Mode.IDENTIFIED, Mode.CHOSEN)


def _wait(rig: Rig, ms: int) -> None:
    for _ in range(ms // 20):
        rig.clock.advance(20)
        rig.core.tick()
        rig.photograph_if_asked()


def _open(rig: Rig) -> None:
    rig.ready_to_stamp(rig.grant())
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.OPEN)
    rig.clock.advance(200)


def _stamp_and_find(*findings: str) -> Callable[[Rig], None]:
    """A stamp whose photo after the press shows that."""

    def call(rig: Rig) -> None:
        _open(rig)
        rig.findings = findings
        assert rig.body.press()
        _wait(rig, 2_000)

    return call


def _blind_after(rig: Rig) -> None:
    _open(rig)
    rig.camerad = False
    assert rig.body.press()
    _wait(rig, 12_000)


def _no_press(rig: Rig) -> None:
    _open(rig)
    rig.run(lambda core: core.session.mode in AT_REST)


def _stuck_open(rig: Rig) -> None:
    _open(rig)
    rig.body.faults.lock_stuck = True
    assert rig.body.press()
    _wait(rig, 5_000)


def _count(what: str) -> Callable[[Rig], None]:
    """The head counts without an opening: a forced lock."""

    def call(rig: Rig) -> None:
        setattr(rig.body.memory, what, getattr(rig.body.memory, what) + 1)
        rig.core.tick()

    return call


def _moved_while_off(rig: Rig) -> None:
    rig.body.memory.presses += 1
    rig.restart()


def _case_opened(rig: Rig) -> None:
    rig.body.faults.case_open = True
    rig.core.tick()


def _seal_taken(rig: Rig) -> None:
    rig.body.remove_seal(2)
    rig.core.tick()


def _silent(rig: Rig) -> None:
    rig.body.faults.head_silent = True
    _wait(rig, 3_000)


def _emergency(rig: Rig) -> None:
    crisis.fall_silent(rig)
    crisis.declare(rig)


def _stuck_shut(rig: Rig) -> None:
    rig.ready_to_stamp(rig.grant())
    rig.body.faults.lock_stuck = True
    rig.core.stamp()
    _wait(rig, 4_000)


WAYS: Final[Mapping[str, Callable[[Rig], None]]] = {
    "press_without_opening": _count("presses"),
    "unlatch_without_opening": _count("unlatches"),
    "case_opened": _case_opened,
    "seal_out": _seal_taken,
    "head_fault": _stuck_shut,
    "body_silent": _silent,
    "counter_jump": _moved_while_off,
    "overtime": _no_press,
    "lock_open": _stuck_open,
    "no_picture_after": _blind_after,
    "impression_missing": _stamp_and_find("no_new_impression", "page_match"),
    "page_changed": _stamp_and_find("page_mismatch"),
    "other_change": _stamp_and_find("other_change", "page_match"),
    "emergency_used": _emergency,
}


@pytest.mark.parametrize("code", WAYS)
def test_each_alarm_is_written_once(tmp_path: Path, code: str) -> None:
    rig = crisis.build(tmp_path)
    rig.picture = b"a picture"
    WAYS[code](rig)
    said = [one.body["alarm"] for one in rig.entries() if one.kind == "alarm"]
    assert said.count(code) == 1


def test_a_clock_that_is_set_is_an_entry_of_its_own(tmp_path: Path) -> None:
    rig = crisis.build(tmp_path)
    rig.clock.wall += 3_600_000
    rig.core.tick()
    assert rig.kinds("list_adopted") == ["clock_step"]


def test_no_alarm_of_the_sources_is_forgotten() -> None:
    """Found by the ways in which the machine's sources name one."""
    named = re.compile(
        r'(?:"alarm": |yield |\[\(|alarm\(session, )"([a-z_]+)"|"([a-z_]+_without_opening)":'
    )
    folder = Path(next(iter(sealctl.__path__)))
    texts = [
        path.read_text("utf-8")
        for part in ("lockd", "session")
        for path in sorted((folder / part).glob("*.py"))
    ]
    found = {one for text in texts for pair in named.findall(text) for one in pair if one}
    assert found | set(PICTURE_ALARMS.values()) == WAYS.keys()
