"""`sealcounty authority change …`: a change of office as one draft.

Calls `county.change.{carry,plan}` and `county.edit.desk`.
"""

import argparse
from pathlib import Path

from county.authority import Township
from county.change import carry, plan
from county.edit import desk
from county.edit.desk import Clock


def add(actions: "argparse._SubParsersAction[argparse.ArgumentParser]", clock: Clock) -> None:
    """The subcommand."""

    def work(options: argparse.Namespace, township: Township) -> Township:
        made = plan.read(options.plan.read_text("utf-8"))
        changed = carry.apply(township, made, clock())
        print("\n".join(carry.told(changed, made)))
        return changed

    words = "换届：一份方案 a change of office by its plan"
    one = desk.command(actions, "change", words, work, clock)
    one.add_argument("plan", type=Path, metavar="TOML")
