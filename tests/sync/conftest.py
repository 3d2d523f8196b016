"""One machine's courier between a lockd and a township, all of them real but the ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.courier_peer import CourierPeer
from tests.sync.ingest_peer import Ingest, TownshipLog
from tests.sync.pki import Pki
from tests.sync.rig import Broker, Child, machine_folder, syncd


@dataclass
class Road:
    """From `lockd` by `courier` and `broker` to `ingest`; the courier is not started yet."""

    lockd: CourierPeer
    courier: Child
    broker: Broker
    ingest: Ingest


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def road(tmp_path: Path, pki: Pki) -> Iterator[Road]:
    broker = Broker(tmp_path / "broker", pki)
    broker.start()
    log = TownshipLog()
    ingest = Ingest(pki.ingest, broker.port, log)
    toml = machine_folder(tmp_path / "machine", pki, broker.port)
    lockd = CourierPeer(tmp_path / "machine/run/courier.sock", log.verifier).start()
    made = Road(lockd, syncd(toml), broker, ingest)
    yield made
    made.courier.kill()
    made.ingest.stop()
    broker.child.kill()
    lockd.stop()
