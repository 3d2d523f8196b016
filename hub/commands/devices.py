"""`sealhub device …` and `certificates renew`: the words; `hub.devices.{accepted,commands,depot}`
do the work.
"""

import argparse
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (
    ("hub.devices.invitations", "InvitationError"),
    ("hub.devices.accepted", "NotAcceptedError"),
    ("hub.devices.bulk", "WrongRowsError"),
    ("hub.devices.sheet", "SheetError"),
    ("wire.provisioning.reasons", "NotProvisioned"),
)


def add(commands: Any) -> None:
    """The verbs."""
    devices = parts.group(commands, "device", "设备 machines' tokens and certificates")
    for name, words in (
        ("add", "生成一次性开通码 a one-time token for a machine"),
        ("list", "所有设备 all machines"),
        ("show", "一台设备 one machine"),
        ("revoke", "吊销证书 shut a machine out"),
    ):
        made = parts.add(devices, name, _devices, words)
        made.set_defaults(devices=name)
        if name != "list":
            made.add_argument("device")
        if name == "add":
            made.add_argument("--village", required=True)
            made.add_argument("--serial", help="主板序列号 the board's serial number")
            made.add_argument("--replaces", metavar="DEVICE", help="替换的旧设备 a broken machine")
            made.add_argument("--days", type=_days, help="有效天数，否则一小时 days, else one hour")
            made.add_argument("--svg", type=Path, metavar="FILE", help="二维码 the QR code")
    words = "按表格批量生成开通码和标签 tokens and labels from a spreadsheet"
    bulk = parts.add(devices, "bulk", _bulk, words)
    bulk.add_argument("sheet", type=Path, metavar="SHEET", help=".xlsx 或 or .csv")
    bulk.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="标签 labels")
    bulk.add_argument("--days", type=_days, default=14, help="有效天数，默认 14 days")
    accepted = parts.add(devices, "accepted", _accepted, "核对现场验收单 hold an acceptance sheet")
    accepted.add_argument("sheet", type=Path, metavar="FILE", help="机器签名的文件 what it signed")
    own = parts.group(commands, "certificates", "平台证书 the hub's own certificates")
    parts.add(own, "renew", _devices, "换发 new certificates").set_defaults(devices="renew")


def _devices(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.config import config
    from hub.devices.commands import COMMANDS

    COMMANDS[arguments.devices](config(), arguments)


def _bulk(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.config import config
    from hub.devices.depot import invite

    invite(config(), arguments.sheet, arguments.out, arguments.days)


def _accepted(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.devices.accepted import check

    check(arguments.sheet)


def _days(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 60:
        raise ValueError("1 to 60 days expected")
    return value
