"""`sealctl emergency`, `corrections`, `correct` and `outside-use`: what people do when things fail.

Calls `sealctl.{config,link,show}`.
"""

import argparse
import sys
from datetime import datetime
from typing import Any

from sealctl import show
from sealctl.commands import parts
from sealctl.config import ConfigError, MachineConfig
from sealctl.link import ask
from sealctl.show import Shown


def add(commands: Any) -> None:
    """The verbs."""
    emergency = parts.verb(commands, "emergency", _emergency, "应急用印 stamp in an emergency")
    emergency.add_argument("item", help="事项 item")
    emergency.add_argument("--seal", required=True)
    emergency.add_argument("--title", required=True, help="文件标题 what the paper is")
    emergency.add_argument("--reason", required=True, help="事由 why it cannot wait")
    emergency.add_argument("--impressions", type=int, default=1)
    emergency.add_argument("--operator", required=True, help="盖印员 person id")
    emergency.add_argument("--second", required=True, help="第二人 person id")
    parts.verb(commands, "corrections", _corrections, "待办的作废 corrections to be written")
    correct = parts.verb(commands, "correct", _correct, "记作废 write a correction, with its photo")
    correct.add_argument("correction", help="编号的开头 beginning of its id (hex)")
    correct.add_argument("--operator", required=True, help="办理人 person id")
    words = "补记机外用印 enter a line of the register"
    outside = parts.verb(commands, "outside-use", _outside_use, words)
    outside.add_argument("seal")
    outside.add_argument("--register", required=True, help="登记本编号 number of the line")
    outside.add_argument("--used", required=True, type=_moment, help="用印时间 2026-11-02T09:30")
    outside.add_argument("--impressions", type=int, default=1)
    outside.add_argument("--matter", required=True, help="盖了什么 what was stamped")
    outside.add_argument("--operator", required=True, help="办理人 person id")
    outside.add_argument("--witness", required=True, help="见证人 person id")


def _emergency(config: MachineConfig, options: argparse.Namespace) -> Shown:
    """Declare, then one press after another, as long as paper is laid and a key pressed."""
    console = config.socket("console")
    proofs: dict[str, object] = {}
    for name in ("operator", "second"):
        person = str(getattr(options, name))
        proofs |= {name: person, f"{name}_pin": parts.secret(f"PIN {person}")}
        proofs[f"{name}_code"] = parts.secret(f"应急码 emergency code {person}")
    ask(
        console,
        "emergency",
        item=options.item,
        seal=options.seal,
        title=options.title,
        reason=options.reason,
        impressions=options.impressions,
        **proofs,
    )
    try:
        state = _press(config)
        while state["done"] is not None and state["state"] == "chosen":
            _next_sheet()
            state = _press(config)
    finally:
        show.quietly(lambda: ask(console, "logout"))
    return show.stamped(state)


def _next_sheet() -> None:
    """Wait for whoever lays the paper."""
    if sys.stdin.isatty():
        input("放好下一张，按回车 lay the next sheet, press Enter")


def _press(config: MachineConfig) -> Any:
    console = config.socket("console")
    if not ask(console, "state")["emergency"]["blind"]:
        ask(console, "photograph")
    ask(console, "stamp")
    return show.wait_for_end(lambda: ask(console, "state"))


def _corrections(config: MachineConfig, _: argparse.Namespace) -> Shown:
    rows = ask(config.socket("console"), "corrections")
    lines = [
        f"{row['id'].hex()[:12]}  第 {row['stamped']} 条  {row['item_zh']}  {row['state']}  "
        f"{row['reason']}"
        for row in rows
    ]
    return show.plain(rows, "\n".join(lines) or "没有待办的作废 no corrections")


def _correct(config: MachineConfig, options: argparse.Namespace) -> Shown:
    console = config.socket("console")
    rows = ask(console, "corrections")
    chosen = [one for one in rows if one["id"].hex().startswith(options.correction)]
    if len(chosen) != 1:
        raise ConfigError(f"{options.correction}: {len(chosen)} 份作废匹配。 corrections match.")
    pin = parts.secret(f"PIN {options.operator}")
    name = chosen[0]["id"]
    ask(console, "correct", correction=name, person=options.operator, pin=pin)
    return show.plain({"correction": name}, f"已记作废 corrected: {chosen[0]['stamped']}")


def _outside_use(config: MachineConfig, options: argparse.Namespace) -> Shown:
    people: dict[str, object] = {}
    for name in ("operator", "witness"):
        person = str(getattr(options, name))
        people |= {name: person, f"{name}_pin": parts.secret(f"PIN {person}")}
    ask(
        config.socket("console"),
        "outside_use",
        seal=options.seal,
        register=options.register,
        used=options.used,
        impressions=options.impressions,
        matter=options.matter,
        **people,
    )
    return show.plain({"register": options.register}, f"已补记 entered: {options.register}")


def _moment(text: str) -> int:
    """Local time without a zone, or with one → ms since 1970 UTC."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)
