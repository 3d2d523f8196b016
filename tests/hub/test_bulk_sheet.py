"""Sheets as offices save them are read alike, and what Excel spoils is found."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from docs.examples import text
from hub import sheets
from hub.devices import sheet
from hub.devices.sheet import Line, Sheet, SheetError

EXAMPLE = Path(text.__file__).with_name("depot.csv")
HEADS = ("机号", "村", "村编号", "序列号")
ROW = ("sunrise-2", "晨光村", "sunrise", "10000000abcdef02")


def _xlsx(*rows: tuple[object, ...]) -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def _csv(*rows: tuple[object, ...], mark: str = ",") -> str:
    return "".join(mark.join(map(str, row)) + "\r\n" for row in rows)


def _said(made: Sheet) -> list[tuple[int, dict[str, str]]]:
    return [(line.number, dict(line.fields)) for line in made.lines]


def test_the_example_is_read_below_its_title() -> None:
    made = sheet.read(EXAMPLE.read_bytes())
    assert [line.number for line in made.lines] == [3, 4]
    assert made.lines[0].fields == {
        "name": "晨光村",
        "village": "sunrise",
        "device": "sunrise-1",
        "serial": "10000000abcdef01",
        "replaces": "",
    }
    assert made.ignored == ("备注",)


@pytest.mark.parametrize(
    "data",
    [
        _csv(HEADS, ROW).encode(),
        _csv(HEADS, ROW).encode("utf-8-sig"),
        _csv(HEADS, ROW).encode("gb18030"),
        _csv(HEADS, ROW, mark="\t").encode("utf-16"),
        _csv(HEADS, ROW, mark=";").encode(),
        _xlsx(HEADS, ROW),
        _csv(
            ("设备编号", "村名", "村代码", "主板序列号"), (" ｓｕｎｒｉｓｅ－２", *ROW[1:])
        ).encode(),
    ],
    ids=["utf-8", "utf-8 with mark", "gb18030", "unicode text", "semicolons", "xlsx", "wide"],
)
def test_every_way_of_saving_says_the_same(data: bytes) -> None:
    named = dict(zip(("device", "name", "village", "serial"), ROW, strict=True))
    assert _said(sheet.read(data)) == [(2, {**named, "replaces": ""})]


def test_rows_keep_the_numbers_that_the_office_sees() -> None:
    data = _csv(("清单",), (), HEADS, ROW, (), ("", "", "", ""), ("sunrise-3", *ROW[1:])).encode()
    assert [line.number for line in sheet.read(data).lines] == [4, 7]


@pytest.mark.parametrize("serial", ["1.00000E+15", "1E+15"])
def test_a_serial_number_that_excel_rounded_is_marked(serial: str) -> None:
    assert _only(_csv(HEADS, (*ROW[:3], serial)).encode()).numbers == {"serial"}


def test_a_serial_number_that_is_a_number_in_the_workbook_is_marked() -> None:
    assert _only(_xlsx(HEADS, (*ROW[:3], 1000000012345678))).numbers == {"serial"}
    assert _only(_xlsx(HEADS, (*ROW[:3], "1000000012345678"))).numbers == frozenset()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "没有表头"),
        (_csv(("机号", "村"), ("a", "b")).encode(), "没有表头"),
        (_csv(HEADS).encode(), "要有 1 至"),
        (_csv((*HEADS, "设备编号"), ROW).encode(), "表头重复"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xlsx"),
        (b"PK\x03\x04 not a workbook", "xlsx"),
        (_xlsx(HEADS, ROW)[:-40], "xlsx"),
        (b"\xff\xfe\x00", "编码"),
        (b"\0" * 64, "编码"),
        (_csv(HEADS, ('"sunrise', *ROW[1:])).encode(), "引号"),
        (b"," * (3 << 20), "太大"),
    ],
)
def test_what_is_no_sheet_is_said_in_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(SheetError, match=why):
        sheet.read(data)


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * (sheets.UNPACKED + 1))
    with pytest.raises(SheetError, match="太大"):
        sheet.read(bomb.getvalue())


def _only(data: bytes) -> Line:
    (line,) = sheet.read(data).lines
    return line
