"""The courier as a real process: what lockd committed arrives, whatever is killed on the way."""

import signal
import statistics
import threading
import time

import pytest

from tests.support.contents import DEVICE
from tests.support.imports import ENVIRONMENT, packages
from tests.sync.conftest import Road
from tests.sync.ingest_peer import not_cbor
from tests.sync.rig import eventually
from wire import messages
from wire.messages import Status

pytestmark = pytest.mark.processes


def _all_receipted(road: Road, seconds: float = 15.0) -> None:
    eventually(
        lambda: road.lockd.receipted == road.lockd.last,
        f"receipts are missing: {road.courier.said[-2000:]}",
        seconds,
    )
    assert road.ingest.seqs == set(range(1, road.lockd.last + 1))


def test_entries_arrive_in_order_with_openings_and_receipts_come_back(road: Road) -> None:
    road.lockd.write(300)
    road.lockd.write(2, operator="p-qian")
    road.courier.start()
    _all_receipted(road)
    assert road.ingest.order == list(range(1, 303))
    eventually(lambda: len(road.ingest.openings) == 2, "openings are missing")
    assert road.ingest.openings == [one.openings for one in road.lockd.journal.written[300:]]
    assert road.lockd.contacts[-1] is True
    assert road.courier.end(signal.SIGTERM) == 0
    assert "Traceback" not in road.courier.said


def test_an_entry_leaves_when_it_is_committed_and_its_receipt_is_handed_over_at_once(
    road: Road,
) -> None:
    road.lockd.write()
    road.courier.start()
    _all_receipted(road)
    took: list[float] = []
    for _ in range(20):
        before = time.monotonic()
        road.lockd.write()
        _all_receipted(road)
        took.append(time.monotonic() - before)
    assert statistics.median(took) < 0.15


def test_the_courier_loads_nothing_of_the_machines_mind_nor_pictures(road: Road) -> None:
    road.lockd.write()
    road.courier.environment = dict(ENVIRONMENT)
    road.courier.start()
    _all_receipted(road)
    loaded = packages(road.courier.said)
    assert "paho" in loaded
    others = {"sealctl", "hardware", "hub", "county", "inspector", "evidence", "django"}
    assert loaded & {*others, "numpy", "cv2", "PIL", "sqlite3", "tuf", "argon2"} == set()


def test_a_killed_courier_loses_nothing(road: Road) -> None:
    road.ingest.silent = True
    road.lockd.write(400)
    road.courier.start()
    eventually(lambda: road.ingest.times, "nothing came")
    road.courier.kill()
    road.lockd.write(100)
    road.ingest.silent = False
    road.courier.start()
    _all_receipted(road)


def test_a_killed_broker_loses_nothing(road: Road) -> None:
    road.courier.start()
    road.lockd.write(50)
    _all_receipted(road)
    road.broker.child.kill()
    eventually(lambda: road.lockd.contacts[-1] is False, "lockd was not told")
    road.lockd.write(500)
    road.broker.start()
    _all_receipted(road, 20)
    assert road.lockd.contacts[-1] is True


def test_what_has_no_receipt_is_sent_again_without_a_flood(road: Road) -> None:
    road.ingest.silent = True
    road.lockd.write(1500)
    road.courier.start()
    eventually(lambda: len(road.ingest.times) == 1024, "the window is not used")
    road.ingest.silent = False
    assert max(road.ingest.seqs) == 1024
    _all_receipted(road)
    assert road.ingest.times[1] == 2


def test_garbage_from_the_broker_does_no_harm(road: Road) -> None:
    road.courier.start()
    road.lockd.write()
    _all_receipted(road)
    foreign = messages.encode_receipts([(7, b"a receipt for no entry")])
    for payload in [*not_cbor(), foreign, bytes(6 << 20)]:
        road.ingest.publish(DEVICE, "receipt", payload)
        road.ingest.publish(DEVICE, "list", payload or b" ")
    eventually(lambda: len(road.lockd.refusals) >= 3, "lockd was not asked")
    road.lockd.write(10)
    _all_receipted(road)
    assert set(road.lockd.receipts) == set(range(1, 12))
    assert road.courier.process is not None
    assert road.courier.process.poll() is None


