"""The board that every test here has, and a limit on how long one may take."""

import signal
from collections.abc import Iterator

import pytest

from tests.kernel.body import CASE, COIL, LABEL, LATCH, PRESS
from tests.kernel.chip import Chip, chip

LIMIT_S = 90


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test that hangs fails, and the others go on."""

    def late(*_: object) -> None:
        raise TimeoutError(f"{item.nodeid} takes longer than {LIMIT_S} s")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(LIMIT_S)
    try:
        return (yield)
    finally:
        signal.alarm(0)


@pytest.fixture(scope="session")
def made() -> Iterator[Chip]:
    """One for all: lgpio never lets go of a chip it has opened, nor does its number come back."""
    with chip("board", LABEL, {COIL: "SOLENOID", LATCH: "LATCH"}) as board:
        yield board


@pytest.fixture
def board(made: Chip) -> Chip:
    """At rest: the bolt engaged, the stamp up, the case closed."""
    made.pull(COIL, up=False)
    for line, open_ in ((LATCH, False), (PRESS, True), (CASE, False)):
        made.pull(line, up=open_)
    return made
