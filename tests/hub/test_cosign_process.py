"""The hub and the county's witness as real processes: pending, cosigned, rolled back, restored."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from hub.clock import now_ms
from hub.log.keys import LogKey
from tests.hub.journal_rig import COUNTERS, Written
from tests.support.broker import until
from tests.support.hub import LOG, Hub, Machine
from tests.support.witness import WitnessProcess
from wire.tlog import cosignature, note, proof_file, submission
from wire.tlog.submission import Submission

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("cosign")]


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[WitnessProcess]:
    made = WitnessProcess.build(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def hub(tmp_path: Path, witness: WitnessProcess) -> Iterator[Hub]:
    made = Hub.build(tmp_path, now_ms(), witness=witness)
    try:
        made.start("cosign")
        yield made
    finally:
        made.close()


def beat(hub: Hub, machine: Machine) -> Written:
    """One entry, and its receipt of whatever kind."""
    one = hub.journal.write("heartbeat", **COUNTERS)
    machine.send(one)
    machine.receipted([one])
    return one


def counts(hub: Hub, witness: WitnessProcess, written: Written, receipt: bytes) -> bool:
    """Whether the policy's witness has seen the head of a receipt; the rest of it must hold."""
    hub.verify(written, receipt)
    signed = note.parse(proof_file.decode(receipt).checkpoint)
    return len(cosignature.count(signed, [note.verifier(witness.vkey)])) == 1


def until_counted(hub: Hub, witness: WitnessProcess, machine: Machine, one: Written) -> None:
    seq = one.entry.seq
    machine.until(lambda: counts(hub, witness, one, machine.receipts[seq]), "it is cosigned")


def published(hub: Hub, name: str = "checkpoint") -> bytes:
    return (hub.state / "public" / "log" / name).read_bytes()


def problem(hub: Hub) -> str:
    rows = hub.rows("SELECT problem FROM log_witness")
    return str(rows[0][0]) if rows else "not asked"


def test_an_absent_witness_delays_nothing_and_is_made_up_for_unasked(
    hub: Hub, witness: WitnessProcess
) -> None:
    hub.start("ingest")
    machine = hub.client()
    written = [beat(hub, machine) for _ in range(3)]
    assert not any(counts(hub, witness, one, machine.receipts[one.entry.seq]) for one in written)
    assert not (hub.state / "public" / "log" / "checkpoint.cosigned").exists()
    until(lambda: problem(hub) == "unreachable", "the operator is told")
    witness.start()
    for one in written:
        until_counted(hub, witness, machine, one)
    until(lambda: problem(hub) == "", "the operator is told")
    line = note.parse(published(hub)).signatures[1]
    assert line.name == note.verifier(witness.vkey).name
    assert published(hub) == published(hub, "checkpoint.cosigned")
    machine.link.stop()


def test_a_witness_restored_from_a_copy_is_shown_again_what_it_forgot(
    hub: Hub, witness: WitnessProcess, tmp_path: Path
) -> None:
    witness.start()
    hub.start("ingest")
    machine = hub.client()
    until_counted(hub, witness, machine, beat(hub, machine))
    witness.stop()
    shutil.copytree(witness.state, tmp_path / "copy")
    witness.start()
    until_counted(hub, witness, machine, beat(hub, machine))
    witness.stop()
    shutil.rmtree(witness.state)
    shutil.copytree(tmp_path / "copy", witness.state)
    witness.start()
    until_counted(hub, witness, machine, beat(hub, machine))
    assert hub.rows("SELECT forgot_ms > 0 FROM log_witness") == [(1,)]
    machine.link.stop()


def test_a_hub_restored_whole_signs_nothing_shorter(
    hub: Hub, witness: WitnessProcess, tmp_path: Path
) -> None:
    """Database, second store and published files alike are older: only the witness knows."""
    witness.start()
    hub.start("ingest")
    machine = hub.client()
    until_counted(hub, witness, machine, beat(hub, machine))
    hub.stop("ingest")
    hub.stop("cosign")
    shutil.copytree(hub.state, tmp_path / "copy")
    hub.start("cosign")
    hub.start("ingest")
    until_counted(hub, witness, machine, beat(hub, machine))
    machine.link.stop()
    hub.stop("ingest")
    hub.stop("cosign")
    newer = tmp_path / "newer"
    hub.state.rename(newer)
    (tmp_path / "copy").rename(hub.state)
    before = published(hub)
    hub.start("cosign")
    refused = hub.command("ingest")
    assert refused.returncode == 1
    assert "fewer than witness county.example/witness 2" in refused.stderr
    assert published(hub) == before
    assert hub.rows("SELECT size FROM log_head") == [(1,)]
    assert problem(hub) == "ahead"
    shutil.copy(newer / "second" / "leaves", hub.state / "second" / "leaves")
    hub.run("replay")
    hub.start("ingest")
    until(lambda: problem(hub) == "", "all is well")


def test_another_log_for_the_witness_than_for_the_machines_stops_the_hub(
    hub: Hub, witness: WitnessProcess
) -> None:
    """Whoever has the log's key shows the witness a head that machines never saw."""
    hub.start("ingest")
    machine = hub.client()
    one = beat(hub, machine)
    hub.stop("cosign")
    key = LogKey.load(LOG, hub.state / "keys" / "log.pem")
    witness.start()
    private = Submission(0, (), key.sign(1, bytes(32)))
    reply = httpx.post(witness.url + submission.PATH, content=submission.encode(private))
    assert reply.status_code == 200
    hub.start("cosign")
    assert hub.processes["ingest"].wait(20) == 1
    assert "it would fork" in hub.said("ingest").read_text("utf-8")
    assert not counts(hub, witness, one, machine.receipts[one.entry.seq])
    hub.processes.pop("ingest")
    assert "it would fork" in hub.command("ingest").stderr
    machine.link.stop()


def test_one_who_claims_more_without_showing_it_stops_nothing(
    hub: Hub, witness: WitnessProcess
) -> None:
    witness.start()
    hub.start("ingest")
    machine = hub.client()
    until_counted(hub, witness, machine, beat(hub, machine))
    witness.stop()
    with closing(sqlite3.connect(next(witness.state.glob("*.sqlite3")))) as database:
        database.execute("UPDATE head SET size = 10, note = ?", (b"nothing\n",))
        database.commit()
    witness.start()
    beat(hub, machine)
    until(lambda: problem(hub) == "claims_more", "the operator is told")
    beat(hub, machine)
    assert hub.processes["ingest"].poll() is None
    machine.link.stop()
