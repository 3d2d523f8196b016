"""Every driver keeps every promise of its port, over its simulator or peer; and a part that breaks
one is found out.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware.conformance import run
from hardware.conformance.run import SUITES, Outcome
from sealctl.config_parts import PARTS
from tests.hardware.conformance.others import OTHERS
from tests.hardware.conformance.presses import PRESSES, Rig
from tests.hardware.conformance.scene import RigScene

PRESS_PORTS = ("case", "slots", "head", "lock")
RIGS: dict[str, dict[str, Rig]] = {
    **{port: dict(PRESSES) for port in PRESS_PORTS},
    **{port: dict(rigs) for port, rigs in OTHERS.items()},
}
BARE = frozenset({"gpiod", "rpi-gpio", "modbus"})
"""Drivers without a reader at the slot, who say so instead of passing."""


def _pairs() -> Iterator[tuple[str, str]]:
    for port, rigs in RIGS.items():
        yield from ((port, driver) for driver in rigs)


@pytest.mark.parametrize(("port", "driver"), list(_pairs()))
def test_the_driver_keeps_every_promise_of_its_port(port: str, driver: str, tmp_path: Path) -> None:
    with RIGS[port][driver](tmp_path) as (part, scene):
        outcomes = _all(port, part, scene)
    blind = {"sees_a_seal_lifted"} if port == "slots" and driver in BARE else set()
    assert {one.check.name for one in outcomes if one.seen.verdict != "passed"} == blind, [
        (one.check.name, one.seen) for one in outcomes
    ]


def test_every_port_and_every_driver_of_machine_toml_has_its_rig() -> None:
    assert RIGS.keys() == SUITES.keys()
    assert PRESSES.keys() == PARTS["press"].keys()
    assert OTHERS["camera"].keys() == PARTS["camera"].keys()


def _all(port: str, part: Any, scene: RigScene) -> list[Outcome]:
    return list(run.run({port: part}, scene, ports=[port], guarded=True))
