"""One version of the disclosure catalogue (公开目录) as a CSV that people edit in Excel.

Calls `hub.affairs.dues` and `wire`. Pure.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hub.affairs import dues
from hub.affairs.dues import Rule
from wire import shape
from wire.release import MOST_COLUMNS, TYPES, Column

CLASSES: Final[Mapping[str, str]] = {"party": "党务", "village": "村务", "finance": "财务"}
FORMS: Final[Mapping[str, str]] = {
    "table": "表格",
    "text": "文字",
    "project": "项目进展",
    "answers": "回音壁",
}
"""`project`: one after another of the same event; `answers`: the month's questions."""
STAGE, PLANNED, DONE = "stage", "planned", "done"
ROLES: Final[Mapping[str, str]] = {STAGE: "text", PLANNED: "date", DONE: "date"}
"""Key → type of the columns by which a project's stages are late or not."""
CELLS: Final[Mapping[str, str]] = {
    "text": "文字",
    "name": "姓名",
    "address": "住址",
    "amount": "金额",
    "date": "日期",
    "number": "数字",
}
HEADS: Final[Mapping[str, str]] = {
    "number": "序号",
    "id": "编号",
    "cls": "类别",
    "zh": "公开事项",
    "basis": "公开依据",
    "due": "公开时限",
    "body": "公开主体",
    "channel": "公开渠道",
    "level": "公开层级",
    "reviewers": "审核",
    "form": "形式",
    "columns": "栏目",
}
MOST: Final = 300


@dataclass(frozen=True)
class Item:
    """One line. `reviewers` are offices of the roster, each of which approves; `columns` are those
    of its tables.
    """

    number: str
    id: str
    cls: str
    zh: str
    basis: str
    due: Rule
    body: str
    channel: str
    level: str
    reviewers: tuple[str, ...]
    form: str
    columns: tuple[Column, ...]

    @property
    def is_event(self) -> bool:
        return self.due.every == dues.EVENT


class SheetError(ValueError):
    """A file that is no catalogue; `lines` are sentences that name their line."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def read(data: bytes) -> Mapping[str, Item]:
    """The items of a CSV file by Excel or anybody; raises SheetError with a sentence a line."""
    rows = list(csv.DictReader(io.StringIO(_decoded(data), newline="")))
    if not rows or not set(HEADS.values()) <= set(rows[0]):
        raise SheetError([f"表头要有：{'、'.join(HEADS.values())}。"])
    if len(rows) > MOST:
        raise SheetError([f"最多 {MOST} 项。"])
    found: dict[str, Item] = {}
    wrong = []
    for line, row in enumerate(rows, start=2):
        try:
            item = _item({field: (row[head] or "").strip() for field, head in HEADS.items()})
        except ValueError as error:
            wrong.append(f"第 {line} 行：{error}")
            continue
        if item.id in found:
            wrong.append(f"第 {line} 行：编号 {item.id} 重复。")
        found[item.id] = item
    if wrong:
        raise SheetError(wrong)
    return found


def write(items: Mapping[str, Item]) -> bytes:
    """Inverse of read: CSV that Excel opens as it is."""
    made = io.StringIO()
    out = csv.writer(made, lineterminator="\r\n")
    out.writerow(HEADS.values())
    for item in items.values():
        out.writerow(_row(item).values())
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def _row(item: Item) -> dict[str, str]:
    columns = ((one.key, one.zh, CELLS[one.type]) for one in item.columns)
    return {
        **{name: getattr(item, name) for name in HEADS},
        "cls": CLASSES[item.cls],
        "due": dues.told(item.due),
        "reviewers": "；".join(item.reviewers),
        "form": FORMS[item.form],
        "columns": "；".join(f"{key}={zh}:{kind}" for key, zh, kind in columns),
    }


def _item(row: Mapping[str, str]) -> Item:
    form = _word(FORMS, row["form"], "形式")
    return Item(
        **{name: _text(row[name], HEADS[name], 300) for name in _TEXTS},
        number=_text(row["number"], "序号", 16),
        id=_checked(shape.ID.load, row["id"], "编号", "小写字母、数字和 - 组成"),
        cls=_word(CLASSES, row["cls"], "类别"),
        due=dues.read(row["due"]),
        reviewers=_reviewers(row["reviewers"]),
        form=form,
        columns=_columns(row["columns"], form),
    )


def _reviewers(text: str) -> tuple[str, ...]:
    """Nothing is published that nobody reviewed."""
    found = tuple(
        _checked(shape.ID.load, one, "审核", "写名册上的职务编号，如 village.supervisor")
        for one in _split(text)
    )
    if not found or len(set(found)) != len(found):
        raise ValueError("审核：要写至少一个职务编号，不能重复，如 village.supervisor。")
    return found


def _columns(text: str, form: str) -> tuple[Column, ...]:
    found = tuple(map(_column, _split(text)))
    if (form == "text") == bool(found):
        raise ValueError("栏目：形式是“文字”的不写栏目，别的都要写。")
    keys = {one.key: one.type for one in found}
    strange = [key for key, kind in ROLES.items() if keys.get(key, kind) != kind]
    if form == "project" and (STAGE not in keys or strange):
        raise ValueError("栏目：项目进展要有 stage=阶段:文字；planned、done 是日期。")
    if len(found) > MOST_COLUMNS or len({one.key for one in found}) != len(found):
        raise ValueError(f"栏目：最多 {MOST_COLUMNS} 栏，栏的编号不能重复。")
    return found


def _column(text: str) -> Column:
    key, _, rest = text.partition("=")
    zh, _, kind = rest.replace("：", ":").rpartition(":")
    types = {word: name for name, word in CELLS.items() if name in TYPES}
    if kind not in types:
        raise ValueError(f"栏目：“{text}”要写成 编号=栏名:类型，类型是{'、'.join(types)}。")
    name = _checked(shape.ID.load, key, "栏目", "栏的编号由小写字母、数字和 - 组成")
    return Column(name, _text(zh, "栏名", 40), types[kind])


def _split(text: str) -> list[str]:
    return [one.strip() for one in text.replace(";", "；").split("；") if one.strip()]


def _word(words: Mapping[str, str], text: str, head: str) -> str:
    for name, zh in words.items():
        if text == zh:
            return name
    raise ValueError(f"{head}：“{text}”不是 {'、'.join(words.values())} 之一。")


def _text(value: str, head: str, most: int) -> str:
    return _checked(shape.text(most).load, value, head, f"1 到 {most} 个字")


def _checked(load: Callable[[object], str], value: str, head: str, how: str) -> str:
    try:
        return load(value)
    except shape.ShapeError as error:
        raise ValueError(f"{head}：“{value[:40]}”不对，{how}。") from error


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError(["认不出文字编码，请另存为 UTF-8 的 CSV。"])


_TEXTS: Final = ("zh", "basis", "body", "channel", "level")
