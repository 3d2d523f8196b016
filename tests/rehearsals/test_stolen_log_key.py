"""The hub's log key is stolen: the policy names another, and the log goes on under it."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from county.cli import main as county
from county.witness.key import WitnessKey
from county.witness.service import Reply, Witness
from county.witness.store import Store
from inspector.cli import main as inspector
from sealctl.lockd import receipts
from tests.rehearsals.house import House
from tests.support import sealed_log
from tests.support.sealed_log import KEY, VKEY, SealedLog
from tests.support.witness import Log
from wire.errors import WireError
from wire.tlog import note

NEW = Ed25519PrivateKey.generate()
NEW_VKEY = note.vkey(sealed_log.NAME, NEW.public_key().public_bytes_raw())


def exchanged(house: House) -> None:
    told = house.edits("policy set", f"log_key {NEW_VKEY}")
    assert "日志密钥" in told
    house.signs(1, 3)
    house.follow()


def test_until_then_the_thiefs_receipts_are_believed_and_then_no_more(house: House) -> None:
    core = house.rig.core
    assert receipts.take(core, house.receipts(KEY)) == core.journal.last_seq
    exchanged(house)
    house.still_stamps()
    with pytest.raises(WireError):
        receipts.take(core, house.receipts(KEY))
    assert receipts.take(core, house.receipts(NEW)) == core.journal.last_seq


def test_the_witness_follows_the_next_key_and_leaves_the_stolen_one(tmp_path: Path) -> None:
    state = tmp_path / "witness"
    _witness("new", state, "--name", "county.example/witness")
    old = Log.of(20)
    new = replace(old, key=NEW)
    _witness("add-log", state, old.vkey)
    assert _asked(state, old.asks(0, 8)).status == 200
    _witness("add-log", state, new.vkey)
    _witness("remove-log", state, old.vkey)
    assert _asked(state, replace(Log.of(20, forked_at=4), key=NEW).asks(8, 8)).status == 422
    assert _asked(state, old.asks(8, 12)).status == 403
    assert _asked(state, new.asks(8, 20)).status == 200


def test_two_faces_by_the_stolen_key_are_kept_as_evidence(tmp_path: Path) -> None:
    state = tmp_path / "witness"
    _witness("new", state, "--name", "county.example/witness")
    _witness("add-log", state, Log.of(1).vkey)
    assert _asked(state, Log.of(20).asks(0, 8)).status == 200
    assert _asked(state, Log.of(20, forked_at=4).asks(8, 8)).status == 422
    assert county(["witness", "forks", "--state", str(state)]) == 1


def test_the_inspector_verifies_across_the_change_and_by_no_former_key(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house.still_stamps()
    exchanged(house)
    house.still_stamps()
    log = SealedLog.of(house.rig)
    log.policy |= {"log": NEW_VKEY, "former_logs": [VKEY]}
    assert _verdict(log.write(tmp_path / "a", key=NEW), capsys)["status"] == 0
    assert _verdict(log.write(tmp_path / "b", key=KEY), capsys)["status"] == 1
    log.policy["former_logs"] = []
    assert _verdict(log.write(tmp_path / "c", key=NEW), capsys)["status"] == 1


def test_a_checkpoint_kept_from_before_still_counts(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = SealedLog.of(house.rig)
    earlier = log.write(tmp_path / "before", key=KEY) / "checkpoint"
    log.policy |= {"log": NEW_VKEY, "former_logs": [VKEY]}
    later = log.write(tmp_path / "after", key=NEW)
    assert _verdict(later, capsys, "--earlier", str(earlier))["status"] == 0
    log.policy["former_logs"] = []
    later = log.write(tmp_path / "after", key=NEW)
    assert inspector(["verify", str(later), "--earlier", str(earlier)]) == 2


def _witness(verb: str, state: Path, *words: str) -> None:
    assert county(["witness", verb, "--state", str(state), *words]) == 0


def _asked(state: Path, body: bytes) -> Reply:
    with closing(Store.open(state)) as store:
        return Witness(WitnessKey.load(state), store, lambda: 1_800_000_000).add_checkpoint(body)


def _verdict(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    capsys.readouterr()
    status = inspector(["verify", str(folder), "--json", *more])
    return {"status": status, **json.loads(capsys.readouterr().out)}
