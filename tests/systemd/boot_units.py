"""The machine's real units under real systemd: `make test-systemd`, which alone collects this file.

The body is simulated; everything else is the package as an operator installs it. The tests go
through one machine's life in their order.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypedDict

import pytest

from demo.processes import Supervisor
from sealctl.link import LinkError, ask
from sealctl.lockd.doors import USERS
from sync.enrol import new_request
from tests.support.office import Office, poll
from tests.systemd import container as containers
from tests.systemd.container import Container

DEBIAN, PACKAGE = Path(os.environ["SEALCTL_DEBIAN"]), Path(os.environ["SEALCTL_PACKAGE"])
PROCESSES = ("lockd", "camerad", "syncd", "panel")
UNITS = Path(__file__).parents[2] / "systemd/system"
PROBE = Path(__file__).with_name("probe.py")
BODY = """[Service]
ExecStart=/opt/sealctl/venv/bin/python -m hardware.sim.server --state /var/lib/sealctl
ExecStartPost=/bin/sh -c 'until [ -S /run/sealctl/body.sock ]; do sleep .05; done'
ExecStartPost=/bin/chmod 666 /run/sealctl/body.sock
"""
HUB = """[hub]
mqtt_host = "127.0.0.1"
mqtt_port = 8706
blobs = "https://127.0.0.1:8707"
ca = "tls/ca.pem"
certificate = "tls/device.pem"
key = "tls/device.key"
"""


ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "panel": ("state", {}),
    "courier": ("hello", {}),
    "camera": ("next", {"wait_ms": 0}),
    "console": ("state", {}),
}
"""What each role may ask."""


class Found(TypedDict):
    """What the probe printed."""

    network: str
    can: list[str]


class Machine(Office):
    """An office whose processes are the container's."""

    container: Container

    def sock(self, role: str) -> Path:
        return self.container.sockets / f"{role}.sock"

    def ask(self, role: str, verb: str, **arguments: object) -> Any:
        """As the user whose process speaks on that socket."""
        sock = self.sock(role)
        with self.container.as_user(USERS.get(role, "root")):
            return ask(sock, verb, **arguments)

    def served(self) -> bool:
        try:
            return bool(self.state())
        except LinkError:
            return False


@pytest.fixture(scope="module")
def booted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    assert os.geteuid() == 0, "needs root: mounts and namespaces"
    scratch = Path(
        subprocess.check_output(["mktemp", "-d", "-p", DEBIAN.parent], text=True).strip()
    )
    log = tmp_path_factory.mktemp("systemd") / "console.log"
    try:
        with (
            containers.installed(DEBIAN, PACKAGE, scratch) as root,
            containers.booted(root, log) as container,
        ):
            yield container
    finally:
        shutil.rmtree(scratch)


