"""The signing page's CBOR and challenge against `wire`: one truth in two languages."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from tests.county.pages_rig import Rig, rig
from tests.support import browser as browsers
from tests.support.browser import PHONE
from wire import cbor
from wire.approval import decision
from wire.errors import WireError

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SAFE = 2**53 - 1
BATCH = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

_leaves = (
    st.none()
    | st.booleans()
    | st.integers(-SAFE, SAFE)
    | st.sampled_from([0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, -24, -25, -SAFE, SAFE])
    | st.text(max_size=30)
    | st.binary(max_size=30)
)
values = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=26), inner, max_size=5)
    ),
    max_leaves=12,
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """An encoding with a byte changed, put in, taken out, or none of it."""
    data = bytearray(cbor.encode(draw(values)))
    at = draw(st.integers(0, len(data) - 1))
    byte = draw(st.sampled_from([0x18, 0x1B, 0x5F, 0x7F, 0x9F, 0xBF, 0xFF, 0xC0, 0xF7, 0xF9]))
    how = draw(st.sampled_from(["keep", "change", "insert", "remove", "append"]))
    if how == "change":
        data[at] = draw(st.integers(0, 255))
    elif how == "insert":
        data.insert(at, byte)
    elif how == "remove":
        del data[at]
    elif how == "append":
        data.append(byte)
    return bytes(data)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rig(tmp_path_factory.mktemp("county")) as made:
        yield made


@pytest.fixture(scope="module")
def page(house: Rig) -> Iterator[Page]:
    with browsers.chromium() as chromium, chromium.page(PHONE) as made:
        made.goto(f"{house.county}/sign/")
        made.evaluate(_TOOLS)
        yield made


@BATCH
@given(st.lists(values, min_size=10, max_size=40))
def test_what_wire_encodes_the_page_reads_and_writes_alike(page: Page, given: list[Any]) -> None:
    encoded = [cbor.encode(value) for value in given]
    read = page.evaluate("cases => cases.map(tools.both)", [data.hex() for data in encoded])
    assert [one["again"] for one in read] == [data.hex() for data in encoded]
    assert [one["value"] for one in read] == [_tagged(value) for value in given]


@BATCH
@given(st.lists(mutated() | st.binary(min_size=1, max_size=12), min_size=10, max_size=60))
def test_page_and_wire_refuse_the_same_bytes(page: Page, cases: list[bytes]) -> None:
    accepted = page.evaluate("cases => cases.map(tools.accepts)", [case.hex() for case in cases])
    assert accepted == [_permitted(case) for case in cases]


@pytest.mark.parametrize(
    "data",
    [
        "1800", "190017", "1a0000ffff", "1b00000000ffffffff", "1b0020000000000000",
        "3b001fffffffffffff", "3b0020000000000000", "5801ff", "5f4100ff", "7f6161ff", "9fff",
        "bfff", "a201010101", "a2616101616102", "a2616201616101", "c001", "d9d9f700", "e0", "f7",
        "f818", "f93c00", "fa3f800000", "fb3ff0000000000000", "61ff", "62c080", "63eda080",
        "0000", "", "81", "a16161", "9b7fffffffffffffff", "a10101", "81" * 17 + "00",
    ],
)  # fmt: skip
def test_known_tricks_are_refused(page: Page, data: str) -> None:
    assert page.evaluate("data => tools.accepts(data)", data) is False


@pytest.mark.parametrize("choice", decision.DECISIONS)
@pytest.mark.parametrize("kind", ["application", "correction"])
def test_the_challenge_is_wires(page: Page, choice: str, kind: str) -> None:
    digest = hashlib.sha256(b"subject").digest()
    cases = [("director", "yi", 1), ("s" * 64, "p" * 64, SAFE), ("a.b-c_d", "0", 70_000)]
    found = page.evaluate(
        "([kind, digest, choice, cases]) => tools.challenges(kind, digest, choice, cases)",
        [kind, digest.hex(), choice, cases],
    )
    wanted = [
        decision.challenge(kind, digest, step, person, choice, roster).hex()
        for step, person, roster in cases
    ]
    assert found == wanted


def _permitted(data: bytes) -> bool:
    try:
        return _simple(cbor.decode(data))
    except WireError:
        return False


def _simple(value: Any) -> bool:
    if type(value) is int:
        return -SAFE <= value <= SAFE
    if isinstance(value, list):
        return all(_simple(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _simple(item) for key, item in value.items())
    return True


def _tagged(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, list):
        return [_tagged(item) for item in value]
    if isinstance(value, dict):
        rows = sorted(value.items(), key=lambda row: cbor.encode(row[0]))
        return {"map": [[key, _tagged(item)] for key, item in rows]}
    return value


_TOOLS = """async () => {
  const { decode, encode, CborError } = await import("/sign/cbor.js");
  const { challenge } = await import("/sign/request.js");
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const hex = (data) => [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const tagged = (value) => {
    if (value instanceof Uint8Array) return { bytes: hex(value) };
    if (Array.isArray(value)) return value.map(tagged);
    if (value instanceof Map) return { map: [...value].map(([key, item]) => [key, tagged(item)]) };
    return value;
  };
  window.tools = {
    both: (data) => {
      const value = decode(bytes(data));
      return { again: hex(encode(value)), value: tagged(value) };
    },
    accepts: (data) => {
      try {
        decode(bytes(data));
        return true;
      } catch (error) {
        if (error instanceof CborError) return false;
        throw error;
      }
    },
    challenges: (type, digest, choice, cases) =>
      Promise.all(cases.map(async ([step, person, roster]) => {
        const request = { signed: { type }, hash: bytes(digest), step, person, roster };
        return hex(await challenge(request, choice));
      })),
  };
}"""
