"""Packages of the officers: taken whole, under the pinned root, and never backwards."""

from dataclasses import replace
from hashlib import sha256

import pytest

from county.authority import compose
from hub.devices import authority
from hub.devices.models import Authority
from tests.support import contents
from tests.support.contents import DEVICE, VILLAGE, YEAR
from tests.support.township import Keys, Township
from wire.lists import metadata, package
from wire.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def township() -> Township:
    return Township.build()


def _pin(township: Township) -> bytes:
    return sha256(township.roots[0]).digest()


def test_an_imported_package_says_who_is_who(township: Township) -> None:
    assert authority.current() is None
    assert authority.machines() == {}
    with pytest.raises(authority.NoAuthorityError):
        authority.policy()
    assert authority.import_package(township.package, root_sha256=_pin(township)) == 1
    assert authority.current() == package.decode(township.package)
    assert authority.policy() == township.authority.policy
    assert authority.catalogue() == township.authority.catalogue
    assert authority.rosters() == {VILLAGE: township.roster}
    assert authority.machines() == {DEVICE: township.machine}


def test_the_same_bytes_again_change_nothing(township: Township) -> None:
    for _ in range(2):
        assert authority.import_package(township.package, root_sha256=_pin(township)) == 1
    assert Authority.objects.count() == 1


def test_the_newest_is_in_force_and_nothing_goes_back(township: Township) -> None:
    newer = township.change(
        catalogue=contents.catalogue(
            contents.item("x", "某事", "committee", *contents.CHAIN_OF_TWO)
        )
    )
    authority.import_package(newer.package, root_sha256=_pin(township))
    assert set(authority.catalogue().items) == {"x"}
    with pytest.raises(Refused, match="list_rollback"):
        authority.import_package(township.package, root_sha256=_pin(township))
    same = township.sign(township.authority, newer.version)
    with pytest.raises(Refused, match="list_rollback"):
        authority.import_package(same.package, root_sha256=_pin(township))
    assert set(authority.catalogue().items) == {"x"}


def _thin(township: Township, version: int) -> bytes:
    """Two substitutes left; signed by two officers with a tool that looks at nothing."""
    persons = dict(township.roster.persons)
    for name in ("bing", "ding"):
        persons[name] = replace(persons[name], offices=())
    roster = replace(township.roster, version=2, persons=persons)
    village = replace(township.authority.villages[0], roster=roster)
    data = compose(
        replace(township.authority, villages=(village,)),
        roots=township.roots,
        hub_key=township.keys.hub.public_key,
        version=version,
        expires_ms=township.now_ms + YEAR,
    )
    opened = package.decode(data)
    targets = metadata.read_targets(opened.targets)
    for officer in township.keys.officers[:2]:
        targets.sign(officer, append=True)
    return package.encode(replace(opened, targets=targets.to_bytes()))


def test_a_roster_that_one_absence_stops_takes_nobodys_place(township: Township) -> None:
    authority.import_package(township.package, root_sha256=_pin(township))
    with pytest.raises(Refused, match="roster_thin") as refused:
        authority.import_package(_thin(township, 2), root_sha256=_pin(township))
    for words in (
        "甲一明不能到场时",
        "“居住证明”的",
        "这一步无人可批",
        "step secretary of residence",
    ):
        assert words in refused.value.detail, words
    assert authority.rosters() == {VILLAGE: township.roster}


def test_a_first_package_is_taken_where_nothing_better_is_in_force(township: Township) -> None:
    assert authority.import_package(_thin(township, 2), root_sha256=_pin(township)) == 2


def test_the_county_may_change_its_keys(township: Township) -> None:
    authority.import_package(township.package, root_sha256=_pin(township))
    rotated = township.rotate(Keys.generate())
    assert authority.import_package(rotated.package, root_sha256=_pin(township)) == 2


def test_another_county_is_refused(township: Township) -> None:
    other = Township.build()
    with pytest.raises(Refused, match="pinned"):
        authority.import_package(other.package, root_sha256=_pin(township))
    forged = replace(package.decode(other.package), roots=(*township.roots, *other.roots))
    with pytest.raises(Refused, match="list_invalid"):
        authority.import_package(package.encode(forged), root_sha256=_pin(township))


def test_files_are_those_that_the_officers_signed(township: Township) -> None:
    made = package.decode(township.package)
    path = next(name for name in made.files if name.endswith("roster.cbor"))
    for files in (
        {**made.files, path: made.files[path] + b"\0"},
        {name: data for name, data in made.files.items() if name != path},
        {**made.files, "moon/roster.cbor": made.files[path]},
    ):
        forged = package.encode(replace(made, files=files))
        with pytest.raises(Refused, match="list_invalid"):
            authority.import_package(forged, root_sha256=_pin(township))
    assert authority.current() is None


@pytest.mark.parametrize("garbage", [b"", b"\0", b"not a package", bytes(100)])
def test_garbage_is_refused(township: Township, garbage: bytes) -> None:
    with pytest.raises(Refused, match="list_invalid"):
        authority.import_package(garbage, root_sha256=_pin(township))


def test_a_record_key_that_the_policy_does_not_allow_is_refused(
    township: Township, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So ingest knows no such machine, and none of its entries is taken."""
    monkeypatch.setattr("county.authority.problems", lambda *_: [])
    sm2 = replace(township.machine, alg="SM2", public_key=b"\x04" + bytes(64))
    bent = township.change(machine=sm2)
    with pytest.raises(Refused, match="of the suite SM2"):
        authority.import_package(bent.package, root_sha256=_pin(township))
    assert authority.machines() == {}
    allowed = replace(township.authority.policy, suites=("EdDSA", "SM2"))
    good = township.change(machine=sm2, policy=allowed)
    authority.import_package(good.package, root_sha256=_pin(township))
    assert authority.machines()[DEVICE].key.alg == "SM2"
