"""lockd, camerad and the body as real processes: a stamp, a kill at any moment, garbage."""

import io
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sealctl import cli
from tests.support.office import OPERATOR, PIN, Office, poll
from wire import cbor, frames

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("office")]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office.open(tmp_path)
    yield opened
    opened.close()


def test_a_stamp_from_grant_to_relocked(office: Office) -> None:
    grant = office.grant()
    office.ready_to_stamp(grant)
    assert office.state()["photo"]["findings"] == ["page_match"]
    office.ask("panel", "stamp")
    office.press()
    done = office.until("identified")
    assert done["done"]["receipted"] is False
    assert office.kinds()[-3:] == ["authorised", "stamped", "relocked"]
    assert len(office.ask("courier", "photos")["pending"]) == 2
    office.ask("panel", "logout")
    office.ask("panel", "login", person=OPERATOR, pin=PIN)
    assert office.refused("panel", "choose", grant=grant.id) == "grant_spent"


@pytest.mark.parametrize("moment", ["photographed", "opening", "open", "closing"])
def test_lockd_killed_at_any_moment_neither_loses_nor_doubles_an_opening(
    office: Office, moment: str
) -> None:
    grant = office.grant(impressions=2)
    office.ready_to_stamp(grant)
    if moment != "photographed":
        office.ask("panel", "stamp")
    if moment in ("open", "closing"):
        office.until("open")
    if moment == "closing":
        office.press()
    office.kill("lockd")
    office.ask("body", "lock.release")
    poll(lambda: office.ask("body", "snapshot")["engaged"])
    office.start("lockd")
    opened, ended = office.kinds().count("authorised"), office.kinds().count("interrupted")
    ended += office.kinds().count("stamped")
    assert (opened, ended) == ((0, 0) if moment == "photographed" else (1, 1))
    assert office.state()["state"] == "idle"
    office.ready_to_stamp(grant)
    office.ask("panel", "stamp")
    office.until("open")


def test_camerad_killed_while_it_is_asked_is_a_clear_refusal_and_then_works(office: Office) -> None:
    grant = office.grant()
    office.kill("camerad")
    office.ask("panel", "login", person=OPERATOR, pin=PIN)
    office.ask("panel", "choose", grant=grant.id)
    assert office.refused("panel", "photograph") == "camera_unavailable"
    office.start("camerad")
    office.ask("panel", "photograph")
    assert office.state()["state"] == "photographed"


def test_without_the_body_nothing_opens_and_the_counters_survive(office: Office) -> None:
    grant = office.grant()
    office.ready_to_stamp(grant)
    office.kill("body")
    assert office.refused("panel", "stamp") == "hardware_fault"
    office.start("body")
    assert office.ask("body", "snapshot")["unlatches"] == 0
    office.ask("panel", "stamp")
    office.until("open")
    assert office.ask("body", "snapshot")["unlatches"] == 1


@pytest.mark.parametrize("role", ["panel", "courier", "camera", "console", "body", "preview"])
def test_garbage_on_a_socket_gets_an_error_and_changes_nothing(office: Office, role: str) -> None:
    before = office.kinds()
    for data in (
        os.urandom(300),
        b"\x00\x00\x00\x05\xff\xff\xff\xff\xff",
        b"\xff\xff\xff\xff",
        frames.pack([1, 2, 3]),
        frames.pack({"id": "x", "verb": 1, "args": []}),
        frames.pack({"id": 1, "verb": "lock.open", "args": {}}),
        frames.pack({"id": 1, "verb": "stamp", "args": {"force": True}}),
    ):
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(5)
            link.connect(str(office.sock(role)))
            link.sendall(data)
            link.shutdown(socket.SHUT_WR)
            answer = link.recv(1 << 16)
        if answer:
            assert cbor.decode(answer[frames.HEADER :])["ok"] is False
    assert office.kinds() == before
    assert office.state()["state"] == "idle"
    assert office.ask("body", "snapshot")["unlatches"] == 0


