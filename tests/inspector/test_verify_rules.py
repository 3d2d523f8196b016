"""Lies that leave every signature whole: what the machine's and the log's own rules forbid."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from inspector.cli import main
from tests.inspector.test_verify import place_of, resign, signer_of, verdict
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY, SealedLog
from wire.lists.leaf import decode_list_leaf, list_leaf
from wire.record import commitment, entry
from wire.record.envelope import entry_hash


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A machine that stamped two sheets, the second after a new list."""
    made = Rig.build(tmp_path_factory.mktemp("machine"), policy={"log_key": VKEY})
    grant = made.grant(impressions=2)
    made.stamp(grant)
    made.publish(grant)
    made.stamp(grant)
    return made


@pytest.fixture
def log(rig: Rig) -> SealedLog:
    return SealedLog.of(rig)


def places(log: SealedLog, rig: Rig, kind: str) -> list[int]:
    """All leaves of that kind."""
    key = rig.core.journal.key
    return [
        place
        for place, leaf in enumerate(log.leaves)
        if leaf.startswith(b"\xd2") and entry.open_entry(leaf, key).kind == kind
    ]


def drop(log: SealedLog, rig: Rig, number: int) -> None:
    """The machine never wrote leaf `number`; what follows is numbered and signed anew."""
    former = entry.open_entry(log.leaves[number - 1], rig.core.journal.key)
    seq, prev = former.seq, entry_hash(log.leaves[number - 1])
    removed = seq + 1
    log.openings.pop(entry_hash(log.leaves.pop(number)), None)
    for place in range(number, len(log.leaves)):
        made = entry.open_entry(log.leaves[place], rig.core.journal.key)
        body = dict(made.body)
        if body.get("authorised", 0) > removed:
            body["authorised"] -= 1
        seq += 1
        old = entry_hash(log.leaves[place])
        log.leaves[place] = signer_of(rig).sign(
            entry.encode(replace(made, seq=seq, prev=prev, body=body))
        )
        prev = entry_hash(log.leaves[place])
        if old in log.openings:
            opened = replace(commitment.decode(log.openings.pop(old)), seq=seq, entry=prev)
            log.openings[prev] = commitment.encode(opened)


Bend = Callable[[SealedLog, Rig], None]


def _list_logged_late(log: SealedLog, rig: Rig) -> None:
    """The township shows the list only after the stamp that rests on it."""
    used = entry.open_entry(log.leaves[place_of(log, rig, "authorised")], rig.core.journal.key)
    late = next(
        place
        for place, leaf in enumerate(log.leaves)
        if not leaf.startswith(b"\xd2") and decode_list_leaf(leaf).version == used.body["list"]
    )
    log.leaves.append(log.leaves.pop(late))


def _older_list(log: SealedLog, rig: Rig) -> None:
    """The second stamp rests on the list that the machine had already replaced."""
    first, second = places(log, rig, "authorised")
    old = entry.open_entry(log.leaves[first], rig.core.journal.key).body
    body = {"list": old["list"], "list_sha256": old["list_sha256"]}
    resign(log, rig, second, signer_of(rig), **body)


def _adopted_elsewhere(log: SealedLog, rig: Rig) -> None:
    place = places(log, rig, "list_adopted")[-1]
    resign(log, rig, place, signer_of(rig), sha256=bytes(32))


def _list_of_the_past(log: SealedLog, rig: Rig) -> None:
    """A newer list version whose officers' files are older: mix-and-match."""
    older = rig.township
    newer = older.change(roster=older.roster)
    now_ms = rig.clock.wall
    new = newer.bundle(version=rig.version + 1, now_ms=now_ms)
    old = older.bundle(version=rig.version + 2, now_ms=now_ms)
    for version, data in ((rig.version + 1, new), (rig.version + 2, old)):
        digest = sha256(data).digest()
        log.lists[digest] = data
        log.leaves.append(list_leaf("sunrise-1", version, digest))


def _never_relocked(log: SealedLog, rig: Rig) -> None:
    drop(log, rig, place_of(log, rig, "relocked"))


def _no_end_at_all(log: SealedLog, rig: Rig) -> None:
    drop(log, rig, place_of(log, rig, "relocked"))
    drop(log, rig, place_of(log, rig, "stamped"))


def _stamped_for_another_grant(log: SealedLog, rig: Rig) -> None:
    resign(log, rig, place_of(log, rig, "stamped"), signer_of(rig), grant=bytes(32))


