"""The records themselves as CSV for a spreadsheet and as JSON, page by page, into a file.

Calls `hub.ingest.models`, `hub.records`, `hub.exports.scope` and `wire.matters.cells`. They are the
township's word; what proves them lies in the bundle beside them.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import IO, Final

from hub.exports.scope import Wanted
from hub.records import plain, queries
from hub.records.plain import Plain
from wire.matters import cells

CHUNK: Final = 200
HEADS: Final = {
    "at": "时间",
    "village": "村",
    "device": "机器",
    "seq": "序号",
    "kind_zh": "类别",
    "title": "文件",
    "operator": "盖印员",
    "refusal": "拒绝原因",
    "alarm": "报警",
    "leaf": "日志序号",
    "application": "申请",
    "sha256": "记录的SHA-256",
}
"""Columns of the CSV."""
TYPED: Final = ("village", "device", "title", "operator")
"""Columns that hold what somebody wrote."""
BOM: Final = "\ufeff"


def write_csv(wanted: Wanted, to: IO[bytes]) -> int:
    """UTF-8 with a byte order mark; how many rows."""
    to.write(_line(list(HEADS.values()), BOM))
    count = 0
    for one in _records(wanted):
        to.write(_line([_cell(name, one[name]) for name in HEADS]))
        count += 1
    return count


def write_json(wanted: Wanted, to: IO[bytes]) -> None:
    """An array of records as the interface gives them."""
    before = "[\n"
    for one in _records(wanted):
        to.write((before + json.dumps(one, ensure_ascii=False)).encode())
        before = ",\n"
    to.write(b"[]\n" if before == "[\n" else b"\n]\n")


WRITERS: Final[dict[str, Callable[[Wanted, IO[bytes]], object]]] = {
    "records.csv": write_csv,
    "records.json": write_json,
}


def _records(wanted: Wanted) -> Iterator[Plain]:
    """In the order of the hub's own numbers."""
    at = 0
    while rows := list(wanted.records().filter(pk__gt=at).order_by("pk")[:CHUNK]):
        for row in queries.rows(rows):
            yield plain.record(row)
        at = rows[-1].pk


def _cell(name: str, value: object) -> str:
    text = "" if value is None else str(value)
    return cells.guarded(text) if name in TYPED else text


def _line(row: list[str], before: str = "") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(row)
    return (before + text.getvalue()).encode()
