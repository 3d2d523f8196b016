"""`sealctl doctor --hardware`: real parts, a closed lock without maintenance, and a machine that
stamps again afterwards.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware.conformance.run import SUITES
from hardware.ports import HardwareError
from sealctl import cli
from sealctl.commands import hardware
from sealctl.held import holding
from tests.support.office import OPERATOR, PIN, WITNESS, Office, poll

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("office")]

HANDS = {"operator": OPERATOR, "operator_pin": PIN, "witness": WITNESS, "witness_pin": PIN}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office.open(tmp_path)
    yield opened
    opened.close()


Doctor = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def doctor(office: Office, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Its exit status, what it gives to programs, and what it says to the person."""

    def run(*ports: str) -> tuple[int, Any, str]:
        config = ["--config", str(office.folder / "machine.toml"), "--json"]
        status = cli.main([*config, "doctor", "--hardware", *ports])
        said = capsys.readouterr()
        return status, json.loads(said.out) if said.out else None, said.err

    return run


def test_parts_that_are_in_use_are_not_touched_and_the_unit_is_named(
    office: Office, doctor: Doctor
) -> None:
    status, shown, said = doctor("lock")
    assert (status, shown) == (1, None)
    assert "systemctl stop sealctl-lockd" in said
    assert "sealctl-camerad" in doctor("camera")[2]
    assert doctor("clock")[0] == 0


def test_lockd_does_not_start_while_its_parts_are_checked(office: Office) -> None:
    office.kill("lockd")
    with holding(office.folder / "pages", "sealctl-lockd"):
        assert cli.main(["--config", str(office.folder / "machine.toml"), "lockd"]) == 1
    office.start("lockd")


def test_nobody_leaves_files_that_the_parts_own_user_could_not_replace(
    office: Office, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.kill("lockd")
    own = os.geteuid()
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: own + 1)
        status, shown, said = doctor("lock")
    assert (status, shown) == (1, None)
    assert f"sudo -u '#{own}'" in said


def test_without_maintenance_nothing_is_opened_and_all_that_is_withheld_is_listed(
    office: Office, doctor: Doctor
) -> None:
    for name in ("lockd", "camerad"):
        office.kill(name)
    status, shown, _ = doctor()
    rows = {f"{row['port']}.{row['check']}": row for row in shown["checks"]}
    assert rows.keys() == {f"{port}.{one.name}" for port in SUITES for one in SUITES[port].checks}
    assert shown["maintenance"] is False
    assert {row["verdict"] for row in rows.values() if row["guarded"]} == {"not_run"}
    done = {name: row["verdict"] for name, row in rows.items() if not row["withheld"]}
    assert set(done.values()) == {"passed"}, done
    assert status == 0
    assert office.ask("body", "snapshot")["unlatches"] == 0
    assert doctor("lock")[0] == 1  # asked for by name, and not all of it done


def test_under_maintenance_the_lock_is_opened_and_the_machine_stamps_afterwards(
    office: Office, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.ask("console", "maintenance", state="begin", reason="换锁舌", **HANDS)
    office.kill("lockd")
    monkeypatch.setattr(hardware, "tell", lambda line: _do_as_told(office, line))
    status, shown, _ = doctor("lock", "head")
    assert {row["verdict"] for row in shown["checks"]} == {"passed"}, shown
    assert status == 0
    counted = office.ask("body", "snapshot")
    assert (counted["unlatches"], counted["presses"]) == (6, 1)
    office.start("lockd")
    assert "alarm" not in office.kinds()
    assert office.state()["refusal"]["code"] == "maintenance"
    office.ask("console", "maintenance", state="end", reason="换锁舌", **HANDS)
    office.ready_to_stamp(office.grant())
    office.ask("panel", "stamp")
    office.press()
    office.until("identified")
    assert office.kinds()[-2:] == ["stamped", "relocked"]


def test_a_part_that_is_gone_fails_its_checks_and_says_why(office: Office, doctor: Doctor) -> None:
    office.kill("lockd")
    office.kill("body")
    status, shown, _ = doctor("case")
    assert status == 1
    assert [row["verdict"] for row in shown["checks"]] == ["failed", "not_run"]
    assert "the body is gone" in shown["checks"][0]["seen"]["en"]


def test_a_driver_that_cannot_be_made_fails_its_checks(
    office: Office, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise HardwareError("hardware_fault", "no such chip")

    monkeypatch.setattr("hardware.choose.press", broken)
    office.kill("lockd")
    status, shown, _ = doctor("case")
    assert status == 1
    assert "no such chip" in shown["checks"][0]["seen"]["en"]


def test_the_ports_of_the_command_are_those_of_the_contract() -> None:
    assert set(hardware.PORTS) == SUITES.keys()


def test_a_damaged_journal_permits_no_opening(office: Office, doctor: Doctor) -> None:
    office.ask("console", "maintenance", state="begin", reason="换锁舌", **HANDS)
    office.kill("lockd")
    for name in ("journal.sqlite3", "journal.sqlite3-wal", "journal.sqlite3-shm"):
        (office.folder / name).write_bytes(b"no journal")
    _, shown, said = doctor("head")
    assert shown["maintenance"] is False
    assert "journal.sqlite3" in said


def _do_as_told(office: Office, line: str) -> None:
    """The person at the machine."""
    if "Press the stamp down" in line:
        poll(lambda: office.ask("body", "press")["pressed"])
