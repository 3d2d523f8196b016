"""Who may speak on lockd's sockets: over real sockets, by what the kernel says of the peer."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from sealctl.errors import StartError
from sealctl.link import LinkError, ask
from sealctl.lockd import doors
from sealctl.lockd.doors import USERS, Door
from sealctl.lockd.server import serve
from sealctl.main import ROLES
from tests.support.machine import Rig
from tests.systemd.manager import listening

OTHER = os.getuid() + 1


@contextmanager
def _sockets(folder: Path, *names: str) -> Iterator[dict[str, socket.socket]]:
    made = {name: listening(folder / name) for name in names}
    try:
        yield made
    finally:
        for one in made.values():
            one.close()


def test_each_socket_is_its_roles_user_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uids = {"sealctl-panel": 71, "sealctl-syncd": 72, "sealctl-camerad": 73, "root": 0}
    monkeypatch.setattr(doors, "_uid", uids.__getitem__)
    with _sockets(tmp_path, *ROLES) as given:
        found = doors.handed_over(given)
    admitted = {
        role: [uid for uid in (0, 71, 72, 73) if door.admits(uid)] for role, door in found.items()
    }
    assert admitted == {"panel": [71], "courier": [72], "camera": [73], "console": [0]}


def test_sockets_that_are_not_exactly_the_roles_are_refused(tmp_path: Path) -> None:
    for names in ((), ROLES[1:], (*ROLES, "another")):
        with _sockets(tmp_path, *names) as given, pytest.raises(StartError, match="sockets of"):
            doors.handed_over(given)
        for name in names:
            (tmp_path / name).unlink()


def test_a_user_that_was_not_made_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(USERS, "panel", "sealctl-nobody-of-that-name")
    with (
        _sockets_of_roles() as given,
        pytest.raises(StartError, match="no user sealctl-nobody-of-that-name"),
    ):
        doors.handed_over(given)


@contextmanager
def _sockets_of_roles() -> Iterator[dict[str, socket.socket]]:
    made = {role: socket.socket(socket.AF_UNIX) for role in ROLES}
    try:
        yield made
    finally:
        for one in made.values():
            one.close()


def test_a_peer_of_another_user_hears_nothing_and_the_log_names_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asyncio.run(_turned_away(tmp_path))
    assert f"console: a process of user {os.getuid()} was turned away" in caplog.text


async def _turned_away(folder: Path) -> None:
    """This process is the stranger at the console, and known at the panel."""
    rig = Rig.build(folder)
    made = doors.own({"panel": folder / "run/panel.sock", "console": folder / "run/console.sock"})
    entrances = {**made, "console": replace(made["console"], uids=frozenset({OTHER}))}
    serving = asyncio.create_task(serve(rig.core, entrances, folder / "pages"))
    await asyncio.sleep(0)
    known = await asyncio.to_thread(ask, folder / "run/panel.sock", "state")
    assert known["state"] == "idle"
    with pytest.raises(LinkError):
        await asyncio.to_thread(ask, folder / "run/console.sock", "state")
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


def test_a_stranger_does_not_take_the_cameras_job_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where camerad's connection ends, its job is offered again; a stranger's end means nothing."""
    ends: list[str] = []
    rig = Rig.build(tmp_path)
    monkeypatch.setattr(rig.core.photos, "forget_taker", lambda: ends.append("forgotten"))
    asyncio.run(_turned_away_from_camera(rig, tmp_path))
    assert ends == ["forgotten"]


async def _turned_away_from_camera(rig: Rig, folder: Path) -> None:
    """First as a stranger, then as camerad."""
    for uids in (frozenset({OTHER}), frozenset({os.getuid()})):
        door = replace(doors.own({"camera": folder / "camera.sock"})["camera"], uids=uids)
        serving = asyncio.create_task(serve(rig.core, {"camera": door}, folder / "pages"))
        await asyncio.sleep(0)
        with suppress(LinkError):
            await asyncio.to_thread(ask, folder / "camera.sock", "next", wait_ms=0)
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


def test_own_sockets_are_private_and_know_this_user(tmp_path: Path) -> None:
    door: Door = doors.own({"panel": tmp_path / "run/panel.sock"})["panel"]
    with door.listening:
        assert (tmp_path / "run/panel.sock").stat().st_mode & 0o777 == 0o600
        assert door.admits(os.getuid())
        assert not door.admits(OTHER)
