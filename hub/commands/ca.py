"""`sealhub ca …`: the words of another device CA; `hub.devices.ca_commands` does the work."""

import argparse
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verbs."""
    cas = parts.group(commands, "ca", "设备证书机构 the device CA")
    for name, words in (
        ("next", "备好下一个 make the next one"),
        ("status", "换到哪一步了 how far the change has come"),
        ("retire", "停用旧的 the next takes its place"),
    ):
        parts.add(cas, name, _ca, words).set_defaults(ca=name)
    cas.choices["retire"].add_argument(
        "--now", action="store_true", help="不等未换的机器 whoever is not over yet"
    )


def _ca(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.config import config
    from hub.devices.ca_commands import COMMANDS

    COMMANDS[arguments.ca](config(), arguments)
