"""The hub's disk is lost, with leaves for which machines hold receipts: a new log follows.

Broker, ingest, cosign and the county's witness are real processes; the machine is its courier.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from county.edit import rules
from hub.clock import now_ms
from tests.hub.journal_rig import COUNTERS, Written
from tests.support.contents import DEVICE
from tests.support.hub import LOG, Hub
from tests.support.witness import WitnessProcess
from wire import messages
from wire.errors import WireError
from wire.lists import bundle, content, renewal
from wire.lists.content import Grants, Policy
from wire.messages import Status
from wire.tlog import note, proof_file
from wire.tlog.checkpoint import Checkpoint

pytestmark = [
    pytest.mark.drill,
    pytest.mark.processes,
    pytest.mark.xdist_group("rehearsals_lost_log"),
]


class Loss:
    """A hub that was restored from a copy of three entries; the machine has receipts for eight."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.witness = WitnessProcess.build(folder)
        self.hub = Hub.build(folder, now_ms(), witness=self.witness)
        self.old = self.hub.log_vkey
        self.head = folder / "head"
        self.witness.start()
        self.start()
        self.machine = self.hub.client()
        self.send(3)
        self._copy()
        self.send(5)
        self.receipts = dict(self.machine.receipts)
        self.stop()
        self._restore()

    def start(self) -> None:
        self.hub.start("cosign")
        self.hub.start("ingest")

    def stop(self) -> None:
        for name in ("ingest", "cosign"):
            self.hub.stop(name)

    def send(self, count: int) -> None:
        """So many entries, each with a receipt that counts."""
        self.await_counting([self.hub.journal.write("heartbeat", **COUNTERS) for _ in range(count)])

    def await_counting(self, written: list[Written]) -> None:
        self.machine.send(*written)
        self.machine.until(
            lambda: all(self.counts(one, self.hub.log_vkey) for one in written),
            "receipts",
            seconds=30,
        )

    def counts(self, one: Written, log: str, receipts: dict[int, bytes] | None = None) -> bool:
        held = self.machine.receipts if receipts is None else receipts
        try:
            return one.entry.seq in held and bool(self.proves(one, log, held[one.entry.seq]))
        except WireError:
            return False

    def proves(self, one: Written, log: str, receipt: bytes) -> Checkpoint:
        witnesses = [note.verifier(self.witness.vkey)]
        proof = proof_file.decode(receipt)
        return proof_file.verify(
            proof, one.hash, log=note.verifier(log), witnesses=witnesses, quorum=1
        )

    def officers_name(self, vkey: str) -> None:
        """Their next list has the new log, and the old one's end."""
        town = self.hub.township
        named = rules.renew_log(town.authority, vkey, self.head.read_bytes())
        policy = replace(named.policy, version=named.policy.version + 1)
        self.hub.import_package(town.sign(replace(named, policy=policy)))
        self.hub.log_vkey = vkey

    def close(self) -> None:
        self.machine.link.stop()
        self.hub.close()
        self.witness.stop()

    def _copy(self) -> None:
        with (
            closing(sqlite3.connect(self.hub.state / "hub.sqlite3")) as old,
            closing(sqlite3.connect(self.folder / "copy")) as new,
        ):
            old.backup(new)

    def _restore(self) -> None:
        for path in self.hub.state.glob("hub.sqlite3*"):
            path.unlink()
        shutil.copy(self.folder / "copy", self.hub.state / "hub.sqlite3")
        shutil.rmtree(self.hub.state / "second")


@pytest.fixture
def loss(tmp_path: Path) -> Iterator[Loss]:
    made = Loss(tmp_path)
    try:
        yield made
    finally:
        made.close()


def test_the_township_goes_on_under_a_new_log_and_nothing_that_machines_hold_is_lost(
    loss: Loss,
) -> None:
    hub, witness, machine = loss.hub, loss.witness, loss.machine
    refused = hub.command("ingest")
    assert refused.returncode == 1
    assert "sealhub log renew" in refused.stderr

    witness.run("end-log", loss.old, "--head", str(loss.head))
    ended = renewal.last_head(loss.old, loss.head.read_bytes(), [note.verifier(witness.vkey)], 1)
    assert ended.size == 8
    said = hub.run("log", "renew", "--head", str(loss.head))
    vkey = said.split()[3]
    assert (note.verifier(vkey).name, ended.root in said) == (f"{LOG}-2", True)

    loss.start()
    sent = list(hub.journal.written)
    machine.receipts.clear()
    machine.send(*sent)
    machine.receipted(sent)
    assert not any(loss.counts(one, vkey) for one in sent)
    witness.run("add-log", vkey)
    loss.officers_name(vkey)
    loss.await_counting(sent)
    loss.send(2)
    forgotten = Status(online=True, list=7, last=8, receipted=8)
    machine.publish("status", messages.encode_status(forgotten))
    machine.until(lambda: hub.rows("SELECT 1 FROM devices_contact WHERE list = 7"), "status")
    hub.start("work")
    machine.until(lambda: machine.lists, "a list")
    listed = bundle.decode(machine.lists[-1])
    policy = content.decode(Policy, listed.files[bundle.POLICY])
    assert (policy.log_key, policy.former_logs) == (vkey, (ended,))
    grants = content.decode(Grants, listed.files[bundle.grants_path(DEVICE)])
    assert (grants.version, (grants.receipted or (0,))[0]) == (8, len(hub.journal.written))

    records = hub.rows("SELECT entry_hash, leaf_index FROM ingest_record ORDER BY seq")
    assert [bytes(row[0]) for row in records] == [one.hash for one in hub.journal.written]
    assert sorted(row[1] for row in records) == list(range(1, len(records) + 1))
    for one in sent:
        assert loss.counts(one, loss.old, loss.receipts)
        assert loss.proves(one, vkey, machine.receipts[one.entry.seq]).origin == f"{LOG}-2"
    former = hub.state / "public" / "former" / "1" / "checkpoint"
    assert former.read_bytes().startswith(f"{LOG}\n8\n".encode())


def test_the_old_log_never_grows_again(loss: Loss) -> None:
    """Neither at the hub, nor for the witness, nor for officers who name another end."""
    hub, witness = loss.hub, loss.witness
    witness.run("end-log", loss.old, "--head", str(loss.head))
    shorter = loss.folder / "shorter"
    shutil.copy(loss.head, shorter)
    lines = shorter.read_bytes().replace(f"{LOG}\n8\n".encode(), f"{LOG}\n3\n".encode())
    shorter.write_bytes(lines)
    refused = hub.command("log", "renew", "--head", str(shorter))
    assert refused.returncode == 1
    assert "witnesses saw" in refused.stderr
    vkey = hub.run("log", "renew", "--head", str(loss.head)).split()[3]
    assert hub.command("log", "renew", "--head", str(loss.head)).returncode == 1
    package = loss.folder / "package"
    refused = hub.command("list", "import", str(package))
    assert refused.returncode == 1
    assert "names another log" in refused.stderr
    town = hub.township
    bare = replace(
        town.authority.policy,
        version=town.authority.policy.version + 1,
        log_key=vkey,
        log_origin=f"{LOG}-2",
    )
    package.write_bytes(town.sign(replace(town.authority, policy=bare)).package)
    refused = hub.command("list", "import", str(package))
    assert refused.returncode == 1
    assert "another past" in refused.stderr
