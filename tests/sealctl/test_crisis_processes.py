"""Emergency, register and correction from the keyboard, against real processes and sockets."""

import io
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sealctl import cli
from tests.support import contents
from tests.support.corrections import sign
from tests.support.crisis import CODES, SECOND
from tests.support.office import OPERATOR, PAGE, PIN, Office, poll
from wire.approval.correction import Correction
from wire.lists.content import EmergencyCode
from wire.lists.machines import code_verifier
from wire.record import entry, envelope

LINES = [PIN, CODES[OPERATOR][0], PIN, CODES[SECOND][0]]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A machine that has heard nothing for a second, which its policy calls long enough."""
    made = Office.open(tmp_path)
    try:
        town, item = made.township, made.township.authority.catalogue.items["residence"]
        codes = tuple(
            EmergencyCode(person, code_verifier(contents.DEVICE, person, theirs[0]))
            for person, theirs in CODES.items()
        )
        made.township = town.change(
            machine=replace(town.machine, emergency=codes),
            catalogue=contents.catalogue(replace(item, emergency=True)),
            policy=replace(town.authority.policy, emergency_after_s=1),
        )
        made.publish()
        made.ask("body", "lay", png=PAGE)
        poll(lambda: made.ask("panel", "emergency_choices")["no_contact"])
        yield made
    finally:
        made.close()


def run(office: Office, monkeypatch: pytest.MonkeyPatch, lines: list[str], *words: str) -> int:
    """`sealctl` with these lines on its standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return cli.main(["--config", str(office.folder / "machine.toml"), *words])


def emergency(office: Office, monkeypatch: pytest.MonkeyPatch, lines: list[str]) -> int:
    words = ["emergency", "residence", "--seal", "seal-committee", "--title", "居住证明"]
    people = ["--operator", OPERATOR, "--second", SECOND]
    return run(office, monkeypatch, lines, *words, "--reason", "台风断网", *people)


def test_an_emergency_then_the_register_then_a_correction(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert emergency(office, monkeypatch, [PIN, "WRONG", PIN, "WRONG"]) == 1
    assert "emergency_code_wrong" in capsys.readouterr().err
    hand = threading.Thread(target=office.press)
    hand.start()
    assert emergency(office, monkeypatch, LINES) == 0, capsys.readouterr()
    hand.join()
    assert "已盖章" in capsys.readouterr().out
    assert office.kinds()[-5:] == ["emergency", "alarm", "authorised", "stamped", "relocked"]
    assert emergency(office, monkeypatch, LINES) == 1
    assert "emergency_code_spent" in capsys.readouterr().err

    words = ["outside-use", "seal-committee", "--register", "登-001", "--used", "2026-01-02T09:30"]
    more = ["--matter", "低保申请", "--operator", OPERATOR, "--witness", SECOND]
    assert run(office, monkeypatch, [PIN, PIN], *words, *more) == 0
    assert office.kinds()[-1] == "outside_use"

    made = correction(office)
    signed = sign(office.township, made)
    office.version += 1
    bundle = office.township.bundle(
        version=office.version, now_ms=made.created, corrections=(signed,)
    )
    office.ask("courier", "list", bundle=bundle)
    assert run(office, monkeypatch, [], "corrections") == 0
    assert f"第 {made.stamped} 条" in capsys.readouterr().out
    hexed = signed.id.hex()[:12]
    assert run(office, monkeypatch, [PIN], "correct", hexed, "--operator", OPERATOR) == 0
    assert office.kinds()[-1] == "correction"
    assert run(office, monkeypatch, [PIN], "correct", hexed, "--operator", OPERATOR) == 2


def correction(office: Office) -> Correction:
    """Of the emergency's stamp."""
    rows = office.ask("console", "journal", after=0, limit=256)
    found = {
        entry.decode(envelope.parse(row["envelope"]).payload).kind: row["envelope"] for row in rows
    }
    stamped = entry.decode(envelope.parse(found["stamped"]).payload)
    return Correction(
        id=bytes(32),
        village=contents.VILLAGE,
        device=contents.DEVICE,
        machine=office.township.machine.kid,
        item="residence",
        stamped=stamped.seq,
        entry=envelope.entry_hash(found["stamped"]),
        state="cancelled",
        reason="姓名写错",
        replacement=None,
        created=stamped.time.wall,
    )


def test_a_courier_that_says_online_and_dies_was_in_contact_until_then(office: Office) -> None:
    with office.connection("courier") as courier:
        courier.ask("contact", online=True)
        assert office.state()["courier"]["online"] is True
        assert office.ask("panel", "emergency_choices")["no_contact"] is False
        leaving = time.monotonic()
    poll(lambda: office.state()["courier"]["online"] is False)
    silence_s = office.ask("panel", "emergency_choices")["silence_s"]
    assert silence_s <= time.monotonic() - leaving
