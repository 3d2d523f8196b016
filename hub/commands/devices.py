"""`sealhub device …` and `certificates renew`: the words; `hub.devices.commands` does the work."""

import argparse
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (
    ("hub.devices.invitations", "InvitationError"),
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
    own = parts.group(commands, "certificates", "平台证书 the hub's own certificates")
    parts.add(own, "renew", _devices, "换发 new certificates").set_defaults(devices="renew")


def _devices(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.config import config
    from hub.devices.commands import COMMANDS

    COMMANDS[arguments.devices](config(), arguments)


def _days(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 60:
        raise ValueError("1 to 60 days expected")
    return value
