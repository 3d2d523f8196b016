"""Coil and switches on the kernel's GPIO character device. Calls gpiod and hardware.{pins,ports}.

The only file that imports gpiod. The kernel debounces and stamps the edges, keeps everyone else
off the lines, and gives a line back when its holder dies. What level it then keeps is the GPIO
chip's affair: a Raspberry Pi goes on driving the coil unless `dtparam=strict_gpiod` is set, and a
pull-down and a hardware timer are needed in any case.
"""

import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import gpiod
from gpiod.line import Bias, Clock, Direction, Value
from gpiod.line import Edge as LineEdge

from hardware import pins
from hardware.pins import Edge, Input, Switch, Wiring
from hardware.ports import HardwareError

CONSUMER: Final = "sealctl-lock"
"""The name under which others see the lines held."""
BUFFER: Final = 1024
"""Edges that the kernel keeps until they are read: its own maximum."""

_Config = dict[Iterable[int | str] | int | str, gpiod.LineSettings | None]
_BIAS: Final[dict[pins.Bias, Bias]] = {
    "none": Bias.DISABLED,
    "pull_up": Bias.PULL_UP,
    "pull_down": Bias.PULL_DOWN,
}


class GpiodPins:
    """Satisfies Pins. `label` is the chip's own, such as 'pinctrl-bcm2711' or 'pinctrl-rp1': its
    number is not stable. HardwareError: no such chip or two, no such line, a line that is held.
    """

    def __init__(self, label: str, wiring: Wiring, devices: Path = Path("/dev")) -> None:
        self._wiring = wiring
        with _chip(label, devices) as chip:
            self._coil = _offset(chip, wiring.coil.line)
            self._lines = {
                switch: _offset(chip, wired.line) for switch, wired in wiring.switches().items()
            }
            lines = [self._coil, *self._lines.values()]
            if len({*lines}) != len(lines):
                raise HardwareError("hardware_fault", f"a GPIO line is wired twice: {lines}")
            self._request: gpiod.LineRequest | None = _hold(chip, self._config(), lines)
        self._switches = {line: switch for switch, line in self._lines.items()}

    def drive(self, *, on: bool) -> None:
        with _reported("the coil"):
            self._held().set_value(self._coil, Value.ACTIVE if on else Value.INACTIVE)

    def active(self, switch: Switch) -> bool:
        with _reported(switch):
            return self._held().get_value(self._lines[switch]) is Value.ACTIVE

    def edges(self) -> Sequence[Edge]:
        request = self._held()
        found: list[gpiod.EdgeEvent] = []
        with _reported("the switches"):
            while request.wait_edge_events(0):
                found += request.read_edge_events(BUFFER)
        return [self._edge(event) for event in found]

    def close(self) -> None:
        request, self._request = self._request, None
        if request is None:
            return
        try:
            with _reported("the coil"):
                request.set_value(self._coil, Value.INACTIVE)
        finally:
            request.release()

    def _held(self) -> gpiod.LineRequest:
        if self._request is None:
            raise HardwareError("hardware_fault", "the GPIO lines were given back")
        return self._request

    def _config(self) -> _Config:
        coil = gpiod.LineSettings(
            direction=Direction.OUTPUT,
            output_value=Value.INACTIVE,
            active_low=self._wiring.coil.active_low,
        )
        switches = self._wiring.switches()
        return {
            self._coil: coil,
            **{line: _input(switches[switch]) for switch, line in self._lines.items()},
        }

    def _edge(self, event: gpiod.EdgeEvent) -> Edge:
        """A debounced edge is stamped when it has lasted, so it began that much earlier."""
        switch = self._switches[event.line_offset]
        began = (event.timestamp_ns + _asleep_ns()) // 1_000_000
        return Edge(
            switch,
            began - self._wiring.switches()[switch].debounce_ms,
            event.event_type is gpiod.EdgeEvent.Type.RISING_EDGE,
        )


@contextlib.contextmanager
def _chip(label: str, devices: Path) -> Iterator[gpiod.Chip]:
    """The one chip with this label; a device may have several names, and some may not be ours."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(map(str, devices.glob("gpiochip*"))):
        if gpiod.is_gpiochip_device(path):
            with contextlib.suppress(PermissionError), _reported(path), gpiod.Chip(path) as chip:
                info = chip.get_info()
                found.setdefault(info.name, (info.label, path))
    paths = [path for known, path in found.values() if known == label]
    if len(paths) != 1:
        names = ", ".join(f"{path} '{known}'" for known, path in found.values()) or "none at all"
        raise HardwareError(
            "hardware_fault", f"{len(paths)} GPIO chips are labelled '{label}'; found: {names}"
        )
    with _reported(paths[0]), gpiod.Chip(paths[0]) as chip:
        yield chip


def _offset(chip: gpiod.Chip, line: int | str) -> int:
    try:
        return chip.line_offset_from_id(line)
    except (OSError, ValueError) as error:
        label = chip.get_info().label
        raise HardwareError("hardware_fault", f"GPIO chip '{label}' has no line {line}") from error


def _hold(chip: gpiod.Chip, config: _Config, lines: Sequence[int]) -> gpiod.LineRequest:
    try:
        return chip.request_lines(config, CONSUMER, BUFFER)
    except OSError as error:
        held = [info for info in map(chip.get_line_info, lines) if info.used]
        names = [f"line {info.offset} is held by '{info.consumer}'" for info in held]
        raise HardwareError("hardware_fault", "; ".join(names) or f"GPIO: {error}") from error


def _input(wired: Input) -> gpiod.LineSettings:
    return gpiod.LineSettings(
        direction=Direction.INPUT,
        edge_detection=LineEdge.BOTH,
        bias=_BIAS[wired.bias],
        active_low=wired.active_low,
        debounce_period=timedelta(milliseconds=wired.debounce_ms),
        event_clock=Clock.MONOTONIC,
    )


def _asleep_ns() -> int:
    """CLOCK_BOOTTIME less CLOCK_MONOTONIC: gpiod stamps edges with the second."""
    awake = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) - awake


@contextlib.contextmanager
def _reported(part: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise HardwareError("hardware_fault", f"{part}: {error}") from error
