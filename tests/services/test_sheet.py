"""The sheet of services: what an office saves is read back, and each wrong cell is told."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.catalogue.load import load
from hub.services import sheet
from hub.services.files import EXAMPLE
from hub.services.files import ITEMS as ITEMS_FILE
from hub.services.sheet import HEADS, Item, Names, SheetError

NAMES = Names({"住房": "housing", "出行": "transport"}, {"村服务室": "room", "镇中心": "centre"})
GOOD = {
    "id": "residence",
    "theme": "住房",
    "name": "居住证明",
    "bring": "身份证；户口簿",
    "points": "村服务室；镇中心",
    "when": "",
    "how_long": "当天",
    "ask": "村便民服务室",
    "phone": "0577-0000001",
    "matter": "residence",
    "basis": "",
}
WORDS = st.text("甲乙丙丁（示例）身份证abc", min_size=1, max_size=12)
ITEMS = st.builds(
    Item,
    id=st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True),
    theme=st.sampled_from(["housing", "transport"]),
    name=WORDS,
    bring=st.lists(WORDS, min_size=1, max_size=4).map(tuple),
    points=st.lists(st.sampled_from(["room", "centre"]), min_size=1, unique=True).map(tuple),
    when=st.just("") | WORDS,
    how_long=WORDS,
    ask=WORDS,
    phone=st.sampled_from(["12345", "0577-0000000"]),
    matter=st.sampled_from(["", "residence"]),
    basis=st.just("") | WORDS,
)


def saved(*rows: dict[str, str], encoding: str = "utf-8-sig") -> bytes:
    made = io.StringIO(newline="")
    lines = csv.writer(made)
    lines.writerow(head for head, _ in HEADS.values())
    lines.writerows([row[name] for name in HEADS] for row in rows)
    return made.getvalue().encode(encoding)


@given(st.lists(ITEMS, max_size=5, unique_by=lambda one: one.id))
def test_what_is_written_is_read_again(items: list[Item]) -> None:
    assert sheet.read(sheet.write(items, NAMES), NAMES) == tuple(items)


def test_excel_reads_it_and_an_old_excel_is_read() -> None:
    assert sheet.write([], NAMES).startswith(b"\xef\xbb\xbf")
    (found,) = sheet.read(saved(GOOD, encoding="gb18030"), NAMES)
    assert (found.theme, found.bring) == ("housing", ("身份证", "户口簿"))
    assert found.points == ("room", "centre")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "第 3 行，事项：请填写。"),
        ({"theme": "养老"}, "第 3 行，主题：没有这个主题，可以是：住房、出行。"),
        ({"points": "村服务室；县里"}, "第 3 行，去哪里：没有“县里”这个服务点"),
        ({"phone": "13800000000"}, "第 3 行，电话：只写办公电话"),
        ({"ask": "找某人 13812345678"}, "像手机号码，不能公开。"),
        ({"bring": "=HYPERLINK(1)"}, "不能用 = + - @ 开头。"),
        ({"id": "residence"}, "第 3 行，编号：和前面的一行重复。"),
        ({"id": "居住"}, "第 3 行，编号：只用小写字母"),
        ({"how_long": "长" * 61}, "第 3 行，多久办好：最多 60 个字"),
    ],
)
def test_what_is_wrong_is_told_with_its_row(changes: dict[str, str], told: str) -> None:
    with pytest.raises(SheetError) as raised:
        sheet.read(saved(GOOD, {**GOOD, "id": "second", **changes}), NAMES)
    (line,) = raised.value.lines
    assert told in line


def test_all_wrong_rows_are_told_at_once_and_nothing_is_taken() -> None:
    with pytest.raises(SheetError) as raised:
        sheet.read(saved({**GOOD, "name": ""}, GOOD, {**GOOD, "id": "x", "ask": ""}), NAMES)
    assert [line[:4] for line in raised.value.lines] == ["第 2 ", "第 4 "]


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", saved()[:-9], b"\x81\xff"])
def test_what_is_no_such_sheet_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(SheetError) as raised:
        sheet.read(data, NAMES)
    assert raised.value.lines


def test_the_example_names_matters_of_the_shipped_list() -> None:
    """Else what needs no stamp would ask for papers to be brought."""
    rows = csv.DictReader(io.StringIO((EXAMPLE / ITEMS_FILE).read_text("utf-8-sig")))
    shipped = load(locality="示例", effective="2026-01-01").items
    assert {row[HEADS["matter"][0]] for row in rows} <= {*shipped}
