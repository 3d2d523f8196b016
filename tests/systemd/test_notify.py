"""What a process says to systemd and takes from it, over real sockets."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealctl.notify import Beats, Notifier, Watchdog, credential, listen_fds, watchdog_interval
from tests.systemd.manager import Manager

PID = str(os.getpid())
CHILD = """
import os, sys
from sealctl.notify import listen_fds
os.environ["LISTEN_PID"] = str(os.getpid())
for name, one in listen_fds().items():
    print(name, one.getsockname(), os.get_inheritable(one.fileno()))
"""


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(str(tmp_path / "notify"))
    with made.socket:
        yield made


@pytest.fixture
def notifier(manager: Manager, tmp_path: Path) -> Notifier:
    return Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")})


def test_a_process_says_that_it_is_ready_and_that_it_stops(
    manager: Manager, notifier: Notifier
) -> None:
    notifier.ready()
    notifier.status("空闲 idle")
    notifier.stopping()
    assert manager.heard() == ["READY=1", "STATUS=空闲 idle", "STOPPING=1"]


def test_an_abstract_socket_is_found_as_well() -> None:
    manager = Manager(f"\0sealctl-test-{PID}")
    with manager.socket:
        Notifier({"NOTIFY_SOCKET": f"@sealctl-test-{PID}"}).ready()
        assert manager.heard() == ["READY=1"]


def test_a_status_cannot_carry_another_message(manager: Manager, notifier: Notifier) -> None:
    notifier.status("disk full\nWATCHDOG=1\r\nREADY=1")
    assert manager.heard() == ["STATUS=disk full WATCHDOG=1 READY=1"]


def test_without_systemd_nothing_is_said(manager: Manager) -> None:
    silent = Notifier({})
    silent.ready()
    Watchdog(silent, watchdog_interval({})).fed_by(lambda: pytest.fail("checked for nobody"))
    assert manager.heard() == []


def test_a_manager_that_is_gone_or_deaf_holds_nobody_up(manager: Manager, tmp_path: Path) -> None:
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()
    deaf = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")})
    for _ in range(5000):
        deaf.ready()
    assert 0 < len(manager.heard()) < 5000


def test_the_watchdog_is_fed_twice_in_its_time_and_each_time_after_a_check(
    manager: Manager, notifier: Notifier
) -> None:
    clock, checks = Clock(), []
    watchdog = Watchdog(notifier, 10.0, clock)
    for _ in range(200):
        watchdog.fed_by(lambda: checks.append(clock.now))
        clock.now += 0.1
    assert checks == pytest.approx([100, 105, 110, 115], abs=0.35)
    assert manager.heard() == ["WATCHDOG=1"] * 4


def test_a_failed_check_starves_the_watchdog_and_says_why(
    manager: Manager, notifier: Notifier
) -> None:
    clock = Clock()
    watchdog = Watchdog(notifier, 10.0, clock)
    for _ in range(100):
        watchdog.fed_by(lambda: "the journal cannot be read")
        clock.now += 0.1
    assert manager.heard() == ["STATUS=self-check: the journal cannot be read"]


def test_a_check_that_finds_nothing_any_more_feeds_again_before_the_time_is_over(
    manager: Manager, notifier: Notifier
) -> None:
    clock = Clock()
    watchdog = Watchdog(notifier, 10.0, clock)
    watchdog.fed_by(lambda: "busy")
    clock.now += 1.3
    watchdog.fed_by(lambda: None)
    assert manager.heard() == ["STATUS=self-check: busy", "STATUS=", "WATCHDOG=1"]


def test_a_check_that_breaks_down_feeds_nothing(manager: Manager, notifier: Notifier) -> None:
    def broken() -> str | None:
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        Watchdog(notifier, 10.0).fed_by(broken)
    assert manager.heard() == []


def test_a_thread_that_no_longer_comes_round_is_named() -> None:
    clock = Clock()
    beats = Beats({"sender": 5.0, "blobs": 60.0}, clock)
    clock.now += 5.1
    assert beats.late() == "stuck: sender"
    beats.beat("sender")
    assert beats.late() is None
    clock.now += 60
    assert beats.late() == "stuck: sender, blobs"


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "2500000"}, 2.5),
        ({"WATCHDOG_USEC": "2500000", "WATCHDOG_PID": PID}, 2.5),
        ({"WATCHDOG_USEC": "2500000", "WATCHDOG_PID": "1"}, None),
    ],
)
def test_the_watchdogs_time_is_the_units(environ: dict[str, str], seconds: float | None) -> None:
    assert watchdog_interval(environ) == seconds


@pytest.mark.parametrize("value", ["", "0", "-1", "soon"])
def test_a_time_that_systemd_never_sets_is_an_error(value: str) -> None:
    with pytest.raises(ValueError, match="WATCHDOG_USEC"):
        watchdog_interval({"WATCHDOG_USEC": value})


def test_sockets_are_taken_over_by_name_and_not_inherited_further(tmp_path: Path) -> None:
    panel, courier = _listening(tmp_path / "panel"), _listening(tmp_path / "courier")
    with panel, courier:
        shown = _child("panel:courier", 2, panel.fileno(), courier.fileno())
    assert shown.splitlines() == [
        f"panel {tmp_path / 'panel'} False",
        f"courier {tmp_path / 'courier'} False",
    ]


@pytest.mark.parametrize("environ", [{}, {"LISTEN_PID": "1", "LISTEN_FDS": "1"}])
def test_sockets_of_nobody_or_of_another_process_are_left_alone(environ: dict[str, str]) -> None:
    assert listen_fds(environ) == {}


@pytest.mark.parametrize(("count", "names"), [("1", "a:b"), ("2", "a:a"), ("", "a"), ("x", "a")])
def test_names_that_do_not_fit_the_sockets_are_an_error(count: str, names: str) -> None:
    with pytest.raises(ValueError, match="LISTEN_FDS"):
        listen_fds({"LISTEN_PID": PID, "LISTEN_FDS": count, "LISTEN_FDNAMES": names})


def test_a_credential_is_a_file_of_the_units_own_folder(tmp_path: Path) -> None:
    (tmp_path / "record.pem").write_text("key")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert credential("record.pem", environ) == tmp_path / "record.pem"
    assert credential("device.key", environ) is None
    assert credential("record.pem", {}) is None


def _listening(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(str(path))
    made.listen()
    return made


def _child(names: str, count: int, *descriptors: int) -> str:
    """What a process prints of sockets that it was started with as descriptors 3, 4, …"""
    moved = "; ".join(f"exec {3 + at}<&{one}" for at, one in enumerate(descriptors))
    return subprocess.run(
        ["bash", "-c", f'{moved}; exec "$0" -c "$1"', sys.executable, CHILD],
        env={**os.environ, "LISTEN_FDS": str(count), "LISTEN_FDNAMES": names},
        pass_fds=descriptors,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
