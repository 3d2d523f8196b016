"""The number and the link on a stamped paper: what a slip of the finger cannot reach."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.errors import WireError
from wire.stamp_code import StampCode, check_digit, link, parse

ENTRY = sha256(b"a stamp").digest()


def test_the_check_digit_is_that_of_the_standard() -> None:
    assert check_digit("0794") == "5"


@given(st.integers(1, 99), st.binary(min_size=32, max_size=32))
def test_every_number_reads_back(township: int, entry: bytes) -> None:
    code = StampCode.of(township, entry)
    assert len(code.digits) == 16
    assert parse(code.digits) == code
    assert code.spoken.replace(" ", "") == code.digits
    assert len(code.spoken.split()) == 4


@given(st.binary(min_size=32, max_size=32), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(entry: bytes, place: int, by: int) -> None:
    right = StampCode.of(7, entry).digits
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    with pytest.raises(WireError, match="stamp"):
        parse(wrong)


@pytest.mark.parametrize(
    "text",
    ["", "1", "0" * 16, "１" * 16, "12345678901234567", "abcdabcdabcdabcd", "01 123"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(WireError, match="stamp"):
        parse(text)


def test_what_no_stamp_can_have_is_refused() -> None:
    for body in ("00" + "0" * 13, "01" + "9" * 13):
        with pytest.raises(WireError, match="no stamp can have"):
            parse(body + check_digit(body))


def test_the_link_names_township_and_whole_hash_in_the_fragment() -> None:
    page, _, fragment = link("https://county.example", 7, ENTRY).partition("#")
    assert page == "https://county.example/verify/"
    assert fragment.startswith("07.")
    assert len(fragment) == 3 + 43
