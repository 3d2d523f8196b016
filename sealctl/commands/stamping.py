"""`sealctl status`, `grants`, `stamp` and `journal`: what the machine does every day.

Calls `sealctl.{config,link,show}`.
"""

import argparse
from typing import Any

from sealctl import show
from sealctl.commands import parts
from sealctl.config import ConfigError, MachineConfig
from sealctl.link import ask
from sealctl.show import Shown


def add(commands: Any) -> None:
    """The verbs."""
    parts.verb(commands, "status", _status, "现在的状态 state of the machine")
    parts.verb(commands, "grants", _grants, "可盖章的申请 approved applications")
    stamp = parts.verb(commands, "stamp", _stamp, "盖一次章 one stamp")
    stamp.add_argument("grant", help="授权编号的开头 beginning of the grant's id (hex)")
    stamp.add_argument("--operator", required=True, help="盖印员 person id")
    journal = parts.verb(commands, "journal", _journal, "机器日志 entries")
    journal.add_argument("--after", type=int, default=0)
    journal.add_argument("--limit", type=int, default=50)


def _status(config: MachineConfig, _: argparse.Namespace) -> Shown:
    return show.status(ask(config.socket("console"), "state"))


def _grants(config: MachineConfig, _: argparse.Namespace) -> Shown:
    return show.grants(ask(config.socket("console"), "grants"))


def _stamp(config: MachineConfig, options: argparse.Namespace) -> Shown:
    """One opening from the keyboard: identify, choose, photograph, open."""
    console = config.socket("console")
    grants = ask(console, "grants")
    chosen = [one for one in grants if one["id"].hex().startswith(options.grant)]
    if len(chosen) != 1:
        raise ConfigError(f"{options.grant}: {len(chosen)} 份授权匹配。 grants match.")
    pin = parts.pin(options.operator)
    ask(console, "login", person=options.operator, pin=pin)
    try:
        ask(console, "choose", grant=chosen[0]["id"])
        ask(console, "photograph")
        ask(console, "stamp")
        state = show.wait_for_end(lambda: ask(console, "state"))
    finally:
        show.quietly(lambda: ask(console, "logout"))
    return show.stamped(state)


def _journal(config: MachineConfig, options: argparse.Namespace) -> Shown:
    rows = ask(config.socket("console"), "journal", after=options.after, limit=options.limit)
    return show.journal(rows)
