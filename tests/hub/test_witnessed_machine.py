"""A whole machine, its courier, a broker, the hub and the county's witness: all real processes."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.processes import Process, Supervisor
from hub.clock import now_ms
from sealctl.cli import main as sealctl
from sealctl.commands import furnish
from tests.support.broker import until
from tests.support.hub import Hub
from tests.support.office import Office
from tests.support.witness import WitnessProcess
from wire.sig import PublicKey

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("cosign")]
COUNTS = (
    "SELECT count(*) FROM entry",
    "SELECT count(*) FROM receipt",
    "SELECT count(*) FROM pending",
)


@dataclass
class Village:
    """The machine at work, and who looks after its records."""

    office: Office
    hub: Hub
    witness: WitnessProcess

    def courier(self) -> Any:
        return self.office.state()["courier"]

    def counted(self) -> tuple[int, ...]:
        """Entries, receipts and pending ones that lie in the journal."""
        uri = f"file:{self.office.folder / 'journal.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=20)) as journal:
            return tuple(int(journal.execute(query).fetchone()[0]) for query in COUNTS)


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    folder, witness = tmp_path / "machine", WitnessProcess.build(tmp_path)
    key = PublicKey("EdDSA", furnish.provision(folder))
    hub = Hub.build(tmp_path, now_ms(), key=key, witness=witness)
    office = Office.furnish(folder, hub.township, Supervisor(folder / "logs", {}))
    hub.connect(folder)
    try:
        for name in ("cosign", "ingest", "work"):
            hub.start(name)
        for name in ("body", "lockd"):
            office.start(name)
        config = ["--config", str(folder / "machine.toml")]
        courier = [sys.executable, "-m", "sealctl.cli", *config, "syncd"]
        office.house.start(Process("syncd", courier, lambda: True))
        yield Village(office, hub, witness)
    finally:
        office.close()
        hub.close()
        witness.stop()


def test_what_the_witness_has_not_seen_is_pending_and_all_of_it_is_kept(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    def all_pending() -> bool:
        courier = village.courier()
        return bool(courier["pending"] == courier["unreceipted"] >= 2)

    until(all_pending, "the boot and the list are with the township", seconds=30)
    entries = village.courier()["unreceipted"]
    assert village.counted() == (entries, 0, entries)
    config = ["--config", str(village.office.folder / "machine.toml")]
    sealctl([*config, "status"])
    assert "尚待县级见证" in capsys.readouterr().out
    assert village.office.state()["clock"]["quality"] != "witnessed"
    village.witness.start()
    until(lambda: village.courier()["unreceipted"] == 0, "unasked, all is receipted", seconds=30)
    entries = village.counted()[0]
    assert village.counted() == (entries, entries, 0)
    assert village.office.state()["clock"]["quality"] == "witnessed"
