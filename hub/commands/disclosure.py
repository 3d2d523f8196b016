"""`sealhub disclosure`: the catalogue of what villages must publish, in and out as CSV."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (("hub.affairs.items", "SheetError"),)


def add(commands: Any) -> None:
    """The verbs."""
    verbs = parts.group(commands, "disclosure", "公开目录 the catalogue of what is published")
    taken = parts.add(verbs, "import", _import, "导入一版目录 take a version of it in")
    taken.add_argument("file", type=Path)
    taken.add_argument("--since", required=True, type=date.fromisoformat, metavar="2026-01-01")
    given = parts.add(verbs, "export", _export, "导出目录 give the version in force out")
    given.add_argument("file", type=Path)
    given.add_argument("--example", action="store_true", help="示例目录 the example instead")


def _import(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.affairs import catalogue, items
    from hub.config import config

    try:
        found = items.read(arguments.file.read_bytes())
    except OSError as error:
        raise parts.UsageError(f"{error}") from error
    folder = config().state / catalogue.FOLDER
    folder.mkdir(exist_ok=True)
    file = folder / f"{arguments.since}.csv"
    beside = file.with_suffix(".new")
    beside.write_bytes(items.write(found))
    beside.replace(file)
    print(f"{len(found)} 项，从 {arguments.since} 起用。 {len(found)} items, from then on.")


def _export(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.affairs import catalogue, items
    from hub.clock import now_ms
    from hub.days import today

    if arguments.example:
        found = items.read(catalogue.EXAMPLE.read_bytes())
    else:
        version = catalogue.version_at(catalogue.current(), today(now_ms()))
        if version is None:
            raise parts.UsageError("还没有公开目录。 There is none yet: try --example.")
        found = version.items
    arguments.file.write_bytes(items.write(found))
    print(f"{arguments.file}: {len(found)}")
