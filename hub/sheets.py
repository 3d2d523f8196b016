"""A spreadsheet as an office types it: CSV of any Chinese Excel, or xlsx.

Calls `openpyxl` for xlsx and nothing of ours. It reads words and judges none of them; what the
spreadsheet program made a number of is marked, because digits of long ones are lost.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Heads = Mapping[str, tuple[str, ...]]
"""Field → the heads under which it may stand, the first one being the one to name."""
LONGEST: Final = 2 << 20
UNPACKED: Final = 64 << 20
MOST: Final = 2_000
HEAD_WITHIN: Final = 10
"""A title and a date may stand above the heads."""
_ROUNDED: Final = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+[0-9]+")
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
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


def read(data: bytes, columns: Heads, needed: Sequence[Sequence[str]]) -> Sheet:
    """What stands in it; `needed`: the line of heads has one field of each of these. Raises
    SheetError.
    """
    known = {head: field for field, heads in columns.items() for head in heads}
    found = rows(data)
    head = next((row for row in found[:HEAD_WITHIN] if _is_head(row[1], known, needed)), None)
    if head is None:
        words = "、".join("或".join(columns[one][0] for one in some) for some in needed)
        raise SheetError(f"没有表头：要有 {words}。 No line of heads with {words}.")
    heads = [_text(cell) for cell in head[1]]
    named = [known[one] for one in heads if one in known]
    if len(set(named)) < len(named):
        raise SheetError("表头重复。 The same head twice.")
    fields = [known.get(one, "") for one in heads]
    lines = [_line(number, fields, cells, columns) for number, cells in found if number > head[0]]
    filled = tuple(line for line in lines if any(line.fields.values()))
    if not filled or len(filled) > MOST:
        raise SheetError(f"要有 1 至 {MOST} 行。 1 to {MOST} rows expected, not {len(filled)}.")
    return Sheet(filled, tuple(one for one in heads if one and one not in known))


def rows(data: bytes, most: int = MOST) -> list[tuple[int, Cells]]:
    """The cells of every row of the first page, with its number there; of a longer one, more than
    `most` rows below its heads. Raises SheetError.
    """
    if len(data) > LONGEST:
        raise SheetError("表格太大。 The sheet is too large.")
    if data.startswith(_OLD_EXCEL):
        raise SheetError("请另存为 .xlsx 或 CSV。 An old .xls: save it as .xlsx or CSV.")
    return list(_xlsx(data, most) if data.startswith(b"PK") else _csv(data))


def _is_head(cells: Cells, known: Mapping[str, str], needed: Sequence[Sequence[str]]) -> bool:
    named = {known.get(_text(cell)) for cell in cells}
    return all(named & {*some} for some in needed)


def _line(number: int, fields: Sequence[str], cells: Cells, columns: Heads) -> Line:
    found = {field: cell for field, cell in zip(fields, cells, strict=False) if field}
    said = {field: _text(found.get(field)) for field in columns}
    return Line(number, said, frozenset(one for one, cell in found.items() if _is_number(cell)))


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


def _xlsx(data: bytes, most: int) -> Iterator[tuple[int, Cells]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > UNPACKED:
                raise SheetError("表格太大。 The sheet is too large.")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        page = book.worksheets[0]
        for number, cells in enumerate(page.iter_rows(values_only=True), start=1):
            if number > most + HEAD_WITHIN + 1:
                break
            yield number, cells
    except SheetError:
        raise
    except (zipfile.BadZipFile, LookupError, ValueError, TypeError, SyntaxError, OSError) as error:
        raise SheetError("不是完整的 .xlsx。 Not a whole .xlsx.") from error
