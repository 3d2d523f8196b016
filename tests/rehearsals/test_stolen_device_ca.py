"""The hub's certificate authority is stolen: what a false machine and a false hub can do."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.devices import authority, ca
from hub.ingest.batch import Batch
from hub.ingest.models import Record
from hub.ingest.waiting import Waiting
from hub.log import store
from sealctl.lockd import receipts
from tests.hub.journal_rig import COUNTERS, Journal
from tests.rehearsals.house import House
from tests.support.contents import DEVICE
from wire import messages, topics
from wire.errors import WireError
from wire.refusals import Refused


def test_a_false_machine_on_the_broker_says_nothing_that_is_logged(house: House) -> None:
    thief = Journal(now_ms=house.rig.clock.wall)
    thief.write("heartbeat", **COUNTERS)
    batch = Batch(authority.machines(), Waiting(), house.rig.clock.wall)
    payload = messages.encode_entries([one.envelope for one in thief.written])
    batch.add(topics.up(DEVICE, "entry"), payload)
    batch.commit(store.Hashes())
    assert not Record.objects.exists()


def test_a_false_hub_can_be_silent_and_nothing_else(house: House) -> None:
    rig = house.rig
    rig.publish()
    with pytest.raises(Refused, match="list_rollback"):
        rig.core.adopt(rig.bundles[0])
    with pytest.raises(WireError):
        receipts.take(rig.core, house.receipts(Ed25519PrivateKey.generate()))
    house.still_stamps()


def test_a_new_authority_knows_nothing_of_the_old_ones_certificates(house: House) -> None:
    """How machines come to it: test_new_device_ca."""
    old, new = house.folder / "old", house.folder / "new"
    for folder in (old, new):
        ca.create_ca(folder)
    ca.issue_client(old, ca.WORK)
    issued = (old / f"{ca.WORK}.pem").read_bytes()
    assert ca.is_by(old, issued)
    assert not ca.is_by(new, issued)
