"""From the words of machine.toml to the parts by which people and grants are known.

Calls the drivers, each imported only when it is chosen. None for a part that the machine lacks.
"""

from collections.abc import Callable, Mapping
from typing import Final

from hardware.choose import Given
from hardware.ports import CardReader, Fingerprint


def cards(driver: str, given: Given) -> CardReader | None:
    """The card reader by its driver's name."""
    return _CARDS[driver](given)


def scanner(driver: str, given: Given) -> CardReader | None:
    """The reader of printed codes by its driver's name."""
    return _SCANNERS[driver](given)


def fingerprint(driver: str, given: Given) -> Fingerprint | None:
    """The fingerprint sensor by its driver's name."""
    return _FINGERPRINTS[driver](given)


def _sim_cards(given: Given) -> CardReader:
    from hardware.sim.client import SimClient

    return SimClient(given.body).reader


def _sim_scanner(given: Given) -> CardReader:
    from hardware.sim.client import SimClient

    return SimClient(given.body).scanner


def _sim_fingerprint(given: Given) -> Fingerprint:
    from hardware.sim.client import SimClient

    return SimClient(given.body).finger


def _rdm6300(given: Given) -> CardReader:
    from hardware.readers import rdm6300
    from hardware.readers.serial_reader import SerialReader
    from hardware.serial_line import SerialLine

    mono_ms = given.clock.mono_ms
    line = SerialLine(given.settings["port"], rdm6300.BAUD, mono_ms)
    return SerialReader(line, mono_ms, rdm6300.Rdm6300())


def _line(given: Given) -> CardReader:
    from hardware.readers.line_scanner import LineScanner
    from hardware.readers.serial_reader import SerialReader
    from hardware.serial_line import SerialLine

    mono_ms = given.clock.mono_ms
    line = SerialLine(given.settings["port"], given.settings["baud"], mono_ms)
    return SerialReader(line, mono_ms, LineScanner())


def _r30x(given: Given) -> Fingerprint:
    from hardware.fingerprint.driver import ZfmSensor
    from hardware.serial_line import SerialLine

    settings, mono_ms = given.settings, given.clock.mono_ms
    line = SerialLine(settings["port"], settings["baud"], mono_ms)
    return ZfmSensor(
        line, mono_ms, address=settings["address"], password=settings["sensor_password"]
    )


def _none(_: Given) -> None:
    return None


_CARDS: Final[Mapping[str, Callable[[Given], CardReader | None]]] = {
    "none": _none,
    "sim": _sim_cards,
    "rdm6300": _rdm6300,
    "line": _line,
}
_SCANNERS: Final[Mapping[str, Callable[[Given], CardReader | None]]] = {
    "none": _none,
    "sim": _sim_scanner,
    "line": _line,
}
_FINGERPRINTS: Final[Mapping[str, Callable[[Given], Fingerprint | None]]] = {
    "none": _none,
    "sim": _sim_fingerprint,
    "r30x": _r30x,
}
