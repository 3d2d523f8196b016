"""Bundle, authority package and log leaf: strict envelopes around what is signed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import cbor
from wire.errors import WireError
from wire.lists import bundle, package
from wire.lists.bundle import ListBundle
from wire.lists.leaf import decode_list_leaf, list_leaf
from wire.lists.package import AuthorityPackage

BUNDLE = ListBundle(
    device="sunrise-1",
    roots=(b"{}", b"{}"),
    timestamp=b"{}",
    snapshot=b"{}",
    targets=b"{}",
    role=b"{}",
    files={
        bundle.CATALOGUE: b"\xa0",
        bundle.roster_path("sunrise"): b"\xa0",
        bundle.grants_path("sunrise-1"): b"\xa0",
    },
)
PACKAGE = AuthorityPackage(roots=(b"{}",), targets=b"{}", files={bundle.POLICY: b"\xa0"})


def test_a_bundle_is_read_back() -> None:
    assert bundle.decode(bundle.encode(BUNDLE)) == BUNDLE


def test_a_package_is_read_back() -> None:
    assert package.decode(package.encode(PACKAGE)) == PACKAGE


def test_names_of_files_and_roles_are_fixed() -> None:
    assert bundle.roster_path("sunrise") == "sunrise/roster.cbor"
    assert bundle.machines_path("sunrise") == "sunrise/machines.cbor"
    assert bundle.grants_path("sunrise-1") == "sunrise-1/grants.cbor"
    assert bundle.role_name("sunrise-1") == "machine-sunrise-1"


@pytest.mark.parametrize(
    "change",
    [
        {"device": "x"},
        {"roots": ()},
        {"timestamp": b""},
        {"files": {"../roster.cbor": b"\xa0"}},
        {"files": {"/catalogue.cbor": b"\xa0"}},
        {"files": {"a/b/c.cbor": b"\xa0"}},
        {"files": {"catalogue.json": b"\xa0"}},
        {"files": {bundle.CATALOGUE: b""}},
        {"files": {f"v{i}/roster.cbor": b"\xa0" for i in range(6)}},
    ],
)
def test_a_bundle_that_could_not_be_read_is_not_written(change: dict[str, Any]) -> None:
    with pytest.raises(WireError) as refused:
        bundle.encode(replace(BUNDLE, **change))
    assert refused.value.code == "list"


@pytest.mark.parametrize("change", [{"v": 2}, {"type": "authority"}, {"more": 1}, {"roots": b"{}"}])
def test_another_envelope_is_refused(change: dict[str, Any]) -> None:
    value = {**cbor.decode(bundle.encode(BUNDLE)), **change}
    with pytest.raises(WireError):
        bundle.decode(cbor.encode(value))


def test_a_package_is_not_taken_for_a_bundle() -> None:
    with pytest.raises(WireError):
        bundle.decode(package.encode(PACKAGE))
    with pytest.raises(WireError):
        package.decode(bundle.encode(BUNDLE))


def test_a_bundle_has_at_most_four_mebibytes() -> None:
    huge = {**cbor.decode(bundle.encode(BUNDLE)), "files": {bundle.CATALOGUE: bytes(4 << 20)}}
    with pytest.raises(WireError):
        bundle.decode(cbor.encode(huge))


@given(st.binary(max_size=200))
def test_garbage_gives_one_typed_error(data: bytes) -> None:
    for read in (bundle.decode, package.decode, decode_list_leaf):
        with pytest.raises(WireError):
            read(data)


@given(st.integers(1, 2**53 - 1), st.binary(min_size=32, max_size=32))
def test_a_leaf_is_read_back(version: int, digest: bytes) -> None:
    leaf = decode_list_leaf(list_leaf("sunrise-1", version, digest))
    assert (leaf.device, leaf.version, leaf.sha256) == ("sunrise-1", version, digest)


@pytest.mark.parametrize("leaf", [("x", 1, bytes(32)), ("sunrise-1", 0, bytes(32))])
def test_a_leaf_names_a_device_and_a_version(leaf: tuple[str, int, bytes]) -> None:
    with pytest.raises(WireError):
        list_leaf(*leaf)
