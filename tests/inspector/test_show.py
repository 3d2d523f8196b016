"""`sealinspect show`: one entry by any of its names, all about it, and what does not hold."""

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspector.cli import main
from sealctl.signer import FileSigner
from tests.inspector import storied
from tests.inspector.test_verify import resign, signer_of
from tests.inspector.test_verify_rules import places
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY, SealedLog
from wire.record.envelope import entry_hash
from wire.tlog import note, proof_file

Capsys = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return storied.machine(tmp_path_factory.mktemp("machine"))


@pytest.fixture
def log(rig: Rig) -> SealedLog:
    return SealedLog.of(rig)


def shown(folder: Path, entry: object, capsys: Capsys, *more: str) -> dict[str, Any]:
    status = main(["show", str(folder), str(entry), "--json", *more])
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {"status": status, **said}


def test_an_entry_is_found_by_any_of_its_names(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    folder, leaf = log.write(tmp_path), places(log, rig, "stamped")[2]
    seq = next(one.seq for one in rig.entries() if one.kind == "stamped") + 8
    digest = entry_hash(log.leaves[leaf]).hex()
    for name in (leaf, f"sunrise-1/{seq}", f"sunrise-1#{seq}", f" {digest[:9].upper()}", digest):
        said = shown(folder, name, capsys)
        assert (said["status"], said["leaf"]) == (0, leaf), name
    assert said["entry"]["记录指纹 hash"] == digest


def test_a_stamp_is_told_with_who_approved_it_and_why(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    said = shown(log.write(tmp_path), places(log, rig, "stamped")[2], capsys)
    assert said["matter"]["名称 title"] == storied.FORMULA
    assert said["matter"]["申请人 applicant"] == f"{storied.RARE}（xin）"
    assert said["approvals"]["村委会主任 director"].startswith("乙二亮（yi），批准")
    assert "签名不带时间" in said["approvals"]["时间 times"]
    assert said["body"]["盖后照片 photo after"].startswith("photos/")
    assert len(said["checks"]) == 5
    assert set(said["checks"].values()) == {"✔"}
    assert "这条记录本身成立" in said["text"]


def test_what_belongs_together_names_one_another(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    folder = log.write(tmp_path)
    opening, stamp = places(log, rig, "authorised")[0], places(log, rig, "stamped")[0]
    related = shown(folder, opening, capsys)["related"]
    assert f"第 {stamp} 叶" in related["结果 how it ended"]
    assert f"第 {places(log, rig, 'correction')[0]} 叶" in related["作废 correction"]
    emergency = shown(folder, places(log, rig, "authorised")[-1], capsys)
    assert f"第 {places(log, rig, 'emergency')[1]} 叶" in emergency["related"]["应急声明 emergency"]
    assert "没有审批" in emergency["approvals"]["应急 emergency"]


def test_every_kind_of_entry_can_be_shown(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    folder = log.write(tmp_path)
    for kind in {one.kind for one in rig.entries()}:
        said = shown(folder, places(log, rig, kind)[-1], capsys)
        assert said["status"] == 0, (kind, said["text"])


def test_bytes_and_proof_can_be_kept(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    folder, leaf = log.write(tmp_path / "bundle"), places(log, rig, "stamped")[0]
    files = tmp_path / "entry.cose", tmp_path / "entry.proof"
    shown(folder, leaf, capsys, "--cose", str(files[0]), "--proof", str(files[1]))
    assert files[0].read_bytes() == log.leaves[leaf]
    held = proof_file.decode(files[1].read_bytes())
    name, key = entry_hash(log.leaves[leaf]), note.verifier(VKEY)
    assert proof_file.verify(held, name, log=key, witnesses=(), quorum=0).size == len(log.leaves)


Bend = Callable[[SealedLog, Rig], int]


def _other_key(log: SealedLog, rig: Rig) -> int:
    leaf = places(log, rig, "stamped")[0]
    resign(log, rig, leaf, FileSigner(Ed25519PrivateKey.generate()))
    return leaf


def _photo_changed(log: SealedLog, rig: Rig) -> int:
    for name in log.photos:
        log.photos[name] += b"\0"
    return places(log, rig, "stamped")[0]


def _opening_withheld(log: SealedLog, rig: Rig) -> int:
    leaf = places(log, rig, "authorised")[0]
    del log.openings[entry_hash(log.leaves[leaf])]
    return leaf


def _no_grant(log: SealedLog, rig: Rig) -> int:
    leaf = places(log, rig, "authorised")[0]
    resign(log, rig, leaf, signer_of(rig), grant=sha256(b"no application").digest())
    return leaf


def _other_item(log: SealedLog, rig: Rig) -> int:
    leaf = places(log, rig, "authorised")[0]
    resign(log, rig, leaf, signer_of(rig), item="disaster")
    return leaf


def _list_changed(log: SealedLog, rig: Rig) -> int:
    for name in log.lists:
        log.lists[name] = log.lists[name][:-1] + b"\0"
    return places(log, rig, "refused")[0]


def _other_root(log: SealedLog, rig: Rig) -> int:
    log.policy["root_sha256"] = bytes(32).hex()
    return places(log, rig, "refused")[0]


LIES: dict[str, tuple[Bend, str]] = {
    "another key": (_other_key, "机器的签名"),
    "a photo changed": (_photo_changed, "开示与照片"),
    "an opening withheld": (_opening_withheld, "开示与照片"),
    "no grant": (_no_grant, "审批"),
    "another item": (_other_item, "审批"),
    "a list changed": (_list_changed, "清单由县级根签出"),
    "another county": (_other_root, "清单由县级根签出"),
}


@pytest.mark.parametrize("name", LIES)
def test_what_does_not_hold_is_marked_and_the_rest_still_told(
    name: str, log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    bend, check = LIES[name]
    leaf = bend(log, rig)
    said = shown(log.write(tmp_path), leaf, capsys)
    failed = [label for label, answer in said["checks"].items() if answer.startswith("✘")]
    assert said["status"] == 1
    assert any(label.startswith(check) for label in failed), failed
    assert said["entry"]["机器 machine"].startswith("sunrise-1 #")


def test_a_leaf_exchanged_in_the_bundle_is_not_in_the_log(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    folder, leaf = log.write(tmp_path), places(log, rig, "heartbeat")[0]
    (tile,) = (folder / "tile/entries").rglob("*.p/*")
    tile.write_bytes(tile.read_bytes().replace(log.leaves[leaf][-64:], bytes(64)))
    said = shown(folder, leaf, capsys)
    assert said["status"] == 1
    assert said["checks"]["在日志里（包含证明） in the log (inclusion proof)"].startswith("✘")


@pytest.mark.parametrize(
    "name", ["", "nonsense!", "sunrise-1/9999", "other-9/1", "ffffffffffff", "0", "99999999999"]
)
def test_no_such_entry_is_a_sentence(
    name: str, log: SealedLog, tmp_path: Path, capsys: Capsys
) -> None:
    assert main(["show", str(log.write(tmp_path)), name]) == 2
    assert "。 " in capsys.readouterr().err


def test_garbage_in_any_file_is_a_verdict_never_a_crash(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    folder, leaf = log.write(tmp_path), places(log, rig, "stamped")[0]
    former = str(log.write(tmp_path / "former"))
    asked = (
        ["show", str(folder), str(leaf)],
        ["show", str(folder), entry_hash(log.leaves[leaf]).hex()],
        ["diff", former, str(folder)],
    )
    tiles = [path for path in (folder / "tile").rglob("*") if path.is_file()]
    others = [folder / name for name in ("checkpoint", "policy.json", "roots/1.json")]
    lists = sorted((folder / "lists").iterdir())
    for path in (*tiles, *others, *lists):
        kept = path.read_bytes()
        for garbage in (b"", os.urandom(200), kept[: len(kept) // 2], kept + kept[:33]):
            path.write_bytes(garbage)
            for command in asked:
                assert main(command) in (0, 1, 2), (path, command)
        path.write_bytes(kept)
    capsys.readouterr()
    assert [main(command) for command in asked] == [0, 0, 0]