@pytest.fixture(scope="module")
def machine(booted: Container, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """The container provisioned: keys, root, configuration, a list and an operator."""
    folder = tmp_path_factory.mktemp("machine")
    office = Office.open(folder)
    office.close()
    _certify(folder)
    config = folder / "machine.toml"
    config.write_text(config.read_text().replace(f"port = {office.port}", "port = 8703") + HUB)
    shutil.rmtree(folder / "run")
    shutil.copytree(folder, booted.root / "var/lib/sealctl", dirs_exist_ok=True)
    (booted.root / "etc/systemd/system/body.service").write_text(BODY)
    booted.run("systemd-tmpfiles", "--create", "sealctl.conf")
    booted.run("systemctl", "start", "body.service")
    made = Machine(folder, office.township, 8703, Supervisor(folder, {}), office.version)
    made.container = booted
    return made


def test_an_unprovisioned_machine_starts_nothing(booted: Container) -> None:
    states = booted.run("systemctl", "list-units", "--all", "--plain", "--no-legend", "sealctl*")
    assert {line.split()[2] for line in states.splitlines()} == {"inactive"}
    assert booted.run("systemctl", "is-enabled", "sealctl.target").strip() == "enabled"


def test_a_provisioned_machine_comes_up_whole(machine: Machine) -> None:
    machine.container.run("systemctl", "start", "sealctl.target")
    for name in PROCESSES:
        unit = f"sealctl-{name}.service"
        assert machine.container.show(unit, "ActiveState") == "active", machine.container.journal(
            unit
        )
        assert machine.container.show(unit, "User") == f"sealctl-{name}"
        assert machine.container.show(unit, "NRestarts") == "0", machine.container.journal(unit)


def test_a_stamp_is_made_across_the_four_users(machine: Machine) -> None:
    _stamp(machine)
    assert machine.kinds()[-3:] == ["authorised", "stamped", "relocked"]
    photos = machine.container.run("stat", "-c", "%U %G %a", *_photos(machine))
    assert set(photos.splitlines()) == {"sealctl-camerad sealctl-photos 640"}


def test_nobody_else_gets_onto_a_socket(machine: Machine) -> None:
    modes = {path.name: path.stat() for path in machine.container.sockets.iterdir()}
    del modes["body.sock"]
    assert {name: stat.st_mode & 0o777 for name, stat in modes.items()} == dict.fromkeys(
        ("panel.sock", "courier.sock", "camera.sock", "console.sock", "preview.sock"), 0o660
    )
    groups = machine.container.run(
        "stat", "-c", "%n %U %G", *(f"/run/sealctl/{name}" for name in sorted(modes))
    )
    assert groups.replace("/run/sealctl/", "").splitlines() == [
        "camera.sock root sealctl-camerad",
        "console.sock root root",
        "courier.sock root sealctl-syncd",
        "panel.sock root sealctl-panel",
        "preview.sock root sealctl-panel",
    ]


def test_lockd_answers_each_roles_user_and_nobody_else(machine: Machine) -> None:
    """Also those whom the socket's file lets in: root, and another user of its group."""
    container = machine.container
    for role, user in USERS.items():
        path = machine.sock(role)
        with container.as_user(user):
            verb, given = ASKED[role]
            ask(path, verb, **given)
    for role in ("panel", "courier", "camera"):
        with pytest.raises(LinkError):
            ask(machine.sock(role), "state")
    panel = machine.sock("panel")
    with container.as_user("sealctl-kiosk", "sealctl-panel"), pytest.raises(LinkError):
        ask(panel, "state")
    kiosk = container.run("id", "-u", "sealctl-kiosk").strip()
    strangers = [*((role, "0") for role in ("panel", "courier", "camera")), ("panel", kiosk)]
    for role, uid in strangers:
        said = f"{role}: a process of user {uid} was turned away"
        poll(partial(_says, container, "sealctl-lockd.service", said))


@pytest.mark.parametrize(("name", "credential"), [("lockd", "record.pem"), ("syncd", "device.key")])
def test_a_key_that_was_handed_over_is_readable_by_its_user_alone(
    machine: Machine, name: str, credential: str
) -> None:
    run = machine.container.run
    path = f"/run/credentials/sealctl-{name}.service/{credential}"
    assert run("stat", "-c", "%U:%G %a", path).strip() in (
        "root:root 440",
        f"sealctl-{name}:root 400",
    )
    for user in ("lockd", "camerad", "syncd", "panel", "kiosk"):
        read = run("setpriv", f"--reuid=sealctl-{user}", "--clear-groups", "cat", path, check=False)
        assert bool(read) == (user == name), user
    assert not run(
        "setpriv",
        "--reuid=sealctl-panel",
        "--regid=root",
        "--clear-groups",
        "cat",
        path,
        check=False,
    )


def test_a_request_waits_on_its_socket_while_lockd_starts_again(machine: Machine) -> None:
    machine.container.run("systemctl", "stop", "sealctl-lockd.service")
    assert ask(machine.sock("console"), "state")["state"] == "idle"
    assert machine.container.show("sealctl-lockd.service", "ActiveState") == "active"


def test_a_lockd_that_hangs_with_the_lock_open_is_aborted_and_the_current_cut(
    machine: Machine,
) -> None:
    """The simulated head shuts by itself when its host falls silent, so what is seen here is that
    `sealctl drop` ran and succeeded before the next lockd; `make test-kernel` has a bare line.
    """
    unit, container = "sealctl-lockd.service", machine.container
    machine.ready_to_stamp(machine.grant())
    machine.ask("panel", "stamp")
    machine.until("open")
    before = int(container.show(unit, "NRestarts"))
    _signal(container, unit, "STOP")
    poll(lambda: container.show(unit, "SubState") == "auto-restart")
    dropped = container.show(unit, "ExecStopPost")
    assert " drop " in dropped, dropped
    assert "code=exited ; status=0" in dropped, dropped
    assert machine.ask("body", "snapshot")["engaged"]
    poll(lambda: int(container.show(unit, "NRestarts")) == before + 1)
    poll(machine.served)
    poll(partial(_says, container, unit, "Watchdog timeout"))
    poll(partial(_says, container, unit, "code=killed, status=6/ABRT"))
    assert machine.kinds().count("authorised") == 2
    assert machine.kinds().count("interrupted") == 1
    _stamp(machine)


def test_a_process_that_keeps_failing_stays_down_and_the_lock_shut(machine: Machine) -> None:
    unit, container = "sealctl-lockd.service", machine.container
    container.run("systemctl", "reset-failed", unit)
    while container.show(unit, "ActiveState") != "failed":
        process = container.show(unit, "MainPID")
        _signal(container, unit, "KILL")
        poll(partial(_moved_on, container, unit, process))
    poll(partial(_says, container, unit, "Start request repeated too quickly"))
    assert machine.ask("body", "snapshot")["engaged"]
    assert not machine.served()
    container.run("systemctl", "reset-failed", "sealctl-*")
    container.run("systemctl", "start", "sealctl.target")
    poll(machine.served)


def test_a_configuration_of_no_use_is_not_tried_again(machine: Machine) -> None:
    """The panel's: on lockd's sockets every peer that asks would start it once more."""
    unit, container = "sealctl-panel.service", machine.container
    config = container.root / "var/lib/sealctl/machine.toml"
    good = config.read_text()
    container.run("systemctl", "stop", unit)
    config.write_text("device = 1\n")
    container.run("systemctl", "start", unit, check=False)
    config.write_text(good)
    found = [container.show(unit, name) for name in ("ActiveState", "ExecMainStatus", "NRestarts")]
    assert found == ["failed", "2", "0"]
    container.run("systemctl", "start", unit)


def test_every_other_process_that_hangs_is_aborted_and_started_again(machine: Machine) -> None:
    """With a shorter time than the units', so that a test need not wait for it."""
    container, units = machine.container, [f"sealctl-{name}.service" for name in PROCESSES[1:]]
    for unit in units:
        _drop_in(container, unit, "[Service]\nWatchdogSec=8s\n")
    container.run("systemctl", "daemon-reload")
    container.run("systemctl", "restart", *units)
    hung = {unit: container.show(unit, "MainPID") for unit in units}
    for unit in units:
        _signal(container, unit, "STOP")
    for unit, process in hung.items():
        poll(partial(_moved_on, container, unit, process))
        poll(partial(_says, container, unit, "Watchdog timeout"))
        poll(partial(_active, container, unit))
        _drop_in(container, unit, "")
    container.run("systemctl", "daemon-reload")


def test_a_stop_ends_every_process_cleanly(machine: Machine) -> None:
    machine.container.run("systemctl", "stop", "sealctl.target", "sealctl-*.service")
    for name in PROCESSES:
        unit = f"sealctl-{name}.service"
        assert machine.container.show(unit, "ActiveState") == "inactive", name
        assert machine.container.show(unit, "Result") == "success", name


OWN = {
    "lockd": {
        "credential record.pem",
        "write journal.sqlite3",
        "write tally",
        "read journal.sqlite3",
        "write pages/new",
    },
    "camerad": {"socket camera", "write photos/new"},
    "syncd": {
        "credential device.key",
        "socket courier",
        "internet",
        "read tls/device.pem",
    },
    "panel": {"socket panel", "socket preview", "internet"},
}
"""Besides machine.toml, which all may read: the design's table of what each process may."""


@pytest.mark.parametrize("name", PROCESSES)
def test_from_inside_its_unit_a_process_reaches_what_is_its_own_and_nothing_else(
    machine: Machine, name: str
) -> None:
    found = _probed(machine.container, name)
    assert set(found["can"]) == OWN[name] | {"read machine.toml"}
    shared = machine.container.run("readlink", "/proc/1/ns/net").strip()
    assert (found["network"] == shared) == (name == "syncd")


def test_the_panels_loopback_is_the_kiosks_and_nobody_elses(machine: Machine) -> None:
    """The kiosk's sandbox with the probe in the browser's place; the panel runs beside it."""
    container = machine.container
    (container.root / "etc/systemd/system/seatd.service").write_text(
        "[Service]\nExecStart=/bin/sleep 600\n"
    )
    found = _probed(container, "kiosk", "[Unit]\nConditionFileIsExecutable=\n", beside="panel")
    assert set(found["can"]) == {"panel page", "internet", "netlink", "namespace"}
    assert found["network"] == _network(container, "panel")
    found = _probed(container, "syncd", beside="panel")
    assert "panel page" not in found["can"]
    assert found["network"] != _network(container, "panel")


def test_removing_and_purging_the_package_keeps_the_journal(machine: Machine) -> None:
    machine.container.run("dpkg", "--purge", "sealctl")
    left = {path.name for path in (machine.container.root / "var/lib/sealctl").iterdir()}
    assert {"journal.sqlite3", "keys", "photos", "machine.toml"} <= left
    assert not (machine.container.root / "opt/sealctl").exists()


def _stamp(machine: Machine) -> None:
    machine.ready_to_stamp(machine.grant())
    machine.ask("panel", "stamp")
    machine.press()
    machine.until("identified")
    machine.ask("panel", "logout")


def _photos(machine: Machine) -> list[str]:
    folder = machine.container.root / "var/lib/sealctl/photos"
    return [f"/var/lib/sealctl/photos/{path.name}" for path in folder.iterdir()]


def _signal(container: Container, unit: str, name: str) -> None:
    """To the unit's main process, if it has one at this moment."""
    command = ("systemctl", "kill", "--kill-who=main", f"--signal={name}", unit)
    container.run(*command, check=False)


def _says(container: Container, unit: str, text: str) -> bool:
    return text in container.journal(unit)


def _active(container: Container, unit: str) -> bool:
    return container.show(unit, "ActiveState") == "active"


def _moved_on(container: Container, unit: str, process: str) -> bool:
    """Whether the unit has another main process by now, or is given up."""
    if container.show(unit, "ActiveState") == "failed":
        return True
    return container.show(unit, "MainPID") not in ("0", process)


def _certify(folder: Path) -> None:
    """A TLS key, and a certificate over it that nobody trusts: the broker is not there."""
    new_request(folder, "sunrise-1")
    tls = folder / "tls"
    request = "openssl req -x509 -key device.key -out device.pem -subj /CN=sunrise-1 -days 30"
    subprocess.run(request.split(), cwd=tls, check=True, capture_output=True)
    shutil.copy(tls / "device.pem", tls / "ca.pem")


def _network(container: Container, name: str) -> str:
    """The network namespace of a process that runs."""
    process = container.show(f"sealctl-{name}.service", "MainPID")
    return container.run("readlink", f"/proc/{process}/ns/net").strip()


def _drop_in(container: Container, unit: str, content: str) -> None:
    """What the unit's own lines are overruled by, from the next daemon-reload on."""
    file = container.root / f"etc/systemd/system/{unit}.d/99-test.conf"
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)


