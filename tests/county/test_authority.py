"""The officers' package: k of n signatures over contents that machines will take."""

from dataclasses import replace

import pytest

from county.authority import (
    AuthorityError,
    draft_authority,
    missing_signatures,
    publish_authority,
    read_township,
    sign_authority,
)
from hub.devices.publish import publish
from tests.support import contents
from tests.support.contents import DAY, DEVICE, NOW, VILLAGE, YEAR
from tests.support.township import Township
from wire.errors import WireError
from wire.lists import bundle, content, package
from wire.lists.adopt import adopt
from wire.lists.content import Grants
from wire.lists.package import AuthorityPackage
from wire.lists.tufapi import CryptoSigner
from wire.refusals import Refused

TOWN = Township.build()
OFFICERS = TOWN.keys.officers
NOTHING = Grants(1, DEVICE, (), (), (), (), None)


def draft(town: Township = TOWN) -> bytes:
    return draft_authority(
        town.authority,
        roots=town.roots,
        hub_key=town.keys.hub.public_key,
        version=1,
        now_ms=NOW,
        expires_ms=NOW + YEAR,
    )


def cut(data: bytes, signer: CryptoSigner = TOWN.keys.hub, device: str = DEVICE) -> bytes:
    return publish(
        package.decode(data),
        device,
        NOTHING,
        version=1,
        now_ms=NOW,
        signer=signer,
        lifetime_s=3600,
    )


class TestSigning:
    def test_officers_sign_one_after_another(self) -> None:
        data = draft()
        assert missing_signatures(data) == 2
        data = sign_authority(data, OFFICERS[2], now_ms=NOW)
        assert missing_signatures(data) == 1
        data = sign_authority(data, OFFICERS[0], now_ms=NOW)
        assert missing_signatures(data) == 0
        assert adopt(TOWN.pinned(), cut(data), device=DEVICE, now_ms=NOW).lists is not None

    def test_signing_twice_counts_once(self) -> None:
        once = sign_authority(draft(), OFFICERS[0], now_ms=NOW)
        assert sign_authority(once, OFFICERS[0], now_ms=NOW) == once

    def test_who_is_no_officer_cannot_sign(self) -> None:
        for stranger in (TOWN.keys.hub, TOWN.keys.holders[0], CryptoSigner.generate_ed25519()):
            with pytest.raises(AuthorityError, match="officer"):
                sign_authority(draft(), stranger, now_ms=NOW)

    def test_a_thin_roster_is_neither_drafted_nor_signed(self) -> None:
        thin = contents.roster(TOWN.authenticators, {**contents.OFFICES, "bing": (), "ding": ()})
        village = replace(TOWN.authority.villages[0], roster=thin)
        authority = replace(TOWN.authority, villages=(village,))
        with pytest.raises(AuthorityError, match="nobody can take the step secretary of residence"):
            TOWN.sign(authority)
        with pytest.raises(AuthorityError, match="nobody can take"):
            sign_authority(draft(), OFFICERS[0], now_ms=NOW + 3 * YEAR)

    def test_a_package_with_an_exchanged_file_is_not_signed(self) -> None:
        opened = package.decode(draft())
        policy = replace(TOWN.authority.policy, officers_operate=True)
        files = {**opened.files, bundle.POLICY: content.encode(policy)}
        with pytest.raises(AuthorityError, match="not whole"):
            sign_authority(package.encode(replace(opened, files=files)), OFFICERS[0], now_ms=NOW)

    def test_a_package_with_a_missing_file_is_not_signed(self) -> None:
        opened = package.decode(draft())
        files = {path: data for path, data in opened.files.items() if path != bundle.POLICY}
        with pytest.raises(AuthorityError, match="not whole"):
            sign_authority(package.encode(replace(opened, files=files)), OFFICERS[0], now_ms=NOW)

    def test_the_contents_come_back_as_they_were(self) -> None:
        assert read_township(package.decode(draft())) == TOWN.authority

    @pytest.mark.parametrize("data", [b"", b"garbage", b"\xa0"])
    def test_what_is_no_package_is_refused(self, data: bytes) -> None:
        with pytest.raises(AuthorityError):
            sign_authority(data, OFFICERS[0], now_ms=NOW)


class TestPublishing:
    """What the hub cuts out of the package for one machine."""

    def test_it_holds_for_its_lifetime(self) -> None:
        lists = TOWN.lists(lifetime_s=7200)
        assert lists.expires_ms == NOW + 7_200_000

    def test_the_grants_file_carries_the_lists_version(self) -> None:
        assert TOWN.lists(version=9).grants.version == 9

    def test_a_machine_that_the_officers_did_not_name_gets_none(self) -> None:
        with pytest.raises(WireError, match="sunset-1"):
            cut(TOWN.package, device="sunset-1")

    def test_a_key_that_the_officers_did_not_name_publishes_nothing(self) -> None:
        with pytest.raises(Refused, match="list_invalid"):
            cut(TOWN.package, signer=CryptoSigner.generate_ed25519())

    def test_a_package_that_too_few_signed_is_not_published(self) -> None:
        with pytest.raises(Refused, match="list_invalid"):
            cut(sign_authority(draft(), OFFICERS[0], now_ms=NOW))

    def test_two_villages_get_each_their_own(self) -> None:
        first = TOWN.authority.villages[0]
        machine = replace(TOWN.machine, device="sunset-1", village="sunset")
        second = replace(
            first,
            roster=replace(first.roster, village="sunset"),
            machines=replace(first.machines, machines={"sunset-1": machine}),
        )
        both = TOWN.sign(replace(TOWN.authority, villages=(first, second)))
        ours = bundle.decode(both.bundle())
        theirs = bundle.decode(both.bundle(device="sunset-1"))
        assert bundle.roster_path(VILLAGE) in ours.files
        assert bundle.roster_path(VILLAGE) not in theirs.files
        assert bundle.roster_path("sunset") in theirs.files

    def test_all_at_once_is_the_same_as_one_after_another(self) -> None:
        data = publish_authority(
            TOWN.authority,
            OFFICERS[:2],
            roots=TOWN.roots,
            hub_key=TOWN.keys.hub.public_key,
            version=1,
            now_ms=NOW,
            expires_ms=NOW + YEAR + DAY - DAY,
        )
        one = sign_authority(
            sign_authority(draft(), OFFICERS[0], now_ms=NOW), OFFICERS[1], now_ms=NOW
        )
        assert data == one
        assert isinstance(package.decode(data), AuthorityPackage)
