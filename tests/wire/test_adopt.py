"""Attacks on the approval list, each by name; modelled on tuf-conformance (rollback, expiration).

The publisher and the attacker are the same `Press`: honest but for what a test bends.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import contents
from tests.support.contents import DAY, DEVICE, HOUR, NOW, VILLAGE, YEAR
from tests.support.press import GRANTS, ROLE, Press, signed
from tests.support.township import Keys, Township
from wire.lists import bundle as bundles
from wire.lists import content, metadata
from wire.lists.adopt import (
    Trusted,
    adopt,
    decode_list_leaf,
    list_leaf,
    pin_root,
    reload,
)
from wire.lists.content import Catalogue, Grants, Machines, Passkey, Policy, Roster
from wire.lists.tufapi import CryptoSigner, DelegatedRole, Delegations, Snapshot, TargetFile
from wire.refusals import Refused
from wire.sig import USUAL, PublicKey

TOWN = Township.build()
HONEST = TOWN.bundle(version=1)
T = TypeVar("T")
ENTRY = sha256(b"entry").digest()
# The same township under other policies: every file of it reads well and is signed elsewhere.
TWIN = TOWN.change(
    catalogue=TOWN.authority.catalogue,
    policy=TOWN.authority.policy,
    roster=TOWN.roster,
    machine=TOWN.machine,
)
OFFICERS_FILES = [Catalogue, Policy, Roster, Machines]


def take(trusted: Trusted, bundle: bytes, now_ms: int = NOW) -> Trusted:
    return adopt(trusted, bundle, device=DEVICE, now_ms=now_ms)


def refusal(trusted: Trusted, bundle: bytes, now_ms: int = NOW) -> str:
    """The code with which a machine refuses; it must be a refusal, and nothing else."""
    with pytest.raises(Refused) as refused:
        take(trusted, bundle, now_ms)
    return refused.value.code


@pytest.fixture(scope="module")
def machine() -> Trusted:
    """A machine that holds version 1."""
    return TOWN.adopted()


@pytest.fixture
def fresh() -> Trusted:
    """A machine without a list: whatever it refuses, it refuses for what is in the bundle."""
    return TOWN.pinned()


@pytest.fixture
def press() -> Press:
    """An honest version 2, ready to be bent."""
    return Press(TOWN)


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


class TestRollback:
    @pytest.fixture
    def third(self) -> Trusted:
        """A machine that holds version 3 of everything, with a receipt for seq 50."""
        return take(TOWN.pinned(), self.third_press().bundle())

    @staticmethod
    def third_press(version: int = 3, **revocations: Any) -> Press:
        press = Press(TOWN, version, **{"receipted": (50, ENTRY), **revocations})
        press.targets.version = 3
        for kind in OFFICERS_FILES:
            press.put(replace(opened(press, kind), version=3))
        return press

    def test_an_older_timestamp(self, third: Trusted) -> None:
        assert refusal(third, TOWN.bundle(version=2)) == "list_rollback"

    def test_an_older_timestamp_is_a_rollback_even_when_expired(self, third: Trusted) -> None:
        assert refusal(third, TOWN.bundle(version=2), NOW + YEAR) == "list_rollback"

    def test_an_older_snapshot_under_a_new_timestamp(self, third: Trusted) -> None:
        press = self.third_press(4)
        press.snapshot.version = 2
        assert refusal(third, press.bundle()) == "list_rollback"

    def test_older_targets_under_a_new_snapshot(self, third: Trusted) -> None:
        press = self.third_press(4)
        press.targets.version = 2
        assert refusal(third, press.bundle()) == "list_rollback"

    def test_an_older_role_under_a_new_snapshot(self, third: Trusted) -> None:
        press = self.third_press(4)
        press.role.version = 2
        assert refusal(third, press.bundle()) == "list_rollback"

    @pytest.mark.parametrize("kind", OFFICERS_FILES)
    def test_an_older_file_under_new_targets(self, third: Trusted, kind: type) -> None:
        press = self.third_press(4)
        press.targets.version = 4
        press.put(replace(opened(press, kind), version=2))
        assert refusal(third, press.bundle()) == "list_rollback"

    def test_older_grants_under_a_new_role(self, third: Trusted) -> None:
        press = self.third_press(4)
        press.put(replace(opened(press, Grants), version=2))
        assert refusal(third, press.bundle()) == "list_rollback"

    @pytest.mark.parametrize("receipted", [(49, ENTRY), None])
    def test_an_earlier_receipt(self, third: Trusted, receipted: object) -> None:
        press = self.third_press(4, receipted=receipted)
        assert refusal(third, press.bundle()) == "list_rollback"

    def test_a_later_receipt_is_welcome(self, third: Trusted) -> None:
        lists = take(third, self.third_press(4, receipted=(51, ENTRY)).bundle()).lists
        assert lists is not None
        assert lists.grants.receipted == (51, ENTRY)


class TestTwoFaces:
    """Under one version the same bytes stand for ever."""

    def test_of_a_list(self, machine: Trusted) -> None:
        other = TOWN.bundle(version=1, revoked_persons=("jia",))
        assert refusal(machine, other) == "list_invalid"

    def test_of_a_receipt(self) -> None:
        machine = TOWN.adopted(receipted=(50, ENTRY))
        other = TOWN.bundle(version=2, receipted=(50, sha256(b"fork").digest()))
        assert refusal(machine, other) == "list_invalid"

    def test_of_the_targets(self, machine: Trusted, press: Press) -> None:
        press.targets.expires = at(NOW + 2 * YEAR)
        assert refusal(machine, press.bundle()) == "list_invalid"

    @pytest.mark.parametrize("kind", OFFICERS_FILES)
    def test_of_a_file(self, machine: Trusted, press: Press, kind: type) -> None:
        press.targets.version = 2
        press.put(bent(opened(press, kind)))
        assert refusal(machine, press.bundle()) == "list_invalid"

    def test_of_the_chain_of_roots(self, machine: Trusted) -> None:
        rotated = TOWN.rotate(replace(Keys.generate(), hub=TOWN.keys.hub))
        press = Press(rotated, version=1)
        assert refusal(machine, press.bundle()) == "list_invalid"


class TestRecovery:
    """A stolen key signed a version too high to follow; the key is replaced."""

    def test_new_online_keys_start_again(self) -> None:
        far = take(TOWN.pinned(), Press(TOWN, version=10**12).bundle())
        rotated = TOWN.rotate(replace(TOWN.keys, hub=Keys.generate().hub))
        lists = take(far, rotated.bundle(version=2)).lists
        assert lists is not None
        assert lists.version == 2

    def test_the_same_online_key_does_not(self) -> None:
        far = take(TOWN.pinned(), Press(TOWN, version=10**12).bundle())
        rotated = TOWN.rotate(replace(TOWN.keys, holders=Keys.generate().holders))
        assert refusal(far, rotated.bundle(version=2)) == "list_rollback"

    def test_exchanging_one_officer_keeps_the_floor_under_targets(self, machine: Trusted) -> None:
        second = take(machine, TOWN.suspend().bundle(version=2))
        newcomer = Keys.generate().officers[0]
        officers = (newcomer, TOWN.keys.officers[1], TOWN.keys.officers[2])
        rotated = TOWN.rotate(replace(TOWN.keys, officers=officers))
        old = rotated.sign(TOWN.authority, version=1).bundle(version=3)
        assert refusal(second, old) == "list_rollback"


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


class TestMixAndMatch:
    def test_the_snapshot_of_another_version(self, fresh: Trusted, press: Press) -> None:
        mixed = bundles.decode(press.bundle())
        old = bundles.decode(TOWN.bundle(version=1)).snapshot
        assert refusal(fresh, bundles.encode(replace(mixed, snapshot=old))) == "list_invalid"

    @pytest.mark.parametrize("part", ["snapshot", "targets", "role", "timestamp"])
    def test_any_part_of_another_list(self, fresh: Trusted, press: Press, part: str) -> None:
        honest = bundles.decode(press.bundle())
        other = bundles.decode(TOWN.suspend().bundle(version=3))
        mixed = replace(honest, **{part: getattr(other, part)})
        assert refusal(fresh, bundles.encode(mixed)) == "list_invalid"

    def test_the_whole_list_of_another_machine(self, fresh: Trusted) -> None:
        assert refusal(fresh, two_machines().bundle(version=2, device="sunrise-2")) == (
            "list_invalid"
        )

    def test_the_list_of_another_machine_under_this_name(self, fresh: Trusted) -> None:
        other = bundles.decode(two_machines().bundle(version=2, device="sunrise-2"))
        renamed = bundles.encode(replace(other, device=DEVICE))
        assert refusal(fresh, renamed) == "list_invalid"

    def test_the_role_of_another_machine(self, fresh: Trusted) -> None:
        town = two_machines()
        press = Press(town)
        other = bundles.decode(town.bundle(version=2, device="sunrise-2"))
        press.role = metadata.read_role(other.role).signed
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_the_grants_of_another_machine(self, fresh: Trusted, press: Press) -> None:
        press.put_bytes(GRANTS, content.encode(replace(opened(press, Grants), device="sunrise-2")))
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_the_roster_of_another_village(self, fresh: Trusted, press: Press) -> None:
        foreign = content.encode(replace(TOWN.roster, village="sunset", version=2))
        press.targets.version = 2
        press.put_bytes(bundles.roster_path(VILLAGE), foreign)
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_a_machine_of_another_village_among_these(self, fresh: Trusted, press: Press) -> None:
        stray = replace(TOWN.machine, device="sunset-1", village="sunset")
        press.put(Machines(2, {DEVICE: TOWN.machine, "sunset-1": stray}))
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_a_machine_struck_off_the_village(self, fresh: Trusted, press: Press) -> None:
        press.targets.version = 2
        press.put(Machines(2, {}))
        assert refusal(fresh, press.bundle()) == "list_invalid"


class TestFiles:
    @pytest.mark.parametrize("path", sorted(bundles.decode(HONEST).files))
    def test_a_missing_file(self, fresh: Trusted, press: Press, path: str) -> None:
        del press.files[path]
        assert refusal(fresh, press.bundle()) == "list_invalid"

    @pytest.mark.parametrize("path", sorted(bundles.decode(HONEST).files))
    def test_another_file_than_the_signed_one(
        self, fresh: Trusted, press: Press, path: str
    ) -> None:
        press.files[path] = bundles.decode(TWIN.bundle(revoked_persons=("jia",))).files[path]
        assert refusal(fresh, press.bundle()) == "list_invalid"

    @pytest.mark.parametrize("path", sorted(set(bundles.decode(HONEST).files) - {GRANTS}))
    def test_a_file_that_the_officers_did_not_name(
        self, fresh: Trusted, press: Press, path: str
    ) -> None:
        del press.targets.targets[path]
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_a_role_that_names_no_grants(self, fresh: Trusted, press: Press) -> None:
        press.role.targets = {}
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_a_surplus_file(self, fresh: Trusted, press: Press) -> None:
        del press.files[bundles.POLICY]
        press.put_bytes("extra.cbor", b"\xa0")
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_a_file_that_does_not_decode(self, fresh: Trusted, press: Press) -> None:
        press.targets.version = 2
        press.put_bytes(bundles.CATALOGUE, b"\xa0")
        assert refusal(fresh, press.bundle()) == "list_unreadable"


class TestSuites:
    """A record key is of a kind that the township's policy names, or no list is followed."""

    @pytest.mark.parametrize("suites", [("ES256",), ("ES256", "SM2")])
    def test_a_machine_with_another_kind_of_key(
        self, fresh: Trusted, press: Press, suites: tuple[str, ...]
    ) -> None:
        press.targets.version = 2
        press.put(replace(TOWN.authority.policy, version=2, suites=suites))
        assert refusal(fresh, press.bundle()) == "list_invalid"

    @pytest.mark.parametrize("alg", ["ES256", "SM2"])
    @pytest.mark.parametrize("suites", [USUAL, ("SM2",), ("EdDSA", "SM2"), ("ES256", "EdDSA")])
    def test_each_machine_is_held_against_the_policy_of_the_same_list(
        self, fresh: Trusted, press: Press, alg: str, suites: tuple[str, ...]
    ) -> None:
        press.targets.version = 2
        press.put(replace(TOWN.authority.policy, version=2, suites=suites))
        other = replace(TOWN.machine, alg=alg, public_key=b"\x04" + bytes(64))
        press.put(Machines(2, {DEVICE: other}))
        if alg in suites:
            found = take(fresh, press.bundle()).lists
            assert found is not None
            assert found.machine.alg == alg
        else:
            assert refusal(fresh, press.bundle()) == "list_invalid"


