"""A command from the operator to a whole machine and its answer back: all real processes."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.processes import Process, Supervisor
from hub.clock import now_ms
from sealctl.commands import furnish
from tests.support.broker import until
from tests.support.contents import DEVICE
from tests.support.hub import Hub
from tests.support.office import Office
from wire import command
from wire.command import Answer
from wire.sig import PublicKey

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("fleet")]


@dataclass
class Village:
    """The machine at work, and its hub."""

    office: Office
    hub: Hub
    key: PublicKey

    def answer(self, number: int) -> Answer:
        """What the hub keeps as the answer to its command of that count."""
        query = (
            "SELECT a.envelope FROM fleet_commandanswer a JOIN fleet_sentcommand c "
            "ON a.command_id = c.id ORDER BY c.id LIMIT 1 OFFSET ?"
        )
        until(lambda: self.hub.rows(query, number) != [], f"answer {number}", seconds=30)
        return command.open_answer(bytes(self.hub.rows(query, number)[0][0]), self.key)


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    folder = tmp_path / "machine"
    key = PublicKey("EdDSA", furnish.provision(folder))
    hub = Hub.build(tmp_path, now_ms(), key=key)
    office = Office.furnish(folder, hub.township, Supervisor(folder / "logs", {}))
    hub.connect(folder)
    try:
        for name in ("ingest", "work"):
            hub.start(name)
        for name in ("body", "lockd"):
            office.start(name)
        config = ["--config", str(folder / "machine.toml")]
        courier = [sys.executable, "-m", "sealctl.cli", *config, "syncd"]
        office.house.start(Process("syncd", courier, lambda: True))
        until(lambda: office.state()["list"] is not None, "the list is adopted", seconds=30)
        yield Village(office, hub, key)
    finally:
        office.close()
        hub.close()


def test_every_command_is_answered_and_the_lock_stays_as_it_was(village: Village) -> None:
    before: Any = village.office.ask("body", "snapshot")
    held = village.office.state()["list"]["version"]
    for name in command.NAMES:
        village.hub.run("fleet", "send", DEVICE, name)
    refreshed, examined, told = (village.answer(number) for number in range(3))
    assert {one.outcome for one in (refreshed, examined, told)} == {"done"}
    assert refreshed.list > held
    assert examined.findings["lock_sensor"] == "good"
    assert told.facts["entries"] >= 2
    after: Any = village.office.ask("body", "snapshot")
    assert {name: after[name] for name in ("engaged", "unlatches", "presses")} == {
        name: before[name] for name in ("engaged", "unlatches", "presses")
    }
    assert set(village.office.kinds()) <= {"boot", "list_adopted", "heartbeat"}
    assert f"{DEVICE} " in village.hub.run("fleet", "list")
