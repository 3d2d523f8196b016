"""A table of the report: one SQL question to the spool, and how to ask it.

Calls only `inspector.report`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.report.options import Options
from inspector.report.span import OFFSET_S
from inspector.report.spool import Spool

WALL = "coalesce(o.end_wall, o.wall)"
"""When an opening ended, or was made where it has no end yet."""


@dataclass(frozen=True)
class Column:
    """`key` names the cell for the browser's check, `width` is relative."""

    zh: str
    width: int = 2
    key: str = ""


@dataclass(frozen=True)
class Table:
    """`sql` gives the columns' texts, then one value for each of `marks`, which are not shown.
    `marked` says of a row whether the options mark it.
    """

    name: str
    zh: str
    note: str
    columns: tuple[Column, ...]
    sql: str
    marks: tuple[str, ...] = ()
    marked: Callable[[Options, tuple[Any, ...]], bool] | None = None


@dataclass(frozen=True)
class Row:
    cells: tuple[str, ...]
    marks: tuple[Any, ...]
    marked: bool


@dataclass(frozen=True)
class Content:
    """What the tables are asked of; page and paper show `limit` rows of each."""

    spool: Spool
    options: Options
    limit: int

    def rows(self, table: Table) -> Iterator[Row]:
        """All rows, in their order."""
        width = len(table.columns)
        for found in self.spool.rows(table.sql):
            marked = table.marked is not None and table.marked(self.options, found)
            cells = tuple("" if one is None else str(one) for one in found[:width])
            yield Row(cells, found[width:], marked)

    def count(self, table: Table) -> int:
        return int(self.spool.value(f"SELECT count(*) FROM ({table.sql})"))  # noqa: S608


def moment(column: str) -> str:
    """SQL for ms since 1970 UTC as people in China write it."""
    return f"strftime('%Y-%m-%d %H:%M:%S', {column} / 1000 + {OFFSET_S}, 'unixepoch')"


def worded(column: str, table: Mapping[str, str]) -> str:
    """SQL for a code's words; nothing for an unknown one."""
    cases = " ".join(f"WHEN '{name}' THEN '{zh}'" for name, zh in table.items())
    return f"CASE {column} {cases} ELSE '' END"
