"""`sealhub`: what the township's operators run. Calls `hub.commands`, one module an area.

Django reads its settings once a process: the state folder and the site stand in the environment
before anything of it is imported.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from hub.commands import (
    alarms,
    broker,
    ca,
    carry,
    county_reports,
    devices,
    disclosure,
    examination,
    exports,
    fleet,
    keys,
    lists,
    log,
    machines,
    notices,
    people,
    processes,
    reading,
    receipts,
    releases,
    relief,
    revocations,
    services,
    setup,
    sites,
    tokens,
    upkeep,
)
from hub.commands.parts import Command, Errors, UsageError


class Area(Protocol):
    """What `hub.commands` has one of for each area."""

    @property
    def ERRORS(self) -> Errors: ...  # noqa: N802

    def add(self, commands: Any) -> None: ...


AREAS: Final[tuple[Area, ...]] = (
    setup,
    sites,
    county_reports,
    processes,
    carry,
    reading,
    lists,
    broker,
    machines,
    receipts,
    log,
    devices,
    disclosure,
    examination,
    fleet,
    ca,
    people,
    revocations,
    keys,
    relief,
    releases,
    tokens,
    exports,
    services,
    upkeep,
    alarms,
    notices,
)
"""In the order of the help."""
SHARED: Final[Errors] = (
    ("hub.config", "ConfigError"),
    ("hub.devices.ca", "CertificateError"),
    ("hub.devices.authority", "NoAuthorityError"),
    ("hub.log.keys", "LogKeyError"),
    ("hub.log.sequencer", "LogBrokenError"),
    ("wire.refusals", "Refused"),
    ("django.db.utils", "DatabaseError"),
)
"""Errors that more than one area raises."""


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0, or 1 with a sentence on stderr."""
    arguments = _parser().parse_args(argv)
    os.environ["SEALHUB_STATE"] = str(Path(arguments.state).absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "hub.settings"
    os.environ["SEALHUB_SITE"] = getattr(arguments, "site", "staff")
    command: Command = arguments.command
    try:
        command(arguments)
    except _expected() as error:
        print(f"sealhub: {_sentence(error)}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sealhub", description="乡镇平台 the township's hub")
    default = os.environ.get("SEALHUB_STATE", "var/hub")
    parser.add_argument("--state", default=default, help="状态目录 state folder (SEALHUB_STATE)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for area in AREAS:
        area.add(commands)
    return parser


def _expected() -> tuple[type[Exception], ...]:
    """Errors that carry a sentence for the operator; all others end with a traceback."""
    named = [*SHARED, *(one for area in AREAS for one in area.ERRORS)]
    loaded = [getattr(sys.modules[module], name) for module, name in named if module in sys.modules]
    return (UsageError, OSError, *loaded)


def _sentence(error: Exception) -> str:
    if type(error).__module__ == "django.db.utils":
        return f"数据库不能用，请恢复备份。 The database cannot be used; restore it: {error}"
    known = getattr(error, "refusal", None)
    if known is None:
        return str(error)
    return f"{known.zh} {known.en} ({error})"


if __name__ == "__main__":
    sys.exit(main())
