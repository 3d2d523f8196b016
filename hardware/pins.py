"""The wires of a machine without a head of its own: a coil and three switches. Calls nothing.

What a GPIO or relay-board driver implements; `hardware.bare` makes lock, head and case of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


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


class Pins(Protocol):
    """Coil and switches. Polarity, bias and debounce are the driver's, from its configuration.

    The coil is off when a Pins is made, when it is closed, and when its process ends as far as the
    part allows. Every method answers within 50 ms and may raise HardwareError.
    """

    def drive(self, *, on: bool) -> None:
        """Switch the coil's current."""

    def active(self, switch: Switch) -> bool:
        """How a switch stands now."""

    def edges(self) -> Sequence[Edge]:
        """The changes since the last call, oldest first. A part that is only polled reports the
        difference to its last reading, so that a press shorter than the polling can be missed.
        """

    def close(self) -> None:
        """Coil off, wires given back; allowed at any time, also twice."""
