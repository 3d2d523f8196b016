"""One batch: in which order its leaves stand in the log, and whose signatures it takes."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from hub.devices import authority
from hub.devices.models import ListVersion
from hub.ingest.batch import Batch
from hub.ingest.models import Conflict, Record
from hub.ingest.waiting import Waiting
from hub.log import store
from tests.hub import public_rig as hub
from tests.hub.journal_rig import COUNTERS, Journal, Written
from tests.support.township import Township
from wire import messages, topics
from wire.record.entry import Entry

pytestmark = pytest.mark.django_db


def test_a_list_stands_before_the_entries_that_may_name_it() -> None:
    journal = Journal()
    township = hub.township(journal)
    journal.write("heartbeat", **COUNTERS)
    hub.publish(township, ())
    batch = Batch(authority.machines(), Waiting(), township.now_ms)
    payload = messages.encode_entries([one.envelope for one in journal.written])
    batch.add(topics.up("sunrise-1", "entry"), payload)
    batch.commit(store.Hashes())
    assert ListVersion.objects.get().leaf_index == 0
    assert Record.objects.get().leaf_index == 1


def take(township: Township, *written: Written, device: str = "sunrise-1") -> dict[bytes, Entry]:
    """What one batch with these entries would receipt."""
    keys = authority.record_keys()
    batch = Batch(authority.machines(), Waiting(), township.now_ms, keys)
    payload = messages.encode_entries([one.envelope for one in written])
    batch.add(topics.up(device, "entry"), payload)
    batch.commit(store.Hashes())
    return batch.due


def succeeded(township: Township, journal: Journal) -> Township:
    """The officers name another record key for the machine, and the hub knows it."""
    machine = replace(township.machine, alg=journal.key.alg, public_key=journal.key.public)
    after = township.change(machine=machine)
    authority.import_package(after.package, root_sha256=sha256(after.roots[0]).digest())
    return after


def adopt(journal: Journal, version: int) -> Written:
    made = ListVersion.objects.get(version=version)
    body: dict[str, Any] = {
        "version": version,
        "sha256": bytes(made.sha256),
        "expires": made.expires_ms,
    }
    return journal.write("list_adopted", **body)


class TestSuccession:
    """The officers name another record key for a machine (inspectors hold each entry against the
    key of the list that its machine adopted last before it).
    """

    def test_what_the_former_key_signed_before_still_arrives(self) -> None:
        journal = Journal()
        township = hub.township(journal)
        hub.publish(township, ())
        first = [adopt(journal, 1), journal.write("heartbeat", **COUNTERS)]
        take(township, first[0])
        backlog = [first[1], journal.write("heartbeat", **COUNTERS)]
        succeeded(township, Journal())
        assert take(township, *first, *backlog).keys() == {one.hash for one in (*first, *backlog)}
        assert Record.objects.count() == 3

    def test_the_former_key_hands_over_by_adopting_the_list_and_signs_nothing_after_it(
        self,
    ) -> None:
        journal, heir = Journal(), Journal()
        township = hub.township(journal)
        hub.publish(township, ())
        take(township, adopt(journal, 1))
        after = succeeded(township, heir)
        hub.publish(after, (), version=2)
        heir.written = list(journal.written)
        early = heir.write("heartbeat", **COUNTERS)
        assert take(after, early) == {}
        handover = adopt(journal, 2)
        heir.written = list(journal.written)
        late = journal.write("heartbeat", **COUNTERS)
        assert take(after, handover, late).keys() == {handover.hash}
        assert take(after, late) == {}
        next_one = heir.write("heartbeat", **COUNTERS)
        assert take(after, next_one).keys() == {next_one.hash}
        assert take(after, late) == {}
        assert Conflict.objects.get().envelope == late.envelope

    def test_a_key_that_was_never_named_signs_nothing(self) -> None:
        journal = Journal()
        township = hub.township(journal)
        succeeded(township, Journal())
        assert take(township, Journal().write("heartbeat", **COUNTERS)) == {}
        assert take(township, journal.write("heartbeat", **COUNTERS)).keys()
