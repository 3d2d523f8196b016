"""One value, one encoding; anything else is one typed error."""

import contextlib

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import cbor
from wire.errors import WireError

SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.binary(max_size=40) | st.text()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    assert cbor.decode(cbor.encode(value)) == value


@given(st.binary(min_size=1, max_size=200))
def test_garbage_is_one_typed_error_or_its_own_encoding(data: bytes) -> None:
    with contextlib.suppress(WireError):
        assert cbor.encode(cbor.decode(data)) == data


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("trailing bytes", b"\x01\x01"),
        ("an integer in more bytes than needed", b"\x18\x01"),
        ("duplicate keys", b"\xa2\x61a\x01\x61a\x02"),
        ("keys out of order", b"\xa2\x61b\x01\x61a\x02"),
        ("indefinite length", b"\x9f\x01\xff"),
        ("a float", b"\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00"),
        ("a tag", b"\xc0\x60"),
        ("undefined", b"\xf7"),
        ("cut off", b"\x42\x01"),
        ("nothing", b""),
        ("text that is not UTF-8", b"\x61\xff"),
        ("nested without end", b"\x81" * 5000 + b"\x01"),
        ("a byte string as key", b"\xa1\x41\x01\x01"),
    ],
)
def test_other_forms_are_refused(name: str, data: bytes) -> None:
    with pytest.raises(WireError) as refused:
        cbor.decode(data)
    assert refused.value.code == "cbor"


def test_more_than_the_limit_is_not_even_parsed() -> None:
    with pytest.raises(WireError):
        cbor.decode(cbor.encode(bytes(100)), limit=50)


def test_lengths_sort_before_letters() -> None:
    assert cbor.encode({"b": 1, "aa": 2}) == cbor2.dumps({"b": 1, "aa": 2})
