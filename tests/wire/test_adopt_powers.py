"""What the hub, one officer and a stranger may not do to the approval list, each by name."""

from dataclasses import replace

import pytest

from tests.support import contents
from tests.support.contents import DEVICE, VILLAGE
from tests.support.press import Press
from tests.wire.adopt_rig import (
    OFFICERS_FILES,
    TOWN,
    alias,
    bent,
    delegation,
    key_of,
    opened,
    refusal,
    take,
)
from wire.lists import bundle as bundles
from wire.lists import content
from wire.lists.adopt import (
    Trusted,
)
from wire.lists.content import Machines, Passkey
from wire.lists.tufapi import CryptoSigner, DelegatedRole, Delegations, TargetFile
from wire.sig import USUAL


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
