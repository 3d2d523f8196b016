"""An honest bundle verifies; each way of lying about a stamp is found and named."""

import json
import os
import struct
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspector.cli import main
from sealctl.journal import books
from sealctl.signer import FileSigner, Signer
from tests.support.contents import DEVICE
from tests.support.machine import Rig
from tests.support.press import Press
from tests.support.sealed_log import VKEY, SealedLog, signed_head
from wire.lists.leaf import list_leaf
from wire.record import commitment, entry
from wire.record.envelope import entry_hash
from wire.tlog import cosignature, note
from wire.tlog.note import Signature

WITNESS = Ed25519PrivateKey.from_private_bytes(sha256(b"the county's witness").digest())
WITNESS_VKEY = note.vkey("county.example/w", WITNESS.public_key().public_bytes_raw(), 4)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A machine that stamped two sheets and refused once."""
    made = Rig.build(tmp_path_factory.mktemp("machine"), policy={"log_key": VKEY})
    grant = made.grant(impressions=2)
    made.stamp(grant)
    made.stamp(grant)
    return made


@pytest.fixture
def log(rig: Rig) -> SealedLog:
    return SealedLog.of(rig)


def verdict(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    """What `sealinspect verify --json` says, with its exit status."""
    status = main(["verify", str(folder), "--json", *more])
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {"status": status, **said}


def resign(log: SealedLog, rig: Rig, number: int, signer: Signer, **body: Any) -> None:
    """Leaf `number` with another body, signed anew; later entries are chained to it again."""
    prev = None
    for place in range(number, len(log.leaves)):
        made = entry.open_entry(log.leaves[place], rig.core.journal.key)
        if place == number:
            made = replace(made, body={**made.body, **body})
        else:
            made = replace(made, prev=prev or made.prev)
        old = entry_hash(log.leaves[place])
        log.leaves[place] = signer.sign(entry.encode(made))
        prev = entry_hash(log.leaves[place])
        if old in log.openings:
            opened = replace(commitment.decode(log.openings.pop(old)), entry=prev)
            log.openings[prev] = commitment.encode(opened)


def place_of(log: SealedLog, rig: Rig, kind: str) -> int:
    """The first leaf of that kind."""
    for place, leaf in enumerate(log.leaves):
        if not leaf.startswith(b"\xd2"):
            continue
        if entry.open_entry(leaf, rig.core.journal.key).kind == kind:
            return place
    raise LookupError(kind)


def signer_of(rig: Rig) -> Signer:
    return rig.core.journal._signer


def test_an_honest_bundle_verifies(
    log: SealedLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = verdict(log.write(tmp_path), capsys)
    assert (said["status"], said["stamps"], said["devices"]) == (0, 2, 1)


Bend = Callable[[SealedLog, Rig], None]


def _remove(log: SealedLog, rig: Rig) -> None:
    del log.leaves[place_of(log, rig, "authenticated")]


def _reorder(log: SealedLog, rig: Rig) -> None:
    first = place_of(log, rig, "authorised")
    log.leaves[first], log.leaves[first + 1] = log.leaves[first + 1], log.leaves[first]


def _edit(log: SealedLog, rig: Rig) -> None:
    place = place_of(log, rig, "stamped")
    edited = bytearray(log.leaves[place])
    edited[-1] ^= 1
    log.leaves[place] = bytes(edited)


def _other_key(log: SealedLog, rig: Rig) -> None:
    resign(log, rig, place_of(log, rig, "authorised"), FileSigner(Ed25519PrivateKey.generate()))


def _withhold_photo(log: SealedLog, rig: Rig) -> None:
    log.photos.popitem()


def _change_photo(log: SealedLog, rig: Rig) -> None:
    name = next(iter(log.photos))
    log.photos[name] += b"\0"


def _withhold_opening(log: SealedLog, rig: Rig) -> None:
    log.openings.pop(entry_hash(log.leaves[place_of(log, rig, "authorised")]))


def _foreign_opening(log: SealedLog, rig: Rig) -> None:
    digest = entry_hash(log.leaves[place_of(log, rig, "authorised")])
    made = commitment.decode(log.openings[digest])
    lied = tuple(
        replace(one, value="ji") if one.field == "operator" else one for one in made.openings
    )
    log.openings[digest] = commitment.encode(replace(made, openings=lied))


def _foreign_grant(log: SealedLog, rig: Rig) -> None:
    place = place_of(log, rig, "authorised")
    resign(log, rig, place, signer_of(rig), grant=sha256(b"no such application").digest())


def _other_item(log: SealedLog, rig: Rig) -> None:
    resign(log, rig, place_of(log, rig, "authorised"), signer_of(rig), item="membership")


def _double_spending(log: SealedLog, rig: Rig) -> None:
    resign(log, rig, place_of(log, rig, "authorised"), signer_of(rig), sheet=2)


def _unlisted_list(log: SealedLog, rig: Rig) -> None:
    place = place_of(log, rig, "authorised")
    resign(log, rig, place, signer_of(rig), list=77)


def _changed_list(log: SealedLog, rig: Rig) -> None:
    name = list(log.lists)[-1]
    log.lists[name] = log.lists[name][:-1] + b"\0"


def _two_faced_list(log: SealedLog, rig: Rig) -> None:
    log.leaves.insert(0, list_leaf("sunrise-1", 2, bytes(32)))


def _strict_list(log: SealedLog, rig: Rig) -> None:
    """Officers signed a policy that allows no key of the kind that the machine has."""
    version = rig.version + 1
    press = Press(rig.township, version, now_ms=rig.clock.wall)
    press.targets.version += 1
    policy = rig.township.authority.policy
    press.put(replace(policy, version=policy.version + 1, suites=("ES256",)))
    bundle = press.bundle()
    log.lists[sha256(bundle).digest()] = bundle
    log.leaves.append(list_leaf(DEVICE, version, sha256(bundle).digest()))


def _no_end(log: SealedLog, rig: Rig) -> None:
    place = place_of(log, rig, "stamped")
    body = {"authorised": 1}
    resign(log, rig, place, signer_of(rig), **body)


def _given_back(log: SealedLog, rig: Rig) -> None:
    """An aborted opening claimed to be unspent although the head unlatched."""
    place = place_of(log, rig, "stamped")
    made = entry.open_entry(log.leaves[place], rig.core.journal.key)
    body = {
        "authorised": made.body["authorised"],
        "code": "press_timeout",
        "returned": True,
        "unlatches": made.body["unlatches"],
        "presses": made.body["presses"],
    }
    forged = replace(made, kind="aborted", body=body)
    log.openings.pop(entry_hash(log.leaves[place]), None)
    log.leaves[place] = signer_of(rig).sign(entry.encode(forged))
    del log.leaves[place + 1 :]


ATTACKS: dict[str, tuple[Bend, str]] = {
    "an entry removed": (_remove, "chain"),
    "two entries exchanged": (_reorder, "chain"),
    "an entry edited": (_edit, "entry"),
    "entries signed by another key": (_other_key, "entry"),
    "a photo withheld": (_withhold_photo, "photo"),
    "a photo changed": (_change_photo, "photo"),
    "an opening withheld": (_withhold_opening, "opening"),
    "an opening of another operator": (_foreign_opening, "opening"),
    "a stamp without a grant": (_foreign_grant, "grant"),
    "another item than was granted": (_other_item, "grant"),
    "the same sheet twice": (_double_spending, "grant"),
    "a list that was never published": (_unlisted_list, "list"),
    "a published list changed": (_changed_list, "list"),
    "a list version with two faces": (_two_faced_list, "list"),
    "a list that allows no such record key": (_strict_list, "list"),
    "a stamp that ends another opening": (_no_end, "stamp"),
    "an opening given back after the press": (_given_back, "stamp"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(
    name: str, log: SealedLog, rig: Rig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bend, code = ATTACKS[name]
    bend(log, rig)
    said = verdict(log.write(tmp_path), capsys)
    assert (said["status"], said["code"]) == (1, code), said


def test_a_checkpoint_of_another_key_or_another_tree(
    log: SealedLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write(tmp_path, key=Ed25519PrivateKey.generate())
    assert verdict(tmp_path, capsys)["code"] == "checkpoint"
    (tmp_path / "checkpoint").write_bytes(signed_head(len(log.leaves), bytes(32)))
    assert verdict(tmp_path, capsys)["code"] == "tree"


def test_a_log_that_went_back_or_forked_since_the_last_visit(
    log: SealedLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = log.write(tmp_path / "now")
    more = replace(log, leaves=[*log.leaves, list_leaf("sunrise-9", 1, bytes(32))])
    longer = more.write(tmp_path / "longer") / "checkpoint"
    assert verdict(now, capsys, "--earlier", str(longer))["code"] == "rolled_back"
    fork = tmp_path / "fork"
    fork.write_bytes(signed_head(3, sha256(b"another third head").digest()))
    assert verdict(now, capsys, "--earlier", str(fork))["code"] == "rolled_back"
    assert verdict(now, capsys, "--earlier", str(now / "checkpoint"))["status"] == 0


def test_records_older_than_the_policy_allows(
    log: SealedLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.policy["max_age_s"] = 60
    assert verdict(log.write(tmp_path), capsys)["code"] == "stale"


def test_too_few_witnesses_are_not_enough(
    log: SealedLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.policy |= {"quorum": 1, "witnesses": [WITNESS_VKEY], "max_age_s": 3600}
    head = (log.write(tmp_path) / "checkpoint").read_bytes()
    assert verdict(tmp_path, capsys)["code"] == "pending"
    now = time.time_ns() // 1_000_000_000
    (tmp_path / "checkpoint").write_bytes(cosigned(head, now - 7200))
    assert verdict(tmp_path, capsys)["code"] == "stale"
    (tmp_path / "checkpoint").write_bytes(cosigned(head, now))
    said = verdict(tmp_path, capsys)
    assert (said["status"], said["witnesses"]) == (0, 1)
    (tmp_path / "checkpoint").write_bytes(cosigned(head, now, lied_s=1))
    assert verdict(tmp_path, capsys)["code"] == "checkpoint"


def cosigned(head: bytes, at_s: int, *, lied_s: int = 0) -> bytes:
    """The head with the witness's line; `lied_s` shifts its time after signing."""
    signed = note.parse(head)
    signature = WITNESS.sign(cosignature.message(at_s, signed.text))
    stamped = struct.pack(">Q", at_s + lied_s) + signature
    line = Signature("county.example/w", note.verifier(WITNESS_VKEY).key_id, stamped)
    return note.assemble(signed.text, [*signed.signatures, line])


def test_another_countys_root(
    log: SealedLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.policy["root_sha256"] = bytes(32).hex()
    assert verdict(log.write(tmp_path), capsys)["code"] == "root"


def test_garbage_in_any_file_is_a_verdict_never_a_crash(
    log: SealedLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write(tmp_path)
    for path in sorted(one for one in tmp_path.rglob("*") if one.is_file()):
        kept = path.read_bytes()
        for garbage in (b"", os.urandom(200), kept[: len(kept) // 2]):
            path.write_bytes(garbage)
            said = verdict(tmp_path, capsys)
            assert said["status"] in (1, 2), path
        path.write_bytes(kept)
    assert verdict(tmp_path, capsys)["status"] == 0


def test_nothing_there_is_unusable_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(tmp_path / "nowhere")]) == 2
    assert main(["verify", str(tmp_path)]) == 2
    assert "policy" in capsys.readouterr().err


def test_the_signed_journal_and_the_bundle_agree(rig: Rig, log: SealedLog) -> None:
    connection = rig.core.journal.connection
    assert books.verify(connection, "sunrise-1", rig.core.journal.key) == len(rig.entries())
