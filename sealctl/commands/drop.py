"""`sealctl drop`: the coil's current, cut without lockd. Calls `sealctl.{drivers,show}`."""

import argparse
from typing import Any

from sealctl import drivers, show
from sealctl.commands import parts
from sealctl.config import MachineConfig
from sealctl.show import Shown


def add(commands: Any) -> None:
    """The verb."""
    parts.verb(commands, "drop", _drop, "断开锁线圈电流 cut the current of the lock's coil")


def _drop(config: MachineConfig, _: argparse.Namespace) -> Shown:
    drivers.drop(config)
    return show.plain({"current": False}, "锁线圈已断电 the lock's coil has no current")
