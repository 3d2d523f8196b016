"""`sealctl update`: releases of the machine's software, taken in and tried.

Calls `sealctl.{config,errors,show,update}`; its steps are loaded when one is asked for, so that no
process of the machine loads TUF for a command.
"""

import argparse
from pathlib import Path
from typing import Any

from sealctl.commands import parts
from sealctl.config import MachineConfig
from sealctl.errors import StartError
from sealctl.show import Shown
from sealctl.update import trial
from wire.refusals import Refused


def add(commands: Any) -> None:
    """The verb."""
    words = "软件版本 releases of the machine's software"
    parser = parts.verb(commands, "update", _update, words)
    parser.add_argument("--programs", type=Path, default=trial.PROGRAMS, help="程序 where they lie")
    steps = parser.add_subparsers(dest="step", required=True)
    for name, help_ in (("check", "只看 look only"), ("stage", "暂存 take in")):
        step = steps.add_parser(name, help=help_)
        step.add_argument("folder", type=Path, help="发布文件夹或U盘 a release, or a stick")
    steps.add_parser("status", help="现在的版本 what runs and what waits")
    steps.add_parser("activate", help="启用 try what is staged")
    steps.add_parser("back", help="退回 try what ran before")
    steps.add_parser("auto", help="自动 what the timer does: take in what came, try what waits")


def _update(config: MachineConfig, options: argparse.Namespace) -> Shown:
    """One step; StartError for a refusal."""
    from sealctl.commands.update_steps import STEPS

    try:
        return STEPS[options.step](config, options)
    except Refused as refused:
        raise StartError(refused.code, refused.detail) from refused
