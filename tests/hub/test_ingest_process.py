"""From a machine's message to its receipt, with a real broker and a real ingest process."""

import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hub.clock import now_ms
from tests.hub.journal_rig import COUNTERS, Journal
from tests.support.broker import until
from tests.support.contents import DEVICE
from tests.support.hub import Hub, Machine
from wire import messages
from wire.messages import Status
from wire.record import commitment, entry

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("ingest")]
GRANT = b"g" * 32


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    made = Hub.build(tmp_path_factory.mktemp("ingest"), now_ms())
    try:
        made.start("ingest")
        yield made
    finally:
        made.close()


@pytest.fixture
def machine(hub: Hub) -> Iterator[Machine]:
    made = hub.client()
    yield made
    made.link.stop()


def beats(hub: Hub, count: int = 1) -> list[Any]:
    return [hub.journal.write("heartbeat", **COUNTERS) for _ in range(count)]


def test_each_entry_gets_a_receipt_that_proves_it(hub: Hub, machine: Machine) -> None:
    first = hub.journal.write("boot", version="1", **COUNTERS)
    hub.journal.stamp(GRANT)
    written = list(hub.journal.written)
    assert written[0] is first
    machine.send(*written)
    machine.receipted(written)
    for one in written:
        assert hub.verify(one, machine.receipts[one.entry.seq]).origin == "town.example/log"
    stored = hub.rows("SELECT envelope, kind, village FROM ingest_record ORDER BY seq")
    assert stored[:1] == [(first.envelope, "boot", "sunrise")]
    assert hub.rows("SELECT count(*) FROM ingest_openings") == [(2,)]