def _stamped_without_a_press(log: SealedLog, rig: Rig) -> None:
    place = place_of(log, rig, "stamped")
    presses = entry.open_entry(log.leaves[place - 1], rig.core.journal.key).body["presses"]
    resign(log, rig, place, signer_of(rig), presses=presses)


def _another_page(log: SealedLog, rig: Rig) -> None:
    resign(log, rig, place_of(log, rig, "authorised"), signer_of(rig), findings=["page_mismatch"])


def _openings_of_another_place(log: SealedLog, rig: Rig) -> None:
    digest = entry_hash(log.leaves[place_of(log, rig, "authorised")])
    made = commitment.decode(log.openings[digest])
    log.openings[digest] = commitment.encode(replace(made, seq=made.seq + 1))


ATTACKS: dict[str, tuple[Bend, str]] = {
    "a list logged after the stamp that rests on it": (_list_logged_late, "list"),
    "a stamp by a list that was replaced": (_older_list, "list"),
    "a list adopted that was never published": (_adopted_elsewhere, "list"),
    "a newer list with older files": (_list_of_the_past, "list"),
    "a stamp that was never relocked": (_never_relocked, "stamp"),
    "an opening without any end": (_no_end_at_all, "stamp"),
    "a stamp for another grant than was authorised": (_stamped_for_another_grant, "stamp"),
    "a stamp without a press": (_stamped_without_a_press, "stamp"),
    "a stamp on another page": (_another_page, "grant"),
    "openings that name another entry": (_openings_of_another_place, "opening"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(
    name: str, log: SealedLog, rig: Rig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bend, code = ATTACKS[name]
    assert verdict(log.write(tmp_path / "honest"), capsys)["status"] == 0
    bend(log, rig)
    said = verdict(log.write(tmp_path / "bent"), capsys)
    assert (said["status"], said.get("code")) == (1, code), said


def test_a_power_cut_between_stamped_and_relocked_is_no_lie(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = places(log, rig, "relocked")[-1]
    made = entry.open_entry(log.leaves[place], rig.core.journal.key)
    body = {name: made.body[name] for name in ("unlatches", "presses")}
    boot = replace(made, kind="boot", body={"version": "1", **body})
    del log.leaves[place:]
    log.leaves.append(signer_of(rig).sign(entry.encode(boot)))
    assert verdict(log.write(tmp_path), capsys)["status"] == 0


@pytest.mark.parametrize("tile", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"])
def test_a_hash_tile_that_lies_is_found(
    tile: str, log: SealedLog, rig: Rig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    while len(log.leaves) < 300:
        log.leaves.append(log.leaves[0])
    log.write(tmp_path)
    assert verdict(tmp_path, capsys)["status"] == 0
    data = bytearray((tmp_path / tile).read_bytes())
    data[7] ^= 1
    (tmp_path / tile).write_bytes(data)
    assert verdict(tmp_path, capsys)["code"] == "tree"
    (tmp_path / tile).unlink()
    assert verdict(tmp_path, capsys)["code"] in ("tree", "missing")


BAD_POLICIES: dict[str, dict[str, Any]] = {
    "a negative quorum": {"quorum": -1},
    "a quorum of more than all": {"quorum": 1},
    "a quorum that is no number": {"quorum": True},
    "a negative age": {"max_age_s": -1},
    "a short root hash": {"root_sha256": "00"},
    "a log that is no key": {"log": 5},
    "a witness of the log's kind": {"witnesses": [VKEY]},
    "something unknown": {"trust": "all"},
}


@pytest.mark.parametrize("name", BAD_POLICIES)
def test_a_policy_that_cannot_be_meant_is_unusable(
    name: str, log: SealedLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.policy |= BAD_POLICIES[name]
    assert verdict(log.write(tmp_path), capsys)["status"] == 2


@pytest.mark.parametrize("data", [b"", b"garbage", b"\xff\xfe", b"[" * 100_000, b"[]"])
def test_garbage_of_the_inspectors_own_is_unusable(
    data: bytes, log: SealedLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, own = log.write(tmp_path / "bundle"), tmp_path / "own"
    own.write_bytes(data)
    assert verdict(folder, capsys, "--earlier", str(own))["status"] == 2
    assert verdict(folder, capsys, "--policy", str(own))["status"] == 2
    assert main(["verify", str(folder), "--earlier", str(tmp_path / "none")]) == 2
    assert main(["verify", str(own)]) == 2
    assert json.loads((folder / "policy.json").read_bytes()) == log.policy
