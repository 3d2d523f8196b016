"""`sealhub fleet …`: how the machines stand, and commands to them. Calls `hub.fleet`."""

import argparse
from typing import Any, Final

from hub.commands import parts
from wire.command import NAMES

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verbs."""
    fleet = parts.group(commands, "fleet", "机器 how the machines stand, and commands to them")
    parts.add(fleet, "list", _list, "所有机器的状况 how all stand")
    send = parts.add(fleet, "send", _send, "发远程指令 send a command")
    send.add_argument("device")
    send.add_argument("name", choices=NAMES)


def _list(_: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.devices import authority
    from hub.fleet import limits, overview

    machines = authority.machines().values()
    for row in overview.rows(machines, limits.limits(config()), now_ms()):
        print(overview.line(row))


def _send(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.fleet import commands, limits

    hours = limits.limits(config()).command_h
    sent = commands.ask(arguments.device, arguments.name, commands.OPERATOR, hours, now_ms())
    print(
        f"{sent.device}: {sent.name} {sent.number}，由 work 发出，{hours} 小时内有效。 "
        "work sends it; see the machine's page, or fleet list, for the answer."
    )
