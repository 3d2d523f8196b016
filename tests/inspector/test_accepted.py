"""`sealinspect accepted`: a machine's acceptance sheet, held against the log without any hub."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspector.cli import main
from sealctl.lockd.acceptance import _sheet
from sealctl.signer import FileSigner
from tests.inspector import storied
from tests.support.machine import Rig
from tests.support.sealed_log import SealedLog
from wire import acceptance
from wire.acceptance import Acceptance, Citation

Capsys = pytest.CaptureFixture[str]
TOLD = {"serial": "10000000abcdef01", "certificate": None, "findings": {"camera": "good"}}


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return storied.machine(tmp_path_factory.mktemp("machine"))


@pytest.fixture
def bundle(rig: Rig, tmp_path: Path) -> Path:
    return SealedLog.of(rig).write(tmp_path)


def _made(rig: Rig) -> Acceptance:
    assert rig.core.lists is not None
    return _sheet(rig.core, rig.core.lists, dict(TOLD))


def _held(bundle: Path, data: bytes, capsys: Capsys) -> dict[str, Any]:
    file = bundle.parent / "sunrise-1.acceptance"
    file.write_bytes(data)
    status = main(["accepted", str(bundle), str(file), "--json"])
    return {"status": status, **json.loads("".join(capsys.readouterr()))}


def test_a_sheet_that_holds_says_what_it_lacks_itself(
    rig: Rig, bundle: Path, capsys: Capsys
) -> None:
    data = rig.core.journal.attest(acceptance.encode(_made(rig)))
    said = _held(bundle, data, capsys)
    assert said["status"] == 1
    assert ["receipts_pending", str(rig.core.journal.last_seq)] in said["missing"]
    assert "都在日志里" in said["text"]


def test_a_sheet_of_a_machine_that_lacks_nothing_is_accepted(
    rig: Rig, bundle: Path, capsys: Capsys
) -> None:
    made = _made(rig)
    seals = tuple(replace(one, state="suspended") for one in made.seals if one.stamp is None)
    whole = replace(
        made,
        boot_receipted=True,
        unreceipted=0,
        seals=tuple(
            replace(one, photo=bytes(32), findings=("new_impression",), present=True)
            for one in made.seals
            if one.stamp is not None
        )
        + seals,
        people=tuple(replace(one, methods=("pin",)) for one in made.people),
    )
    said = _held(bundle, rig.core.journal.attest(acceptance.encode(whole)), capsys)
    assert (said["status"], said["missing"]) == (0, [])


@pytest.mark.parametrize(
    "bend",
    [
        lambda made: replace(made, boot=Citation(made.boot.seq, bytes(32))),
        lambda made: replace(made, boot=made.last),
        lambda made: replace(made, last=Citation(made.last.seq + 1, made.last.entry)),
        lambda made: replace(made, device="sunrise-2"),
    ],
    ids=["no such entry", "another kind", "another number", "another machine"],
)
def test_a_sheet_that_cites_what_is_not_in_the_log_does_not_hold(
    rig: Rig, bundle: Path, capsys: Capsys, bend: Callable[[Acceptance], Acceptance]
) -> None:
    data = rig.core.journal.attest(acceptance.encode(bend(_made(rig))))
    said = _held(bundle, data, capsys)
    assert (said["status"], said["code"]) == (1, "chain")


def test_a_sheet_that_another_key_signed_does_not_hold(
    rig: Rig, bundle: Path, capsys: Capsys
) -> None:
    forger = FileSigner(Ed25519PrivateKey.generate())
    said = _held(bundle, forger.sign(acceptance.encode(_made(rig))), capsys)
    assert (said["status"], said["code"]) == (1, "entry")


def test_what_is_no_sheet_is_said_in_a_sentence(bundle: Path, capsys: Capsys) -> None:
    for data in (b"", b"\xd2\x84", b"<!doctype html>"):
        said = _held(bundle, data, capsys)
        assert (said["status"], said["code"]) == (2, "unusable")
