"""An honest approval list is adopted; attacks on its root, and its end, each by name.

The publisher and the attacker are the same `Press`: honest but for what a test bends.
"""

from hashlib import sha256

import pytest

from tests.support.contents import DAY, DEVICE, HOUR, NOW, YEAR
from tests.support.press import Press, signed
from tests.support.township import Keys, Township
from tests.wire.adopt_rig import ENTRY, TOWN, alias, at, refusal, take, usurper
from wire.lists import metadata
from wire.lists.adopt import (
    Trusted,
    decode_list_leaf,
    list_leaf,
    pin_root,
    reload,
)
from wire.lists.tufapi import CryptoSigner
from wire.refusals import Refused
from wire.sig import PublicKey


class TestHonest:
    def test_the_first_list_is_adopted(self) -> None:
        application = TOWN.application()
        grant = TOWN.grant(application)
        bundle = TOWN.bundle([grant])
        lists = take(TOWN.pinned(), bundle).lists
        assert lists is not None
        assert lists.grants.grants == (grant,)
        assert lists.machine == TOWN.machine
        assert lists.roster == TOWN.roster
        assert (lists.version, lists.sha256) == (1, sha256(bundle).digest())

    def test_a_later_version_may_be_the_first(self, fresh: Trusted, press: Press) -> None:
        assert take(fresh, press.bundle()).bundle == press.bundle()

    def test_the_next_version_replaces_it(self, machine: Trusted, press: Press) -> None:
        lists = take(machine, press.bundle()).lists
        assert lists is not None
        assert lists.version == 2

    def test_the_same_bytes_change_nothing_even_when_expired(self, machine: Trusted) -> None:
        assert machine.bundle is not None
        assert take(machine, machine.bundle, NOW + YEAR) is machine

    def test_the_list_ends_with_the_first_of_its_parts(self) -> None:
        lists = TOWN.lists(lifetime_s=3600)
        assert lists.expires_ms == NOW + HOUR

    def test_officers_may_publish_new_contents(self, machine: Trusted) -> None:
        changed = TOWN.suspend("seal-party")
        lists = take(machine, changed.bundle(version=2)).lists
        assert lists is not None
        assert [seal.state for seal in lists.machine.seals] == ["suspended", "active", "active"]

    def test_reload_gives_the_same_as_adoption_however_late(self, machine: Trusted) -> None:
        assert machine.bundle is not None
        assert reload(machine.root, machine.bundle, device=DEVICE) == machine

    def test_reload_refuses_what_was_altered_on_disk(self, machine: Trusted) -> None:
        assert machine.bundle is not None
        altered = machine.bundle.replace(b"5000", b"6000")
        with pytest.raises(Refused, match="list_invalid"):
            reload(machine.root, altered[:-1] + b"\x00", device=DEVICE)

    def test_the_leaf_in_the_log_names_device_version_and_bytes(self) -> None:
        leaf = decode_list_leaf(list_leaf(DEVICE, 7, ENTRY))
        assert (leaf.device, leaf.version, leaf.sha256) == (DEVICE, 7, ENTRY)


