"""The hub's online list key is stolen: it takes away and never gives; the next root ends it."""

from dataclasses import replace
from hashlib import sha256

import pytest

from tests.rehearsals.house import House
from tests.support.machine import OPERATOR, PIN
from wire.approval import subject
from wire.lists.content import Grant
from wire.refusals import Refused


def exchanged(house: House) -> None:
    house.does(
        "key new next-list.pem",
        "root rotate root-2.json --former root.json --online next-list.pem.pub",
        "root sign root-2.json --key holder-1.pem --former root.json",
        "root sign root-2.json --key holder-2.pem --former root.json",
    )
    assert "平台密钥" in house.edits("root", "--root root-2.json")
    house.signs(1, 2)
    house.hub_takes("next.cbor")
    house.rig.township = house.township("next.cbor", "next-list.pem")


def test_it_stops_work_and_cannot_make_any(house: House) -> None:
    rig = house.rig
    application = rig.township.application()
    bare = Grant(subject.encode(application), ())
    rig.publish(bare)
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match="approvals_missing"):
        rig.core.choose(bare.id)
    granted = rig.township.grant(rig.township.application(id=sha256(b"honest").digest()))
    rig.publish(granted, revoked_persons=("wu",))
    with pytest.raises(Refused, match="operator_unknown"):
        rig.core.choose(granted.id)


def test_a_version_too_high_to_follow_is_undone_by_another_key(house: House) -> None:
    rig = house.rig
    stolen = replace(rig.township, now_ms=rig.clock.wall)
    rig.core.adopt(stolen.bundle(version=2**52))
    with pytest.raises(Refused, match="list_rollback"):
        rig.publish()
    exchanged(house)
    rig.publish()
    house.still_stamps()
    with pytest.raises(Refused, match="list_rollback"):
        rig.core.adopt(stolen.bundle(version=2**52 + 1))


def test_the_officers_lists_cannot_go_back_to_the_stolen_key(house: House) -> None:
    old = house.rig.township
    exchanged(house)
    house.rig.publish()
    forged = replace(house.rig.township, keys=old.keys)
    with pytest.raises(Refused, match="list_invalid"):
        forged.bundle(version=house.rig.version + 1)
