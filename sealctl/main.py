"""The composition root: chooses drivers and starts one process of the machine.

The only file that may import everything, and each process imports only what it needs.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from hardware.choose import Given
    from sealctl.lockd.doors import Door
    from sealctl.lockd.readers import Readers

ROLES = ("panel", "courier", "camera", "console")
PART_PORTS = {
    "press": ("case", "slots", "head", "lock"),
    "cards": ("card_reader",),
    "fingerprint": ("fingerprint",),
    "camera": ("camera",),
}
"""The ports that a part of machine.toml serves."""

log = logging.getLogger(__name__)


@held("sealctl-lockd", "pages")
def run_lockd(config: MachineConfig) -> None:
    """Serve the lock until SIGTERM; raises what keeps it from starting or going on."""
    from hardware import choose
    from hardware.clock import SystemClock
    from sealctl.lockd import boot, selfcheck, server
    from sealctl.lockd.body import Parts

    with _told() as (notifier, watchdog):
        with _driven():
            press = choose.press(config.hardware["press"].driver, _given(config, "press"))
            readers = _readers(config)
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
    from hardware import choose
    from sealctl.camerad.main import run

    with _told() as (notifier, watchdog):
        with _driven():
            camera = choose.camera(config.hardware["camera"].driver, _given(config, "camera"))
        run(
            camera=camera,
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


def drop(config: MachineConfig) -> None:
    """Cut the coil's current, however lockd ended; raises StartError where that is not certain.

    It needs the press's driver alone: no journal, no key, no lockd. Run again, it does no harm.
    """
    from hardware import choose

    with _driven():
        choose.drop(config.hardware["press"].driver, _given(config, "press"))


def check_hardware(
    config: MachineConfig, ports: Sequence[str], *, guarded: bool, tell: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    """Hold the drivers chosen in machine.toml against `hardware.conformance`; a row a check.

    `guarded`: also what opens, moves or erases. `tell` is given what the person has to do.
    """
    from hardware.clock import SystemClock
    from hardware.conformance.attended import Attended, row
    from hardware.conformance.run import run
    from hardware.ports import HardwareError

    clock = SystemClock()
    scene, parts = Attended(clock.mono_ms, tell), dict[str, object](clock=clock)
    for part, its in PART_PORTS.items():
        if set(its) & set(ports):
            try:
                made = _part(config, part)
            except HardwareError as error:
                made = error
            if made is not None:
                parts.update(dict.fromkeys(its, made))
    yield from map(row, run(parts, scene, ports=ports, guarded=guarded, begin=scene.begin))


def _part(config: MachineConfig, part: str) -> object | None:
    """A part as its checks want it; None where the machine has none. Raises HardwareError."""
    from hardware import choose, choose_readers
    from hardware.conformance.model import Desk

    driver, given = config.hardware[part].driver, _given(config, part)
    if part == "fingerprint":
        sensor = choose_readers.fingerprint(driver, given)
        return None if sensor is None else Desk(sensor)
    make: Mapping[str, Callable[[str, Given], object | None]] = {
        "press": choose.press,
        "cards": choose_readers.cards,
        "camera": choose.camera,
    }
    return make[part](driver, given)


def carry(config: MachineConfig, toml: Path, stick: Path) -> dict[str, Any]:
    """Both ways between lockd and a USB stick; raises LinkError without lockd, StickError."""
    from hardware.clock import SystemClock
    from sealctl.link import LinkError
    from sync import config as township
    from sync.carrier import Carrier
    from sync.courier import AwayError, Courier
    from wire.refusals import to_dict

    ca = township.ca(toml)
    courier = Courier(config.socket("courier"))
    try:
        return asdict(Carrier(courier, config.photos, ca, SystemClock().wall_ms).carry(stick))
    except AwayError as error:
        raise LinkError(to_dict("unavailable", str(error))) from error
    finally:
        courier.close()


def provision(folder: Path) -> bytes:
    """Make the machine's record key, an empty journal and counters at zero in its folder.

    The 32 public bytes are for the officers' list. Raises SignerError where a key exists.
    """
    from sealctl import signer

    made = signer.create(folder / "keys" / "record.pem")
    furnish(folder)
    return made.public_key.public


def furnish(folder: Path) -> None:
    """Everything of a new machine's folder but its record key."""
    from hardware.tally import Tally
    from sealctl.journal.schema import connect

    for name in ("photos", "pages", "run"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    connect(folder / "journal.sqlite3").close()
    Tally.create(folder / "tally")


def _given(config: MachineConfig, part: str) -> "Given":
    """What the drivers of this part are made of."""
    from hardware.choose import Given
    from hardware.clock import SystemClock

    settings = config.hardware[part].settings
    return Given(settings, SystemClock(), os.urandom, config.socket("body"), config.tally)


def _readers(config: MachineConfig) -> "Readers":
    """What stands in front of the machine; none where machine.toml names none."""
    from hardware import choose_readers
    from sealctl.lockd.readers import Readers

    drivers = {part: config.hardware[part].driver for part in ("cards", "scanner", "fingerprint")}
    return Readers(
        cards=choose_readers.cards(drivers["cards"], _given(config, "cards")),
        scanner=choose_readers.scanner(drivers["scanner"], _given(config, "scanner")),
        finger=choose_readers.fingerprint(drivers["fingerprint"], _given(config, "fingerprint")),
    )


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
def _driven() -> Iterator[None]:
    """A driver that cannot do its work keeps the process from starting, and says why."""
    from hardware.ports import HardwareError

    try:
        yield
    except HardwareError as error:
        raise StartError(error.code, error.detail) from error


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
