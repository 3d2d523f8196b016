"""The press's conformance suite over the kernel's own lines: each driver, each check by name."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from hardware.bare import BareMachine, Fitted
from hardware.choose import Press
from hardware.conformance.deeds import Deed
from hardware.conformance.model import Check
from hardware.conformance.run import SUITES
from hardware.sim.mechanism import MAX_ON_MS
from hardware.tally import Tally
from tests.hardware.conformance.scene import RigScene
from tests.hardware.rig import eventually
from tests.kernel.body import DEBOUNCE_MS, Body
from tests.kernel.chip import Chip
from tests.kernel.drivers import DRIVERS, now_ms, opened

CHECKS = [check for port in ("case", "slots", "head", "lock") for check in SUITES[port].checks]
PATIENCE_MS = 10_000
BLIND = "sees_a_seal_lifted"
"""What a machine without a reader at its slot says that it cannot see."""


@pytest.fixture(scope="module", params=DRIVERS)
def press(
    request: pytest.FixtureRequest, made: Chip, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Press, RigScene]]:
    """One bare machine for all checks, as at a real one, and hands that do what is asked."""
    fitted = Fitted(1, "E200-0001", DEBOUNCE_MS, MAX_ON_MS)
    tally = Tally.create(tmp_path_factory.mktemp("bare") / "tally")
    with Body(made) as body, opened(request.param) as pins:
        machine = BareMachine(pins, tally, fitted, now_ms)
        machine.watch()
        eventually(machine.engaged, "the bolt is at rest")
        yield Press(machine, machine, machine, machine), _scene(body)
        machine.close()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.port}.{check.name}")
def test_the_driver_keeps_the_promise(press: tuple[Press, RigScene], check: Check[Any]) -> None:
    seen = check.run(*press)
    assert seen.verdict == ("not_run" if check.name == BLIND else "passed"), seen.words


def _scene(body: Body) -> RigScene:
    """Real time."""

    def press() -> None:
        eventually(body.pull_lever, "the bolt is out of the lever's way")

    hands = {
        Deed.TRY_LEVER: body.pull_lever,
        Deed.PRESS: press,
        Deed.OPEN_CASE: lambda: setattr(body, "case_closed", False),
        Deed.CLOSE_CASE: lambda: setattr(body, "case_closed", True),
    }
    return RigScene(now_ms, lambda ms: time.sleep(ms / 1000), hands, patience_ms=PATIENCE_MS)
