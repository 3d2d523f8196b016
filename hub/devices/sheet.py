"""A spreadsheet of machines, as an office types it: CSV of any Chinese Excel, or xlsx.

Calls `openpyxl` for xlsx and nothing of ours. It reads words and judges none of them; a serial
number that the spreadsheet program made a number of is marked, because digits of it are lost.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("村", "村名", "行政村"),
    "village": ("村编号", "村代码"),
    "device": ("机号", "设备编号", "机器编号"),
    "serial": ("序列号", "主板序列号"),
    "replaces": ("替换旧机", "旧机号"),
}
"""Field → the heads under which it may stand."""
NEEDED: Final = ("device", "serial")
"""Without these heads no line is the head line."""
LONGEST: Final = 2 << 20
UNPACKED: Final = 64 << 20
MOST: Final = 2_000
HEAD_WITHIN: Final = 10
"""A title and a date may stand above the heads."""
_ROUNDED: Final = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+[0-9]+")
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_HEADS: Final = {head: field for field, heads in COLUMNS.items() for head in heads}
Cells = Sequence[object]


class SheetError(ValueError):
    """A sheet that cannot be used; the text says why, in Chinese and English."""


@dataclass(frozen=True)
class Line:
    """One row as the spreadsheet numbers it; `numbers` are fields that were no text there."""

    number: int
    fields: Mapping[str, str]
    numbers: frozenset[str]


@dataclass(frozen=True)
class Sheet:
    """`ignored` are the heads of columns that say nothing here."""

    lines: tuple[Line, ...]
    ignored: tuple[str, ...]


def read(data: bytes) -> Sheet:
    """What stands in it; raises SheetError."""
    found = rows(data)
    head = next((row for row in found[:HEAD_WITHIN] if _is_head(row[1])), None)
    if head is None:
        needed = "、".join(COLUMNS[field][0] for field in NEEDED)
        raise SheetError(f"没有表头：要有 {needed} 和 村。 No line of heads: {needed} and 村.")
    heads = [_text(cell) for cell in head[1]]
    named = [_HEADS[one] for one in heads if one in _HEADS]
    if len(set(named)) < len(named):
        raise SheetError("表头重复。 The same head twice.")
    lines = [_line(number, heads, cells) for number, cells in found if number > head[0]]
    filled = tuple(line for line in lines if any(line.fields.values()))
    if not filled or len(filled) > MOST:
        raise SheetError(f"要有 1 至 {MOST} 行。 1 to {MOST} rows expected, not {len(filled)}.")
    return Sheet(filled, tuple(one for one in heads if one and one not in _HEADS))


def rows(data: bytes) -> list[tuple[int, Cells]]:
    """The cells of every row of the first page, with its number there; raises SheetError."""
    if len(data) > LONGEST:
        raise SheetError("表格太大。 The sheet is too large.")
    if data.startswith(_OLD_EXCEL):
        raise SheetError("请另存为 .xlsx 或 CSV。 An old .xls: save it as .xlsx or CSV.")
    return list(_xlsx(data) if data.startswith(b"PK") else _csv(data))


def _is_head(cells: Cells) -> bool:
    named = {_HEADS.get(_text(cell)) for cell in cells}
    return named.issuperset(NEEDED) and bool(named & {"name", "village"})


def _line(number: int, heads: Sequence[str], cells: Cells) -> Line:
    found = {_HEADS[head]: cell for head, cell in zip(heads, cells, strict=False) if head in _HEADS}
    fields = {field: _text(found.get(field)) for field in COLUMNS}
    return Line(number, fields, frozenset(one for one, cell in found.items() if _is_number(cell)))


def _text(cell: object) -> str:
    """Without blanks around it; wide letters and digits as the plain ones."""
    return "" if cell is None else unicodedata.normalize("NFKC", str(cell)).strip()


def _is_number(cell: object) -> bool:
    return isinstance(cell, (int, float)) or bool(_ROUNDED.fullmatch(_text(cell)))


def _csv(data: bytes) -> Iterator[tuple[int, Cells]]:
    text = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise SheetError(f"第 {reader.line_num} 行：引号不成对。 Not CSV: {error}") from error


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith(_UTF16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SheetError("认不出文字编码：请另存为 .xlsx。 Unknown encoding: save it as .xlsx.")


def _xlsx(data: bytes) -> Iterator[tuple[int, Cells]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > UNPACKED:
                raise SheetError("表格太大。 The sheet is too large.")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        page = book.worksheets[0]
        for number, cells in enumerate(page.iter_rows(values_only=True), start=1):
            if number > MOST + HEAD_WITHIN:
                break
            yield number, cells
    except SheetError:
        raise
    except (zipfile.BadZipFile, LookupError, ValueError, TypeError, SyntaxError, OSError) as error:
        raise SheetError(f"不是完整的 .xlsx。 Not a whole .xlsx: {error}") from error
