"""One batch: in which order its leaves stand in the log."""

import pytest

from hub.devices import authority
from hub.devices.models import ListVersion
from hub.ingest.batch import Batch
from hub.ingest.models import Record
from hub.ingest.waiting import Waiting
from hub.log import store
from tests.hub import public_rig as hub
from tests.hub.journal_rig import COUNTERS, Journal
from wire import messages, topics

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
