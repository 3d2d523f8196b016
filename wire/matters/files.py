"""A list of matters as CSV for spreadsheets and as JSON for other programs, there and back.

Calls `wire.lists`, `wire.shape` and `wire.matters`. Pure: bytes in, bytes out. A file
is taken whole or not at all, and everything that is wrong with it is told by row and column.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wire.errors import WireError
from wire.lists import content
from wire.lists.catalogue import FIELDS, ITEM, MOST, Catalogue, Item
from wire.lists.later import LATER, as_written
from wire.matters import cells
from wire.matters.words import ITEM as WORDS
from wire.shape import ShapeError

LIMIT: Final = 4 << 20
TOLD: Final = 50
TOP: Final = ("locality", "effective")
_HEADS: Final = {name: f"{zh} {name}" for name, (zh, _) in WORDS.items()}
_TOP_HEADS: Final = {"locality": "地区 locality", "effective": "生效日期 effective"}


@dataclass(frozen=True)
class Problem:
    """`row` as the spreadsheet numbers it, or the item's place in the JSON, 0 for the file itself;
    `column` is the field, empty for the whole row.
    """

    row: int
    column: str
    detail: str

    def __str__(self) -> str:
        where = f"第 {self.row} 行 row {self.row}" if self.row else "文件 the file"
        zh = WORDS.get(self.column, (_TOP_HEADS.get(self.column, self.column),))[0]
        column = f"，{zh} {self.column}" if self.column else ""
        return f"{where}{column}：{self.detail}"


class MattersError(ValueError):
    """A file that is not taken; `problems` are the first TOLD of what is wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems[:TOLD]
        super().__init__("\n".join(map(str, self.problems)))


Rows = Sequence[tuple[int, Mapping[str, Any]]]


def to_csv(catalogue: Catalogue) -> bytes:
    """UTF-8 with a mark for Excel; above the heads stand locality and day."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    top = [(_TOP_HEADS[name], cells.guarded(getattr(catalogue, name))) for name in TOP]
    writer.writerow([one for pair in top for one in pair])
    writer.writerow(_HEADS.values())
    for item in catalogue.items.values():
        plain = _plain(item)
        writer.writerow([cells.write(name, plain[name]) for name in _HEADS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def from_csv(data: bytes, version: int) -> Catalogue:
    """Inverse of to_csv; raises MattersError."""
    lines = list(enumerate(_lines(data), start=1))
    filled = [(number, line) for number, line in lines if any(map(str.strip, line))]
    if len(filled) < 2:
        raise MattersError(Problem(0, "", "没有表头 no line of heads"))
    top = _top_of(filled[0][1])
    names = _names(*filled[1])
    problems: list[Problem] = []
    rows = [(number, _read(number, line, names, problems)) for number, line in filled[2:]]
    return _made(top, rows, problems, version)


def to_json(catalogue: Catalogue) -> bytes:
    """One object: locality, effective, items."""
    whole = {**{name: getattr(catalogue, name) for name in TOP}, "items": []}
    whole["items"] = [_plain(item) for item in catalogue.items.values()]
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def from_json(data: bytes, version: int) -> Catalogue:
    """Inverse of to_json; raises MattersError."""
    _hold_limit(data)
    try:
        whole = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise MattersError(Problem(0, "", f"不是 JSON not JSON: {error}")) from error
    if not isinstance(whole, dict) or whole.keys() != {*TOP, "items"}:
        raise MattersError(Problem(0, "", "要有 locality、effective、items，别无其他 only these"))
    if not isinstance(whole["items"], list):
        raise MattersError(Problem(0, "items", "要用列表 a list expected"))
    rows = list(enumerate(whole["items"], start=1))
    wrong = [Problem(row, "", "要用对象 an object") for row, one in rows if type(one) is not dict]
    if wrong:
        raise MattersError(*wrong)
    return _made({name: whole[name] for name in TOP}, rows, [], version)


def _made(top: Mapping[str, Any], rows: Rows, problems: list[Problem], version: int) -> Catalogue:
    items: dict[str, Item] = {}
    if len(rows) > MOST:
        problems.append(Problem(0, "items", f"最多 {MOST} 个事项 items at most"))
    bad = {one.row for one in problems}
    for row, fields in rows[:MOST]:
        found = list(_wrong(row, fields)) if row not in bad else []
        problems += found
        if not found and row not in bad:
            _add(row, fields, items, problems)
    if not problems:
        made = Catalogue(version, top["locality"], top["effective"], items)
        try:
            return content.decode(Catalogue, content.encode(made))
        except WireError as error:
            problems.append(Problem(0, "", error.detail))
        except (TypeError, ValueError) as error:
            problems.append(Problem(0, "", str(error)))
    raise MattersError(*sorted(problems, key=lambda one: one.row))


def _wrong(row: int, fields: Mapping[str, Any]) -> Iterator[Problem]:
    for name in fields.keys() - FIELDS.keys():
        yield Problem(row, str(name)[:64], "没有这一项 no such field")
    for name, form in FIELDS.items():
        if name not in fields:
            if name not in LATER["item"]:
                yield Problem(row, name, "缺少 missing")
            continue
        try:
            form.load(fields[name])
        except ShapeError as error:
            yield Problem(row, name, f"不合规定 does not fit: {error}")


def _add(
    row: int, fields: Mapping[str, Any], items: dict[str, Item], problems: list[Problem]
) -> None:
    """The item, where its fields do not contradict one another and its id is new."""
    try:
        made = ITEM.load(as_written("item", fields))
    except ShapeError as error:
        problems.append(Problem(row, "", f"前后矛盾 contradicts itself: {error}"))
        return
    if made.id in items:
        problems.append(Problem(row, "id", f"{made.id} 重复 stands twice"))
    items[made.id] = made


def _plain(item: Item) -> dict[str, Any]:
    """All fields as in the signed file, those that it leaves out too, in the words' order."""
    return {name: FIELDS[name].dump(getattr(item, name)) for name in WORDS}


