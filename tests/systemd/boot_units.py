"""The machine's real units under real systemd: `make test-systemd`, which alone collects this file.

The body is simulated; everything else is the package as an operator installs it. The tests go
through one machine's life in their order.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sealctl.link import LinkError, ask
from sealctl.lockd.doors import USERS
from tests.support.office import poll
from tests.systemd import container as containers
from tests.systemd import sandbox
from tests.systemd.container import Container
from tests.systemd.machine import Machine

DEBIAN, PACKAGE = Path(os.environ["SEALCTL_DEBIAN"]), Path(os.environ["SEALCTL_PACKAGE"])
PROCESSES = ("lockd", "camerad", "syncd", "panel")


ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "panel": ("state", {}),
    "courier": ("hello", {}),
    "camera": ("next", {"wait_ms": 0}),
    "console": ("state", {}),
}
"""What each role may ask."""


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
    """The container provisioned, its body switched on."""
    return Machine.provisioned(booted, tmp_path_factory.mktemp("machine"))


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
        poll(partial(container.says, "sealctl-lockd.service", said))


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
    container.signal(unit, "STOP")
    poll(lambda: container.show(unit, "SubState") == "auto-restart")
    dropped = container.show(unit, "ExecStopPost")
    assert " drop " in dropped, dropped
    assert "code=exited ; status=0" in dropped, dropped
    assert machine.ask("body", "snapshot")["engaged"]
    poll(lambda: int(container.show(unit, "NRestarts")) == before + 1)
    poll(machine.served)
    poll(partial(container.says, unit, "Watchdog timeout"))
    poll(partial(container.says, unit, "code=killed, status=6/ABRT"))
    assert machine.kinds().count("authorised") == 2
    assert machine.kinds().count("interrupted") == 1
    _stamp(machine)


def test_a_process_that_keeps_failing_stays_down_and_the_lock_shut(machine: Machine) -> None:
    unit, container = "sealctl-lockd.service", machine.container
    container.run("systemctl", "reset-failed", unit)
    while container.show(unit, "ActiveState") != "failed":
        process = container.show(unit, "MainPID")
        container.signal(unit, "KILL")
        poll(partial(container.moved_on, unit, process))
    poll(partial(container.says, unit, "Start request repeated too quickly"))
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
        container.overrule(unit, "[Service]\nWatchdogSec=8s\n")
    container.run("systemctl", "daemon-reload")
    container.run("systemctl", "restart", *units)
    hung = {unit: container.show(unit, "MainPID") for unit in units}
    for unit in units:
        container.signal(unit, "STOP")
    for unit, process in hung.items():
        poll(partial(container.moved_on, unit, process))
        poll(partial(container.says, unit, "Watchdog timeout"))
        poll(partial(container.active, unit))
        container.overrule(unit, "")
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
    found = sandbox.probed(machine.container, name)
    assert set(found["can"]) == OWN[name] | {"read machine.toml"}
    shared = machine.container.run("readlink", "/proc/1/ns/net").strip()
    assert (found["network"] == shared) == (name == "syncd")


def test_the_panels_loopback_is_the_kiosks_and_nobody_elses(machine: Machine) -> None:
    """The kiosk's sandbox with the probe in the browser's place; the panel runs beside it."""
    container = machine.container
    (container.root / "etc/systemd/system/seatd.service").write_text(
        "[Service]\nExecStart=/bin/sleep 600\n"
    )
    found = sandbox.probed(
        container, "kiosk", "[Unit]\nConditionFileIsExecutable=\n", beside="panel"
    )
    assert set(found["can"]) == {"panel page", "internet", "netlink", "namespace"}
    assert found["network"] == sandbox.network(container, "panel")
    found = sandbox.probed(container, "syncd", beside="panel")
    assert "panel page" not in found["can"]
    assert found["network"] != sandbox.network(container, "panel")


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