class TestPowers:
    """The hub's online key can revoke, and nothing more."""

    def test_the_hub_cannot_add_a_person(self, fresh: Trusted, press: Press) -> None:
        intruder = contents.person("intruder", ("village.secretary",), Passkey(b"x", key_of("xin")))
        persons = {**TOWN.roster.persons, "intruder": intruder}
        persons["xin"] = replace(persons["xin"], passkeys=())
        roster = content.encode(replace(TOWN.roster, persons=persons, version=2))
        press.files[bundles.roster_path(VILLAGE)] = roster
        assert refusal(fresh, press.bundle()) == "list_invalid"

    @pytest.mark.parametrize("kind", OFFICERS_FILES)
    def test_the_hub_cannot_name_the_officers_files_in_its_role(
        self, fresh: Trusted, press: Press, kind: type
    ) -> None:
        bent_file = content.encode(bent(replace(opened(press, kind), version=2)))
        path = next(p for p in press.files if p.endswith(f"{kind.__name__.lower()}.cbor"))
        press.files[path] = bent_file
        press.role.targets[path] = TargetFile.from_data(path, bent_file)
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_the_hub_cannot_sign_targets(self, fresh: Trusted, press: Press) -> None:
        press.targets.version = 2
        press.officers = [TOWN.keys.hub]
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_one_officer_is_not_enough(self, fresh: Trusted, press: Press) -> None:
        press.targets.version = 2
        press.officers = TOWN.keys.officers[:1]
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_an_officer_and_the_hub_are_not_two_officers(
        self, fresh: Trusted, press: Press
    ) -> None:
        press.targets.version = 2
        press.officers = [TOWN.keys.officers[0], TOWN.keys.hub]
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_one_officer_under_two_key_ids_is_not_two_officers(
        self, fresh: Trusted, press: Press
    ) -> None:
        press.targets.version = 2
        press.officers = [TOWN.keys.officers[0], alias(TOWN.keys.officers[0])]
        assert refusal(fresh, press.bundle()) == "list_invalid"

    @pytest.mark.parametrize("name", ["timestamp_signers", "snapshot_signers", "role_signers"])
    def test_a_stranger_cannot_sign_for_the_hub(
        self, fresh: Trusted, press: Press, name: str
    ) -> None:
        setattr(press, name, [CryptoSigner.generate_ed25519()])
        assert refusal(fresh, press.bundle()) == "list_invalid"

    @pytest.mark.parametrize("name", ["timestamp_signers", "snapshot_signers", "role_signers"])
    def test_a_signature_that_counts_for_nothing_is_refused(
        self, fresh: Trusted, press: Press, name: str
    ) -> None:
        setattr(press, name, [TOWN.keys.hub, CryptoSigner.generate_ed25519()])
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_an_officer_cannot_sign_for_the_hub(self, fresh: Trusted, press: Press) -> None:
        press.timestamp_signers = TOWN.keys.officers
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_the_hub_can_revoke(self, fresh: Trusted) -> None:
        lists = take(fresh, TOWN.bundle(version=2, revoked_persons=("jia",))).lists
        assert lists is not None
        assert lists.grants.revoked_persons == ("jia",)


