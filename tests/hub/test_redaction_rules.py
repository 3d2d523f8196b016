"""Names stand where a rule of the township's data lets them, for its days, and masked otherwise."""

import random
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import days
from hub.config import ConfigError
from hub.redaction import names, rules
from hub.redaction.terms import term
from tests.hub import leaks
from wire.release import Column, Shown

FIRST = days.bounds(date(2026, 11, 2))[0] + 9 * 3_600_000
HOUSEHOLD = Column("household", "户主", "name")
COLUMNS = (
    HOUSEHOLD,
    Column("home", "住址", "address"),
    Column("project", "项目", "text"),
    Column("amount", "金额", "amount"),
    Column("signed", "经办人", "name"),
)
ROW = ("欧阳娜娜", "苍南县示例镇晨光村12号", "欧阳娜娜的临时救助", 80_000, "张三")
MASKED = ("欧阳**", "苍南县示例镇晨光村***", "欧阳**的临时救助", 80_000, "张*")
SHOWN = Shown(("household",), "示例", 10)


def at(day: int) -> int:
    return days.bounds(date(2026, 11, day))[0]


def read(shown: Shown | None, now_ms: int, row: tuple[Any, ...] = ROW) -> tuple[Any, ...]:
    return rules.redacted(COLUMNS, [row], shown, FIRST, now_ms)[0]


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("王小明", "王**"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳娜", "欧阳*"),
        ("欧阳", "欧*"),
        ("买买提·艾力", "买**·**"),
        ("买买提•艾力", "买**·**"),
        ("张三、李小四", "张*、李**"),
        ("张三，李四", "张*,李*"),
        ("张三 李四", "张* 李*"),
        ("张", "张*"),
        ("张三（户主）", "张*****"),
        ("John", "J***"),
        ("", ""),
    ],
)
def test_how_names_are_masked(name: str, masked: str) -> None:
    assert names.mask(name) == masked


@given(st.text("张王李欧阳娜·三四 、，,a", max_size=12))
def test_of_a_name_no_more_than_its_family_name_stays(name: str) -> None:
    for part in names.parts(names.mask(name)):
        assert len(part.replace("*", "").replace("·", "").replace(",", "")) <= 2


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("苍南县示例镇晨光村三组12号", "苍南县示例镇晨光村***"),
        ("示例镇人民路8号", "示例镇***"),
        ("人民路8号", "***"),
        ("", "***"),
    ],
)
def test_of_an_address_the_village_stays(address: str, masked: str) -> None:
    assert names.mask_address(address) == masked


def test_what_the_rule_names_is_shown_in_its_days_and_gone_afterwards() -> None:
    shown = ("欧阳娜娜", MASKED[1], "欧阳娜娜的临时救助", 80_000, "张*")
    gone = (None, *MASKED[1:])
    assert read(SHOWN, FIRST) == shown
    assert read(SHOWN, at(12)) == shown
    assert read(SHOWN, at(13) - 1) == shown
    assert read(SHOWN, at(13)) == gone
    assert read(SHOWN, FIRST - 1) == gone


def test_the_days_of_a_term_are_counted_from_the_day_after_its_first() -> None:
    told = [term(SHOWN, FIRST, at(day)) for day in (2, 3, 12, 13)]
    assert [(one.day, one.left, one.over) for one in told] == [
        (0, 10, False), (1, 9, False), (10, 0, False), (11, 0, True),
    ]  # fmt: skip
    assert {(one.first, one.last) for one in told} == {(date(2026, 11, 2), date(2026, 11, 12))}


def test_without_a_rule_no_name_is_shown() -> None:
    assert read(None, FIRST) == MASKED


def test_an_address_is_shown_only_where_the_rule_names_it() -> None:
    assert read(Shown(("home",), "示例", 10), FIRST)[1] == ROW[1]


@pytest.mark.parametrize("shown", [None, Shown(("household", "home"), "示例", 10)])
def test_an_identity_number_is_never_shown_whatever_the_rule(shown: Shown | None) -> None:
    number = leaks.id_number(random.Random(1))
    row = (f"张三 {number}", f"晨光村 {number}", f"证号{number[:6]}-{number[6:]}", 1, number)
    told = "".join(str(cell) for cell in read(shown, FIRST, row))
    assert number[6:14] not in told
    assert number[-4:] not in told


def test_the_longest_list_is_masked_within_a_row_s_text_too() -> None:
    rows = [(f"张{chr(0x4E00 + i)}", None, f"给张{chr(0x4E00 + i)}", i, None) for i in range(2000)]
    told = rules.redacted(COLUMNS, rows, None, FIRST, FIRST)
    assert {(row[0], row[2]) for row in told} == {("张*", "给张*")}


def test_the_example_is_read_and_says_that_it_is_one() -> None:
    text = rules.EXAMPLE.read_text("utf-8")
    found = rules.read(tomllib.loads(text))
    assert "示例" in text
    assert all("示例" in one.basis for one in found.items.values())
    assert "12388" in found.telephones


def test_a_township_without_a_file_shows_no_name(tmp_path: Path) -> None:
    assert rules.load(tmp_path) == rules.Rules()


@pytest.mark.parametrize(
    "text",
    [
        "telephones = ['0577-1']",
        "telephones = 12388",
        "phones = []",
        "items = []",
        "[items.relief]\ncolumns = ['household']\ndays = 10",
        "[items.relief]\ncolumns = ['household']\ndays = 10\nbasis = ''",
        "[items.relief]\ncolumns = []\ndays = 10\nbasis = '依据'",
        "[items.relief]\ncolumns = ['household']\ndays = 0\nbasis = '依据'",
        "[items.relief]\ncolumns = ['household']\ndays = 10\nbasis = '依据'\nforever = true",
        "[items",
    ],
)
def test_a_rule_without_basis_or_days_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / rules.FILE).write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=rules.FILE):
        rules.load(tmp_path)
