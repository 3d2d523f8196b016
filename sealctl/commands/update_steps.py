"""The steps of `sealctl update`, loaded when one is asked for.

Calls `sealctl.{config,errors,link,show,update}`.
"""

import argparse
import subprocess
from collections.abc import Callable
from typing import Final

from sealctl.config import MachineConfig
from sealctl.link import LinkError
from sealctl.show import Shown
from sealctl.update import activation, staging
from sealctl.update.programs import Programs
from sealctl.update.staging import Here
from wire.lists.offer import NAME
from wire.refusals import Refused

UNIT: Final = "sealctl-update.service"
SPOOL: Final = "releases"
"""Where the courier lays down what the township offers, in the machine's folder."""


def _check(config: MachineConfig, options: argparse.Namespace) -> Shown:
    programs = Programs(options.programs)
    found = staging.look(programs, Here.of(config), options.folder)
    data = {"running": programs.version, "offered": found.version, "size": found.size}
    text = f"现在 running {programs.version}, 可升级到 can become {found.version}"
    return Shown(data, f"{text}, {found.size / (1 << 20):.1f} MiB")


def _stage(config: MachineConfig, options: argparse.Namespace) -> Shown:
    programs = Programs(options.programs)
    found = staging.stage(programs, Here.of(config), options.folder)
    data = {"running": programs.version, "staged": found.version}
    return Shown(data, f"已暂存 staged: {found.version}; 现在 running {programs.version}")


def _status(config: MachineConfig, options: argparse.Namespace) -> Shown:
    programs, here = Programs(options.programs), Here.of(config)
    try:
        found = staging.staged(programs, here)
        staged = None if found is None else found.version
    except Refused as refused:
        staged = refused.code
    last = programs.outcome
    data = {
        "running": programs.version,
        "staged": staged,
        "trying": programs.trying,
        "last": None if last is None else vars(last),
    }
    lines = [f"现在 running {programs.version}", f"等待启用 staged: {staged or '无 none'}"]
    if programs.trying:
        lines.append("正在试运行 a trial is under way")
    if last is not None:
        ended = "成功 stood" if last.good else f"已恢复 put back ({last.why})"
        lines.append(f"上次 last: {last.was} → {last.now}: {ended}")
    return Shown(data, "\n".join(lines))


def _activate(config: MachineConfig, options: argparse.Namespace) -> Shown:
    programs = Programs(options.programs)
    outcome = activation.activate(programs, Here.of(config), config, _by_systemd)
    return Shown(vars(outcome), f"已启用 runs now: {programs.version}")


def _back(config: MachineConfig, options: argparse.Namespace) -> Shown:
    programs = Programs(options.programs)
    outcome = activation.back(programs, config, _by_systemd)
    return Shown(vars(outcome), f"已退回 runs again: {programs.version}")


def _auto(config: MachineConfig, options: argparse.Namespace) -> Shown:
    """A machine at work is no failure: the timer comes again."""
    programs, here, spool = Programs(options.programs), Here.of(config), config.folder / SPOOL
    said = []
    if (spool / NAME).exists():
        try:
            said.append(f"staged {staging.stage(programs, here, spool).version}")
        except Refused as refused:
            said.append(f"not staged: {refused}")
    if activation.waiting(programs, here):
        try:
            activation.activate(programs, here, config, _by_systemd)
            said.append(f"runs now {programs.version}")
        except LinkError as error:
            if error.refusal["code"] not in ("busy", "not_now"):
                raise
            said.append(f"later: {error.refusal['code']} {error.refusal['detail']}")
    return Shown({"said": said}, "\n".join(said) or "nothing")


def _by_systemd() -> None:
    """The trial's unit, to its end: it goes on when this terminal is closed."""
    subprocess.run(["systemctl", "start", UNIT], capture_output=True, check=False)


STEPS: Final[dict[str, Callable[[MachineConfig, argparse.Namespace], Shown]]] = {
    "check": _check,
    "stage": _stage,
    "status": _status,
    "activate": _activate,
    "back": _back,
    "auto": _auto,
}
