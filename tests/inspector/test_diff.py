"""`sealinspect diff`: what a later bundle adds; a fork says exactly where."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.cli import main
from tests.inspector import storied
from tests.support.machine import Rig
from tests.support.sealed_log import SealedLog
from wire.lists.leaf import list_leaf

Capsys = pytest.CaptureFixture[str]
EARLIER = 60


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return storied.machine(tmp_path_factory.mktemp("machine"))


@pytest.fixture
def log(rig: Rig) -> SealedLog:
    return SealedLog.of(rig)


@pytest.fixture
def former(log: SealedLog, tmp_path: Path) -> Path:
    """The bundle of an earlier visit."""
    early = replace(log, leaves=log.leaves[:EARLIER], openings=dict(list(log.openings.items())[:9]))
    return early.write(tmp_path / "former")


def compared(former: Path, later: Path, capsys: Capsys, *more: str) -> dict[str, Any]:
    status = main(["diff", str(former), str(later), "--json", *more])
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {"status": status, **said}


def test_a_continuation_says_what_is_new(
    log: SealedLog, former: Path, tmp_path: Path, capsys: Capsys
) -> None:
    said = compared(former, log.write(tmp_path / "later"), capsys)
    assert (said["status"], said["continues"], said["fork"]) == (0, True, None)
    assert (said["former"], said["later"]) == (EARLIER, len(log.leaves))
    assert (said["kinds"]["stamped"], said["kinds"]["correction"]) == (2, 1)
    assert said["machines"]["sunrise-1"][1] == len(log.leaves) - len(log.lists)
    assert said["files"]["openings"]["new"] == len(log.openings) - 9
    assert "后一份是前一份的延续" in said["text"]
    assert "已盖章 stamped" in said["text"]


def test_the_same_bundle_twice_differs_in_nothing(former: Path, capsys: Capsys) -> None:
    said = compared(former, former, capsys)
    assert (said["status"], said["kinds"], said["machines"]) == (0, {}, {})


def test_lines_are_as_many_as_asked_for(
    log: SealedLog, former: Path, tmp_path: Path, capsys: Capsys
) -> None:
    later = log.write(tmp_path / "later")
    few = compared(former, later, capsys, "--lines", "3")["text"]
    assert few.count("sunrise-1 #") == 3
    assert f"共 {len(log.leaves) - EARLIER} 条" in few


def test_a_fork_says_where(log: SealedLog, former: Path, tmp_path: Path, capsys: Capsys) -> None:
    forked = replace(log, leaves=log.leaves.copy())
    forked.leaves[41] = list_leaf("sunrise-1", 99, bytes(32))
    said = compared(former, forked.write(tmp_path / "later"), capsys)
    assert (said["status"], said["fork"]) == (1, 41)
    assert "从第 41 叶起" in said["text"]
    assert "在线 heartbeat" in said["text"]
    assert "清单 a list" in said["text"]


def test_a_shorter_log_is_no_continuation(
    log: SealedLog, former: Path, tmp_path: Path, capsys: Capsys
) -> None:
    said = compared(log.write(tmp_path / "later"), former, capsys)
    assert (said["status"], said["fork"]) == (1, EARLIER)
    assert "请对调" in said["text"]


def test_openings_that_are_gone_or_exchanged_are_named(
    log: SealedLog, former: Path, tmp_path: Path, capsys: Capsys
) -> None:
    first, second = list(log.openings)[:2]
    del log.openings[first]
    said = compared(former, log.write(tmp_path / "gone"), capsys)
    assert (said["status"], said["files"]["openings"]["gone"]) == (0, 1)
    assert f"openings/{first.hex()}.cbor" in said["text"]
    log.openings[second] += b"\0"
    said = compared(former, log.write(tmp_path / "changed"), capsys)
    assert (said["status"], said["files"]["openings"]["changed"]) == (1, 1)


def test_bad_input_is_a_sentence(former: Path, tmp_path: Path, capsys: Capsys) -> None:
    assert main(["diff", str(former), str(tmp_path / "none")]) == 2
    assert main(["diff", str(tmp_path / "none"), str(former)]) == 2
    (tmp_path / "empty").mkdir()
    assert main(["diff", str(former), str(tmp_path / "empty")]) == 1
    assert "checkpoint" in capsys.readouterr().err
    (former / "checkpoint").write_bytes(b"nonsense")
    assert main(["diff", str(former), str(former)]) == 1
