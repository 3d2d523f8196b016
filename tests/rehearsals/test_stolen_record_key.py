"""A machine's record key is stolen, or the machine is: another takes its place and its seals."""

import pytest

from hub.devices import authority
from hub.ingest.batch import Batch
from hub.ingest.models import Record
from hub.ingest.waiting import Waiting
from hub.log import store
from sealctl import signer
from tests.hub.journal_rig import COUNTERS, Journal
from tests.rehearsals.house import House
from tests.support.contents import DEVICE
from wire import messages, topics
from wire.refusals import Refused


def replaced(house: House) -> None:
    key = signer.create(house.folder / "new.pem").public_key
    words = f"{DEVICE} --by sunrise-2 --alg {key.alg} --public-key {key.public.hex()}"
    house.edits("machine replace", words)
    house.signs(1, 2)


def test_the_old_machine_stamps_no_more_and_the_new_one_has_its_seals(house: House) -> None:
    granted, before = house.rig.grant(), house.rig.township.machine.seals
    replaced(house)
    told = house.does("authority diff package.cbor next.cbor")
    assert f"机器 {DEVICE}：停用，从此不盖章" in told
    house.follow()
    house.rig.publish(granted)
    with pytest.raises(Refused, match="device_suspended"):
        house.rig.ready_to_stamp(granted)
    machines = authority.machines()
    assert machines[DEVICE].state == "suspended"
    assert machines["sunrise-2"].state == "active"
    assert machines["sunrise-2"].seals == before


def test_the_thief_speaks_for_no_other_machine(house: House) -> None:
    replaced(house)
    house.follow()
    thief = Journal(device="sunrise-2", now_ms=house.rig.clock.wall)
    thief.write("heartbeat", **COUNTERS)
    batch = Batch(authority.machines(), Waiting(), house.rig.clock.wall)
    payload = messages.encode_entries([one.envelope for one in thief.written])
    batch.add(topics.up("sunrise-2", "entry"), payload)
    batch.commit(store.Hashes())
    assert not Record.objects.exists()


def test_a_machine_in_use_is_not_struck_off_by_mistake(house: House) -> None:
    line = f"authority machine retire next.cbor {DEVICE} --former package.cbor"
    assert "suspend it first" in house.refuses(line)
