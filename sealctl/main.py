"""The composition root: starts one process of the machine, with the parts that `drivers` chooses.

The only file that may import every process, and each imports only what it needs.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sealctl import drivers
from sealctl.config import ConfigError, MachineConfig
from sealctl.errors import StartError
from sealctl.held import held
from sealctl.notify import (
    Beats,
    Notifier,
    Watchdog,
    credential,
    listen_fds,
    watchdog_interval,
)

if TYPE_CHECKING:
    from sealctl.lockd.doors import Door

ROLES = ("panel", "courier", "camera", "console")

log = logging.getLogger(__name__)


@held("sealctl-lockd", "pages")
def run_lockd(config: MachineConfig) -> None:
    """Serve the lock until SIGTERM; raises what keeps it from starting or going on."""
    from hardware.clock import SystemClock
    from sealctl.lockd import boot, selfcheck, server
    from sealctl.lockd.body import Parts

    with _told() as (notifier, watchdog):
        press, readers = drivers.press(config), drivers.readers(config)
        parts = Parts(lock=press.lock, head=press.head, case=press.case, slots=press.slots)
        core = boot.start(
            config,
            parts=parts,
            clock=SystemClock(),
            random=os.urandom,
            handed=credential,
        )
        core.desk.fit(readers)
        entrances = _entrances(config)
        beat = partial(watchdog.fed_by, partial(selfcheck.wrong, core))
        serving = server.serve(core, entrances, config.pages, ready=notifier.ready, beat=beat)
        asyncio.run(_until_terminated(serving))


@held("sealctl-camerad", "photos")
def run_camerad(config: MachineConfig) -> None:
    """Take photos until SIGTERM."""
    from sealctl.camerad.main import run

    with _told() as (notifier, watchdog):
        run(
            camera=drivers.camera(config),
            lockd_sock=config.socket("camera"),
            preview_sock=config.socket("preview"),
            photos=config.photos,
            pages=config.pages,
            preview=_preview(),
            ready=notifier.ready,
            beat=partial(watchdog.fed_by, lambda: None),
        )


def run_panel(config: MachineConfig) -> None:
    """Serve the touch screen's pages until SIGTERM."""
    from sealctl.panel.serving import serve

    with _told() as (notifier, watchdog):
        serve(
            config.panel_host,
            config.panel_port,
            panel_sock=config.socket("panel"),
            preview_sock=config.socket("preview"),
            voices=config.voices,
            phone=config.panel_phone,
            notifier=notifier,
            watchdog=watchdog,
        )


def run_syncd(config: MachineConfig) -> int:
    """Carry records, lists and photos until SIGTERM; 1 where a part of it failed.

    Raises ConfigError where [hub] or the TLS files are of no use.
    """
    from sync import config as hub
    from sync import syncd

    with _told() as (notifier, watchdog):
        beats = Beats(syncd.ROUNDS_S)

        def beat(thread: str) -> None:
            if thread == syncd.MAIN:
                watchdog.fed_by(beats.late)
            else:
                beats.beat(thread)

        try:
            found = hub.load(config.file)
            key = credential("device.key") or found.key
            return syncd.run(replace(found, key=key), beat, notifier.ready)
        except (hub.ConfigError, OSError) as error:
            raise ConfigError(str(error)) from error


def _entrances(config: MachineConfig) -> Mapping[str, "Door"]:
    """The sockets that systemd hands over; own ones only where it hands over none."""
    from sealctl.lockd import doors

    given = listen_fds()
    if given:
        return doors.handed_over(given)
    log.info("all processes run as one user: peers are not told apart")
    return doors.own({role: config.socket(role) for role in ROLES})


def _preview() -> socket.socket | None:
    """The socket that systemd hands over for live pictures; None where it hands over none."""
    given = listen_fds()
    if given.keys() - {"preview"}:
        raise StartError("internal", f"sockets of {sorted(given)}, not of preview")
    return given.get("preview")


@contextlib.contextmanager
def _told() -> Iterator[tuple[Notifier, Watchdog]]:
    """The service manager's ear and watchdog; on leaving, it hears that this process ends."""
    notifier = Notifier()
    try:
        yield notifier, Watchdog(notifier, watchdog_interval())
    finally:
        notifier.stopping()


async def _until_terminated(work: Coroutine[None, None, None]) -> None:
    task = asyncio.ensure_future(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return
