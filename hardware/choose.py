"""From the words of machine.toml to the drivers of a machine's body.

Calls the drivers, each imported only when it is chosen. `sealctl.config_parts` says which words
there are; what is not here is a KeyError, never another driver.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hardware.ports import Camera, Case, Clock, Head, Lock, Slots


@dataclass(frozen=True)
class Press:
    """What opens, holds the seals and counts."""

    lock: Lock
    head: Head
    case: Case
    slots: Slots


@dataclass(frozen=True)
class Given:
    """What drivers are made of: `settings` of machine.toml, `body` the simulator's socket."""

    settings: Mapping[str, Any]
    clock: Clock
    random: Callable[[int], bytes]
    body: Path


def press(driver: str, given: Given) -> Press:
    """The press by its driver's name."""
    return _PRESSES[driver](given)


def camera(driver: str, given: Given) -> Camera:
    """The camera by its driver's name."""
    return _CAMERAS[driver](given)


def _sim_press(given: Given) -> Press:
    from hardware.sim.client import SimClient

    sim = SimClient(given.body)
    return Press(sim.lock, sim.head, sim.case, sim.slots)


def _serial_press(given: Given) -> Press:
    from hardware.serial_head.driver import SerialHead
    from hardware.serial_line import SerialLine

    line = SerialLine(given.settings["port"], 115_200, given.clock.mono_ms)
    head = SerialHead(line, given.clock.mono_ms, given.random)
    return Press(head, head, head, head)


def _sim_camera(given: Given) -> Camera:
    from hardware.sim.client import SimClient

    return SimClient(given.body).camera


_PRESSES: Final[Mapping[str, Callable[[Given], Press]]] = {
    "sim": _sim_press,
    "serial": _serial_press,
}
_CAMERAS: Final[Mapping[str, Callable[[Given], Camera]]] = {"sim": _sim_camera}
