"""`sealhub alarms`: what stands out, for people to look at. Calls `hub.{config,clock,alarms}`."""

import argparse
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verb."""
    parts.add(commands, "alarms", _alarms, "报警与到期 raise alarms, hand on what is overdue")


def _alarms(_: argparse.Namespace) -> None:
    parts.django()
    from hub.alarms.process import run
    from hub.clock import now_ms
    from hub.config import config

    run(config, now_ms, parts.stopping())
