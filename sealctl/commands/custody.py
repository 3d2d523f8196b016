"""`sealctl maintenance`, `seal` and `handover`: two or three people, and where the seals are.

Calls `sealctl.{config,link,show}`.
"""

import argparse
from typing import Any

from sealctl import show
from sealctl.commands import parts
from sealctl.config import MachineConfig
from sealctl.link import ask
from sealctl.show import Shown


def add(commands: Any) -> None:
    """The verbs."""
    words = "维护 begin or end maintenance"
    maintenance = parts.verb(commands, "maintenance", _maintenance, words)
    maintenance.add_argument("state", choices=("begin", "end"))
    seal = parts.verb(commands, "seal", _seal, "取出或放回印章 take a seal out, put it back")
    seal.add_argument("move", choices=("out", "in"))
    seal.add_argument("seal")
    for one in (maintenance, seal):
        one.add_argument("--operator", required=True, help="办理人 person id")
        one.add_argument("--witness", required=True, help="见证人 person id")
        one.add_argument("--reason", required=True, help="事由")
    handover = parts.verb(commands, "handover", _handover, "移交印章 hand a seal over")
    handover.add_argument("seal")
    for name, zh in (("giver", "移交人"), ("receiver", "接交人"), ("witness", "监交人")):
        handover.add_argument(f"--{name}", required=True, help=f"{zh} person id")


def _maintenance(config: MachineConfig, options: argparse.Namespace) -> Shown:
    console, hands = config.socket("console"), parts.hands(options, "operator", "witness")
    ask(console, "maintenance", state=options.state, reason=options.reason, **hands)
    text = {"begin": "维护开始 maintenance begins", "end": "维护结束 maintenance ends"}
    return show.plain({"state": options.state}, text[options.state])


def _seal(config: MachineConfig, options: argparse.Namespace) -> Shown:
    console, hands = config.socket("console"), parts.hands(options, "operator", "witness")
    move, seal = options.move, options.seal
    ask(console, "seal", move=move, seal=seal, reason=options.reason, **hands)
    text = {"out": "可以取出 take it out", "in": "已放回 back in its slot"}
    return show.plain({"seal": seal, "move": move}, f"{text[move]}: {seal}")


def _handover(config: MachineConfig, options: argparse.Namespace) -> Shown:
    hands = parts.hands(options, "giver", "receiver", "witness")
    ask(config.socket("console"), "handover", seal=options.seal, **hands)
    return show.plain({"seal": options.seal}, f"已移交 handed over: {options.seal}")
