"""From the words of machine.toml to the drivers of a machine's body.

Calls the drivers, each imported only when it is chosen. `sealctl.config_parts` says which words
there are; what is not here is a KeyError, never another driver.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hardware.pins import Input, Output, Pins, Wiring
from hardware.ports import Camera, Case, Clock, Head, Lock, Slots

if TYPE_CHECKING:
    from hardware.serial_head.driver import SerialHead

SWITCHES: Final = ("latch", "press", "case")


@dataclass(frozen=True)
class Press:
    """What opens, holds the seals and counts."""

    lock: Lock
    head: Head
    case: Case
    slots: Slots


@dataclass(frozen=True)
class Given:
    """What drivers are made of: `settings` of machine.toml, the simulator's socket `body`, and the
    file `tally` in which a machine without a head counts.
    """

    settings: Mapping[str, Any]
    clock: Clock
    random: Callable[[int], bytes]
    body: Path
    tally: Path


def press(driver: str, given: Given) -> Press:
    """The press by its driver's name."""
    return _PRESSES[driver](given)


def drop(driver: str, given: Given) -> None:
    """Cut the coil's current, whoever switched it on, and give everything back.

    HardwareError where that is not certain. It counts nothing and waits for no movement.
    """
    _DROPS[driver](given)


def camera(driver: str, given: Given) -> Camera:
    """The camera by its driver's name."""
    return _CAMERAS[driver](given)


def _sim_press(given: Given) -> Press:
    from hardware.sim.client import SimClient

    sim = SimClient(given.body)
    return Press(sim.lock, sim.head, sim.case, sim.slots)


def _drop_sim(given: Given) -> None:
    _sim_press(given).lock.release()


def _serial_press(given: Given) -> Press:
    head = _serial_head(given)
    return Press(head, head, head, head)


def _drop_serial(given: Given) -> None:
    head = _serial_head(given)
    try:
        head.release()
    finally:
        head.close()


def _serial_head(given: Given) -> "SerialHead":
    from hardware.serial_head.driver import SerialHead
    from hardware.serial_line import SerialLine

    line = SerialLine(given.settings["port"], 115_200, given.clock.mono_ms)
    return SerialHead(line, given.clock.mono_ms, given.random)


def _gpiod_pins(given: Given) -> Pins:
    from hardware.pins_gpiod import GpiodPins

    return GpiodPins(given.settings["chip"], _wiring(given.settings))


def _rpi_gpio_pins(given: Given) -> Pins:
    from hardware.pins_rpigpio import RpiGpioPins

    return RpiGpioPins(_wiring(given.settings), given.clock.mono_ms)


def _modbus_pins(given: Given) -> Pins:
    from hardware.pins_modbus import Board, BoardInput, ModbusPins
    from hardware.serial_line import SerialLine

    settings, mono_ms = given.settings, given.clock.mono_ms
    latch, press, case = (
        BoardInput(settings[name], name in settings["active_low"], settings["debounce_ms"])
        for name in SWITCHES
    )
    board = Board(
        settings["unit"], settings["coil"], latch, press, case, max_on_ms=settings["max_on_ms"]
    )
    line = SerialLine(settings["port"], settings["baud"], mono_ms)
    return ModbusPins(line, board, mono_ms)


def _bare(pins: Callable[[Given], Pins], given: Given) -> Press:
    """A machine of a coil and switches; its watching thread runs from now on."""
    from hardware.bare import BareMachine, Fitted
    from hardware.tally import Tally

    settings = given.settings
    fitted = Fitted(
        settings["slot"], settings["tag"], settings["debounce_ms"], settings["max_on_ms"]
    )
    machine = BareMachine(pins(given), Tally(given.tally), fitted, given.clock.mono_ms)
    machine.watch()
    return Press(machine, machine, machine, machine)


def _drop_bare(pins: Callable[[Given], Pins], given: Given) -> None:
    """The coil is off when a Pins is made, and when it is closed."""
    pins(given).close()


def _wiring(settings: Mapping[str, Any]) -> Wiring:
    low = settings["active_low"]
    latch, press, case = (
        Input(settings[name], name in low, settings["bias"], settings["debounce_ms"])
        for name in SWITCHES
    )
    return Wiring(Output(settings["coil"], "coil" in low), latch, press, case)


def _picamera2(given: Given) -> Camera:
    from hardware.camera_picamera2 import Picamera2Camera

    return Picamera2Camera(
        given.clock.mono_ms,
        lens_dioptres=given.settings["lens_dioptres"],
        **_picture(given.settings),
    )


def _v4l2(given: Given) -> Camera:
    from hardware.camera_v4l2 import V4l2Camera

    settings = given.settings
    return V4l2Camera(
        settings["device"], given.clock.mono_ms, focus=settings["focus"], **_picture(settings)
    )


def _picture(settings: Mapping[str, Any]) -> dict[str, Any]:
    size = settings["width"], settings["height"]
    return {
        "size": size,
        "rotation": settings["rotation"],
        "exposure_us": settings["exposure_us"],
    }


def _sim_camera(given: Given) -> Camera:
    from hardware.sim.client import SimClient

    return SimClient(given.body).camera


_PINS: Final[Mapping[str, Callable[[Given], Pins]]] = {
    "gpiod": _gpiod_pins,
    "rpi-gpio": _rpi_gpio_pins,
    "modbus": _modbus_pins,
}
_PRESSES: Final[Mapping[str, Callable[[Given], Press]]] = {
    "sim": _sim_press,
    "serial": _serial_press,
    **{name: partial(_bare, pins) for name, pins in _PINS.items()},
}
_DROPS: Final[Mapping[str, Callable[[Given], None]]] = {
    "sim": _drop_sim,
    "serial": _drop_serial,
    **{name: partial(_drop_bare, pins) for name, pins in _PINS.items()},
}
_CAMERAS: Final[Mapping[str, Callable[[Given], Camera]]] = {
    "sim": _sim_camera,
    "picamera2": _picamera2,
    "v4l2": _v4l2,
}
