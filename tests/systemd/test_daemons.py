"""The four processes and systemd: when they say that they are ready, and what feeds their watchdog.

Real processes under a stand-in for systemd; `make test-systemd` has the real one.
"""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from sealctl.link import ask
from tests.support.office import Office, poll
from tests.sync.pki import Pki
from tests.systemd import manager as managers
from tests.systemd.manager import Manager, listening

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("office")]

WATCHDOG_S = 0.5


@dataclass
class Unit:
    """A process of the machine under the stand-in."""

    manager: Manager
    process: subprocess.Popen[bytes]
    told: list[str] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        """All that it told so far."""
        self.told += self.manager.heard()
        return self.told

    def ready(self) -> None:
        poll(lambda: "READY=1" in self.said)

    def fed(self, times: int = 2) -> None:
        """The watchdog is fed, from now on, so many times more."""
        before = self.said.count("WATCHDOG=1")
        poll(lambda: self.said.count("WATCHDOG=1") >= before + times)

    def ended(self) -> int:
        """Told to stop; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@dataclass
class House:
    """An office's machine folder, whose processes are started as units."""

    office: Office
    scratch: Path
    units: list[Unit] = field(default_factory=list)

    def start(self, name: str, **given: Any) -> Unit:
        address = self.scratch / f"notify-{len(self.units)}"
        manager = Manager(str(address))
        config = str(self.office.folder / "machine.toml")
        command = [sys.executable, "-m", "sealctl.cli", "--config", config, name]
        process = managers.started(command, notify=address, watchdog_s=WATCHDOG_S, **given)
        self.units.append(Unit(manager, process))
        return self.units[-1]

    def close(self) -> None:
        for unit in self.units:
            unit.process.kill()
            unit.process.wait()
            unit.manager.socket.close()
        self.office.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    folder, scratch = tmp_path / "machine", tmp_path / "scratch"
    scratch.mkdir()
    made = House(Office.open(folder), scratch)
    yield made
    made.close()


def _away(house: House, file: str) -> Path:
    """A file of the machine folder as a credential instead, with the mode that systemd gives."""
    credentials = house.scratch / "credentials"
    credentials.mkdir(mode=0o700)
    moved = credentials / Path(file).name
    shutil.move(house.office.folder / file, moved)
    moved.chmod(0o440)
    return credentials


def test_lockd_is_ready_when_it_answers_and_fed_by_its_loop(house: House) -> None:
    """The record key is a credential here, and no longer in the machine folder."""
    house.office.kill("lockd")
    lockd = house.start("lockd", credentials=_away(house, "keys/record.pem"))
    lockd.ready()
    assert house.office.state()["state"] == "idle"
    lockd.fed()
    assert lockd.ended() == 0
    assert lockd.said[0] == "READY=1"
    assert lockd.said[-1] == "STOPPING=1"
    assert lockd.said.count("READY=1") == 1


def test_lockd_whose_journal_fails_its_check_is_not_fed(house: House) -> None:
    """An entry vanishes under a running lockd, as with a disk that forgets."""
    house.office.kill("lockd")
    lockd = house.start("lockd")
    lockd.ready()
    lockd.fed()
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=20); "
        "c.execute('DROP TRIGGER entry_no_delete'); "
        "c.execute('DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)'); c.commit()"
    )
    journal = str(house.office.folder / "journal.sqlite3")
    subprocess.run([sys.executable, "-c", script, journal], check=True)
    poll(lambda: any("no longer in the journal" in one for one in lockd.said))
    before = lockd.said.count("WATCHDOG=1")
    rev = house.office.state()["rev"]
    house.office.ask("panel", "watch", rev=rev, timeout_ms=int(2000 * WATCHDOG_S))
    assert lockd.said.count("WATCHDOG=1") == before
    assert lockd.process.poll() is None


def test_lockd_that_is_not_given_all_its_sockets_does_not_make_others(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    house.office.kill("lockd")
    with listening(house.scratch / "panel.sock") as panel:
        lockd = house.start("lockd", sockets={"panel": panel})
        assert lockd.process.wait(20) == 1
    assert "[internal]" in capfd.readouterr().err
    assert "READY=1" not in lockd.said


def test_camerad_does_not_take_another_socket_for_its_own(house: House) -> None:
    house.office.kill("camerad")
    with listening(house.scratch / "another.sock") as another:
        camerad = house.start("camerad", sockets={"another": another})
        assert camerad.process.wait(20) == 1
    assert "READY=1" not in camerad.said


def test_camerad_serves_the_socket_that_it_was_given(house: House) -> None:
    house.office.kill("camerad")
    path = house.scratch / "preview.sock"
    with listening(path) as preview:
        camerad = house.start("camerad", sockets={"preview": preview})
    camerad.ready()
    assert ask(path, "preview")["jpeg"].startswith(b"\xff\xd8")
    camerad.fed()
    assert camerad.ended() == 0
    assert camerad.said[-1] == "STOPPING=1"
    assert path.exists()


def test_the_panel_goes_on_without_lockd_and_says_so(house: House) -> None:
    panel = house.start("panel")
    panel.ready()
    url = f"http://127.0.0.1:{house.office.port}/"
    assert httpx.get(url, trust_env=False).status_code == 200
    panel.fed(1)
    assert not [one for one in panel.said if one.startswith("STATUS=")]
    house.office.kill("lockd")
    poll(lambda: "STATUS=lockd: unavailable" in panel.said)
    panel.fed(1)
    assert httpx.get(url, trust_env=False).status_code == 503
    house.office.start("lockd")
    poll(lambda: panel.said[-1] == "WATCHDOG=1" and "STATUS=" in panel.said)
    assert panel.ended() in (0, -signal.SIGTERM)
    assert "STOPPING=1" in panel.said


def test_syncd_is_fed_without_lockd_and_without_township(house: House, tmp_path: Path) -> None:
    """Both may be away for weeks; its TLS key is a credential here."""
    identity = Pki(tmp_path / "pki").enrol(house.office.folder, "sunrise-1")
    hub = (
        '[hub]\nmqtt_host = "127.0.0.1"\nmqtt_port = 1\nblobs = "https://127.0.0.1:1"\n'
        f'ca = "{identity.ca}"\ncertificate = "tls/device.pem"\nkey = "tls/device.key"\n'
    )
    config = house.office.folder / "machine.toml"
    config.write_text(config.read_text() + hub)
    house.office.kill("lockd")
    syncd = house.start("syncd", credentials=_away(house, "tls/device.key"))
    syncd.ready()
    syncd.fed()
    house.office.start("lockd")
    syncd.fed()
    assert syncd.ended() == 0
    assert syncd.said[-1] == "STOPPING=1"


def test_syncd_without_a_township_in_its_configuration_is_not_started_again(house: House) -> None:
    """RestartPreventExitStatus=2 of the units."""
    syncd = house.start("syncd")
    assert syncd.process.wait(20) == 2
    assert "READY=1" not in syncd.said
