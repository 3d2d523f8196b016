"""Reports and single entries of a part of the log: no more is said than was seen."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from county.township import Village
from inspector.cli import main
from tests.inspector import storied
from tests.inspector.test_report import table
from tests.inspector.test_verify_rules import places
from tests.support.machine import Rig
from tests.support.sealed_log import SealedLog
from wire.lists.content import Machines
from wire.lists.leaf import list_leaf
from wire.record import entry
from wire.record.entry import NO_PREV, Entry, Time

Capsys = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return storied.machine(tmp_path_factory.mktemp("machine"))


def scoped(log: SealedLog, folder: Path, **scope: object) -> Path:
    """The bundle with a scope of its own."""
    log.write(folder)
    said = {"village": None, "first": 0, "end": None, **scope}
    (folder / "scope.json").write_text(json.dumps(said))
    return folder


@pytest.mark.parametrize("kind", ["heartbeat", "emergency"])
def test_a_range_is_reported_as_one(kind: str, rig: Rig, tmp_path: Path) -> None:
    """One that begins after the list was adopted, one after the emergency was declared."""
    log = SealedLog.of(rig)
    first = places(log, rig, kind)[-1] + 1
    bundle = scoped(log, tmp_path / "bundle", first=first)
    assert main(["report", str(bundle), "--out", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out/report.html").read_text("utf-8")
    assert f"只核验了第 {first} 至 {len(log.leaves)} 条" in page
    assert "记录包不是整本日志" in page
    assert "一条不少" not in page
    later = [one for one in places(log, rig, "authorised") if one >= first]
    assert len(table(tmp_path / "out", "stamps")) == len(later)
    assert table(tmp_path / "out", "stamps")[0]["村"] == "晨光村"


def test_an_entry_of_a_range_is_shown_by_its_list(rig: Rig, tmp_path: Path) -> None:
    log = SealedLog.of(rig)
    leaf = places(log, rig, "stamped")[-1]
    bundle = scoped(log, tmp_path / "bundle", first=leaf - 1)
    assert main(["show", str(bundle), str(leaf)]) == 0


def test_a_bundle_of_one_village_leaves_the_others_out(rig: Rig, tmp_path: Path) -> None:
    """Of another village's machine the bundle has leaves, and the list that says whose it is."""
    log = SealedLog.of(rig)
    other = Entry(
        "moon-1",
        1,
        NO_PREV,
        bytes(16),
        Time(rig.clock.wall, "synced", 0),
        "boot",
        {"version": "1", "unlatches": 0, "presses": 0},
    )
    theirs = _list_of_the_other(rig)
    log.lists[sha256(theirs).digest()] = theirs
    log.leaves += [
        list_leaf("moon-1", 1, sha256(theirs).digest()),
        rig.core.journal._signer.sign(entry.encode(other)),
    ]
    bundle = scoped(log, tmp_path / "bundle", village="sunrise")
    assert main(["report", str(bundle), "--out", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out/report.html").read_text("utf-8")
    assert "sunrise 一村的记录" in page
    assert "moon-1" not in page
    assert len(table(tmp_path / "out", "stamps")) == 6


def _list_of_the_other(rig: Rig) -> bytes:
    """As the same officers and hub sign it for another village's machine."""
    township = rig.township
    machine = replace(township.machine, device="moon-1", village="moon", village_name="月亮村")
    village = Village(replace(township.roster, village="moon"), Machines(1, {"moon-1": machine}))
    villages = (*township.authority.villages, village)
    both = township.sign(replace(township.authority, villages=villages))
    return both.bundle(device="moon-1", now_ms=rig.clock.wall)
