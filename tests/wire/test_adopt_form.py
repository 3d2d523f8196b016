"""Mixed, missing, misshapen and random parts of the approval list, each by name."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.contents import DEVICE, VILLAGE
from tests.support.press import GRANTS, ROLE, Press
from tests.wire.adopt_rig import ENTRY, HONEST, TOWN, TWIN, opened, refusal, two_machines
from wire.lists import bundle as bundles
from wire.lists import content, metadata
from wire.lists.adopt import (
    Trusted,
)
from wire.lists.content import Grants, Machines
from wire.lists.tufapi import Snapshot


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