def test_a_receipt_comes_quickly(hub: Hub, machine: Machine) -> None:
    taken = []
    for one in beats(hub, 10):
        began = time.monotonic()
        machine.send(one)
        machine.receipted([one])
        taken.append(time.monotonic() - began)
    assert sorted(taken)[len(taken) // 2] < 0.25


def test_what_is_sent_again_is_receipted_again_and_stored_once(hub: Hub, machine: Machine) -> None:
    written = beats(hub, 3)
    machine.send(*written)
    machine.receipted(written)
    machine.receipts.clear()
    machine.send(*written, *written)
    machine.receipted(written)
    seq = written[0].entry.seq
    assert hub.rows("SELECT count(*) FROM ingest_record WHERE seq = ?", seq) == [(1,)]


def test_a_gap_is_not_taken_and_told_once(hub: Hub, machine: Machine) -> None:
    missing, *later = beats(hub, 3)
    machine.send(*later)
    machine.send(*later)
    until(lambda: _told(hub, "entries between are missing") > 0, "the gap is told")
    machine.send(missing)
    machine.receipted([missing])
    assert not machine.receipts.keys() & {one.entry.seq for one in later}
    machine.send(*later)
    machine.receipted(later)
    assert _told(hub, f"after {missing.entry.seq - 1}:") == 1


def test_openings_are_needed_for_a_receipt_and_may_come_first(hub: Hub, machine: Machine) -> None:
    bare, early = (hub.journal.authorise(GRANT) for _ in range(2))
    assert bare.openings is not None
    assert early.openings is not None
    machine.publish("opening", messages.encode_openings([early.openings]))
    machine.send(bare, early, openings=False)
    machine.receipted([early])
    assert bare.entry.seq not in machine.receipts
    machine.publish("opening", messages.encode_openings([bare.openings]))
    machine.receipted([bare])


def test_openings_that_do_not_fit_are_not_kept(hub: Hub, machine: Machine) -> None:
    one = hub.journal.authorise(GRANT)
    assert one.openings is not None
    held = commitment.decode(one.openings)
    forged = replace(held, openings=(replace(held.openings[0], value="mallory"), held.openings[1]))
    partial = replace(held, openings=held.openings[:1])
    machine.send(one, openings=False)
    for wrong in (forged, partial, replace(held, device="sunset-1")):
        machine.publish("opening", messages.encode_openings([commitment.encode(wrong)]))
    until(lambda: _told(hub, "openings of sunset-1") > 0, "the openings are refused")
    assert hub.rows("SELECT 1 FROM ingest_openings WHERE entry_hash = ?", one.hash) == []
    machine.publish("opening", messages.encode_openings([one.openings]))
    machine.receipted([one])


def test_a_fork_is_kept_beside_the_record_and_never_receipted(hub: Hub, machine: Machine) -> None:
    past = hub.journal.written[2]
    rival = _rival(hub.journal, past.entry.seq, past.entry.prev)
    machine.send(rival)
    machine.send(rival)
    query = "SELECT reason, envelope FROM ingest_conflict WHERE seq = ?"
    until(lambda: hub.rows(query, past.entry.seq) != [], "the fork is kept")
    (following,) = beats(hub)
    stray = _rival(hub.journal, following.entry.seq, bytes([1]) * 32)
    machine.send(stray)
    until(lambda: hub.rows(query, following.entry.seq) != [], "the stray entry is kept")
    machine.send(following)
    machine.receipted([following])
    assert hub.rows(query, past.entry.seq) == [("fork", rival.envelope)]
    assert hub.rows(query, following.entry.seq) == [("prev", stray.envelope)]
    assert past.entry.seq not in machine.receipts
    stored = "SELECT envelope FROM ingest_record WHERE seq = ?"
    assert hub.rows(stored, past.entry.seq) == [(past.envelope,)]


def test_garbage_is_ignored_on_every_topic(hub: Hub, machine: Machine) -> None:
    stranger = Journal(now_ms=hub.journal.now_ms)
    forged = stranger.write("boot", version="1", **COUNTERS)
    abroad = Journal("sunset-1", signer=hub.journal.signer).write("boot", version="1", **COUNTERS)
    for what in ("entry", "opening", "status", "nothing"):
        for payload in (b"", b"\x00", b"\xa1" * 5000, messages.encode_entries([b"\xd2junk"])):
            machine.publish(what, payload)
    machine.send(forged)
    machine.send(abroad)
    written = beats(hub)
    machine.send(*written)
    machine.receipted(written)
    assert machine.receipts.keys() == {written[0].entry.seq}


def test_another_machine_cannot_speak_or_listen_in_its_place(hub: Hub, machine: Machine) -> None:
    stranger = hub.client("sunset-1")
    (one,) = beats(hub)
    stranger.send(one, of=DEVICE)
    stranger.publish("opening", b"\x00", of="sunset-1")
    until(lambda: _told(hub, "seal/v1/sunset-1/up/opening") > 0, "its own topic is heard")
    found = hub.rows("SELECT 1 FROM ingest_record WHERE entry_hash = ?", one.hash)
    assert found == []
    machine.send(one)
    machine.receipted([one])
    stranger.until(lambda: True, "what arrived is heard")
    assert stranger.receipts == {}
    stranger.link.stop()


def test_the_status_is_kept(hub: Hub, machine: Machine) -> None:
    machine.publish("status", messages.encode_status(Status(True, 3, 9, 8)))
    query = 'SELECT online, "list", last, receipted FROM devices_contact'
    until(lambda: hub.rows(query) == [(1, 3, 9, 8)], "the status is kept")


def test_a_killed_ingest_loses_nothing(hub: Hub, machine: Machine) -> None:
    written = beats(hub, 300)
    for one in written[:150]:
        machine.send(one)
    machine.until(lambda: machine.receipts, "the first receipts")
    hub.stop("ingest", signal.SIGKILL)
    for one in written[150:]:
        machine.send(one)
    hub.start("ingest")
    machine.receipted(written[-1:])
    machine.send(*written[:250])
    machine.send(*written[250:])
    machine.receipted(written)
    sizes = [hub.verify(one, machine.receipts[one.entry.seq]).size for one in written]
    assert max(sizes) >= len(hub.journal.written)


def test_a_killed_broker_is_waited_for(hub: Hub, machine: Machine) -> None:
    before = machine.connected
    hub.broker.stop(signal.SIGKILL)
    written = beats(hub, 5)
    hub.broker.start()
    machine.until(lambda: machine.connected > before, "connected again")
    machine.send(*written)
    machine.receipted(written)
    assert hub.processes["ingest"].poll() is None


def test_the_log_is_one_story_from_first_to_last(hub: Hub, machine: Machine) -> None:
    leaves = hub.rows('SELECT "index", data FROM log_leaf ORDER BY "index"')
    records = hub.rows("SELECT leaf_index, envelope FROM ingest_record ORDER BY seq")
    assert [index for index, _ in leaves] == list(range(len(leaves)))
    assert leaves == records
    assert [data for _, data in leaves] == [one.envelope for one in hub.journal.written]


def test_a_second_ingest_is_refused(hub: Hub) -> None:
    refused = hub.command("ingest")
    assert refused.returncode == 1
    assert "Another ingest runs already" in refused.stderr


def test_it_ends_cleanly_and_refuses_an_older_database(hub: Hub) -> None:
    assert hub.stop("ingest") == 0
    database = hub.state / "hub.sqlite3"
    kept = database.read_bytes()
    second = hub.state / "second" / "leaves"
    whole = second.read_bytes()
    second.write_bytes(whole + len(b"more").to_bytes(4) + b"more")
    refused = hub.command("ingest")
    assert refused.returncode == 1
    assert "fewer than second store" in refused.stderr
    assert database.read_bytes() == kept
    second.write_bytes(whole)
    hub.start("ingest")


def _rival(journal: Journal, seq: int, prev: bytes) -> Any:
    """Another entry at that place, by the machine's own key."""
    model = journal.written[-1].entry
    body = {"was": 1, "now": 2}
    made = replace(model, seq=seq, prev=prev, kind="clock_step", body=body)
    return replace(
        journal.written[-1],
        entry=made,
        envelope=journal._signed(entry.encode(made)),
        openings=None,
    )


def _told(hub: Hub, text: str) -> int:
    return hub.said("ingest").read_text("utf-8").count(text)