def _lines(data: bytes) -> Iterator[list[str]]:
    _hold_limit(data)
    reader = csv.reader(io.StringIO(_decoded(data), newline=""), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise MattersError(Problem(reader.line_num, "", f"不是 CSV not CSV: {error}")) from error


def _decoded(data: bytes) -> str:
    """As Chinese Excel saves it: UTF-8 with its mark, or GB 18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise MattersError(Problem(0, "", "请另存为 CSV UTF-8 neither UTF-8 nor GB 18030"))


def _top_of(line: Sequence[str]) -> dict[str, str]:
    found = {}
    for head, cell in zip(line[::2], line[1::2], strict=False):
        name = head.split()[-1] if head.strip() else ""
        if name in TOP:
            found[name] = cells.unguarded(cell)
    if missing := [name for name in TOP if name not in found]:
        raise MattersError(*(Problem(1, name, "缺少 missing") for name in missing))
    found["effective"] = cells.read("since", found["effective"])
    return found


def _names(number: int, line: Sequence[str]) -> list[str]:
    """The field of each column, by the last word of its head; empty columns at the end are none."""
    names = [head.split()[-1] if head.strip() else "" for head in line]
    while names and not names[-1]:
        names.pop()
    unknown = [
        Problem(number, name or "?", "没有这一列 no such column")
        for name in names
        if name not in FIELDS
    ]
    twice = [
        Problem(number, name, "重复 stands twice")
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    missing = [
        Problem(number, name, "缺少这一列 the column is missing")
        for name in FIELDS
        if name not in names and name not in LATER["item"]
    ]
    if unknown or twice or missing:
        raise MattersError(*unknown, *twice, *missing)
    return names


def _read(
    number: int, line: Sequence[str], names: Sequence[str], problems: list[Problem]
) -> dict[str, Any]:
    if any(map(str.strip, line[len(names) :])):
        problems.append(Problem(number, "", "表头以外还有内容 more cells than heads"))
    fields: dict[str, Any] = {}
    for at, name in enumerate(names):
        try:
            fields[name] = cells.read(name, line[at] if at < len(line) else "")
        except cells.CellError as error:
            problems.append(Problem(number, name, f"应为 expected: {error}"))
    return fields


def _hold_limit(data: bytes) -> None:
    if len(data) > LIMIT:
        raise MattersError(Problem(0, "", f"超过 {LIMIT >> 20} MB 太大 too large"))


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("one name twice")
    return made