class TestDelegation:
    @pytest.mark.parametrize("paths", [["*"], ["*/*"], [f"{DEVICE}/*", "*"], ["sunrise/*"], []])
    def test_for_wrong_paths(self, fresh: Trusted, press: Press, paths: list[str]) -> None:
        delegation(press).paths = paths
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_not_terminating(self, fresh: Trusted, press: Press) -> None:
        delegation(press).terminating = False
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_by_hash_prefixes(self, fresh: Trusted, press: Press) -> None:
        delegation(press).paths = None
        delegation(press).path_hash_prefixes = ["00"]
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_to_nobody(self, fresh: Trusted, press: Press) -> None:
        assert press.targets.delegations is not None
        press.targets.delegations.roles = {}
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_to_a_role_that_is_no_machine(self, fresh: Trusted, press: Press) -> None:
        roles = press.targets.delegations.roles if press.targets.delegations else None
        assert roles is not None
        roles["helper"] = DelegatedRole("helper", delegation(press).keyids, 1, True, ["*"])
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_further_by_the_role(self, fresh: Trusted, press: Press) -> None:
        hub = TOWN.keys.hub.public_key
        further = DelegatedRole("machine-other", [hub.keyid], 1, True, [f"{DEVICE}/*"])
        press.role.delegations = Delegations({hub.keyid: hub}, {"machine-other": further})
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_to_more_keys_than_signed(self, fresh: Trusted, press: Press) -> None:
        delegation(press).threshold = 2
        assert refusal(fresh, press.bundle()) == "list_invalid"


