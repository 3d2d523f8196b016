"""Coil and switches on the RPi.GPIO interface. Calls RPi.GPIO and hardware.{lasting,pins,ports}.

Two distributions serve that interface: RPi.GPIO on a Raspberry Pi up to the 4, rpi-lgpio on a 5.
Each overwrites the other's files, so exactly one may be installed. The module is imported by the
constructor, so this file imports anywhere.
"""

import contextlib
import importlib
import importlib.metadata
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, Protocol, cast

from hardware.lasting import Lasting
from hardware.pins import Edge, Switch, Wiring
from hardware.ports import HardwareError

DISTRIBUTIONS: Final = ("RPi.GPIO", "rpi-lgpio")
"""Those that bring the module RPi.GPIO."""


class Gpio(Protocol):
    """What is used of the module RPi.GPIO."""

    BCM: int
    IN: int
    OUT: int
    BOTH: int
    PUD_OFF: int
    PUD_UP: int
    PUD_DOWN: int

    def setmode(self, mode: int, /) -> None: ...
    def setwarnings(self, value: bool, /) -> None: ...  # noqa: FBT001 - theirs
    def setup(self, channel: int, direction: int, /, **settings: int) -> None: ...
    def add_event_detect(
        self, channel: int, edge: int, /, *, callback: Callable[[int], None]
    ) -> None: ...
    def input(self, channel: int, /) -> int: ...
    def output(self, channel: int, value: int, /) -> None: ...
    def cleanup(self, channels: list[int], /) -> None: ...


Later = Callable[[int, Callable[[], None]], None]
"""Do something in so many milliseconds, in whatever thread."""


def installed(distribution: str) -> bool:
    """Whether this Python has it."""
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


class RpiGpioPins:
    """Satisfies Pins; lines are BCM numbers. HardwareError: none or both of the distributions, no
    Raspberry Pi, a line that cannot be had.

    Prefer hardware.pins_gpiod: RPi.GPIO itself writes registers, so it does not notice that another
    program uses the same line, and leaves the coil driven when the process is killed.

    Its call-back names the line and not the level, and may come late. So a change counts when two
    readings `debounce_ms` apart show it and no call-back came between them; the library's own
    bounce time, which each of the two understands in its own way, is not used.
    """

    def __init__(
        self,
        wiring: Wiring,
        mono_ms: Callable[[], int],
        has: Callable[[str], bool] = installed,
        load: Callable[[str], object] = importlib.import_module,
        later: Later | None = None,
    ) -> None:
        self._mono_ms = mono_ms
        self._later = later or _on_a_timer
        self._gpio, self._errors = _module(has, load)
        self._coil, self._off = _number(wiring.coil.line), int(wiring.coil.active_low)
        self._wired = {
            switch: (_number(wired.line), wired) for switch, wired in wiring.switches().items()
        }
        self._lines = [self._coil, *(line for line, _ in self._wired.values())]
        if len({*self._lines}) != len(self._lines):
            raise HardwareError("hardware_fault", f"a GPIO line is wired twice: {self._lines}")
        self._standing: dict[Switch, Lasting] = {}
        self._waited_for: set[Switch] = set()
        self._changes: deque[Edge] = deque()
        self._reading = threading.Lock()  # a reading, its time, and what follows from both
        self._open = True
        try:
            self._set_up()
        except HardwareError:
            with contextlib.suppress(HardwareError):
                self.close()
            raise

    def drive(self, *, on: bool) -> None:
        with self._reported("the coil"):
            self._gpio.output(self._coil, int(on) ^ self._off)

    def active(self, switch: Switch) -> bool:
        return self._look(switch)

    def edges(self) -> Sequence[Edge]:
        for switch in self._standing:
            self._look(switch)
        return [self._changes.popleft() for _ in range(len(self._changes))]

    def close(self) -> None:
        if not self._open:
            return
        try:
            self.drive(on=False)
        finally:
            self._open = False
            with contextlib.suppress(*self._errors):
                self._gpio.cleanup(self._lines)

    def _set_up(self) -> None:
        gpio = self._gpio
        with self._reported("the coil"):
            gpio.setwarnings(False)
            gpio.setmode(gpio.BCM)
            gpio.setup(self._coil, gpio.OUT, initial=self._off)
        pulls = {"none": gpio.PUD_OFF, "pull_up": gpio.PUD_UP, "pull_down": gpio.PUD_DOWN}
        for switch, (line, wired) in self._wired.items():
            with self._reported(switch):
                gpio.setup(line, gpio.IN, pull_up_down=pulls[wired.bias])
                self._standing[switch] = Lasting(wired.debounce_ms, self._level(switch))
                gpio.add_event_detect(line, gpio.BOTH, callback=partial(self._moved, switch))

    def _moved(self, switch: Switch, _line: int) -> None:
        """The library's call-back, in its thread; what cannot be read is read by `edges`."""
        with self._reading:
            self._standing[switch].moved()
        with contextlib.suppress(HardwareError):
            self._look(switch)

    def _look(self, switch: Switch) -> bool:
        """Read a switch, again when what it shows may have lasted; how it stands."""
        with self._reading, self._reported(switch):
            stands, now = self._standing[switch], self._mono_ms()
            began = stands.read(active=self._level(switch), at_ms=now)
            if began is not None:
                self._changes.append(Edge(switch, began, stands.active))
            if stands.due_ms is not None and switch not in self._waited_for:
                self._waited_for.add(switch)
                self._later(stands.due_ms - now, partial(self._look_again, switch))
            return stands.active

    def _look_again(self, switch: Switch) -> None:
        self._waited_for.discard(switch)
        with contextlib.suppress(HardwareError):
            self._look(switch)

    def _level(self, switch: Switch) -> bool:
        line, wired = self._wired[switch]
        return bool(self._gpio.input(line)) is not wired.active_low

    @contextlib.contextmanager
    def _reported(self, part: str) -> Iterator[None]:
        if not self._open:
            raise HardwareError("hardware_fault", "the GPIO lines were given back")
        try:
            yield
        except self._errors as error:
            raise HardwareError("hardware_fault", f"{part}: {error}") from error


def _module(
    has: Callable[[str], bool], load: Callable[[str], object]
) -> tuple[Gpio, tuple[type[Exception], ...]]:
    """The module, and what it raises: rpi-lgpio lets the errors of its lgpio through."""
    found = [name for name in DISTRIBUTIONS if has(name)]
    if len(found) != 1:
        which = " and ".join(found) or "neither"
        raise HardwareError(
            "hardware_fault",
            f"installed is {which}; install RPi.GPIO (up to Raspberry Pi 4) or rpi-lgpio (5), "
            "never both",
        )
    try:
        module = load("RPi.GPIO")
    except (ImportError, RuntimeError, OSError) as error:
        raise HardwareError("hardware_fault", f"{found[0]}: {error}") from error
    own = getattr(getattr(module, "lgpio", None), "error", RuntimeError)
    return cast(Gpio, module), (RuntimeError, ValueError, OSError, own)


def _number(line: int | str) -> int:
    if not isinstance(line, int):
        raise HardwareError("hardware_fault", f"GPIO line '{line}': a BCM number expected")
    return line


def _on_a_timer(ms: int, deed: Callable[[], None]) -> None:
    timer = threading.Timer(ms / 1000, deed)
    timer.daemon = True
    timer.start()
