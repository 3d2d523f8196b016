"""The one place that chooses drivers, by their names in machine.toml.

Calls `hardware.choose` and `hardware.choose_readers`, each when it is asked. StartError where a
driver cannot do its work.
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from sealctl.config import MachineConfig
from sealctl.errors import StartError

if TYPE_CHECKING:
    from hardware.choose import Given, Press
    from hardware.ports import Camera, CardReader
    from sealctl.lockd.readers import Readers


def press(config: MachineConfig) -> "Press":
    """Lock, head, case and slots."""
    from hardware import choose

    with _driven():
        return choose.press(config.hardware["press"].driver, _given(config, "press"))


def camera(config: MachineConfig) -> "Camera":
    """What camerad photographs with."""
    from hardware import choose

    with _driven():
        return choose.camera(config.hardware["camera"].driver, _given(config, "camera"))


def readers(config: MachineConfig) -> "Readers":
    """What stands in front of the machine; none where machine.toml names none."""
    from hardware import choose_readers
    from sealctl.lockd.readers import Readers

    cards, scanner, finger = (
        (config.hardware[part].driver, _given(config, part))
        for part in ("cards", "scanner", "fingerprint")
    )
    with _driven():
        return Readers(
            cards=choose_readers.cards(*cards),
            scanner=choose_readers.scanner(*scanner),
            finger=choose_readers.fingerprint(*finger),
        )


def scanner(config: MachineConfig) -> "CardReader | None":
    """What reads printed codes; None where machine.toml names none."""
    from hardware import choose_readers

    with _driven():
        return choose_readers.scanner(config.hardware["scanner"].driver, _given(config, "scanner"))


def drop(config: MachineConfig) -> None:
    """Cut the coil's current, however lockd ended; raises StartError where that is not certain.

    It needs the press's driver alone: no journal, no key, no lockd. Run again, it does no harm.
    """
    from hardware import choose

    with _driven():
        choose.drop(config.hardware["press"].driver, _given(config, "press"))


def part(config: MachineConfig, name: str) -> object | None:
    """A part as its checks want it; None where the machine has none. Raises HardwareError."""
    from hardware import choose, choose_readers
    from hardware.conformance.model import Desk

    driver, given = config.hardware[name].driver, _given(config, name)
    if name == "fingerprint":
        sensor = choose_readers.fingerprint(driver, given)
        return None if sensor is None else Desk(sensor)
    make: Mapping[str, Callable[[str, Given], object | None]] = {
        "press": choose.press,
        "cards": choose_readers.cards,
        "camera": choose.camera,
    }
    return make[name](driver, given)


def _given(config: MachineConfig, part: str) -> "Given":
    """What the drivers of this part are made of."""
    from hardware.choose import Given
    from hardware.clock import SystemClock

    settings = config.hardware[part].settings
    return Given(settings, SystemClock(), os.urandom, config.socket("body"), config.tally)


@contextlib.contextmanager
def _driven() -> Iterator[None]:
    """A driver that cannot do its work keeps the process from starting, and says why."""
    from hardware.ports import HardwareError

    try:
        yield
    except HardwareError as error:
        raise StartError(error.code, error.detail) from error
