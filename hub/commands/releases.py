"""`sealhub release import`: the machines' software. Calls `hub.devices.releases`."""

import argparse
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verb."""
    releases = parts.group(commands, "release", "机器软件 the machines' software")
    words = "导入软件发布 hand a signed release to the machines"
    parts.add(releases, "import", _import, words).add_argument("folder", type=Path)


def _import(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.devices.releases import import_folder

    for name in import_folder(arguments.folder, config(), now_ms()):
        print(name)
