"""A verification remembers what it held, on all cores as on one, and believes no other's memory."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.policy import read_policy
from inspector.records import records
from inspector.verify import verify
from tests.inspector.test_verify import place_of, resign, signer_of, verdict
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY, SealedLog, write_log
from wire.record import entry

Capsys = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    made = Rig.build(tmp_path_factory.mktemp("machine"), policy={"log_key": VKEY})
    made.stamp(made.grant())
    return made


@pytest.fixture
def log(rig: Rig) -> SealedLog:
    return SealedLog.of(rig)


def long(log: SealedLog, size: int = 9000) -> SealedLog:
    """The machine's entries at both ends, and lists named over and over between them."""
    half = len(log.leaves) - 3
    filler = [log.leaves[0]] * (size - len(log.leaves))
    return replace(log, leaves=[*log.leaves[:half], *filler, *log.leaves[half:]])


def test_what_was_held_is_not_held_again(log: SealedLog, tmp_path: Path, capsys: Capsys) -> None:
    log.write(tmp_path)
    assert verdict(tmp_path, capsys)["before"] == 0
    next((tmp_path / "photos").iterdir()).unlink()
    said = verdict(tmp_path, capsys)
    assert (said["status"], said["before"], said["stamps"]) == (0, len(log.leaves), 1)
    assert "上次已核验" in said["text"]
    assert verdict(tmp_path, capsys, "--again")["code"] == "photo"


def test_a_log_that_grew_is_held_from_there_on(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    """In the middle of an opening: the `authorised` was held before, its end is new."""
    place = place_of(log, rig, "authorised") + 1
    short = replace(log, leaves=log.leaves[:place])
    assert verdict(short.write(tmp_path), capsys)["open"] == 1
    shutil.rmtree(tmp_path / "tile")
    said = verdict(log.write(tmp_path), capsys)
    assert (said["status"], said["before"], said["stamps"], said["open"]) == (0, place, 1, 0)


def test_a_log_that_was_rewritten_since_is_found(
    log: SealedLog, tmp_path: Path, capsys: Capsys
) -> None:
    assert verdict(log.write(tmp_path), capsys)["status"] == 0
    write_log(tmp_path, [*log.leaves[:-1], log.leaves[0], *log.leaves[-1:]])
    assert verdict(tmp_path, capsys)["code"] == "rolled_back"
    assert verdict(tmp_path, capsys, "--again")["status"] == 0


def test_another_policy_remembers_nothing(log: SealedLog, tmp_path: Path, capsys: Capsys) -> None:
    assert verdict(log.write(tmp_path), capsys)["status"] == 0
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**log.policy, "max_age_s": 1 << 39}))
    assert verdict(tmp_path, capsys, "--policy", str(other))["before"] == 0


def test_a_bundle_that_says_it_was_verified_is_not_believed(
    log: SealedLog, tmp_path: Path, capsys: Capsys
) -> None:
    folder, state = log.write(tmp_path / "theirs"), tmp_path / "state"
    assert verdict(folder, capsys, "--state", str(state))["status"] == 0
    shutil.copytree(state, folder / "state")
    next((folder / "photos").iterdir()).unlink()
    moved = folder.rename(tmp_path / "ours")
    assert verdict(moved, capsys, "--state", str(tmp_path / "mine"))["code"] == "photo"


def test_all_cores_find_what_one_finds(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    made = long(log)
    said = verdict(made.write(tmp_path), capsys, "--jobs", "2")
    assert (said["status"], said["leaves"], said["stamps"]) == (0, 9000, 1)
    last = made.leaves[-1]
    made.leaves[-1] = last[:-1] + bytes([last[-1] ^ 1])
    write_log(tmp_path, made.leaves)
    assert verdict(tmp_path, capsys, "--jobs", "2", "--again")["code"] == "entry"


def test_a_verification_that_was_broken_off_goes_on(log: SealedLog, tmp_path: Path) -> None:
    bundle, ledger = Bundle(long(log).write(tmp_path / "bundle")), tmp_path / "ledger"
    policy = read_policy(bundle.folder / "policy.json")

    def die(name: str, done: int, of: int) -> None:
        if name == "entries":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(bundle, policy, now_ms=0, ledger=ledger, tell=die)
    report = verify(bundle, policy, now_ms=0, ledger=ledger)
    assert (report.before, report.leaves, report.stamps) == (4096, 9000, 1)


def test_records_are_those_that_were_verified(log: SealedLog, tmp_path: Path) -> None:
    bundle = Bundle(log.write(tmp_path))
    report = verify(bundle, read_policy(tmp_path / "policy.json"), now_ms=0)
    found = list(records(bundle, report))
    assert len(found) == report.entries
    stamped = next(one for one in found if one.entry.kind == "stamped")
    assert stamped.matter is not None
    assert stamped.matter.item.zh == "居住证明"
    assert [stamped.name(person) for _, person in stamped.matter.approvals] == ["乙二亮", "甲一明"]
    opened = next(one for one in found if one.entry.kind == "authorised")
    assert (opened.person("operator"), opened.village) == ("戊五辉", "晨光村")
    write_log(tmp_path, log.leaves[1:] + log.leaves[:1])
    with pytest.raises(NotVerifiedError):
        list(records(bundle, report))


Change = dict[str, Any]
MOVES: dict[str, tuple[str, Change]] = {
    "a press that no opening explains": ("heartbeat", {"presses": 5}),
    "an unlatching that no opening explains": ("heartbeat", {"unlatches": 7}),
    "a counter that went back": ("heartbeat", {"presses": 0}),
    "two presses in one opening": ("stamped", {"presses": 2}),
    "two unlatchings in one opening": ("stamped", {"unlatches": 3}),
}


@pytest.mark.parametrize("name", MOVES)
def test_the_heads_counters_are_held_from_entry_to_entry(
    name: str, tmp_path: Path, capsys: Capsys
) -> None:
    kind, change = MOVES[name]
    made = Rig.build(tmp_path / "machine", policy={"log_key": VKEY})
    made.stamp(made.grant())
    made.core.heartbeat()
    log = SealedLog.of(made)
    assert verdict(log.write(tmp_path / "honest"), capsys)["status"] == 0
    place = place_of(log, made, kind)
    if kind == "stamped":
        closed = entry.open_entry(log.leaves[place + 1], made.core.journal.key)
        assert closed.kind == "relocked"
        resign(log, made, place + 1, signer_of(made), **change)
    resign(log, made, place, signer_of(made), **change)
    assert verdict(log.write(tmp_path / "bent"), capsys)["code"] == "counters"
