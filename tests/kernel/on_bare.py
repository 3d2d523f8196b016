"""A bare machine over real lines: what hardware.bare makes of the edges that the kernel tells."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gpiod
import pytest

from hardware.bare import BareMachine, Fitted
from hardware.bolt import HOST_SILENCE_MS
from hardware.ports import HardwareError
from hardware.tally import Counts, Tally, parse
from tests.hardware.rig import eventually
from tests.kernel.body import COIL, DEBOUNCE_MS, PRESS, Body, bounce, chatter, touch
from tests.kernel.chip import Chip
from tests.kernel.drivers import DRIVERS, now_ms, opened

FITTED = Fitted(slot=1, tag="E200-0001", debounce_ms=DEBOUNCE_MS, max_on_ms=8_000)


@dataclass
class Bench:
    """A watched machine, its iron, and the file it counts in."""

    machine: BareMachine
    body: Body
    tally: Path

    def counted(self) -> Counts:
        return parse(self.tally.read_bytes())

    def reaches(self, counts: Counts) -> None:
        eventually(lambda: self.counted() == counts, f"{counts} is on disk")

    def rests(self) -> None:
        eventually(self.machine.engaged, "the bolt is at rest")

    def opens(self, bound_ms: int = 8_000) -> None:
        """Begin an opening, and wait until the bolt is out of the lever's way."""
        self.machine.energise(bound_ms)
        eventually(lambda: not self.body.locked() and self._alive(), "the bolt is withdrawn")

    def _alive(self) -> bool:
        self.machine.status()
        return True


@pytest.fixture(params=DRIVERS)
def bench(request: pytest.FixtureRequest, board: Chip, tmp_path: Path) -> Iterator[Bench]:
    tally = tmp_path / "tally"
    with Body(board) as body, opened(request.param) as pins:
        machine = BareMachine(pins, Tally.create(tally), FITTED, now_ms)
        machine.watch()
        made = Bench(machine, body, tally)
        made.rests()
        yield made
        machine.close()


def test_a_press_with_bouncing_contacts_ends_the_opening_and_counts_once(bench: Bench) -> None:
    bench.opens()
    eventually(bench.body.pull_lever, "the lever goes down")
    eventually(lambda: not bench.body.current(), "the current is cut")
    bench.rests()
    eventually(lambda: bench.machine.status().home, "the stamp is up")
    assert bench.counted() == Counts(1, 1)
    assert not bench.body.pull_lever()


def test_an_opening_without_a_press_ends_at_its_bound(bench: Bench) -> None:
    bench.opens(400)
    eventually(lambda: not bench.body.current(), "the current is cut")
    bench.rests()
    assert bench.counted() == Counts(1, 0)


def test_an_opening_ends_when_the_host_falls_silent(bench: Bench) -> None:
    began = now_ms()
    bench.machine.energise(8_000)
    eventually(lambda: not bench.body.current(), "the current is cut")
    assert HOST_SILENCE_MS <= now_ms() - began < 8_000


def test_presses_with_the_lock_shut_are_counted_one_by_one(bench: Bench, board: Chip) -> None:
    """A hand at the switch itself: the lever is blocked."""
    for count in (1, 2):
        with bench.body.held(PRESS):
            bounce(board, PRESS, up=False)
            bench.reaches(Counts(0, count))
            bounce(board, PRESS, up=True)
            time.sleep(4 * DEBOUNCE_MS / 1000)
            assert bench.machine.status().home
    assert bench.counted() == Counts(0, 2)


def test_a_long_bounce_is_one_press_and_a_spike_none_and_the_stamp_reads_up_through_both(
    bench: Bench, board: Chip
) -> None:
    """Looked at all the while: nobody is told that the stamp is down before it is."""
    machine, tries = bench.machine, 0
    while tries < 2:
        before = machine.status().presses
        with bench.body.held(PRESS):
            spike = touch(board, PRESS, lambda: machine.status().home, up=False)
            board.pull(PRESS, up=True)
            bouncing = chatter(board, PRESS, lambda: machine.status().home, up=False)
            eventually(lambda: not machine.status().home, "the stamp is down")
            presses = machine.status().presses - before
            board.pull(PRESS, up=True)
            eventually(lambda: machine.status().home, "the stamp is up")
        if None not in (spike, bouncing):  # on a busy computer a few touches are not short enough
            assert (spike, bouncing, presses) == ({True}, {True}, 1)
            tries += 1


def test_nothing_is_opened_while_a_button_is_held(bench: Bench, board: Chip) -> None:
    with bench.body.held(PRESS):
        board.pull(PRESS, up=False)
        eventually(lambda: not bench.machine.status().home, "the stamp is down")
        with pytest.raises(HardwareError, match="the stamp is down"):
            bench.machine.energise(1_000)
    assert not bench.body.current()
    assert bench.counted().unlatches == 0


def test_a_closed_machine_leaves_its_lines_to_others(bench: Bench, board: Chip) -> None:
    bench.opens()
    bench.machine.close()
    assert not bench.body.current()
    with gpiod.request_lines(str(board.device), {COIL: None}, "service"):
        assert not bench.body.current()