class TestForm:
    @pytest.mark.parametrize("name", ["timestamp", "snapshot", "targets", "role"])
    def test_an_unknown_field(self, fresh: Trusted, press: Press, name: str) -> None:
        getattr(press, name).unrecognized_fields["comment"] = "hello"
        assert refusal(fresh, press.bundle()) == "list_invalid"

    @pytest.mark.parametrize("name", ["timestamp", "snapshot", "targets", "role"])
    def test_a_future_specification(self, fresh: Trusted, press: Press, name: str) -> None:
        getattr(press, name).spec_version = "2.0.0"
        assert refusal(fresh, press.bundle() if name else b"") == "list_invalid"

    @pytest.mark.parametrize("key", ["targets.json", f"{ROLE}.json"])
    @pytest.mark.parametrize("gone", ["hashes", "length"])
    def test_a_snapshot_without_hashes_or_lengths(
        self, fresh: Trusted, press: Press, key: str, gone: str
    ) -> None:
        press.bend_snapshot = lambda snapshot: setattr(snapshot.meta[key], gone, None)
        assert refusal(fresh, press.bundle()) == "list_invalid"

    @pytest.mark.parametrize("key", ["targets.json", f"{ROLE}.json"])
    def test_a_snapshot_that_names_other_bytes(
        self, fresh: Trusted, press: Press, key: str
    ) -> None:
        press.bend_snapshot = lambda snapshot: setattr(
            snapshot.meta[key], "hashes", {"sha256": ENTRY.hex()}
        )
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_a_timestamp_that_names_other_bytes(self, fresh: Trusted, press: Press) -> None:
        press.bend_timestamp = lambda timestamp: setattr(
            timestamp.snapshot_meta, "hashes", {"sha256": ENTRY.hex()}
        )
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_a_timestamp_without_hashes(self, fresh: Trusted, press: Press) -> None:
        press.bend_timestamp = lambda timestamp: setattr(timestamp.snapshot_meta, "hashes", None)
        assert refusal(fresh, press.bundle()) == "list_invalid"

    @pytest.mark.parametrize("key", ["targets.json", f"{ROLE}.json"])
    def test_a_snapshot_that_names_another_version(
        self, fresh: Trusted, press: Press, key: str
    ) -> None:
        press.bend_snapshot = lambda snapshot: setattr(snapshot.meta[key], "version", 77)
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_a_timestamp_that_names_another_version(self, fresh: Trusted, press: Press) -> None:
        press.bend_timestamp = lambda timestamp: setattr(timestamp.snapshot_meta, "version", 77)
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_a_snapshot_that_names_further_parts(self, fresh: Trusted, press: Press) -> None:
        def further(snapshot: Snapshot) -> None:
            snapshot.meta["machine-other.json"] = snapshot.meta[f"{ROLE}.json"]

        press.bend_snapshot = further
        assert refusal(fresh, press.bundle()) == "list_invalid"

    def test_metadata_of_another_type(self, fresh: Trusted, press: Press) -> None:
        opened = bundles.decode(press.bundle())
        swapped = replace(opened, timestamp=opened.snapshot)
        assert refusal(fresh, bundles.encode(swapped)) == "list_invalid"

    def test_a_second_serialisation_of_the_same_metadata(self, fresh: Trusted) -> None:
        honest = bundles.decode(TOWN.bundle(version=2))
        spaced = replace(honest, timestamp=honest.timestamp.replace(b'":', b'": '))
        assert refusal(fresh, bundles.encode(spaced)) == "list_invalid"

    def test_a_name_twice_in_metadata(self, fresh: Trusted) -> None:
        honest = bundles.decode(TOWN.bundle(version=2))
        twice = honest.timestamp.replace(b'"version":2}', b'"version":1,"version":2}')
        assert twice != honest.timestamp
        assert refusal(fresh, bundles.encode(replace(honest, timestamp=twice))) == "list_invalid"


