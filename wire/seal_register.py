"""The sheet of the 用印登记簿: months, official columns, one line a job. Pure.

Calls only `wire.beijing` and `wire.record`. Machine and hub print the same columns, of uses outside
the machine too; what is not known stays empty, to be filled in by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NotRequired, TypedDict

from wire.beijing import CHINA, at
from wire.record.entry import Entry
from wire.record.words import OUTSIDE

COLUMNS: Final = (
    "序号",
    "日期",
    "用印类型",
    "印章",
    "文件名",
    "份数",
    "经办人",
    "审批流程编号",
    "盖印人",
    "盖印时间",
    "记录编号",
    "归档",
    "备注",
)
WIDTHS: Final = (4, 9, 11, 14, 17, 6, 7, 13, 7, 12, 6, 7, 8)
"""Shares of the sheet's width, column by column."""


class Job(TypedDict):
    """A job of one operator on one day; times in ms. `receipted`: it has a receipt that counts,
    `answered`: the township's log has it. `notes` are remarks of whoever prints the sheet.
    """

    grant: bytes
    item_zh: str
    seal_name: str
    title: str
    applicant_name: str
    sheets: int
    seams: int
    operator_name: str
    first_ms: int
    last_ms: int
    first_seq: int
    interrupted: bool
    receipted: bool
    answered: bool
    notes: NotRequired[tuple[str, ...]]


@dataclass(frozen=True)
class Month:
    """One month in China's time zone, [from_ms, to_ms)."""

    year: int
    number: int

    @property
    def key(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def zh(self) -> str:
        return f"{self.year}年{self.number}月"

    @property
    def next(self) -> "Month":
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def before(self) -> "Month":
        return Month(self.year - (self.number == 1), (self.number - 2) % 12 + 1)

    @property
    def from_ms(self) -> int:
        return max(0, int(datetime(self.year, self.number, 1, tzinfo=CHINA).timestamp() * 1000))

    @property
    def to_ms(self) -> int:
        return self.next.from_ms


def month_at(ms: int) -> Month:
    """The month of a moment."""
    then = at(ms)
    return Month(then.year, then.month)


def parse(text: str) -> Month | None:
    """yyyy-mm, between 1971 and 2999; None for anything else."""
    year, dash, number = text.partition("-")
    digits = (year + number).isascii() and (year + number).isdigit()
    if not (dash and digits and len(year) == 4 and len(number) == 2):
        return None
    known = 1971 <= int(year) < 3000 and 1 <= int(number) <= 12
    return Month(int(year), int(number)) if known else None


def outside(
    entry: Entry, *, seal: str, matter: str, operator: str, receipted: bool, answered: bool
) -> Job:
    """The job of an `outside_use`, with the names of its seal and operator."""
    body = entry.body
    return {
        "grant": b"",
        "item_zh": OUTSIDE[0],
        "seal_name": seal,
        "title": matter,
        "applicant_name": "",
        "sheets": body["impressions"],
        "seams": 0,
        "operator_name": operator,
        "first_ms": body["used"],
        "last_ms": body["used"],
        "first_seq": entry.seq,
        "interrupted": False,
        "receipted": receipted,
        "answered": answered,
        "notes": (f"纸质登记号 {body['register']}",),
    }


def lines(jobs: Sequence[Job]) -> list[tuple[str, ...]]:
    """The sheet, cell by cell."""
    return [_line(number, job) for number, job in enumerate(jobs, 1)]


def copies(job: Job) -> str:
    """How often the seal came down: sheets, and seams besides."""
    return f"{job['sheets']}" + (f"+骑缝{job['seams']}" if job["seams"] else "")


def _line(number: int, job: Job) -> tuple[str, ...]:
    first, last = at(job["first_ms"]), at(job["last_ms"])
    times = (
        f"{first:%H:%M}" if f"{first:%H:%M}" == f"{last:%H:%M}" else f"{first:%H:%M}–{last:%H:%M}"
    )
    return (
        str(number),
        f"{first.month}月{first.day}日",
        job["item_zh"],
        job["seal_name"],
        job["title"],
        copies(job),
        job["applicant_name"],
        job["grant"].hex()[:12],
        job["operator_name"],
        times,
        str(job["first_seq"]),
        _delivered(job),
        _remarks(job),
    )


def _remarks(job: Job) -> str:
    interrupted = ("中断，请核对",) if job["interrupted"] else ()
    return "；".join((*interrupted, *job.get("notes", ())))


def _delivered(job: Job) -> str:
    if job["receipted"]:
        return "已送镇"
    return "已送镇，待县级见证" if job["answered"] else "待送镇"