class TestRoot:
    def test_a_root_other_than_the_pinned_one_is_refused(self) -> None:
        with pytest.raises(Refused, match="list_invalid"):
            pin_root(TOWN.roots[0], sha256(b"another").digest())

    def test_a_root_that_counts_one_key_twice_is_refused(self) -> None:
        officer = TOWN.keys.officers[0]
        root = metadata.read_root(TOWN.roots[0]).signed
        root.add_key(alias(officer).public_key, "targets")
        twice = signed(root, TOWN.keys.holders[:2])
        with pytest.raises(Refused, match="list_invalid"):
            pin_root(twice, sha256(twice).digest())

    def test_a_root_with_too_few_signatures_cannot_be_pinned(self) -> None:
        root = signed(metadata.read_root(TOWN.roots[0]).signed, TOWN.keys.holders[:1])
        with pytest.raises(Refused, match="list_invalid"):
            pin_root(root, sha256(root).digest())

    def test_the_list_of_another_county_is_refused(self) -> None:
        assert refusal(TOWN.pinned(), Township.build().bundle()) == "list_invalid"

    def test_rotation_is_followed_and_remembered(self, machine: Trusted) -> None:
        rotated = TOWN.rotate(Keys.generate()).rotate(Keys.generate())
        after = take(machine, rotated.bundle(version=2))
        assert after.root == rotated.roots[2]
        assert take(after, rotated.bundle(version=3)).root == rotated.roots[2]

    def test_a_list_from_before_the_rotation_is_refused(self, machine: Trusted) -> None:
        after = take(machine, TOWN.rotate(Keys.generate()).bundle(version=2))
        assert refusal(after, TOWN.bundle(version=9)) == "list_rollback"

    def test_a_missing_root_between_is_refused(self, machine: Trusted) -> None:
        press = Press(TOWN.rotate(TOWN.keys).rotate(TOWN.keys))
        press.roots = (press.roots[0], press.roots[2])
        assert refusal(machine, press.bundle()) == "list_invalid"

    def test_a_root_that_the_former_holders_did_not_sign_is_refused(self, machine: Trusted) -> None:
        press = usurper(TOWN, signers=lambda old, new: new.holders[:2])
        assert refusal(machine, press.bundle()) == "list_invalid"

    def test_a_root_that_too_few_former_holders_signed_is_refused(self, machine: Trusted) -> None:
        press = usurper(TOWN, signers=lambda old, new: (*old.holders[:1], *new.holders[:2]))
        assert refusal(machine, press.bundle()) == "list_invalid"

    def test_a_root_that_its_own_holders_did_not_sign_is_refused(self, machine: Trusted) -> None:
        press = usurper(TOWN, signers=lambda old, new: old.holders[:2])
        assert refusal(machine, press.bundle()) == "list_invalid"

    def test_one_former_holder_under_two_key_ids_is_refused(self, machine: Trusted) -> None:
        def twice(old: Keys, new: Keys) -> tuple[CryptoSigner, ...]:
            return (old.holders[0], alias(old.holders[0]), *new.holders[:2])

        assert refusal(machine, usurper(TOWN, signers=twice).bundle()) == "list_invalid"

    def test_a_fork_of_the_trusted_root_is_refused(self) -> None:
        ours, theirs = TOWN.rotate(Keys.generate()), TOWN.rotate(Keys.generate())
        after = take(TOWN.adopted(), ours.bundle(version=2))
        assert refusal(after, theirs.bundle(version=3)) == "list_invalid"

    def test_an_expired_root_may_stand_between(self, machine: Trusted) -> None:
        rotated = TOWN.rotate(Keys.generate())
        first = metadata.read_root(TOWN.roots[0]).signed
        late = NOW + 5 * YEAR - DAY
        assert metadata.read_root(rotated.roots[0]).signed.expires == first.expires
        press = Press(rotated, now_ms=late)
        press.targets.expires = at(late + DAY)
        assert take(machine, press.bundle(), late).root == rotated.roots[1]


class TestExpiry:
    def test_a_frozen_list_ends_with_its_timestamp(self, machine: Trusted, press: Press) -> None:
        press.timestamp.expires = at(NOW + HOUR)
        frozen = press.bundle()
        assert refusal(machine, frozen, NOW + HOUR) == "list_expired"
        assert take(machine, frozen, NOW + HOUR - 1).bundle == frozen

    @pytest.mark.parametrize("name", ["timestamp", "snapshot", "targets", "role"])
    def test_each_part_ends(self, name: str) -> None:
        press = Press(TOWN)
        getattr(press, name).expires = at(NOW)
        assert refusal(TOWN.pinned(), press.bundle()) == "list_expired"

    def test_the_root_ends(self) -> None:
        late = NOW + 5 * YEAR
        press = Press(TOWN, now_ms=late)
        press.targets.expires = at(late + DAY)
        assert refusal(TOWN.pinned(), press.bundle(), late) == "list_expired"


def test_a_list_for_a_key_that_is_not_this_machines_still_names_the_signed_key() -> None:
    key = PublicKey("EdDSA", sha256(b"own key").digest())
    assert Township.build(key).lists().machine.kid == key.kid
