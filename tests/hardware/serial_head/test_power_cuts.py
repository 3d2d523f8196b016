"""A head without power at every point of an opening: nothing is forgotten, the bolt is engaged."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from hardware.serial_head.answers import Fault
from hardware.serial_head.commands import Command
from hardware.serial_head.machine import Memory
from hardware.serial_head.parts import SimulatedParts
from tests.hardware.serial_head.bench import SEALS, Bench, Host, greeted

POINTS = (
    "slot given up",
    "slot kept",
    "unlatch counted",
    "coil on",
    "press counted",
    "coil off",
    "opening ended",
)


class PowerCutError(Exception):
    """The current went away."""


@dataclass
class Current:
    """Lasts for `left` durable writes and switchings of the coil, and is then gone."""

    left: int | None = None

    def use(self) -> None:
        if self.left == 0:
            raise PowerCutError
        if self.left is not None:
            self.left -= 1


def cutting(current: Current) -> Memory:
    """A memory whose every write needs current."""

    class Cut(Memory):
        def __setattr__(self, name: str, value: Any) -> None:
            current.use()
            super().__setattr__(name, value)

    return Cut((0, 0, 0, 0))


def one_stamp(bench: Bench, host: Host) -> None:
    """Select, open, press, close: everything that writes or switches."""
    host.ask(Command.SELECT, 1)
    bench.clock.skip(400)
    host.ask(Command.OPEN, 1, 9_000)
    bench.clock.skip(100)
    bench.press()
    bench.clock.skip(500)
    host.status()


@pytest.mark.parametrize("left", range(len(POINTS) + 1))
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_power_cut_at_any_point_forgets_no_opening_and_ends_engaged(
    monkeypatch: pytest.MonkeyPatch, left: int, before: bool
) -> None:
    current = Current()
    parts = SimulatedParts(dict(SEALS))
    bench = Bench(memory=cutting(current), parts=parts)
    host = greeted(bench)
    host.status()
    switched: list[int] = []
    monkeypatch.setattr(
        SimulatedParts, "coil", _watched(SimulatedParts.coil, current, switched, bench, before)
    )
    current.left = left
    try:
        one_stamp(bench, host)
        finished = True
    except PowerCutError:
        finished = False
    assert finished is (left == len(POINTS))
    unlatches, presses = bench.memory.unlatches, sum(bench.memory.presses)
    current.left = None
    after = Bench(bench.clock, bench.memory, parts)
    again = greeted(after, slot=None)
    bench.clock.skip(500)
    assert after.bolt_engaged()
    status = again.status()
    assert (status.unlatches, status.presses, status.powered) == (unlatches, presses, False)
    assert all(count == 1 for count in switched), "current before the count"
    assert status.unlatches >= len(switched)
    interrupted = bool(status.unlatches) and not finished
    assert (status.fault is Fault.RESET_WHILE_OPEN) is interrupted


def _watched(
    coil: Callable[..., None], current: Current, switched: list[int], bench: Bench, before: bool
) -> Callable[..., None]:
    """The coil, noting the unlatches counted when current begins; it too needs current, taken
    before or after it acts.
    """

    def drive(parts: SimulatedParts, *, on: bool) -> None:
        if before:
            current.use()
        if on:
            switched.append(bench.memory.unlatches)
        coil(parts, on=on)
        if not before:
            current.use()

    return drive
