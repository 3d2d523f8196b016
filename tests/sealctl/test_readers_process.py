"""Cards, codes and fingers at real processes, and at lockd over a serial line."""

import io
import os
import pty
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from sealctl import cli
from tests.support.office import OPERATOR, PIN, WITNESS, Office, poll

SIM = "".join(
    f'[hardware.{part}]\ndriver = "sim"\n' for part in ("cards", "scanner", "fingerprint")
)
CARD = b"\x020A001122330A\x03"
"""As an RDM6300 sends it: ten digits and their checksum."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office.open(tmp_path, readers=SIM)
    yield made
    made.close()


def command(office: Office, *words: str) -> int:
    return cli.main(["--config", str(office.folder / "machine.toml"), *words])


def pins(monkeypatch: pytest.MonkeyPatch, *typed: str) -> None:
    """What `sealctl` is told when it asks for PINs."""
    left = iter(typed)
    monkeypatch.setattr("sealctl.commands.parts.secret", lambda _: next(left))


def step(office: Office) -> str | None:
    now = office.state()["credential"]["enrolment"]
    return None if now is None else now["step"]


def said(told: io.StringIO, words: str) -> bool:
    return words in told.getvalue()


def touched(office: Office) -> bool:
    """Lay the finger again and again; whether it has logged wu in."""
    office.ask("body", "touch", finger="wu")
    return bool(office.state()["operator"])


def test_a_card_and_a_finger_from_the_command_to_the_log_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = io.StringIO()
    monkeypatch.setattr("sys.stderr", told)

    def hold() -> None:
        poll(lambda: "请刷卡" in told.getvalue())
        office.ask("body", "card", text="demo:wu")

    def lay() -> None:
        for wanted in ("请按手指", "请再按同一个手指"):
            poll(partial(said, told, wanted))
            office.ask("body", "touch", finger="wu")

    for method, hand in (("card", hold), ("fingerprint", lay)):
        pins(monkeypatch, PIN, PIN)
        acts = threading.Thread(target=hand)
        acts.start()
        assert command(office, "enrol", OPERATOR, "--witness", WITNESS, "--method", method) == 0
        acts.join()
    office.ask("panel", "enrol_cancel")
    office.ask("body", "card", text="demo:wu")
    held = poll(lambda: office.state()["credential"]["held"])
    assert held["person"] == OPERATOR
    office.ask("panel", "login", person=OPERATOR, pin=PIN)
    grant = office.grant()
    office.ask("body", "scan", text=grant.id.hex()[:12])
    poll(lambda: office.state()["state"] == "chosen")
    office.ask("panel", "logout")
    poll(lambda: touched(office))
    office.ask("panel", "logout")
    pins(monkeypatch, PIN, PIN)
    taken = ("unenrol", OPERATOR, "--method", "all", "--operator", OPERATOR, "--witness", WITNESS)
    assert command(office, *taken) == 0
    assert office.refused("panel", "login", person=OPERATOR, pin=PIN) == "operator_unknown"
    kinds = office.kinds()
    assert kinds.count("authenticated") == 2
    assert kinds[-2:] == ["unenrolled", "refused"]


def test_a_card_on_a_serial_line_brings_its_persons_pin(tmp_path: Path) -> None:
    reader, line = pty.openpty()
    section = f'[hardware.cards]\ndriver = "rdm6300"\nport = "{os.ttyname(line)}"\n'
    office = Office.open(tmp_path, readers=section)
    try:
        hands = {"person": OPERATOR, "pin": PIN, "witness": WITNESS, "witness_pin": PIN}
        office.ask("panel", "enrol_card", **hands)
        os.write(reader, CARD)
        poll(lambda: step(office) == "done")
        office.ask("panel", "enrol_cancel")
        threading.Event().wait(0.8)  # the reader takes a card away by half a second of silence
        os.write(reader, CARD)
        poll(lambda: office.state()["credential"]["held"])
    finally:
        office.close()
        os.close(reader)
        os.close(line)
