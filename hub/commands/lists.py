"""`sealhub list import`: the officers' package. Calls `hub.devices.intake`,
`hub.hotline.places` and `hub.init`.
"""

import argparse
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verb."""
    lists = parts.group(commands, "list", "清单 lists")
    made = parts.add(lists, "import", _import, "导入授权清单 import the officers' package")
    made.add_argument("file", type=Path)
    made.add_argument("--root-sha256", type=parts.sha256, metavar="HEX")


def _import(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.config import config
    from hub.devices.intake import import_file
    from hub.hotline.places import names
    from hub.init import pin_root

    if arguments.root_sha256 is not None:
        pin_root(Path(arguments.state), arguments.root_sha256)
    version = import_file(arguments.file, config())
    names()
    print(f"清单版本 package version {version}")
