"""A list of matters as CSV and JSON: back as it was, and every wrong cell by row and column."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import contents
from tests.support.contents import CHAIR, DIRECTOR, SECRETARY
from wire.lists import content
from wire.lists.catalogue import YUAN_MOST
from wire.lists.content import Band, Catalogue, Item, Step
from wire.lists.later import LATER
from wire.matters import files
from wire.matters.files import MattersError

IDS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,12}", fullmatch=True)
SAID = st.one_of(
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=20),
    st.sampled_from(["=1+1", "'x", "''=x", "+86", "-", "@SUM(A1)", "＝1", "12317", "1e5", " =x "]),
    st.sampled_from(["2026/1/2", "0577-0000000", "是", "a;b|c>d=e", 'say "x", y', "00123"]),
)
STEPS = st.builds(
    lambda name, offices: Step(name, offices[0], tuple(offices[1:])),
    IDS,
    st.lists(IDS, min_size=1, max_size=4, unique=True),
)
CHAINS = st.lists(STEPS, min_size=1, max_size=3, unique_by=lambda one: one.step).map(tuple)


@st.composite
def items(draw: st.DrawFn) -> Item:
    cls = draw(st.sampled_from(["allowed", "forbidden", "escalate"]))
    allowed = cls == "allowed"
    chain = draw(CHAINS) if allowed else ()
    yuan = sorted(draw(st.sets(st.integers(1, YUAN_MOST), max_size=3))) if allowed else []
    same_page = draw(st.booleans())
    days = sorted(draw(st.lists(st.dates().map(str), min_size=2, max_size=2)))
    return Item(
        id=draw(IDS), zh=draw(SAID), en=draw(SAID), cls=cls,
        seals=tuple(draw(st.lists(IDS, min_size=int(allowed), max_size=3, unique=True))),
        chain=chain,
        impressions_max=draw(st.integers(int(allowed), 1000)),
        seams_max=draw(st.integers(1, 1000)),
        days_valid=draw(st.integers(1, 366)),
        same_page=same_page, applicant_may_operate=draw(st.booleans()),
        emergency=allowed and not yuan and draw(st.booleans()),
        where_zh=draw(SAID), where_en=draw(SAID), phone=draw(st.just("") | SAID),
        basis=draw(st.just("") | SAID),
        since=draw(st.sampled_from(["", days[0]])), until=draw(st.sampled_from(["", days[1]])),
        bands=tuple(Band(one, chain[::-1], draw(st.booleans())) for one in yuan),
        passkeys_only=draw(st.booleans()),
        seam_pages=draw(st.integers(0, 200)) if allowed and same_page else 0,
    )  # fmt: skip


CATALOGUES = st.builds(
    lambda locality, day, found: Catalogue(3, locality, str(day), {one.id: one for one in found}),
    SAID,
    st.dates(),
    st.lists(items(), max_size=4),
)
SAMPLE = contents.catalogue(
    replace(
        contents.item("residence", "居住证明", "committee", DIRECTOR, SECRETARY),
        bands=(Band(1000, (CHAIR, SECRETARY), resolution=True),),
    ),
    contents.item("kinship", "亲属关系证明", "committee", cls="forbidden"),
)


@settings(deadline=None)
@given(CATALOGUES)
def test_there_and_back_changes_nothing(catalogue: Catalogue) -> None:
    content.encode(catalogue)
    assert files.from_csv(files.to_csv(catalogue), 3) == catalogue
    assert files.from_json(files.to_json(catalogue), 3) == catalogue


def test_the_largest_band_goes_there_and_back() -> None:
    band = Band(YUAN_MOST, (CHAIR,), resolution=True)
    items = {"residence": replace(SAMPLE.items["residence"], bands=(band,))}
    largest = replace(SAMPLE, items=items)
    assert files.from_csv(files.to_csv(largest), 1) == largest


@settings(deadline=None)
@given(CATALOGUES)
def test_no_cell_is_a_formula(catalogue: Catalogue) -> None:
    for line in csv.reader(io.StringIO(files.to_csv(catalogue).decode("utf-8-sig"), newline="")):
        assert not any(
            cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) for cell in line
        )


def test_excel_in_china_opens_it_and_what_it_saves_is_taken() -> None:
    data = files.to_csv(SAMPLE)
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    saved = text.replace("2026-01-01", "2026/1/1").replace("\r\n", ",,\r\n") + ",,,\r\n"
    assert files.from_csv(saved.encode("gb18030"), 1) == SAMPLE


def rows() -> list[list[str]]:
    return list(csv.reader(io.StringIO(files.to_csv(SAMPLE).decode("utf-8-sig"), newline="")))


def problems(table: list[list[str]]) -> list[tuple[int, str]]:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    with pytest.raises(MattersError) as refused:
        files.from_csv(out.getvalue().encode(), 1)
    assert all(any("一" <= sign <= "鿿" for sign in str(one)) for one in refused.value.problems)
    return [(one.row, one.column) for one in refused.value.problems]


def spoilt(*changes: tuple[int, str, str]) -> list[tuple[int, str]]:
    """What is said where these cells (row, field, text) are exchanged."""
    table = rows()
    heads = [head.split()[-1] for head in table[1]]
    for row, field, text in changes:
        table[row - 1][heads.index(field)] = text
    return problems(table)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("id", "Not An Id"),
        ("zh", ""),
        ("zh", "隐\u200b形"),
        ("cls", "也许"),
        ("chain", "director"),
        ("chain", "director=;x=y"),
        ("bands", "很多: director=village.director"),
        ("bands", "500: Director=x"),
        ("impressions_max", "三"),
        ("impressions_max", "1001"),
        ("days_valid", "0"),
        ("same_page", "也许"),
        ("since", "2026-02-30"),
        ("seals", "committee committee"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(field: str, text: str) -> None:
    assert spoilt((3, field, text)) == [(3, field)]


def test_all_wrong_cells_are_told_at_once() -> None:
    assert spoilt((3, "days_valid", "x"), (3, "cls", "x"), (4, "zh", "")) == [
        (3, "cls"), (3, "days_valid"), (4, "zh"),
    ]  # fmt: skip


def test_a_row_that_contradicts_itself_is_told() -> None:
    assert spoilt((4, "where_zh", "")) == [(4, "")]


def test_an_id_that_stands_twice_is_told() -> None:
    assert spoilt((4, "id", "residence")) == [(4, "id")]


@pytest.mark.parametrize("gone", ["id", "chain"])
def test_a_missing_column_is_named(gone: str) -> None:
    table = rows()
    at = [head.split()[-1] for head in table[1]].index(gone)
    assert problems([table[0], *([*row[:at], *row[at + 1 :]] for row in table[1:])]) == [(2, gone)]


def test_a_file_from_before_a_field_existed_is_taken() -> None:
    plain = contents.catalogue(contents.item("residence", "居住证明", "committee", DIRECTOR))
    whole = json.loads(files.to_json(plain))
    for name in LATER["item"]:
        del whole["items"][0][name]
    assert files.from_json(json.dumps(whole).encode(), 1) == plain


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xff\xff",
        b"a,b\r\n",
        b'"',
        b"x" * (files.LIMIT + 1),
        "地区,x\n编号 id\n".encode(),
    ],
)
def test_what_is_no_such_csv_is_refused(data: bytes) -> None:
    with pytest.raises(MattersError):
        files.from_csv(data, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"items": {}},
        {"items": [1]},
        {"more": 1},
        {"locality": 1},
        {"effective": "x"},
        {"items": [{"id": "x"}]},
    ],
)
def test_what_is_no_such_json_is_refused(change: dict[str, Any]) -> None:
    whole = {**json.loads(files.to_json(SAMPLE)), **change}
    with pytest.raises(MattersError):
        files.from_json(json.dumps(whole).encode(), 1)


@pytest.mark.parametrize("data", [b"[" * 100_000, b"\xff", b'{"items": 1, "items": 2}', b"null"])
def test_hostile_json_is_refused(data: bytes) -> None:
    with pytest.raises(MattersError):
        files.from_json(data, 1)


def test_a_thousand_items_are_the_most() -> None:
    one = SAMPLE.items["kinship"]
    many = {f"k{n}": replace(one, id=f"k{n}") for n in range(1001)}
    whole = files.to_json(Catalogue(1, "示例县", "2026-01-01", many))
    with pytest.raises(MattersError, match="1000"):
        files.from_json(whole, 1)
