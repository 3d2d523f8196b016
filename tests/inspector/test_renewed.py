"""A log that follows one which lost leaves: what the inspector makes of it, and of what is gone."""

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspector.cli import main
from sealctl.lockd import receipts
from tests.support import cosigned
from tests.support.contents import DEVICE
from tests.support.machine import Rig
from tests.support.sealed_log import NAME, VKEY, SealedLog
from wire.lists import renewal
from wire.lists.leaf import list_leaf
from wire.lists.renewal import FormerLog, RenewalLeaf
from wire.tlog import note

Capsys = pytest.CaptureFixture[str]
NEW = f"{NAME}-2"
KEY = Ed25519PrivateKey.from_private_bytes(sha256(b"the new log").digest())
NEW_VKEY = note.vkey(NEW, KEY.public_key().public_bytes_raw())


@dataclass
class Town:
    """`former` is the bundle of the inspector's last visit, `head` that log's end; two leaves came
    after the visit, the last of which nobody sends again.
    """

    rig: Rig
    former: Path
    head: bytes
    ended: FormerLog

    def name(self, *former: FormerLog) -> None:
        """The officers' next list names the new log."""
        fields: dict[str, Any] = {"log_origin": NEW, "log_key": NEW_VKEY, "former_logs": former}
        town = self.rig.township
        self.rig.township = town.change(policy=replace(town.authority.policy, **fields))
        self.rig.publish()

    def log(self, first: bytes | None = None) -> SealedLog:
        """The new log: its first leaf, then everything that there is."""
        made = SealedLog.of(self.rig)
        leaf = renewal.leaf(RenewalLeaf(VKEY, self.head)) if first is None else first
        made.leaves[:0] = [leaf] if leaf else []
        made.policy |= {"log": NEW_VKEY, "former_logs": [VKEY]}
        return made


@pytest.fixture
def town(tmp_path: Path) -> Town:
    rig = Rig.build(tmp_path, policy={"log_origin": NAME, "log_key": VKEY})
    rig.picture = b"a picture"
    receipts.take(rig.core, cosigned.receipts(rig))
    rig.stamp(rig.grant())
    log = SealedLog.of(rig)
    former = log.write(tmp_path / "former")
    rig.core.heartbeat()
    log = SealedLog.of(rig)
    log.leaves.append(list_leaf(DEVICE, 99, bytes(32)))
    head = (log.write(tmp_path / "end") / "checkpoint").read_bytes()
    return Town(rig, former, head, renewal.last_head(VKEY, head, (), 0))


def said(capsys: Capsys, *arguments: object) -> dict[str, Any]:
    capsys.readouterr()
    status = main([*map(str, arguments), "--json"])
    return {"status": status, **json.loads(capsys.readouterr().out)}


def test_one_sentence_says_what_came_again_and_what_is_lost(
    town: Town, tmp_path: Path, capsys: Capsys
) -> None:
    town.name(town.ended)
    later = town.log().write(tmp_path / "new", key=KEY, name=NEW)
    plain = said(capsys, "verify", later)
    assert (plain["status"], plain["follows"]["size"]) == (0, town.ended.size)
    assert f"接续 {NAME}" in plain["text"]
    found = said(capsys, "verify", later, "--former", town.former)
    assert found["status"] == 0
    assert found["again"] == {
        "there": town.ended.size - 2,
        "again": town.ended.size - 2,
        "lost": [],
    }
    found = said(capsys, "verify", later, "--former", tmp_path / "end", "--again")
    assert (found["status"], len(found["again"]["lost"])) == (0, 1)
    assert f"{town.ended.size - 1} 条已在新日志里，1 条没有" in found["text"]
    found = said(capsys, "verify", later, "--earlier", town.former / "checkpoint")
    assert found["status"] == 0


