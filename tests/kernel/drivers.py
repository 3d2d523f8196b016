"""The two GPIO drivers under one name each. Calls hardware."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from hardware.clock import SystemClock
from hardware.pins import Pins, Wiring
from hardware.pins_gpiod import GpiodPins
from hardware.pins_rpigpio import RpiGpioPins
from tests.kernel.body import LABEL, WIRING

# Read by rpi-lgpio and lgpio when they are first imported: a Raspberry Pi 4, the first chip, and
# where lgpio's pipes go.
os.environ |= {"RPI_LGPIO_REVISION": "c03114", "RPI_LGPIO_CHIP": "0", "LG_WD": "/run"}

now_ms: Final = SystemClock().mono_ms
DRIVERS: Final[dict[str, Callable[[Wiring], Pins]]] = {
    "gpiod": lambda wiring: GpiodPins(LABEL, wiring),
    "rpi-gpio": lambda wiring: RpiGpioPins(wiring, now_ms),
}


@contextmanager
def opened(driver: str, wiring: Wiring = WIRING) -> Iterator[Pins]:
    """Pins over the board's lines, closed with the block."""
    pins = DRIVERS[driver](wiring)
    try:
        yield pins
    finally:
        pins.close()
