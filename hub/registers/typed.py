"""What somebody typed into a form of a register, kept as typed, with a sentence beside each field.

Calls `hub.days` and `wire.shape`. Pure.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from hub import days
from wire import shape

MOST_COUNT: Final = 100_000


@dataclass
class Typed:
    """Values by the fields' names, what is wrong likewise, and hex hashes of the papers."""

    values: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, posted: Mapping[str, str], fields: Collection[str]) -> "Typed":
        return cls({name: _lines(str(posted.get(name, ""))) for name in fields})

    def text(self, name: str, most: int, *, least: int = 1, words: str = "请填写。") -> str:
        """One of so many characters, lines allowed, nothing hidden in it."""
        value = self.values.get(name, "")
        if len(value) < least:
            self.wrong[name] = words
        elif len(value) > most:
            self.wrong[name] = f"最多 {most} 字。"
        else:
            try:
                for line in value.splitlines():
                    shape.text(most, least=0).load(line)
            except shape.ShapeError:
                self.wrong[name] = "有看不见的字符，请重新输入。"
        return value

    def day(self, name: str, today: date) -> date | None:
        """A day that has come."""
        value = self.values.get(name, "")
        found = days.read(value)
        if found is None:
            self.wrong[name] = days.wrong(value)
        elif found > today:
            self.wrong[name] = "这一天还没有到。"
        return found

    def count(self, name: str) -> int:
        value = self.values.get(name, "")
        whole = value.isascii() and value.isdigit() and len(value) <= len(str(MOST_COUNT))
        if not whole or int(value) > MOST_COUNT:
            self.wrong[name] = "请填整数，没有就填 0。"
            return 0
        return int(value)

    def one_of(self, name: str, known: Collection[str], words: str = "请选一项。") -> str:
        value = self.values.get(name, "")
        if value not in known:
            self.wrong[name] = words
        return value


def _lines(text: str) -> str:
    """Without what a browser adds to the ends of lines: they count as people see them."""
    return text.strip().replace("\r\n", "\n").replace("\r", "\n")
