"""`sealctl doctor`: the machine examines itself.

Calls `sealctl.{doctor,show}` and `sealctl.commands.hardware`.
"""

import argparse
import time
from typing import Any

from sealctl import show
from sealctl.commands import hardware, parts
from sealctl.config import MachineConfig
from sealctl.doctor import gather
from sealctl.doctor.examine import examine
from sealctl.show import Shown


def add(commands: Any) -> None:
    """The verb."""
    parts.verb(commands, "doctor", _doctor, "自检 self-examination").add_argument(
        "--hardware",
        nargs="*",
        choices=hardware.PORTS,
        metavar="PORT",
        help="逐件检查部件 check the parts: " + ", ".join(hardware.PORTS),
    )


def _doctor(config: MachineConfig, options: argparse.Namespace) -> Shown:
    if options.hardware is not None:
        return hardware.check(config, options.hardware)
    now_ms = time.time_ns() // 1_000_000
    return show.doctor(examine(gather.look(config, now_ms=now_ms)))