def _probed(container: Container, name: str, more: str = "", beside: str = "") -> Found:
    """What the probe found in the sandbox of a unit, whose command it takes the place of; another
    unit may run beside it.
    """
    unit = f"sealctl-{name}.service"
    (container.root / "opt/probe.py").write_bytes(PROBE.read_bytes())
    _drop_in(
        container,
        unit,
        f"{more}[Service]\nType=oneshot\nWatchdogSec=0\nRestart=no\nExecStopPost=\nExecStart=\n"
        f"ExecStart=/usr/bin/python3 /opt/probe.py\nStandardOutput=file:/root/{name}.json\n",
    )
    sockets = [path.name for path in UNITS.glob("*.socket")]
    # Sockets first: a connection that nobody answered would start its service once more.
    container.run("systemctl", "stop", *sockets)
    container.run("systemctl", "stop", "sealctl-*.service")
    container.run("systemctl", "daemon-reload")
    # By name: a pattern leaves out what is inactive, and with it its count of starts.
    container.run("systemctl", "reset-failed", *sockets, unit, "sealctl-panel.service")
    container.run("systemctl", "start", *sockets)
    if beside:
        container.run("systemctl", "start", f"sealctl-{beside}.service")
    container.run("systemctl", "start", unit)
    _drop_in(container, unit, "")
    found: Found = json.loads((container.root / f"root/{name}.json").read_text())
    return found
