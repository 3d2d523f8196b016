"""Numbers, amounts, dates and times are read as people say them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.spoken import numbers
from hub.spoken.text import spoken

UNITS = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
VALUES = {one: value for value, one in enumerate(numbers.DIGITS)} | {"两": 2}


def heard(said: str) -> int:
    """The number that somebody hears."""
    for word, size in sorted(LARGE.items(), key=lambda pair: -pair[1]):
        head, found, rest = said.rpartition(word)
        if found:
            return heard(head) * size + (heard(rest) if rest else 0)
    total, digit = 0, 0
    for one in said:
        if one in UNITS:
            total += (digit or 1) * UNITS[one]
            digit = 0
        else:
            digit = VALUES[one]
    return total + digit


@given(st.integers(0, numbers.MOST) | st.integers(0, 10**5))
def test_what_is_said_is_the_number(number: int) -> None:
    said = numbers.whole(number)
    assert heard(said) == number
    assert "零零" not in said
    assert not said.endswith("零") or number == 0


@given(st.integers(0, 10**14))
def test_an_amount_is_said_to_the_last_fen(fen: int) -> None:
    yuan, _, rest = numbers.yuan(fen).rpartition("元")
    jiao, _, least = rest.rpartition("角")
    small = VALUES[jiao] * 10 if jiao else 0
    small += VALUES[least.removesuffix("分").removeprefix("零")] if least else 0
    assert (heard(yuan) if yuan else 0) * 100 + small == fen


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_a_date_is_said_however_it_is_written(day: date) -> None:
    said = numbers.day(day.year, day.month, day.day)
    for form in (
        f"{day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
    ):
        assert spoken(form) == said


@given(st.text("0123456789.,，:：-—年月日元万%电话¥〔〕第个 x"))
def test_no_digit_is_left(text: str) -> None:
    assert not set(spoken(text)) & set("0123456789０")


@given(st.text("甲乙丙公开支出，。（） \nabc"))
def test_what_has_no_number_stays_as_it_is(text: str) -> None:
    assert spoken(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,234.50元", "一千二百三十四元五角"),
        ("¥1,234.50", "一千二百三十四元五角"),
        ("15,300 元", "一万五千三百元"),
        ("1234.05元", "一千二百三十四元零五分"),
        ("0.50元", "五角"),
        ("2元", "两元"),
        ("22000元", "两万两千元"),
        ("-5.00元", "负五元"),
        ("1.5万元", "一点五万元"),
        ("2万元", "两万元"),
        ("2026-11-07", "二零二六年十一月七日"),
        ("2026-11", "二零二六年十一月"),
        ("2026年第2季度", "二零二六年第二季度"),
        ("民发〔2020〕20号", "民发〔二零二零〕二十号"),
        ("8:30—11:05", "八点三十分到十一点零五分"),
        ("公示10天，共2户15人", "公示十天，共两户十五人"),
        ("12.5%", "百分之十二点五"),
        ("电话：0577-1234567", "电话：零五七七幺二三四五六七"),
        ("拨打12345", "拨打幺二三四五"),
        ("13800000000", "幺三八零零零零零零零零"),
        ("5-10户", "五到十户"),
        ("编号0012", "编号零零一二"),
        ("１００㎡", "一百平方米"),
        ("10010", "一万零一十"),
        ("120000000000", "一千二百亿"),
    ],
)
def test_it_is_said_as_people_say_it(text: str, said: str) -> None:
    assert spoken(text) == said
