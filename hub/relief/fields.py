"""The columns of a sheet of relief, and what is wrong in its rows. Pure.

Calls `hub.{days,sheets}`, `hub.redaction` and `wire.approval.subject`. A row becomes the plain
values that are kept, or sentences, each with its row and column; identity numbers stop here.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hub import days
from hub.redaction import numbers, scan
from hub.relief.keys import plain_name, plain_number
from hub.sheets import Heads, Line
from wire.approval import subject

FUNDS: Final = "funds"
PROJECTS: Final = "projects"
BENEFITS: Final = "benefits"
KINDS: Final[Mapping[str, str]] = {
    FUNDS: "扶贫资金",
    PROJECTS: "扶贫项目",
    BENEFITS: "受助名单",
}
_VILLAGE: Final = ("村", "村名", "行政村", "村编号")
COLUMNS: Final[Mapping[str, Heads]] = {
    FUNDS: {
        "village": _VILLAGE,
        "name": ("资金名称", "名称"),
        "source": ("来源", "资金来源"),
        "scale": ("规模(元)", "规模", "资金规模", "金额(元)", "金额"),
        "purpose": ("用途",),
        "user": ("使用单位",),
        "result": ("分配结果",),
    },
    PROJECTS: {
        "village": _VILLAGE,
        "name": ("项目名称", "名称"),
        "place": ("地点", "实施地点"),
        "content": ("内容", "建设内容"),
        "first": ("开始日期", "开工日期"),
        "last": ("结束日期", "完工日期"),
        "person": ("责任人",),
        "tender": ("招标", "招标情况"),
        "result": ("结果", "实施结果"),
    },
    BENEFITS: {
        "village": _VILLAGE,
        "household": ("户编号", "户号"),
        "name": ("姓名",),
        "number": ("身份证号", "身份证号码", "公民身份号码"),
        "project": ("项目", "项目名称"),
        "amount": ("金额(元)", "金额", "补助金额"),
        "day": ("日期", "发放日期"),
        "source": ("资金来源", "来源"),
    },
}
OPTIONAL: Final = {FUNDS: ("village", "result"), PROJECTS: ("result",), BENEFITS: ()}
LONGEST: Final = {
    "name": 60, "source": 100, "purpose": 300, "user": 100, "result": 500, "place": 100,
    "content": 500, "person": 32, "tender": 300, "household": 32, "project": 60,
}  # fmt: skip
MEMBER: Final = 32
_PUBLIC: Final = ("name", "source", "purpose", "user", "result", "place", "content", "tender")
"""What people type freely, and everybody reads."""
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?", re.ASCII)
_NAME: Final = re.compile(r"[^\W\d_]+(?:·[^\W\d_]+)*")


@dataclass(frozen=True)
class Wrong:
    """In that row as the spreadsheet numbers it, in the column of that head."""

    number: int
    column: str
    why: str


@dataclass(frozen=True)
class Known:
    """Villages by name and id → id; projects there are, (village, name); `hashed` of a name and an
    identity number; offices' telephones; rows that are in force already (`same`).
    """

    villages: Mapping[str, str]
    projects: Collection[tuple[str, str]]
    hashed: Callable[[str, str], bytes]
    telephones: Collection[str] = ()
    present: Collection[tuple[Any, ...]] = ()


@dataclass
class Judged:
    """`rows` are what is kept, where nothing is `wrong`."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def needed(kind: str) -> Sequence[Sequence[str]]:
    """Heads without which a sheet is not read."""
    return [(one,) for one in COLUMNS[kind] if one not in OPTIONAL[kind]]


def judge(kind: str, lines: Sequence[Line], known: Known) -> Judged:
    """All of the rows, each with everything that is wrong with it."""
    found, seen = Judged(), dict[tuple[Any, ...], int]()
    for line in lines:
        row = _Row(kind, line, known)
        values = row.values()
        if not row.wrong:
            before = seen.setdefault(same(kind, values), line.number)
            if before != line.number:
                row.says("name", f"和第 {before} 行重复。")
            elif same(kind, values) in known.present:
                row.says("name", "这一条已经登记过了。")
        found.wrong += row.wrong
        found.rows.append(values)
    return found


