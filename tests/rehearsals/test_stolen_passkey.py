"""An approver's phone is stolen: revoked at once by the hub, replaced for good by the officers."""

from dataclasses import replace
from hashlib import sha256

import pytest

from county import enrolment
from county.enrolment import Subject
from demo.authenticator import Authenticator
from hub.devices.models import ListVersion
from hub.revoke import revoke
from hub.work import Publisher
from tests.rehearsals.house import House
from tests.support.contents import ORIGIN, RP_ID
from wire.lists import bundle, content
from wire.lists.content import Grants
from wire.lists.enrolment import NewPasskey, confirmation, decode
from wire.refusals import Refused


def taken_back(house: House) -> Grants:
    """`sealhub revoke passkey …`, and what the hub's next list says of it."""
    key = house.rig.township.roster.persons["yi"].passkeys[0].credential.hex()
    now_ms = house.rig.clock.wall
    revoke("passkey", key[:12], "手机被盗", now_ms)
    Publisher(house.rig.township.keys.hub, 3600, lambda *_: None).step(now_ms)
    newest = ListVersion.objects.latest("version")
    device = newest.device
    files = bundle.decode(bytes(newest.bundle)).files
    return content.decode(Grants, files[bundle.grants_path(device)])


def test_what_the_thief_signed_opens_nothing_from_the_next_list_on(house: House) -> None:
    rig = house.rig
    granted = rig.grant()
    gone = taken_back(house).revoked_credentials
    rig.publish(granted, revoked_credentials=gone)
    rig.core.login("wu", "246810")
    with pytest.raises(Refused, match="approver_not_entitled"):
        rig.core.choose(granted.id)


def test_the_officers_replace_it_and_the_new_one_counts(house: House) -> None:
    rig = house.rig
    old = rig.township.roster.persons["yi"].passkeys[0]
    gone = taken_back(house).revoked_credentials
    phone = Authenticator()
    phone.create(RP_ID)
    subject = Subject(RP_ID, "yi", "bing", rig.clock.wall)
    made = phone.register(RP_ID, ORIGIN, subject.challenge)
    request = (NewPasskey(made.client_data, made.attestation_object),)
    file = enrolment.write(subject, "id_card", request)
    officer = rig.township.authenticators["bing"]
    challenge = confirmation(decode(file)[1].request)
    seen = officer.get_assertion(RP_ID, ORIGIN, challenge)
    (house.folder / "yi.cbor").write_bytes(enrolment.confirmed(file, seen))
    house.edits("passkey remove", f"yi --credential {old.credential.hex()[:12]}")
    assert "可用通行密钥" in house.edits("passkey add", "yi.cbor --days 36500")
    house.signs(1, 2)
    house.follow()
    people = {**rig.township.authenticators, "yi": phone}
    rig.township = replace(rig.township, authenticators=people)
    granted = rig.township.grant(rig.township.application(id=sha256(b"new").digest()))
    rig.publish(granted, revoked_credentials=gone)
    rig.stamp(granted)
    assert rig.kinds()[-1] == "relocked"


def test_a_whole_person_is_taken_back_until_it_is_clear_what_was_stolen(house: House) -> None:
    rig = house.rig
    granted = rig.grant()
    revoke("person", "yi", "不明", rig.clock.wall)
    rig.publish(granted, revoked_persons=("yi",))
    rig.core.login("wu", "246810")
    with pytest.raises(Refused, match="approver_not_entitled"):
        rig.core.choose(granted.id)
    revoke("person", "yi", "已查明", rig.clock.wall, lift=True)
    rig.publish(granted)
    rig.stamp(granted)
