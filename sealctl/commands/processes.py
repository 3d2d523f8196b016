"""`sealctl lockd`, `camerad`, `panel` and `syncd`: the machine's processes, run to their end.

Calls `sealctl.main`.
"""

import argparse
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from sealctl import main
from sealctl.config import ConfigError, MachineConfig, load
from sealctl.errors import StartError

PROCESSES: Final[dict[str, Callable[[MachineConfig], int | None]]] = {
    "lockd": main.run_lockd,
    "camerad": main.run_camerad,
    "panel": main.run_panel,
    "syncd": main.run_syncd,
}

log = logging.getLogger("sealctl")


def add(commands: Any) -> None:
    """The verbs."""
    for name in PROCESSES:
        made = commands.add_parser(name, help="进程 run this process")
        made.set_defaults(run=partial(_run, name))


def _run(name: str, options: argparse.Namespace) -> int:
    """What stops the process unexpectedly is logged."""
    config = load(options.config)
    logging.basicConfig(level=logging.INFO, format=f"{name} %(levelname)s %(message)s")
    logging.getLogger("tuf").setLevel(logging.WARNING)
    try:
        return PROCESSES[name](config) or 0
    except (StartError, ConfigError):
        raise
    except Exception:
        log.exception("stopped")
        return 1
