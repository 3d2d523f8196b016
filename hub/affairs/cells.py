"""Cells of a table: as somebody types them or Excel holds them, as releases keep them.

Calls `hub.sheets` and `wire`. Pure.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from hub import sheets
from hub.sheets import SheetError
from wire import release, shape
from wire.approval import subject
from wire.release import AMOUNT, MOST_ROWS, Cell, Column

_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_HEAD_WITHIN: Final = 10
HOW: Final = {
    "amount": "金额写成 15300 或 15300.50（元）",
    "date": "日期写成 2026-11-02",
    "number": "数字写成 12 或 12.5",
    "text": f"最多 {release.LONGEST_CELL} 字，不能有看不见的字符",
    "name": "姓名最多 200 字，不能有看不见的字符",
    "address": f"住址最多 {release.LONGEST_CELL} 字，不能有看不见的字符",
}
HINTS: Final = {kind: HOW[kind] for kind in ("amount", "number")}
"""What is said beside a field before anything is wrong."""

Row = tuple[Cell, ...]


class CellsError(ValueError):
    """Rows that cannot be taken; `lines` are sentences that name row and column."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def cell(kind: str, value: object) -> Cell:
    """What stands there; None for nothing. Raises ValueError with how it is written."""
    text = _words(value) if kind == "text" else _text(value)
    if not text:
        return None
    try:
        found: Cell = _amount(text) if kind == AMOUNT else _plain(kind, text, value)
        release.check_cell(kind, found)
    except (ValueError, shape.ShapeError) as error:
        raise ValueError(HOW[kind]) from error
    return found


def told(kind: str, value: Cell) -> str:
    """A cell for the eye, and for a form to be typed into again."""
    if value is None:
        return ""
    if kind == AMOUNT and isinstance(value, int):
        return f"{'-' if value < 0 else ''}{subject.yuan(abs(value))}"
    return str(value)


def typed(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> tuple[Row, ...]:
    """Rows of a form, empty ones left out; raises CellsError."""
    return _rows(columns, list(enumerate(rows, start=1)), MOST_ROWS)


def imported(columns: Sequence[Column], data: bytes, most: int) -> tuple[Row, ...]:
    """At most so many rows below the line of heads of a CSV or xlsx file; raises CellsError."""
    try:
        found = sheets.rows(data, most)
    except SheetError as error:
        raise CellsError([str(error)]) from error
    wanted = [_plain_head(one.zh) for one in columns]
    for place, (_, cells) in enumerate(found[:_HEAD_WITHIN]):
        heads = [_plain_head(_text(one)) for one in cells]
        if set(wanted) <= set(heads):
            at = [heads.index(one) for one in wanted]
            below = [
                (number, [row[index] if index < len(row) else None for index in at])
                for number, row in found[place + 1 :]
            ]
            return _rows(columns, below, most)
    raise CellsError([f"没有表头：要有 {'、'.join(one.zh for one in columns)}。"])


def _rows(
    columns: Sequence[Column], rows: Sequence[tuple[int, Sequence[object]]], most: int
) -> tuple[Row, ...]:
    found, wrong = [], []
    for number, values in rows:
        made: list[Cell] = []
        for column, value in zip(columns, values, strict=True):
            try:
                made.append(cell(column.type, value))
            except ValueError as error:
                wrong.append(f"第 {number} 行“{column.zh}”：{error}。")
        if any(one is not None for one in made):
            found.append(tuple(made))
    if len(found) > most:
        wrong = [f"表里超过 {most} 行，一次最多导入 {most} 行：请把文件按月份分成几个，各填一份。"]
    if wrong:
        raise CellsError(wrong)
    return tuple(found)


def _amount(text: str) -> int:
    sign = -1 if text[0] in "-−" else 1
    return sign * subject.fen(text.lstrip("-−").removesuffix("元"))


def _plain(kind: str, text: str, value: object) -> str:
    if kind == "date":
        if isinstance(value, datetime):
            return value.date().isoformat()
        found = _DAY.fullmatch(text)
        if found is None:
            raise ValueError(text)
        return date(*map(int, found.groups())).isoformat()
    if kind == "number":
        plain = text.replace(",", "")
        return plain[:-2] if plain.endswith(".0") else plain
    return text


def _words(value: object) -> str:
    """As they were typed: Chinese punctuation stays Chinese."""
    if not isinstance(value, str):
        return _text(value)
    return unicodedata.normalize("NFC", value.replace("\u3000", " ")).strip()


def _text(value: object) -> str:
    """In the one form of figures, whichever way they were typed."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return unicodedata.normalize("NFKC", str(value)).strip()


def _plain_head(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
