"""A village's stamps for programs and spreadsheets: JSON, CSV, and what their columns mean.

Calls `hub.disclosure.told`, `hub.site`. The same lines as the pages, nothing more of anybody. The
CSV has a BOM, without which office programs read Chinese wrongly; `datapackage.json` is a Data
Package (specs.frictionlessdata.io).
"""

import csv
import io
import json
import posixpath
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from hub.disclosure.told import Month, Told
from hub.site.files import File
from hub.site.place import Place
from hub.site.render import iso

JSON: Final = "stamps.json"
CSV: Final = "stamps.csv"
PACKAGE: Final = "datapackage.json"
Column = tuple[str, str, str, str, Callable[[Told], object]]
COLUMNS: Final[tuple[Column, ...]] = (
    ("time", "时间", "datetime", "盖章的时间，没有盖的是开锁的时间", lambda one: iso(one.ms)),
    ("item", "事项", "string", "事项清单里的名称", lambda one: one.item),
    ("item_id", "事项编号", "string", "事项清单里的编号", lambda one: one.item_id),
    ("seal", "印章", "string", "印章的名称", lambda one: one.seal),
    ("sheet", "第几次", "integer", "这份申请的第几次", lambda one: one.sheet),
    ("state", "结果代码", "string", "stamped 是已盖章", lambda one: one.state),
    ("words", "结果", "string", "怎样结束", lambda one: one.words),
    ("void", "作废", "string", "作废的怎样处理；没有作废的是空", lambda one: one.void),
    ("emergency", "应急", "boolean", "是不是应急用印", lambda one: one.emergency),
    ("application", "申请指纹", "string", "申请的哈希的前 8 字节", lambda one: one.grant),
    ("stamp", "盖章记录", "string", "记录的哈希；s/<哈希>/ 是它的页", lambda one: one.stamp),
    ("leaf", "凭证号", "integer", "在日志里的位置；还没有的是空", lambda one: one.leaf),
)
"""Name for programs, name for people, type, meaning, value."""


def month(folder: str, one: Month) -> Iterator[File]:
    """A month's openings, twice."""
    rows = [{name: value(use) for name, _, _, _, value in COLUMNS} for use in one.uses]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    data = f'{{"month": "{one.id}", "uses": [\n{lines}\n]}}\n'
    yield File(posixpath.join(folder, JSON), data.encode())
    yield File(posixpath.join(folder, CSV), _csv(one))


def package(where: Place, folder: str, months: Sequence[Month]) -> File:
    """What there is, and what it means."""
    made = {
        "name": f"{where.id}-seal-uses",
        "title": f"{where.name}用印记录",
        "profile": "tabular-data-package",
        "resources": [_resource(one) for one in months],
    }
    data = json.dumps(made, ensure_ascii=False)
    return File(posixpath.join(folder, PACKAGE), f"{data}\n".encode())


def _csv(one: Month) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([zh for _, zh, _, _, _ in COLUMNS])
    writer.writerows([_cell(value(use)) for _, _, _, _, value in COLUMNS] for use in one.uses)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def _resource(one: Month) -> dict[str, Any]:
    return {
        "name": f"uses-{one.id}",
        "title": one.name,
        "path": f"{one.id}/{CSV}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {"name": zh, "type": kind, "description": words}
                for _, zh, kind, words, _ in COLUMNS
            ],
            "missingValues": [""],
        },
    }