@pytest.mark.parametrize("honest", [True, False])
def test_a_machine_that_went_over_saw_heads_of_the_new_log_alone(
    town: Town, tmp_path: Path, capsys: Capsys, honest: bool
) -> None:
    town.name(town.ended)
    lists = tuple(town.log().leaves[: len(town.rig.bundles) + 1])
    before = lists if honest else (b"another log", *lists[1:])
    receipts.take(town.rig.core, cosigned.receipts(town.rig, before=before, key=KEY, log=NEW))
    town.rig.core.heartbeat()
    found = said(capsys, "verify", town.log().write(tmp_path / "new", key=KEY, name=NEW))
    if honest:
        assert (found["status"], found["unjudged"]) == (0, 1)
        assert "机器见过的 1 个旧日志头" in found["text"]
    else:
        assert (found["status"], found["code"]) == (1, "split")


def test_a_difference_goes_across_both_logs(town: Town, tmp_path: Path, capsys: Capsys) -> None:
    town.name(town.ended)
    later = town.log().write(tmp_path / "new", key=KEY, name=NEW)
    found = said(capsys, "diff", town.former, later, "--policy", later / "policy.json")
    assert (found["status"], found["fork"]) == (0, None)
    assert found["kinds"] == {"heartbeat": 1, "list_adopted": 1}
    assert found["again"]["lost"] == []
    assert f"接续 {NAME}" in found["text"]


@pytest.mark.parametrize(
    "wrong", ["officers silent", "officers other", "no leaf", "key", "unsigned", "later leaf"]
)
def test_leaf_and_officers_must_say_the_same(
    town: Town, tmp_path: Path, capsys: Capsys, wrong: str
) -> None:
    other = replace(town.ended, size=town.ended.size - 1)
    if wrong != "officers silent":
        town.name(other if wrong == "officers other" else town.ended)
    head = town.head.replace(b"\n", b"0\n", 2) if wrong == "unsigned" else town.head
    first = renewal.leaf(RenewalLeaf(VKEY, head))
    log = town.log(b"" if wrong == "no leaf" else first)
    if wrong == "key":
        log.policy["former_logs"] = []
    if wrong == "later leaf":
        log.leaves.append(first)
    found = said(capsys, "verify", log.write(tmp_path / "new", key=KEY, name=NEW))
    assert (found["status"], found["code"]) == (1, "leaf" if wrong == "later leaf" else "renewal")


def test_an_end_before_what_the_inspector_kept_is_refused(
    town: Town, tmp_path: Path, capsys: Capsys
) -> None:
    """Whoever names an older head leaves out what came after it."""
    kept = town.former / "checkpoint"
    log = SealedLog.of(town.rig)
    log.leaves = log.leaves[:4]
    town.head = (log.write(tmp_path / "old") / "checkpoint").read_bytes()
    town.name(renewal.last_head(VKEY, town.head, (), 0))
    later = town.log().write(tmp_path / "new", key=KEY, name=NEW)
    assert said(capsys, "verify", later)["status"] == 0
    for words in (("--earlier", kept), ("--former", town.former)):
        found = said(capsys, "verify", later, *words)
        assert (found["status"], found["code"]) == (1, "rolled_back")


def test_the_new_log_is_pulled_beside_the_old_never_into_it(
    town: Town, tmp_path: Path, capsys: Capsys
) -> None:
    town.name(town.ended)
    later = town.log().write(tmp_path / "new", key=KEY, name=NEW)
    pull = ("pull", "--from-folder", later, "--policy", later / "policy.json")
    found = said(capsys, *pull, town.former)
    assert found["status"] == 2
    assert "另外" in found["text"] or "别的目录" in found["text"]
    assert said(capsys, *pull, tmp_path / "fresh")["status"] == 0
    assert said(capsys, "verify", tmp_path / "fresh", "--former", town.former)["status"] == 0


def test_reports_are_made_of_a_log_that_follows_another(town: Town, tmp_path: Path) -> None:
    town.name(town.ended)
    later = town.log().write(tmp_path / "new", key=KEY, name=NEW)
    assert main(["report", str(later), "--out", str(tmp_path / "out")]) == 0
    assert main(["show", str(later), f"{DEVICE}/1"]) == 0
