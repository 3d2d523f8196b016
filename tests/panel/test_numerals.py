"""Numbers said with the few clips there are, and pages fanned for a seam."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealctl.panel import numerals, words
from sealctl.panel.phrases import PHRASES
from tests.panel import cast
from wire.seal_register import Month, parse


@pytest.mark.parametrize(
    ("number", "said"),
    [
        *((0, "零"), (7, "七"), (10, "十"), (12, "十二"), (20, "二十"), (38, "三十八")),
        *((60, "六十"), (100, "一百"), (105, "一百零五"), (110, "一百一十"), (213, "二百一十三")),
        *((1000, "一千"), (1005, "一千零五"), (1050, "一千零五十"), (1110, "一千一百一十")),
    ],
)
def test_numbers_are_said_as_people_say_them(number: int, said: str) -> None:
    assert "".join(PHRASES[one] for one in numerals.clips(number)) == said


def test_a_telephone_number_is_said_digit_by_digit() -> None:
    said = [PHRASES[one] for one in numerals.digits("示例 0577-1203")]
    assert "".join(said) == "零五七七一二零三"


@given(st.integers(0, 9_999))
def test_every_number_has_its_own_words(number: int) -> None:
    value, digit = 0, 0
    units = {"ten": 10, "hundred": 100, "thousand": 1000}
    said = numerals.clips(number)
    for one in said:
        if one in units:
            value, digit = value + (digit or 1) * units[one], 0
        else:
            digit = int(one[1:])
    assert value + digit == number


@given(st.integers(1, 200), st.integers(1, 20))
def test_seam_groups_share_all_pages_without_gap_or_overlap(pages: int, groups: int) -> None:
    grant = cast.grant(pages=pages, impressions=1)
    shares = [
        words.fan({"use": "seam", "next": number, "total": groups}, grant)  # type: ignore[arg-type]
        for number in range(1, groups + 1)
    ]
    if None in shares:
        assert pages < 3 * groups
        return
    flat = [page for share in shares if share for page in range(share[0], share[1] + 1)]
    assert flat == list(range(1, pages + 1))


@given(st.text(max_size=9))
def test_a_month_that_is_none_is_none(text: str) -> None:
    month = parse(text)
    assert month is None or month.key == text


def test_months_follow_one_another() -> None:
    month = Month(2026, 12)
    assert (month.next, month.next.before) == (Month(2027, 1), month)
    assert month.to_ms == Month(2027, 1).from_ms
    assert Month(2026, 3).to_ms - Month(2026, 3).from_ms == 31 * 86_400_000
