"""Lists reach the machine by themselves: at once when something changes, again before they end."""

import signal
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest

from hub.clock import now_ms
from tests.hub.journal_rig import COUNTERS
from tests.support.broker import until
from tests.support.contents import DEVICE
from tests.support.hub import Hub, Machine
from wire.lists.adopt import Trusted, adopt
from wire.lists.content import ApprovalList
from wire.lists.leaf import list_leaf

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("work")]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    made = Hub.build(tmp_path_factory.mktemp("work"), now_ms())
    try:
        made.start("ingest")
        made.start("work")
        yield made
    finally:
        made.close()


@pytest.fixture
def machine(hub: Hub) -> Iterator[Machine]:
    made = hub.client()
    yield made
    made.link.stop()


def newest(hub: Hub, machine: Machine, version: int) -> ApprovalList:
    """The list that a machine adopts out of everything it heard, once that version is there."""
    found: dict[int, ApprovalList] = {}

    def heard() -> bool:
        trusted: Trusted = hub.township.pinned()
        for data in machine.lists:
            trusted = adopt(trusted, data, device=DEVICE, now_ms=now_ms())
            assert trusted.lists is not None
            found[trusted.lists.version] = trusted.lists
        return version in found

    machine.until(heard, f"list {version}")
    return found[max(found)]


def test_the_first_list_is_retained_and_becomes_a_leaf(hub: Hub, machine: Machine) -> None:
    lists = newest(hub, machine, 1)
    assert (lists.version, lists.grants.grants, lists.grants.receipted) == (1, (), None)
    leaf = list_leaf(DEVICE, 1, lists.sha256)
    query = 'SELECT 1 FROM log_leaf JOIN devices_listversion ON leaf_index = "index" AND data = ?'
    until(lambda: hub.rows(query, leaf) != [], "the list is in the log")


def test_an_approved_application_is_on_the_next_list(hub: Hub, machine: Machine) -> None:
    entry = hub.journal.write("boot", version="1", **COUNTERS)
    machine.send(entry)
    machine.receipted([entry])
    grant = hub.township.grant(hub.township.application())
    hub.approve(grant)
    lists = newest(hub, machine, 2)
    assert lists.grants.grants == (grant,)
    assert lists.grants.receipted == (1, entry.hash)


def test_half_an_approval_publishes_no_grant(hub: Hub, machine: Machine) -> None:
    asked = hub.township.application(id=sha256(b"half").digest())
    director = hub.township.approve(asked, "director", "yi")
    before = newest(hub, machine, 2)
    hub.approve(hub.township.grant(asked, [director]))
    machine.until(lambda: hub.rows("SELECT count(*) FROM approvals_approval") == [(3,)], "taken")
    assert newest(hub, machine, 2).grants.grants == before.grants.grants


def test_a_new_package_of_the_officers_is_published(hub: Hub, machine: Machine) -> None:
    names = {"wu": replace(hub.township.roster.persons["wu"], name="戊五光")}
    roster = replace(hub.township.roster, persons={**hub.township.roster.persons, **names})
    hub.import_package(hub.township.change(roster=roster))
    assert newest(hub, machine, 3).roster.persons["wu"].name == "戊五光"


def test_a_restart_publishes_nothing_new(hub: Hub, machine: Machine) -> None:
    before = hub.rows("SELECT max(version) FROM devices_listversion")
    hub.stop("work", signal.SIGKILL)
    hub.start("work")
    newest(hub, machine, 3)
    assert hub.stop("work") == 0
    hub.start("work")
    assert hub.rows("SELECT max(version) FROM devices_listversion") == before


def test_a_broker_without_memory_is_told_again(hub: Hub) -> None:
    hub.broker.stop(signal.SIGKILL)
    for memory in hub.broker.folder.glob("*.db*"):
        memory.unlink()
    hub.broker.start()
    fresh = hub.client()
    assert newest(hub, fresh, 3).version == 3
    fresh.link.stop()


def test_a_package_for_another_log_or_an_older_one_is_refused(hub: Hub) -> None:
    file = hub.state.parent / "wrong"
    other = hub.township.change(policy=replace(hub.township.authority.policy, log_origin="other"))
    for township, complaint in ((other, "another log"), (replace(other, package=b"\x00"), "list")):
        file.write_bytes(township.package)
        refused = hub.command("list", "import", str(file))
        assert refused.returncode == 1
        assert complaint in refused.stderr
    assert hub.rows("SELECT count(*) FROM devices_authority") == [(2,)]
