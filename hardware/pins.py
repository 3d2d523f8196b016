"""The wires of a machine without a head of its own: a coil and three switches. Calls nothing.

What a GPIO or relay-board driver implements; `hardware.bare` makes lock, head and case of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

Bias = Literal["none", "pull_up", "pull_down"]
"""The resistor inside the computer that holds an input where nothing else drives it."""


class Switch(StrEnum):
    """What can be read. Each is *active* when what its name says is the case."""

    LATCH = "latch"
    """The bolt is fully engaged."""
    PRESS = "press"
    """The stamp is down on the paper."""
    CASE = "case"
    """The metal case is closed."""


@dataclass(frozen=True)
class Edge:
    """A debounced change of a switch, with the time at which it began where the part knows it."""

    switch: Switch
    mono_ms: int
    active: bool


@dataclass(frozen=True)
class Output:
    """The coil's GPIO line: a gpiod line's name or offset, or an RPi.GPIO BCM number. `active_low`
    turns what is written: on is then a low level, and only a board with its own pull-up is safe.
    """

    line: int | str
    active_low: bool = False


@dataclass(frozen=True)
class Input:
    """A switch's GPIO line. `active_low`: the switch is active at a low level, as one to ground
    with a pull-up is. A change counts when it lasts `debounce_ms` (≥ 1).
    """

    line: int | str
    active_low: bool = True
    bias: Bias = "pull_up"
    debounce_ms: int = 10


@dataclass(frozen=True)
class Wiring:
    """The GPIO lines of one machine, from its configuration."""

    coil: Output
    latch: Input
    press: Input
    case: Input

    def switches(self) -> Mapping[Switch, Input]:
        """Each switch's line."""
        return {Switch.LATCH: self.latch, Switch.PRESS: self.press, Switch.CASE: self.case}


class Pins(Protocol):
    """Coil and switches. Polarity, bias and debounce are the driver's, from its configuration.

    The coil is off when a Pins is made, when it is closed, and when its process ends as far as the
    part allows. Every method answers within 50 ms and may raise HardwareError.
    """

    def drive(self, *, on: bool) -> None:
        """Switch the coil's current."""

    def active(self, switch: Switch) -> bool:
        """How a switch stands now: debounced, so that it is still while a contact bounces. A part
        that is only polled says what it last read.
        """

    def edges(self) -> Sequence[Edge]:
        """The changes since the last call, oldest first. A part that is only polled reports the
        difference to its last reading, so that a press shorter than the polling can be missed.
        """

    def close(self) -> None:
        """Coil off, wires given back; allowed at any time, also twice."""