class TestGarbage:
    @given(st.binary(max_size=300))
    def test_random_bytes(self, data: bytes) -> None:
        assert refusal(TOWN.pinned(), data) == "list_invalid"

    @settings(max_examples=200, deadline=None)
    @given(st.data())
    def test_no_altered_byte_is_adopted(self, data: st.DataObject) -> None:
        honest = bytearray(HONEST)
        position = data.draw(st.integers(0, len(honest) - 1))
        honest[position] ^= data.draw(st.integers(1, 255))
        assert refusal(TOWN.pinned(), bytes(honest)) == "list_invalid"

    @settings(deadline=None)
    @given(st.integers(0, 20_000))
    def test_no_truncated_bundle_is_adopted(self, length: int) -> None:
        assert refusal(TOWN.pinned(), HONEST[: length % len(HONEST)]) == "list_invalid"

    @given(st.sampled_from(["timestamp", "snapshot", "targets", "role"]), st.binary(min_size=2))
    def test_garbage_as_metadata(self, part: str, data: bytes) -> None:
        garbage: dict[str, Any] = {part: data}
        broken = bundles.encode(replace(bundles.decode(HONEST), **garbage))
        assert refusal(TOWN.pinned(), broken) == "list_invalid"

    @pytest.mark.parametrize(
        "data",
        [
            b"[" * 100_000,
            b'{"signed":' * 10_000,
            b"9" * 10_000,
            b'"\\ud800"',
            b"NaN",
            b"{}",
            b"1.5",
        ],
    )
    def test_hostile_json(self, data: bytes) -> None:
        honest = bundles.decode(HONEST)
        assert refusal(TOWN.pinned(), bundles.encode(replace(honest, timestamp=data))) == (
            "list_invalid"
        )