def test_no_role_can_ask_for_what_is_anothers(office: Office) -> None:
    for role in ("courier", "camera"):
        for verb in ("stamp", "login", "enrol"):
            assert office.refused(role, verb) == "bad_request"
    for verb in ("list", "receipts", "journal"):
        assert office.refused("panel", verb) == "bad_request"
    assert office.refused("panel", "lock.energise", bound_ms=1000) == "bad_request"


def test_the_command_shows_and_stamps(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = ["--config", str(office.folder / "machine.toml")]
    assert cli.main([*config, "status"]) == 0
    assert "sunrise-1" in capsys.readouterr().out
    assert cli.main([*config, "doctor"]) == 1
    said = capsys.readouterr().out
    assert [line.split()[1] for line in said.splitlines() if "✗" in line] == ["certificate:"]
    assert cli.main([*config, "carry", str(office.folder / "root.json")]) == 2
    capsys.readouterr()
    assert cli.main([*config, "--json", "journal"]) == 0
    assert '"kind": "boot"' in capsys.readouterr().out
    stick = office.folder / "stick"
    stick.mkdir()
    assert cli.main([*config, "--json", "carry", str(stick)]) == 0
    assert json.loads(capsys.readouterr().out)["entries"] == len(office.kinds())


CORRUPT = {
    "journal.sqlite3": "journal_broken",
    "root.json": "list_invalid",
    "keys/record.pem": "signer_unavailable",
}


@pytest.mark.parametrize("name", CORRUPT)
def test_a_corrupt_file_keeps_lockd_from_starting_and_says_so(
    office: Office, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    office.kill("lockd")
    (office.folder / "journal.sqlite3-wal").unlink(missing_ok=True)
    (office.folder / name).write_bytes(b"\xff" * 8192)
    assert cli.main(["--config", str(office.folder / "machine.toml"), "lockd"]) == 1
    said = capfd.readouterr().err
    assert f"[{CORRUPT[name]}]" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "text", ["", "device = 1", 'device = "x"\ndriver = "gpio"', 'device = "x"', "\x00"]
)
def test_a_corrupt_configuration_names_what_is_wrong(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "machine.toml").write_text(text)
    assert cli.main(["--config", str(tmp_path / "machine.toml"), "status"]) == 2
    assert "。" in capsys.readouterr().err


def test_a_stamp_from_the_keyboard(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = office.grant()
    config = ["--config", str(office.folder / "machine.toml")]
    hand = threading.Thread(target=office.press)
    for pin, status in (("000000", 1), (PIN, 0)):
        monkeypatch.setattr("sys.stdin", io.StringIO(pin + "\n"))
        if status == 0:
            hand.start()
        found = cli.main([*config, "stamp", grant.id.hex()[:10], "--operator", OPERATOR])
        assert found == status, capsys.readouterr()
    hand.join()
    assert "已盖章" in capsys.readouterr().out
    assert office.kinds()[-4:] == ["authenticated", "authorised", "stamped", "relocked"]


def loaded(office: Office, name: str) -> str:
    """The shared libraries in a process's memory."""
    process = next(one for one in office.house.processes if one.name == name)
    return Path(f"/proc/{process.pid}/maps").read_text("utf-8")


def inet_sockets(office: Office, name: str) -> set[str]:
    """The internet sockets that a process holds."""
    process = next(one for one in office.house.processes if one.name == name)
    inodes = {
        line.split()[9]
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]
    }
    held = set()
    for one in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            held.add(str(one.readlink()))
    return {one for one in inodes if f"socket:[{one}]" in held}


def test_each_process_has_loaded_only_what_it_may_use(office: Office) -> None:
    """lockd sees no picture and no network; camerad has eyes and no network."""
    assert "cv2" in loaded(office, "camerad")
    for library in ("cv2", "numpy", "PIL"):
        assert library not in loaded(office, "lockd")
    for name in ("lockd", "camerad"):
        assert inet_sockets(office, name) == set()
