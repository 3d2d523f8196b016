"""A machine in a broken one's place: what it says of that one's journal is held against the log."""

import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspector.cli import main
from sealctl.signer import FileSigner
from tests.inspector.test_parts import scoped
from tests.inspector.test_verify import verdict
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY, SealedLog
from wire.lists.leaf import list_leaf
from wire.provisioning import messages
from wire.provisioning.messages import Predecessor
from wire.record import entry
from wire.record.entry import NO_PREV, Entry, Time
from wire.record.envelope import entry_hash
from wire.refusals import Refused
from wire.tlog import tiles

Capsys = pytest.CaptureFixture[str]
FORMER: Final = "sunrise-0"
COUNTERS: Final = {"unlatches": 0, "presses": 0}
SIGNER: Final = FileSigner(Ed25519PrivateKey.from_private_bytes(sha256(b"sunrise-0").digest()))


def journal(count: int) -> list[bytes]:
    """The broken machine's entries: a start, then heartbeats."""
    made: list[bytes] = []
    for seq in range(1, count + 1):
        prev = entry_hash(made[-1]) if made else NO_PREV
        kind, body = ("heartbeat", COUNTERS) if made else ("boot", {"version": "1", **COUNTERS})
        one = Entry(FORMER, seq, prev, bytes(16), Time(seq, "synced", seq), kind, body)
        made.append(SIGNER.sign(entry.encode(one)))
    return made


TOLD: Final = Predecessor(FORMER, 3, entry_hash(journal(3)[-1]))


def continuing(folder: Path, told: Predecessor, named: str | None = FORMER) -> Rig:
    """A machine that was told so by the hub; the officers name one or none."""
    place = folder / "m"
    place.mkdir()
    (place / "predecessor.cbor").write_bytes(messages.encode(told))
    made = Rig.build(place, policy={"log_key": VKEY})
    if named is not None:
        made.township = made.township.change(machine=replace(made.township.machine, replaces=named))
        made.publish()
    return made


def both(rig: Rig, before: int = 3, after: int = 0) -> SealedLog:
    """The broken machine's journal, the new one's, and what the broken one still wrote."""
    log = SealedLog.of(rig)
    township = rig.township
    machine = replace(
        township.machine, device=FORMER, public_key=SIGNER.public_key.public, replaces=None
    )
    theirs = township.change(machine=machine).bundle(device=FORMER, now_ms=rig.clock.wall)
    log.lists[sha256(theirs).digest()] = theirs
    entries = journal(before + after)
    first = list_leaf(FORMER, 1, sha256(theirs).digest())
    log.leaves = [first, *entries[:before], *log.leaves, *entries[before:]]
    return log


def test_a_machine_continues_the_one_that_the_officers_name(tmp_path: Path, capsys: Capsys) -> None:
    said = verdict(both(continuing(tmp_path, TOLD)).write(tmp_path / "b"), capsys)
    assert (said["status"], said["devices"], said["beyond"]) == (0, 2, {}), said


def test_a_machine_that_the_officers_let_replace_nobody(tmp_path: Path, capsys: Capsys) -> None:
    said = verdict(both(continuing(tmp_path, TOLD, None)).write(tmp_path / "b"), capsys)
    assert (said["status"], said["code"]) == (1, "list")
    assert "continues sunrise-0" in str(said)


def test_a_machine_refuses_a_list_that_names_another_predecessor(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="list_invalid"):
        continuing(tmp_path, TOLD, "sunrise-7")


LIES: dict[str, tuple[Predecessor, int]] = {
    "an entry that the log does not have": (replace(TOLD, entry=bytes(32)), 3),
    "an entry that was logged afterwards": (TOLD, 2),
    "an entry under another number": (replace(TOLD, seq=2), 3),
    "an entry of another machine": (replace(TOLD, device="sunrise-7"), 3),
}


@pytest.mark.parametrize("name", LIES)
def test_what_a_machine_continues_is_an_entry_that_was_in_the_log(
    name: str, tmp_path: Path, capsys: Capsys
) -> None:
    told, before = LIES[name]
    rig = continuing(tmp_path, told, told.device)
    said = verdict(both(rig, before, 3 - before).write(tmp_path / "b"), capsys)
    assert (said["status"], said["code"]) == (1, "continued"), said


@pytest.mark.parametrize(("before", "after"), [(5, 0), (3, 2)], ids=["told less", "went on"])
def test_what_the_replaced_machine_wrote_besides_is_shown_for_review(
    before: int, after: int, tmp_path: Path, capsys: Capsys
) -> None:
    """The hub told less than the log had, or the broken machine was at work all the same."""
    log = both(continuing(tmp_path, TOLD), before, after)
    bundle = log.write(tmp_path / "b")
    said = verdict(bundle, capsys)
    assert (said["status"], said["beyond"]) == (0, {FORMER: 2}), said
    assert "sunrise-0 2 条" in said["text"]
    assert main(["report", str(bundle), "--out", str(tmp_path / "out")]) == 0
    assert "sunrise-0 2 条" in (tmp_path / "out/report.html").read_text("utf-8")


def test_a_verification_that_goes_on_knows_who_was_replaced(tmp_path: Path, capsys: Capsys) -> None:
    log, folder = both(continuing(tmp_path, TOLD), 3, 2), tmp_path / "b"
    assert verdict(replace(log, leaves=log.leaves[:-2]).write(folder), capsys)["beyond"] == {}
    shutil.rmtree(folder / "tile")
    said = verdict(log.write(folder), capsys)
    assert (said["before"], said["beyond"]) == (len(log.leaves) - 2, {FORMER: 2}), said


def test_what_lies_before_a_range_is_not_judged(tmp_path: Path, capsys: Capsys) -> None:
    """The broken machine's journal is in a tile that the range lacks."""
    log = both(continuing(tmp_path, TOLD))
    head = log.leaves[:4]
    log.leaves = [*head, *head[:1] * 252, *log.leaves[4:]]
    whole = log.write(tmp_path / "whole")
    assert verdict(whole, capsys)["status"] == 0
    bundle = scoped(log, tmp_path / "range", first=256)
    for path in (tiles.entries_path(0, 256), tiles.hash_path(0, 0, 256)):
        (bundle / path).unlink()
    said = verdict(bundle, capsys)
    assert (said["status"], said["unjudged"]) == (0, 1), said


def test_a_bundle_of_one_village_has_all_that_is_asked(tmp_path: Path, capsys: Capsys) -> None:
    log = both(continuing(tmp_path, TOLD), 3, 2)
    said = verdict(scoped(log, tmp_path / "b", village="sunrise"), capsys)
    assert (said["status"], said["beyond"]) == (0, {FORMER: 2}), said
