"""`sealhub services …`: the guide's sheet of items, in and out. Calls `hub.services`."""

import argparse
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verbs."""
    services = parts.group(commands, "services", "便民服务指南 the guide of services")
    made = parts.add(services, "import", _import, "换上新的事项表 take in a sheet (CSV)")
    made.add_argument("file", type=Path)
    words = "写出事项表，Excel 能打开 write the sheet for Excel"
    parts.add(services, "export", _export, words).add_argument("file", type=Path)


def _import(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.config import config
    from hub.services import files
    from hub.services.sheet import SheetError

    try:
        count = files.take(config().state, arguments.file.read_bytes())
    except OSError as error:
        raise parts.UsageError(f"{error}") from error
    except SheetError as no:
        told = "\n".join(no.lines)
        raise parts.UsageError(
            f"{told}\n没有换，请改好再导入。 Nothing was taken: correct these rows first."
        ) from no
    print(f"便民事项 {count} 件，已换上。 Items of the guide, now in force.")


def _export(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.config import config
    from hub.services import files, sheet

    guide = files.load(config().state)
    arguments.file.write_bytes(sheet.write(guide.items, files.names(guide)))
    print(f"{arguments.file}: {len(guide.items)}")
