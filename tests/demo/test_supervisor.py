"""The demo's supervisor: children live as long as it does, whoever asked for them."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.processes import DemoError, Process, Supervisor, wait_until

SLEEPS = (
    "import pathlib, sys, threading; pathlib.Path(sys.argv[1]).touch(); threading.Event().wait()"
)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    running = Supervisor(tmp_path / "logs", {})
    yield running
    running.stop()


def child(mark: Path) -> Process:
    return Process("child", [sys.executable, "-c", SLEEPS, str(mark)], mark.exists)


def test_a_child_outlives_the_thread_that_asked_for_it(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    process = child(tmp_path / "ready")
    asking = threading.Thread(target=supervisor.start, args=(process,))
    asking.start()
    asking.join()
    assert process.popen is not None
    with pytest.raises(DemoError, match="still runs"):
        wait_until(lambda: process.pid is None, 0.5, "still runs")


def test_a_child_that_ends_at_once_is_told_with_the_end_of_its_log(supervisor: Supervisor) -> None:
    process = Process("child", [sys.executable, "-c", "print('no seal')"], lambda: False)
    with pytest.raises(DemoError, match="no seal"):
        supervisor.start(process)


def test_stop_ends_every_child(supervisor: Supervisor, tmp_path: Path) -> None:
    process = child(tmp_path / "ready")
    supervisor.start(process)
    supervisor.stop()
    assert process.pid is None