def at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC)


def key_of(name: str) -> bytes:
    return TOWN.roster.persons[name].passkeys[0].public_key


def delegation(press: Press) -> DelegatedRole:
    assert press.targets.delegations is not None
    assert press.targets.delegations.roles is not None
    press.targets.version = 2
    return press.targets.delegations.roles[ROLE]


def alias(signer: CryptoSigner) -> CryptoSigner:
    """The same key under another key id."""
    again = CryptoSigner(signer._private_key)
    again.public_key.keyid = sha256(b"alias").hexdigest()
    return again


def opened(press: Press, kind: type[T]) -> T:
    path = next(p for p in press.files if p.endswith(f"{kind.__name__.lower()}.cbor"))
    return content.decode(kind, press.files[path])


def bent(
    file: Catalogue | Policy | Roster | Machines | Grants,
) -> Catalogue | Policy | Roster | Machines:
    """Another content under the same version."""
    if isinstance(file, Catalogue):
        return replace(file, items={})
    if isinstance(file, Policy):
        return replace(file, officers_operate=True)
    if isinstance(file, Roster):
        return replace(file, persons={})
    assert isinstance(file, Machines)
    (machine,) = file.machines.values()
    return replace(file, machines={DEVICE: replace(machine, seals=())})


def two_machines() -> Township:
    """The township after a second machine was put up in the same village."""
    village = TOWN.authority.villages[0]
    second = replace(TOWN.machine, device="sunrise-2", public_key=sha256(b"second").digest())
    machines = Machines(2, {**village.machines.machines, "sunrise-2": second})
    return TOWN.sign(replace(TOWN.authority, villages=(replace(village, machines=machines),)))


def usurper(town: Township, signers: Callable[[Keys, Keys], tuple[CryptoSigner, ...]]) -> Press:
    """A next root with keys of the attacker's, signed by whomever `signers` finds."""
    keys = Keys.generate()
    press = Press(town.rotate(keys))
    root = metadata.read_root(press.roots[1]).signed
    press.roots = (press.roots[0], signed(root, signers(town.keys, keys)))
    return press


def test_a_list_for_a_key_that_is_not_this_machines_still_names_the_signed_key() -> None:
    key = PublicKey("EdDSA", sha256(b"own key").digest())
    assert Township.build(key).lists().machine.kid == key.kid