def test_a_list_reaches_lockd_even_when_it_was_published_before(road: Road) -> None:
    road.ingest.publish(DEVICE, "list", b"first", retain=True)
    road.courier.start()
    eventually(lambda: road.lockd.lists[-1:] == [b"first"], "the retained list did not come")
    road.ingest.publish(DEVICE, "list", b"second", retain=True)
    eventually(lambda: road.lockd.lists[-1:] == [b"second"], "the new list did not come")


def test_a_refused_list_is_said_and_work_goes_on(road: Road) -> None:
    road.lockd.refused[b"an old one"] = "list_rollback"
    road.courier.start()
    road.ingest.publish(DEVICE, "list", b"an old one", retain=True)
    eventually(lambda: "list_rollback" in road.courier.said, "the refusal is not in the log")
    road.lockd.write(3)
    _all_receipted(road)


def test_lockd_may_restart_at_any_time(road: Road) -> None:
    road.lockd.stop()
    road.courier.start()
    eventually(lambda: "lockd:" in road.courier.said, "lockd's absence is not said")
    road.lockd.write(20)
    road.lockd.start()
    _all_receipted(road)
    road.lockd.stop()
    road.ingest.publish(DEVICE, "list", b"while away", retain=True)
    road.lockd.start()
    road.lockd.write(20)
    _all_receipted(road)
    eventually(lambda: b"while away" in road.lockd.lists, "the list was dropped")


def test_the_hub_hears_who_is_there_and_who_is_gone(road: Road) -> None:
    road.lockd.write(4)
    road.courier.start()
    online = Status(online=True, list=0, last=4, receipted=0)
    eventually(lambda: road.ingest.statuses, "no status came")
    assert road.ingest.statuses[0] == (False, online)
    _all_receipted(road)
    road.courier.kill()
    eventually(lambda: not road.ingest.statuses[-1][1].online, "its will was not said")
    road.courier.start()
    eventually(lambda: road.ingest.statuses[-1][1].online, "it did not come back")
    assert road.courier.end(signal.SIGTERM) == 0
    eventually(lambda: not road.ingest.statuses[-1][1].online, "it did not say good-bye")


def test_a_backlog_of_ten_thousand_entries_drains(road: Road) -> None:
    road.lockd.write(10_000)
    road.courier.start()
    _all_receipted(road, 30)
    assert road.ingest.order == list(range(1, 10_001))


def test_it_can_be_stopped_while_it_waits_for_lockd(road: Road) -> None:
    road.lockd.stop()
    road.courier.start()
    eventually(lambda: "lockd:" in road.courier.said, "it does not say whom it waits for")
    assert road.courier.end(signal.SIGTERM) == 0


def test_the_lockd_of_another_machine_ends_it_loudly(road: Road) -> None:
    road.lockd.journal.device = "sunset-2"
    road.courier.start()
    assert road.courier.wait() == 1
    assert "sunset-2" in road.courier.said


def test_an_error_in_any_thread_ends_it_loudly(road: Road) -> None:
    road.courier.start()
    road.lockd.write()
    _all_receipted(road)
    waited = threading.Event()

    def broken(after: int, limit: int, wait_ms: int) -> object:
        waited.set()
        written = road.lockd.journal.written[0]
        entry = {"seq": after + 1, "envelope": written.envelope, "openings": b"x" * (2 << 20)}
        return {"entries": [entry], "last": after + 1}

    road.lockd._pull = broken  # type: ignore[method-assign]
    assert waited.wait(5)
    assert road.courier.wait() == 1
    assert "Traceback" in road.courier.said
