"""A real courier, broker and hub: whatever is killed, nothing is lost and nothing forked."""

import hashlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.clock import now_ms
from hub.devices.ca import sign_csr
from sync.enrol import new_request
from tests.support.broker import listening, until
from tests.support.contents import DEVICE
from tests.support.courier_peer import CourierPeer
from tests.support.hub import Hub
from tests.support.ports import free_port
from tests.sync.rig import Child
from wire.tlog import note, proof_file, tree
from wire.tlog.checkpoint import open_checkpoint

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("way")]
PHOTO = b"\xff\xd8\xff" + b"a photo" * 5000


@dataclass
class Way:
    """From `lockd` by `courier` to `hub`."""

    hub: Hub
    lockd: CourierPeer
    courier: Child

    def arrived(self) -> None:
        """Every entry is receipted, and the hub has it once."""
        until(lambda: self.lockd.receipted == self.lockd.last, "all receipts", seconds=30)
        rows = self.hub.rows("SELECT envelope FROM ingest_record ORDER BY seq")
        assert rows == [(one.envelope,) for one in self.lockd.journal.written]


@pytest.fixture
def way(tmp_path: Path) -> Iterator[Way]:
    hub = Hub.build(tmp_path, now_ms())
    blobs = free_port()
    machine = tmp_path / "machine"
    toml = _machine(machine, hub, blobs)
    log = note.verifier(hub.log_vkey)
    lockd = CourierPeer(machine / "run" / "courier.sock", log, hub.journal).start()
    courier = Child([sys.executable, "-m", "sync.syncd", "--config", str(toml)], tmp_path / "sync")
    try:
        hub.start("ingest")
        hub.start("blobs", "--listen", f"127.0.0.1:{blobs}")
        until(lambda: listening(blobs), "the blob site listens")
        courier.start()
        yield Way(hub, lockd, courier)
    finally:
        courier.kill()
        lockd.stop()
        hub.close()


def _machine(folder: Path, hub: Hub, blobs: int) -> Path:
    (folder / "photos").mkdir(parents=True)
    request = new_request(folder, DEVICE)
    (folder / "tls" / "device.pem").write_bytes(sign_csr(hub.state / "tls", request, DEVICE))
    toml = folder / "machine.toml"
    toml.write_text(
        f'device = "{DEVICE}"\n[hub]\nmqtt_host = "127.0.0.1"\nmqtt_port = {hub.broker.port}\n'
        f'blobs = "https://127.0.0.1:{blobs}"\nca = "{hub.state / "tls" / "ca.pem"}"\n'
        'certificate = "tls/device.pem"\nkey = "tls/device.key"\n'
    )
    return toml


def test_entries_openings_lists_and_photos_arrive(way: Way, tmp_path: Path) -> None:
    way.lockd.write(300)
    way.lockd.write(3, operator="wu")
    photo = hashlib.sha256(PHOTO)
    (tmp_path / "machine" / "photos" / f"{photo.hexdigest()}.jpg").write_bytes(PHOTO)
    way.lockd.pending.append(photo.digest())
    way.arrived()
    assert way.hub.rows("SELECT count(*) FROM ingest_openings") == [(3,)]
    until(lambda: not way.lockd.pending, "the photo is sent")
    kept = way.hub.state / "blobs" / photo.hexdigest()[:2] / photo.hexdigest()
    assert kept.read_bytes() == PHOTO
    way.hub.start("work")
    until(lambda: way.lockd.lists != [], "the list arrives")
    assert way.lockd.contacts[-1] is True


def test_a_receipt_is_held_soon_after_the_entry_was_committed(way: Way) -> None:
    way.lockd.write()
    way.arrived()
    took = []
    for _ in range(15):
        began = time.monotonic()
        way.lockd.write(operator="wu")
        until(lambda: way.lockd.receipted == way.lockd.last, "the receipt")
        took.append(time.monotonic() - began)
    assert sorted(took)[7] < 0.1


def test_whoever_is_killed_and_whenever_nothing_is_lost_or_forked(way: Way) -> None:
    for round_, pause in enumerate((0.0, 0.01, 0.03, 0.06, 0.1, 0.2)):
        way.lockd.write(60, operator="wu")
        threading.Event().wait(pause)
        way.hub.stop("ingest", signal.SIGKILL)
        if round_ == 2:
            way.hub.broker.stop(signal.SIGKILL)
            way.hub.broker.start()
        if round_ == 4:
            way.courier.kill()
            way.courier.start()
        way.hub.start("ingest")
    way.arrived()
    assert way.hub.rows("SELECT count(*) FROM ingest_openings") == [(way.lockd.last,)]
    _every_head_is_of_one_log(way)


def _every_head_is_of_one_log(way: Way) -> None:
    rows = way.hub.rows('SELECT data FROM log_leaf ORDER BY "index"')
    hashes = [tree.leaf_hash(data) for (data,) in rows]
    log = note.verifier(way.hub.log_vkey)
    heads = {proof_file.decode(one).checkpoint for one in way.lockd.receipts.values()}
    heads.add((way.hub.state / "public" / "log" / "checkpoint").read_bytes())
    for data in heads:
        head = open_checkpoint(data, log)
        assert head.root == tree.root_of(hashes[: head.size])
    assert max(open_checkpoint(data, log).size for data in heads) == len(hashes)
