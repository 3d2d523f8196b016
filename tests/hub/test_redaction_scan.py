"""A person's number is found however it is written; what only looks like one seldom."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.redaction import measured
from hub.redaction import scan
from hub.redaction.scan import CARD, ID, LANDLINE, MOBILE, OLD_ID
from tests.hub import leaks

CHANCE = st.integers(0, 2**32).map(random.Random)
MAKERS = {
    ID: leaks.id_number,
    CARD: leaks.card,
    MOBILE: leaks.mobile,
    LANDLINE: leaks.landline,
    OLD_ID: leaks.old_id_number,
}
WORDS = st.text("村民张三领取补助，联系电话。（）：\n ab", max_size=20)


def kinds(text: str, allowed: tuple[str, ...] = ()) -> list[str]:
    return [one.kind for one in scan.findings(text, allowed)]


@given(
    CHANCE,
    st.sampled_from(sorted(MAKERS)),
    st.sampled_from(leaks.SEPARATORS),
    st.sets(st.integers(1, 18)),
    st.sampled_from(leaks.FORMS),
    WORDS,
    WORDS,
)
def test_a_number_is_found_behind_every_separator_in_every_form_of_digits(
    chance: random.Random,
    kind: str,
    separator: str,
    cuts: set[int],
    form: str,
    before: str,
    after: str,
) -> None:
    number = MAKERS[kind](chance)
    hidden = leaks.spaced(number, separator, cuts).translate(str.maketrans("0123456789", form))
    text = f"{before}{hidden}{after}"
    found = [one for one in scan.findings(text) if one.kind == kind]
    assert [(one.start, one.end) for one in found] == [
        (len(before), len(before) + len(hidden)),
    ]
    assert found[0].masked != number
    covered = scan.covered(text, scan.findings(text))
    assert not any(one.isdigit() for one in covered)
    assert len(covered) == len(text)


@given(CHANCE, st.lists(st.sampled_from(leaks.SEPARATORS), min_size=17, max_size=17))
def test_an_id_number_is_found_behind_a_mixture_of_separators(
    chance: random.Random, separators: list[str]
) -> None:
    number = leaks.id_number(chance)
    text = number[0] + "".join(s + d for s, d in zip(separators, number[1:], strict=True))
    assert kinds(text) == [ID]


@given(CHANCE, st.text("0123456789", max_size=4), st.text("0123456789", max_size=4))
def test_an_id_number_is_found_between_other_digits(
    chance: random.Random, before: str, after: str
) -> None:
    assert ID in kinds(before + leaks.id_number(chance) + after)


@pytest.mark.parametrize("sign", ["X", "x", "Ｘ", "×", "Ⅹ", " X", "\nx", "Х"])
def test_the_last_sign_may_be_an_x_of_any_alphabet(sign: str) -> None:
    number = leaks.id_number(random.Random(1), last="X")
    assert kinds(f"身份证{number[:17]}{sign}，") == [ID]


@given(CHANCE)
def test_an_id_number_with_a_wrong_check_digit_is_none(chance: random.Random) -> None:
    number = leaks.id_number(chance)
    wrong = number[:17] + ("2" if number[17] != "2" else "3")
    assert ID not in kinds(wrong)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("手机 +86 13900000001", [MOBILE]),
        ("手机 0086-139-0000-0001", [MOBILE]),
        ("13900000001，13900000002", [MOBILE, MOBILE]),
        ("139 0000 0001 / 139 0000 0002", [MOBILE, MOBILE]),
        ("0577-64750001-801", [LANDLINE]),
        ("(0577)64750001", [LANDLINE]),
        ("(010) 6475 0001", [LANDLINE]),
        ("联系电话：6475 0001", [LANDLINE]),
        ("面积 64750001 平方米", []),
        ("138,123,456.78 元", [MOBILE]),
        ("15,300.00 1,200.00", []),
        ("投诉电话 12388、12345、12317", []),
        ("2601-330327-04-01-123456", []),
        ("苍政发〔2026〕15号 2026-01-05 12:30", []),
        ("", []),
    ],
)
def test_how_people_write_telephones_amounts_and_codes(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_an_office_s_published_telephone_is_none_however_it_is_written() -> None:
    allowed = ("057764750001", "12345")
    for text in ("电话 0577-64750001", "电话：6475 0001", "+86 577 6475 0001"):
        assert kinds(text, allowed) == []
    assert kinds("电话 0577-64750002", allowed) == [LANDLINE]
    assert kinds("手机 13900012345", allowed) == [MOBILE]


def test_an_allowed_telephone_allows_no_id_number() -> None:
    number = leaks.id_number(random.Random(3))
    assert kinds(number, (number,)) == [ID]


def test_an_excerpt_shows_no_number_whole() -> None:
    first, second = leaks.id_number(random.Random(4)), leaks.mobile(random.Random(5))
    text = f"张三，{first}，{second}，低保金"
    found = scan.findings(text)
    for one in found:
        told = "".join(scan.excerpt(text, one, found))
        assert first[4:] not in told
        assert second[4:] not in told
        assert "张三" in told or "低保金" in told


def test_what_villages_write_is_seldom_taken_for_a_number_of_a_person() -> None:
    """The figures are those of `python -m bench.redaction`."""
    found = measured(1000)
    assert len(found) > 10
    for name, by_kind in found.items():
        assert sum(by_kind.values()) <= 3, (name, by_kind)
