"""Items of the guide as a sheet that an office edits: CSV in and out, each wrong cell told.

Calls `hub.redaction.scan`. Written with a mark that Excel knows UTF-8 by; read as any Chinese
Excel saves it. A wrong row is never skipped: all that is wrong is told, and nothing is taken.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

from hub.redaction import scan

HEADS: Final[Mapping[str, tuple[str, int]]] = {
    "id": ("编号", 40),
    "theme": ("主题", 20),
    "name": ("事项", 40),
    "bring": ("带什么", 400),
    "points": ("去哪里", 200),
    "when": ("什么时间", 100),
    "how_long": ("多久办好", 60),
    "ask": ("问谁", 60),
    "phone": ("电话", 20),
    "matter": ("盖章事项编号", 64),
    "basis": ("依据", 100),
}
"""Field → its head, and how many characters it may have."""
MAY_LACK: Final = ("when", "matter", "basis")
MOST_BYTES: Final = 2 << 20
MOST_ROWS: Final = 1_000
TELEPHONE: Final = re.compile(r"[0-9]{3,5}|0[0-9]{2,3}-?[0-9]{7,8}|[0-9]{7,8}", re.ASCII)
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)
_PATTERNS: Final = {
    "id": (_ID, "只用小写字母、数字和连字符。"),
    "phone": (TELEPHONE, "只写办公电话，例如 0577-1234567。"),
}
_BETWEEN: Final = re.compile(r"[；;]")
_FORMULA: Final = ("=", "+", "-", "@")
MARK: Final = "\ufeff"


@dataclass(frozen=True)
class Item:
    """One thing that people come for. `points` are ids; `matter` is the item of the signed list of
    matters for which a seal is asked, or which needs none; `when` is empty where the points' hours
    hold.
    """

    id: str
    theme: str
    name: str
    bring: tuple[str, ...]
    points: tuple[str, ...]
    when: str
    how_long: str
    ask: str
    phone: str
    matter: str
    basis: str


@dataclass(frozen=True)
class Names:
    """Themes and points by their names → ids."""

    themes: Mapping[str, str]
    points: Mapping[str, str]


class SheetError(ValueError):
    """`lines` say what is wrong, each with its row and column."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def read(data: bytes, names: Names) -> tuple[Item, ...]:
    """The items in their order; raises SheetError with every row that is wrong."""
    rows = list(_rows(_text(data)))
    wrong: list[str] = []
    found: dict[str, Item] = {}
    for number, row in rows:
        told = [f"第 {number} 行，{HEADS[name][0]}：{words}" for name, words in _wrong(row, names)]
        if row["id"] in found:
            told.append(f"第 {number} 行，编号：和前面的一行重复。")
        wrong += told
        if not told:
            found[row["id"]] = _item(row, names)
    if wrong:
        raise SheetError(wrong)
    return tuple(found.values())


def write(items: Iterable[Item], names: Names) -> bytes:
    """The same as a file for Excel."""
    themes = {one: name for name, one in names.themes.items()}
    points = {one: name for name, one in names.points.items()}
    made = io.StringIO(newline="")
    rows = csv.writer(made)
    rows.writerow(head for head, _ in HEADS.values())
    for one in items:
        cells = {each.name: getattr(one, each.name) for each in fields(one)}
        cells["theme"] = themes[one.theme]
        cells["bring"] = "；".join(one.bring)
        cells["points"] = "；".join(points[each] for each in one.points)
        rows.writerow(cells[name] for name in HEADS)
    return (MARK + made.getvalue()).encode()


def _item(row: Mapping[str, str], names: Names) -> Item:
    plain = {name: row[name] for name in HEADS if name not in ("theme", "bring", "points")}
    return Item(
        theme=names.themes[row["theme"]],
        bring=_parts(row["bring"]),
        points=tuple(names.points[one] for one in _parts(row["points"])),
        **plain,
    )


def _wrong(row: Mapping[str, str], names: Names) -> Iterator[tuple[str, str]]:
    """(field, sentence) of a row."""
    for name in HEADS:
        if words := _cell_wrong(name, row[name]):
            yield name, words
    if row["theme"] and row["theme"] not in names.themes:
        yield "theme", f"没有这个主题，可以是：{'、'.join(names.themes)}。"
    for one in _parts(row["points"]):
        if one not in names.points:
            yield "points", f"没有“{one}”这个服务点，可以是：{'、'.join(names.points)}。"


def _cell_wrong(name: str, text: str) -> str:
    """What is wrong with a cell by itself; empty for nothing."""
    most = HEADS[name][1]
    if not text:
        return "" if name in MAY_LACK else "请填写。"
    if len(text) > most or not text.isprintable():
        return f"最多 {most} 个字，不能有特殊符号。"
    if text.startswith(_FORMULA):
        return "不能用 = + - @ 开头。"
    if name in _PATTERNS:
        pattern, words = _PATTERNS[name]
        return "" if pattern.fullmatch(text) else words
    if found := scan.findings(text):
        return f"{found[0].masked} 像{scan.KINDS[found[0].kind]}，不能公开。"
    return ""


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that is not empty, with its number in the sheet."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, [_cell(one) for one in row]) for row in reader]
    except csv.Error as error:
        raise SheetError([f"第 {reader.line_num} 行：引号不成对。"]) from error
    heads = lines[0][1] if lines else []
    named = {head: name for name, (head, _) in HEADS.items()}
    if missing := [head for head in named if heads.count(head) != 1]:
        raise SheetError([f"第一行是表头，每个一次，缺或重复：{'、'.join(missing)}。"])
    if len(lines) - 1 > MOST_ROWS:
        raise SheetError([f"最多 {MOST_ROWS} 行。"])
    for number, cells in lines[1:]:
        if any(cells):
            padded = [*cells, *[""] * (len(heads) - len(cells))]
            row = dict(zip(heads, padded, strict=False))
            yield number, {name: row[head] for head, name in named.items()}


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise SheetError(["文件太大，最多 2 MB。"])
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError(["请另存为 CSV（UTF-8）。"])


def _cell(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _parts(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in _BETWEEN.split(text) if one.strip())
