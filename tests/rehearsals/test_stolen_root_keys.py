"""Root keys are stolen: below the threshold they are worth nothing; at it, the first root wins."""

from dataclasses import replace

import pytest

from county.authority import publish_authority
from county.ceremony import next_root, sign_root
from county.edit import people
from tests.rehearsals.house import House
from tests.support.contents import DEVICE, YEAR
from tests.support.township import Keys, Township
from wire.lists.adopt import adopt
from wire.lists.content import Passkey
from wire.refusals import Refused


def rogue(house: House, *stolen: int) -> Township:
    """The thief's own county, officers and hub after root 1, signed with these holders' keys."""
    town, thief = house.rig.township, Keys.generate()
    root = next_root(town.roots[0], thief.keyholders(), expires_ms=town.now_ms + YEAR)
    for number in stolen:
        root = sign_root(root, house.signer(f"holder-{number}.pem"))
    for holder in thief.holders[:2]:
        root = sign_root(root, holder)
    key = Passkey(b"thief", town.authenticators["xin"].create("elsewhere").public_key)
    package = publish_authority(
        people.add_passkey(town.authority, "yi", key),
        thief.officers[:2],
        roots=[town.roots[0], root],
        hub_key=thief.hub.public_key,
        version=100,
        now_ms=town.now_ms,
        expires_ms=town.now_ms + YEAR,
    )
    return replace(town, keys=thief, roots=(town.roots[0], root), package=package)


def offers(house: House, town: Township) -> None:
    """The thief's list reaches the machine, and his package the hub's operator."""
    (house.folder / "rogue.cbor").write_bytes(town.package)
    with pytest.raises(Refused, match="list_invalid"):
        house.hub_takes("rogue.cbor")
    with pytest.raises(Refused, match="list_invalid"):
        house.rig.core.adopt(published(house, town))


def published(house: House, town: Township) -> bytes:
    return replace(town, now_ms=house.rig.clock.wall).bundle(version=house.rig.version + 50)


def rotates(house: House) -> None:
    """The county's answer: new keys for the two that were stolen, signed with what it still has."""
    house.does(
        "key new holder-4.pem",
        "key new holder-5.pem",
        "root rotate root-2.json --former root.json --drop-holder holder-1.pem.pub "
        "--drop-holder holder-2.pem.pub --add-holder holder-4.pem.pub "
        "--add-holder holder-5.pem.pub",
        *(
            f"root sign root-2.json --key holder-{number}.pem --former root.json"
            for number in (1, 2, 4, 5)
        ),
    )
    house.edits("root", "--root root-2.json")
    house.signs(1, 2)
    house.follow()


def test_one_stolen_key_makes_no_root(house: House) -> None:
    offers(house, rogue(house, 1))
    house.still_stamps()


def test_whoever_has_followed_the_countys_root_refuses_the_thiefs(house: House) -> None:
    town = rogue(house, 1, 2)
    rotates(house)
    offers(house, town)
    house.still_stamps()


def test_stolen_keys_that_were_dropped_make_no_later_root(house: House) -> None:
    rotates(house)
    town, thief = house.rig.township, Keys.generate()
    root = next_root(town.roots[1], thief.keyholders(), expires_ms=town.now_ms + YEAR)
    signers = [house.signer(f"holder-{number}.pem") for number in (1, 2)]
    for signer in (*signers, *thief.holders[:2]):
        root = sign_root(root, signer)
    third = replace(town, keys=thief, roots=(*town.roots, root)).sign(town.authority)
    offers(house, third)


def test_before_that_the_thiefs_root_is_followed_and_only_a_new_pin_leads_back(
    house: House,
) -> None:
    """What no software refuses: the threshold was stolen, and the thief came first."""
    town = rogue(house, 1, 2)
    house.rig.core.adopt(published(house, town))
    with pytest.raises(Refused, match="list_invalid"):
        rotates(house)
    true = house.rig.township
    assert adopt(true.pinned(), true.bundle(), device=DEVICE, now_ms=true.now_ms).lists
