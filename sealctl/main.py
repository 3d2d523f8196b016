"""The composition root: chooses drivers and starts one process of the machine.

The only file that may import everything, and each process imports only what it needs.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Coroutine
from pathlib import Path

from sealctl.config import MachineConfig

ROLES = ("panel", "courier", "camera", "console")


def run_lockd(config: MachineConfig) -> None:
    """Serve the lock until SIGTERM; raises what keeps it from starting or going on."""
    from hardware import choose
    from hardware.clock import SystemClock
    from sealctl.lockd import boot, server
    from sealctl.lockd.body import Parts

    clock, chosen = SystemClock(), config.hardware["press"]
    given = choose.Given(chosen.settings, clock, os.urandom, config.socket("body"), config.tally)
    press = choose.press(chosen.driver, given)
    parts = Parts(lock=press.lock, head=press.head, case=press.case, slots=press.slots)
    core = boot.start(config, parts=parts, clock=clock, random=os.urandom)
    logging.getLogger(__name__).info("all processes run as one user: peers are not told apart")
    sockets = {role: config.socket(role) for role in ROLES}
    asyncio.run(_until_terminated(server.serve(core, sockets, config.pages)))


def run_camerad(config: MachineConfig) -> None:
    """Take photos until SIGTERM."""
    from hardware import choose
    from hardware.clock import SystemClock
    from sealctl.camerad.main import run

    chosen = config.hardware["camera"]
    given = choose.Given(
        chosen.settings, SystemClock(), os.urandom, config.socket("body"), config.tally
    )
    run(
        camera=choose.camera(chosen.driver, given),
        lockd_sock=config.socket("camera"),
        preview_sock=config.socket("preview"),
        photos=config.photos,
        pages=config.pages,
    )


def run_panel(config: MachineConfig) -> None:
    """Serve the touch screen's pages until SIGTERM."""
    from sealctl.panel.app import serve

    serve(
        config.panel_host,
        config.panel_port,
        panel_sock=config.socket("panel"),
        preview_sock=config.socket("preview"),
        voices=config.voices,
        phone=config.panel_phone,
    )


def provision(folder: Path) -> bytes:
    """Make the machine's record key, an empty journal and counters at zero in its folder.

    The 32 public bytes are for the officers' list. Raises SignerError where a key exists.
    """
    from hardware.tally import Tally
    from sealctl import signer
    from sealctl.journal.schema import connect

    for name in ("photos", "pages", "run"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    made = signer.create(folder / "keys" / "record.pem")
    connect(folder / "journal.sqlite3").close()
    Tally.create(folder / "tally")
    return made.public_key.public


async def _until_terminated(work: Coroutine[None, None, None]) -> None:
    task = asyncio.ensure_future(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return
