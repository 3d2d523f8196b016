"""The board that every test here has."""

from collections.abc import Iterator

import pytest

from tests.kernel.body import CASE, COIL, LABEL, LATCH, PRESS
from tests.kernel.chip import Chip, chip


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
