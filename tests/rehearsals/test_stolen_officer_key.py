"""An officer's key is stolen: alone it does nothing, and the county's next root drops it."""

import pytest

from county.authority import sign_authority
from county.edit import draft as drafts
from county.edit import people
from tests.rehearsals.house import House
from wire.lists.content import Passkey
from wire.refusals import Refused


def forged(house: House) -> bytes:
    """The thief's draft: another passkey for the director, signed with the stolen key."""
    town = house.rig.township
    key = Passkey(b"thief", town.authenticators["xin"].create("elsewhere").public_key)
    edit = drafts.begin(town.package, None)
    draft = drafts.write(edit, people.add_passkey(edit.after, "yi", key))
    return sign_authority(draft, house.signer("officer-1.pem"), now_ms=house.rig.clock.wall)


def rotates(house: House) -> None:
    house.does(
        "key new officer-4.pem",
        "root rotate root-2.json --former root.json --drop-officer officer-1.pem.pub "
        "--add-officer officer-4.pem.pub",
        "root sign root-2.json --key holder-1.pem --former root.json",
        "root sign root-2.json --key holder-3.pem --former root.json",
    )
    assert "授权人员：去掉" in house.edits("root", "--root root-2.json")
    house.signs(2, 4)
    house.follow()


def test_alone_it_moves_nobody(house: House) -> None:
    (house.folder / "forged.cbor").write_bytes(forged(house))
    with pytest.raises(Refused, match="1 of 2"):
        house.hub_takes("forged.cbor")
    town = house.township("forged.cbor")
    with pytest.raises(Refused, match="list_invalid"):
        house.rig.core.adopt(town.bundle(version=house.rig.version + 1))
    house.still_stamps()


def test_the_second_officer_sees_what_the_thief_wants_signed(house: House) -> None:
    (house.folder / "next.cbor").write_bytes(forged(house))
    told = house.does("authority diff package.cbor next.cbor")
    assert "乙二亮（yi）：可用通行密钥" in told
    assert told.count("  • ") == 1


def test_the_countys_next_root_drops_it_and_work_goes_on(house: House) -> None:
    rotates(house)
    house.still_stamps()
    house.edits("policy set", "emergency_presses 9")
    line = "authority sign next.cbor --key officer-1.pem --former package.cbor"
    assert "not an authority officer's" in house.refuses(line)


def test_what_it_signed_before_is_of_no_use_after(house: House) -> None:
    half = forged(house)
    whole = sign_authority(half, house.signer("officer-2.pem"), now_ms=house.rig.clock.wall)
    rotates(house)
    (house.folder / "forged.cbor").write_bytes(whole)
    with pytest.raises(Refused, match="list_rollback"):
        house.hub_takes("forged.cbor")
