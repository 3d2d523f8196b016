"""What the public reads as files for programs: JSON, CSV with a mark for Excel, datapackage.json.

Calls `hub.affairs.{cells,gather}`, `hub.site` and `wire`. Amounts are yuan as text.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from hub.affairs.gather import Told
from hub.site.files import File
from hub.site.place import Place
from hub.site.render import iso
from wire.release import AMOUNT, Cell, Release

_TYPES: Final = {"amount": "number", "number": "number", "date": "date"}
_FORMULA: Final = ("=", "+", "-", "@")


def files(folder: str, one: Told) -> Iterator[File]:
    """data.json of an edition, and data.csv where it has a table."""
    yield File(f"{folder}/data.json", _json(told(one) | {"rows": _rows(one.made)}))
    if one.made.columns:
        yield File(f"{folder}/data.csv", _csv(one.made))


def paths(folder: str, one: Told) -> list[str]:
    """Where those lie."""
    return [
        f"{folder}/data.{kind}" for kind in ("json", "csv") if kind == "json" or one.made.columns
    ]


def latest(folder: str, where: Place, newest: Sequence[Told]) -> File:
    """What was published last, for whoever follows it."""
    found = [told(one) | {"path": f"{one.folder}/"} for one in newest]
    return File(f"{folder}/latest.json", _json({"village": where.id, "releases": found}))


def package(folder: str, where: Place, newest: Sequence[Told]) -> File:
    """datapackage.json of the village's tables."""
    resources = [
        {
            "name": f"{one.item}-{one.period.lower()}-s{one.series[:8]}",
            "title": one.made.title,
            "path": f"{one.folder}/data.csv",
            "format": "csv",
            "encoding": "utf-8",
            "schema": {
                "fields": [
                    {"name": column.zh, "type": _TYPES.get(column.type, "string")}
                    for column in one.made.columns
                ]
            },
        }
        for one in newest
        if one.made.columns
    ]
    made = {"name": f"affairs-{where.id}", "title": f"{where.name}三务公开", "resources": resources}
    return File(f"{folder}/datapackage.json", _json(made))


def told(one: Told) -> dict[str, Any]:
    """What it is, without its rows."""
    made = one.made
    return {
        "id": one.series,
        "edition": one.number,
        "reason": made.reason,
        "item": one.item,
        "name": one.name,
        "class": one.cls,
        "period": one.period,
        "published": iso(one.at_ms),
        "title": made.title,
        "text": list(made.text),
        "reviewed": [{"office": office, "at": iso(at_ms)} for office, at_ms in one.reviews],
    }


def plain(kind: str, cell: Cell) -> str:
    """A cell for programs: 12000.00, 2026-10-08."""
    if cell is None:
        return ""
    if kind == AMOUNT and isinstance(cell, int):
        return f"{'-' if cell < 0 else ''}{abs(cell) // 100}.{abs(cell) % 100:02}"
    return str(cell)


def _rows(made: Release) -> list[dict[str, str]]:
    return [
        {one.key: plain(one.type, cell) for one, cell in zip(made.columns, row, strict=True)}
        for row in made.rows
    ]


def _csv(made: Release) -> bytes:
    """A text that Excel would reckon stands behind an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_text(one.zh) for one in made.columns)
    for row in made.rows:
        cells = [
            (one.type, plain(one.type, cell)) for one, cell in zip(made.columns, row, strict=True)
        ]
        writer.writerow(text if kind in _TYPES else _text(text) for kind, text in cells)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
