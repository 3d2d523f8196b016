"""Commands on the way to lockd: each once, none past the rate, and never in anybody's way."""

import pytest

from sync.commands import MOST
from tests.support.contents import DEVICE
from tests.sync.conftest import Road
from tests.sync.rig import eventually
from wire import command

pytestmark = pytest.mark.processes


def _send(road: Road, *payloads: bytes) -> None:
    for one in payloads:
        road.ingest.publish(DEVICE, "command", one)


def _begin(road: Road) -> None:
    road.ingest.publish(DEVICE, "list", b"a list", retain=True)
    road.courier.start()
    eventually(lambda: road.lockd.lists, "the list did not come")


def test_a_command_reaches_lockd_and_its_answer_the_hub(road: Road) -> None:
    _begin(road)
    _send(road, b"run_doctor 7", b"collect_diagnostics 8")
    eventually(lambda: len(road.ingest.answers) == 2, "no answer came")
    assert road.ingest.answers == [b"7 after 1 lists", b"8 after 1 lists"]


def test_a_list_is_sent_again_before_its_refreshing_is_answered(road: Road) -> None:
    _begin(road)
    _send(road, b"refresh_list 1")
    eventually(lambda: road.ingest.answers, "no answer came")
    assert road.ingest.answers == [b"1 after 2 lists"]


def test_what_lockd_refuses_is_over_and_what_is_too_long_never_reaches_it(road: Road) -> None:
    _begin(road)
    _send(road, b"forged", b"run_doctor " + b"1" * command.LIMIT, b"run_doctor 2")
    eventually(lambda: road.ingest.answers, "the good one was not answered")
    assert road.lockd.commands == [b"run_doctor 2"]
    assert "command_invalid" in road.courier.said
    assert f"command of {len('run_doctor ') + command.LIMIT} bytes" in road.courier.said


def test_a_flood_is_dropped_and_lists_and_receipts_go_on(road: Road) -> None:
    _begin(road)
    _send(road, *(b"run_doctor %d" % number for number in range(1, 200)))
    road.ingest.publish(DEVICE, "list", b"another list", retain=True)
    road.lockd.write(20)
    eventually(lambda: road.lockd.receipted == 20, "receipts are missing")
    eventually(lambda: b"another list" in road.lockd.lists, "the list did not come")
    eventually(lambda: "one is dropped" in road.courier.said, "nothing is said of the flood")
    eventually(lambda: len(road.ingest.answers) == MOST, "answers are missing")
    assert len(road.lockd.commands) == MOST


def test_while_the_lock_is_in_use_only_the_command_waits(road: Road) -> None:
    road.lockd.busy = True
    _begin(road)
    _send(road, b"run_doctor 3")
    eventually(lambda: "command" in road.lockd.asked, "lockd was not asked")
    road.lockd.write(5)
    eventually(lambda: road.lockd.receipted == 5, "receipts are missing")
    assert road.ingest.answers == []
    road.lockd.busy = False
    road.lockd.write()
    eventually(lambda: road.ingest.answers == [b"3 after 1 lists"], "it was forgotten")
