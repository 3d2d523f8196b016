"""Relief as tables of what is published: columns and rows of `wire.release`. Pure.

Calls `hub.relief.models` and `wire.release`. The items by which the township's rules of names
(`redaction.toml`) know them are FUNDS, PROJECTS and BENEFITS. No table has an identity number.
"""

from collections.abc import Iterable
from typing import Final

from hub.relief.models import Benefit, Fund, Project
from wire.release import AMOUNT, NAME, Cell, Column

FUNDS: Final = "relief-funds"
PROJECTS: Final = "relief-projects"
BENEFITS: Final = "relief-grants"

Rows = tuple[tuple[Cell, ...], ...]

FUND_COLUMNS: Final = (
    Column("name", "资金名称", "text"),
    Column("source", "来源", "text"),
    Column("scale", "规模", AMOUNT),
    Column("purpose", "用途", "text"),
    Column("user", "使用单位", "text"),
    Column("result", "分配结果", "text"),
)
PROJECT_COLUMNS: Final = (
    Column("name", "项目名称", "text"),
    Column("place", "地点", "text"),
    Column("content", "内容", "text"),
    Column("first", "开始日期", "date"),
    Column("last", "结束日期", "date"),
    Column("person", "责任人", NAME),
    Column("tender", "招标", "text"),
    Column("result", "结果", "text"),
)
BENEFIT_COLUMNS: Final = (
    Column("household", "姓名", NAME),
    Column("project", "项目", "text"),
    Column("amount", "金额", AMOUNT),
    Column("date", "日期", "date"),
    Column("source", "资金来源", "text"),
)


def funds(found: Iterable[Fund]) -> Rows:
    return tuple(
        (one.name, one.source, one.scale, one.purpose, one.user, one.result or None)
        for one in found
    )


def projects(found: Iterable[Project]) -> Rows:
    return tuple(
        (
            *(one.name, one.place, one.content, one.first, one.last, one.person, one.tender),
            one.result or None,
        )
        for one in found
    )


def benefits(found: Iterable[Benefit]) -> Rows:
    """The list as its notice shows it: name, project, amount, date, source."""
    return tuple((one.name, one.project, one.amount, one.day, one.source) for one in found)
