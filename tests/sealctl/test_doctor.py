"""What the machine says of its own health: what is wrong is named, with what to do about it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sealctl.doctor import board, gather
from sealctl.doctor.examine import examine, names
from sealctl.doctor.model import Health
from tests.support.machine import Rig

DAY_MS = 86_400_000
NOW = 1_767_225_600_000

BODY = {
    "unlatches": 3,
    "presses": 3,
    "fault": None,
    "engaged": True,
    "case_closed": True,
}
STATE = {
    "clock": {"quality": "synced", "wall_ms": NOW},
    "list": {"version": 4, "expires_ms": NOW + 3 * DAY_MS},
    "courier": {"unreceipted": 2, "pending": 0, "oldest_s": 30},
    "credential": {"logins": ["pin"], "silent": []},
}
WELL = Health(
    now_ms=NOW,
    free_bytes=8 << 30,
    total_bytes=16 << 30,
    state=STATE,
    inside={"body": BODY, "at_rest": True},
    why="",
    camera=None,
    journal=(12, None),
    certificate_ms=NOW + 300 * DAY_MS,
    temperature_c=51.0,
    throttled=0,
)


def _state(**changes: Any) -> Health:
    return replace(WELL, state={**STATE, **changes})


def _body(**changes: Any) -> Health:
    return replace(WELL, inside={"body": {**BODY, **changes}, "at_rest": True})


def test_a_sound_machine_has_nothing_to_say() -> None:
    assert {found.level for found in examine(WELL).values()} == {"good"}


@pytest.mark.parametrize(
    ("health", "check", "level"),
    [
        (replace(WELL, free_bytes=10 << 20), "disk", "bad"),
        (replace(WELL, free_bytes=500 << 20), "disk", "warn"),
        (_state(credential={"logins": ["pin"], "silent": ["card"]}), "readers", "warn"),
        (_state(credential={"logins": [], "silent": []}), "readers", "bad"),
        (_state(clock={"quality": "floor", "wall_ms": NOW}), "clock", "bad"),
        (_state(clock={"quality": "rtc", "wall_ms": NOW}), "clock", "warn"),
        (replace(WELL, certificate_ms=None), "certificate", "bad"),
        (replace(WELL, certificate_ms=NOW - 1), "certificate", "bad"),
        (replace(WELL, certificate_ms=NOW + 10 * DAY_MS), "certificate", "warn"),
        (_state(list=None), "list_age", "bad"),
        (_state(list={"version": 4, "expires_ms": NOW - 1}), "list_age", "bad"),
        (_state(list={"version": 4, "expires_ms": NOW + DAY_MS // 2}), "list_age", "warn"),
        (replace(WELL, camera="camera_unavailable: no camera"), "camera", "bad"),
        (_body(engaged=False), "lock_sensor", "bad"),
        (_body(case_closed=False), "lock_sensor", "bad"),
        (_body(fault="latch_stuck"), "head_link", "bad"),
        (replace(WELL, inside={"body": None, "at_rest": True}), "head_link", "bad"),
        (_state(courier={"unreceipted": 9, "pending": 0, "oldest_s": 90_000}), "backlog", "warn"),
        (_state(courier={"unreceipted": 9, "pending": 9, "oldest_s": 90_000}), "backlog", "warn"),
        (replace(WELL, journal=(4, "chain: entry 5")), "journal", "bad"),
        (replace(WELL, temperature_c=84.0), "temperature", "warn"),
        (replace(WELL, throttled=0x1), "power", "bad"),
        (replace(WELL, throttled=0x10000), "power", "warn"),
    ],
)
def test_each_trouble_is_found_by_its_check(health: Health, check: str, level: str) -> None:
    found = examine(health)
    assert found[check].level == level
    assert found[check].next_zh
    assert found[check].next_en


def test_every_check_finds_some_trouble() -> None:
    """A check without a case above would be one that nobody has ever seen fail."""
    marks = test_each_trouble_is_found_by_its_check.pytestmark  # type: ignore[attr-defined]
    assert {case[1] for case in marks[0].args[1]} == set(names())


def test_a_bolt_that_is_open_for_a_stamp_is_no_trouble() -> None:
    health = replace(WELL, inside={"body": {**BODY, "engaged": False}, "at_rest": False})
    assert examine(health)["lock_sensor"].level == "good"


def test_without_lockd_nothing_is_claimed_to_be_well() -> None:
    found = examine(replace(WELL, state=None, inside=None, journal=None))
    for check in ("clock", "list_age", "lock_sensor", "head_link", "backlog", "journal"):
        assert found[check].level == "bad"


def test_a_look_at_a_pi_reads_its_own_figures(tmp_path: Path) -> None:
    rig = Rig.build(tmp_path / "machine")
    for name, value in ((board.TEMPERATURE, "61234\n"), (board.THROTTLED, "50005\n")):
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True)
        path.write_text(value)
    health = gather.look(rig.config, now_ms=NOW, root=tmp_path / "root")
    assert health.temperature_c == 61.234
    assert health.throttled == 0x50005
    assert health.state is None
    assert health.why.startswith("unavailable")
