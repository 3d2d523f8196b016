"""`sealhub broker config`: mosquitto's files. Calls `hub.devices`."""

import argparse
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verb."""
    broker = parts.group(commands, "broker", "消息中间件 broker")
    parts.add(broker, "config", _config, "mosquitto").add_argument("folder", type=Path)


def _config(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.config import config
    from hub.devices import certificates, commands
    from hub.devices.broker import write_config

    broker = config().broker
    path = write_config(
        arguments.folder,
        tls=broker.ca.parent,
        host=broker.host,
        port=broker.port,
        revoked=certificates.revoked_devices(),
    )
    commands.remember_broker(config(), arguments.folder)
    print(f"mosquitto -c {path}")
