"""Rollbacks of the approval list, each by name; modelled on tuf-conformance."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from tests.support.contents import NOW, YEAR
from tests.support.press import Press
from tests.support.township import Keys
from tests.wire.adopt_rig import ENTRY, OFFICERS_FILES, TOWN, at, bent, opened, refusal, take
from wire.lists.adopt import (
    Trusted,
)
from wire.lists.content import Grants


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
