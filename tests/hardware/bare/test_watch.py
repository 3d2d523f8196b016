"""The thread alone ends an opening: nobody else looks at the machine in these tests."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardware.bare import BareMachine
from hardware.clock import SystemClock
from hardware.ports import HardwareError
from hardware.tally import Counts, Tally, parse
from tests.hardware.bare.rig import FITTED, Wires
from tests.hardware.rig import eventually

NOW = SystemClock().mono_ms
LATE_MS = 700
"""What a busy computer may add to a thread's waking."""


class Running:
    """A machine whose own thread watches, over the computer's own clock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.wires = Wires(NOW)
        self.machine = BareMachine(self.wires, Tally.create(path), FITTED, NOW)
        self.machine.watch()
        eventually(self.machine.engaged, "the bolt is known to be at rest")

    def open(self, bound_ms: int) -> int:
        """Begin an opening; when."""
        began = NOW()
        self.machine.energise(bound_ms)
        assert self.wires.current()
        return began

    def current_ends(self) -> int:
        """When it has."""
        eventually(lambda: not self.wires.current(), "the current ends")
        return NOW()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(tmp_path / "tally")
    yield made
    made.wires.broken.clear()
    made.machine.close()
    assert not made.wires.current()


def test_the_thread_ends_an_opening_at_its_bound(running: Running) -> None:
    began = running.open(200)
    assert 200 <= running.current_ends() - began < 200 + LATE_MS


def test_the_thread_ends_an_opening_of_a_silent_host(running: Running) -> None:
    began = running.open(8_000)
    assert 1_000 <= running.current_ends() - began < 1_000 + LATE_MS


def test_the_thread_ends_an_opening_at_the_press_and_counts_it(running: Running) -> None:
    running.open(8_000)
    eventually(running.wires.pull_lever, "the bolt is withdrawn")
    pulled = NOW()
    assert running.current_ends() - pulled < 150 + LATE_MS
    eventually(
        lambda: parse(running.path.read_bytes()) == Counts(1, 1), "the press is counted on disk"
    )


def test_the_thread_tries_again_what_the_host_could_not_switch_off(running: Running) -> None:
    running.open(8_000)
    running.wires.broken = {"drive_off"}
    with pytest.raises(HardwareError):
        running.machine.release()
    running.wires.broken.clear()
    running.current_ends()


def test_closing_ends_the_thread_and_the_current(running: Running) -> None:
    running.open(8_000)
    running.machine.close()
    assert not running.wires.current()
    assert "bare-watch" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_takes_the_current_with_it_and_nothing_is_opened_again(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies() -> None:
        raise MemoryError

    running.open(8_000)
    monkeypatch.setattr(running.machine, "step", dies)
    running.current_ends()
    died = NOW()
    eventually(lambda: NOW() - died > 500 and running.machine.engaged(), "the bolt is back")
    with pytest.raises(HardwareError, match="nobody watches"):
        running.machine.energise(1_000)


def test_many_callers_at_once_get_one_opening(running: Running) -> None:
    opened: list[int] = []
    refused: list[int] = []
    start = threading.Barrier(8)

    def opener() -> None:
        start.wait()
        try:
            running.machine.energise(300)
            opened.append(1)
        except HardwareError:
            refused.append(1)

    threads = [threading.Thread(target=opener) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(opened), len(refused)) == (1, 7)
    assert running.machine.status().unlatches == 1


def test_release_does_not_wait_for_the_disk(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A press is being written to a slow card when the host wants the current cut."""
    writing, go_on = threading.Event(), threading.Event()
    add = Tally.add

    def slow(tally: Tally, **counts: int) -> None:
        writing.set()
        go_on.wait(10)
        add(tally, **counts)

    monkeypatch.setattr("hardware.tally.Tally.add", slow)
    running.wires.touch_press_switch(NOW())
    assert writing.wait(10)
    released = _takes(running.machine.release)
    go_on.set()
    assert released < 1.0
    eventually(lambda: running.machine.status().presses == 1, "the press is counted")


def _takes(deed: Callable[[], None]) -> float:
    began = time.monotonic()
    deed()
    return time.monotonic() - began