def same(kind: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Rows with the same of these say the same thing."""
    if kind == BENEFITS:
        return tuple(values.get(one) for one in ("index", "project", "amount", "day", "source"))
    return (values.get("village"), values.get("name"))


class _Row:
    def __init__(self, kind: str, line: Line, known: Known) -> None:
        self._kind, self._line, self._known = kind, line, known
        self.wrong: list[Wrong] = []

    def says(self, column: str, why: str) -> None:
        self.wrong.append(Wrong(self._line.number, COLUMNS[self._kind][column][0], why))

    def values(self) -> dict[str, Any]:
        made = dict(self._cells())
        if self._kind == PROJECTS and made.get("first", "") > (made.get("last") or "9"):
            self.says("last", "结束日期在开始日期以前。")
        if self._kind == BENEFITS:
            made["index"] = self._index(str(made.pop("name", "")), made)
            where = (made.get("village"), made.get("project"))
            if all(where) and where not in self._known.projects:
                self.says("project", f"这个村没有登记过叫“{made['project']}”的项目，请先导入项目。")
        return made

    def _cells(self) -> Iterator[tuple[str, Any]]:
        for name, text in self._line.fields.items():
            if name == "number":
                continue
            if not text:
                if name not in OPTIONAL[self._kind]:
                    self.says(name, "没有填。")
                yield name, ""
            else:
                yield name, self._cell(name, text)

    def _cell(self, name: str, text: str) -> Any:
        if name == "village":
            return self._village(text)
        if name in ("scale", "amount"):
            return self._amount(name, text)
        if name in ("first", "last", "day"):
            return self._day(name, text)
        most = LONGEST[name]
        if len(text) > most:
            self.says(name, f"最多 {most} 个字。")
        elif not text.isprintable():
            self.says(name, "换行了，或者有看不见的字符，请重新打一遍。")
        elif name in _PUBLIC and not (self._kind == BENEFITS and name == "name"):
            self._numbers(name, text)
        return text

    def _numbers(self, name: str, text: str) -> None:
        for one in scan.findings(text, self._known.telephones):
            self.says(name, f"里面有{scan.KINDS[one.kind]}，这一栏要公开，请删掉。")
            return

    def _village(self, text: str) -> str:
        found = self._known.villages.get(text, "")
        if not found:
            self.says("village", f"没有叫“{text[:20]}”的村，或者不止一个。")
        return found

    def _amount(self, name: str, text: str) -> int | None:
        try:
            plain = text.removeprefix("¥").removesuffix("元")
            found = subject.fen(re.sub(r"(\.\d)0+$", r"\1", plain))
        except ValueError:
            found = 0
        if not 0 < found < 1 << 53:
            self.says(name, f"“{text[:20]}”不是金额，请写成 1500 或 1500.50。")
            return None
        return found

    def _day(self, name: str, text: str) -> str:
        match = _DAY.fullmatch(text)
        plain = "-".join(part.zfill(2) for part in match.groups()) if match else ""
        if days.read(plain) is None:
            self.says(name, days.wrong(text[:20]))
            return ""
        return plain

    def _index(self, name: str, made: dict[str, Any]) -> str:
        """The hash in hex; the name stays, the number does not."""
        number = plain_number(self._line.fields["number"].lstrip("'’"))
        made["name"] = plain_name(name)
        if name and not (_NAME.fullmatch(made["name"]) and 2 <= len(made["name"]) <= MEMBER):
            self.says("name", "请写身份证上的全名。")
        if not number:
            self.says("number", "没有填。")
        elif "number" in self._line.numbers:
            self.says("number", "被表格当成了数字，已经丢了位：请把这一列设为“文本”再填。")
        elif not numbers.is_id(number):
            self.says("number", "不是 18 位身份证号码，或者有一位写错了。")
        return self._known.hashed(made["name"], number).hex()
