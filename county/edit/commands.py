"""`sealcounty authority …`: read, compare and change the officers' lists.

Calls `county.edit`, `county.change` and `county.{days,reading}`.
"""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Final

from county import days, reading
from county.authority import Township
from county.change import commands as change_commands
from county.edit import (
    desk,
    machine_commands,
    people_commands,
    plain,
    rule_commands,
    sm2_commands,
    village_commands,
)
from county.edit import draft as drafts
from county.edit.desk import Clock
from wire.lists.content import Catalogue, Policy

DAY_MS: Final = 86_400_000


def add(actions: "argparse._SubParsersAction[argparse.ArgumentParser]", clock: Clock) -> None:
    """The subcommands."""
    _add_reading(actions, clock)
    _add_packages(actions, clock)
    village_commands.add(actions, clock)
    people_commands.add(actions, clock)
    change_commands.add(actions, clock)
    sm2_commands.add(actions, clock)
    machine_commands.add(actions, clock)
    rule_commands.add(actions, clock)


def _add_reading(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", clock: Clock
) -> None:
    show = actions.add_parser("show", help="看清单包 read a package")
    show.add_argument("file", type=Path)
    show.set_defaults(run=lambda o: print("\n".join(reading.show(o.file.read_bytes(), clock()))))
    diff = actions.add_parser("diff", help="两版有何不同 what changed")
    diff.add_argument("former", type=Path, help="现行清单包 the package in force")
    diff.add_argument("file", type=Path, help="下一版 the next one")

    def compare(options: argparse.Namespace) -> None:
        told = reading.compare(options.former.read_bytes(), options.file.read_bytes(), clock())
        print("\n".join(told))

    diff.set_defaults(run=compare)


def _add_packages(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", clock: Clock
) -> None:
    new = actions.add_parser("new", help="一个镇的第一份草案 a township's first draft")
    desk.takes_draft(new)
    new.add_argument("--root", type=Path, action="append", required=True, metavar="ROOT")
    new.add_argument("--policy", type=Path, required=True, metavar="TOML")
    new.add_argument("--catalogue", type=Path, required=True, metavar="TOML")
    new.add_argument("--days", type=int, default=365, help="有效天数 days valid")
    new.set_defaults(run=lambda options: _new(options, clock))
    renew = actions.add_parser("renew", help="延长有效期 a later end")
    desk.takes_draft(renew)
    renew.add_argument("--until", type=days.parse, required=True, metavar="YYYY-MM-DD")
    renew.set_defaults(run=lambda options: _renew(options, clock))
    root = actions.add_parser("root", help="换用新的县级根 follow the county's next root")
    desk.takes_draft(root)
    root.add_argument("--root", type=Path, required=True, metavar="ROOT")
    root.set_defaults(run=lambda options: _root(options, clock))


def _new(options: argparse.Namespace, clock: Clock) -> None:
    township = Township(
        plain.from_toml(Catalogue, options.catalogue.read_text("utf-8")),
        plain.from_toml(Policy, options.policy.read_text("utf-8")),
        (),
    )
    roots = [one.read_bytes() for one in options.root]
    edit = drafts.first(township, roots, clock() + options.days * DAY_MS)
    desk.save(options, edit, township, clock)


def _renew(options: argparse.Namespace, clock: Clock) -> None:
    edit = desk.opened(options)
    desk.save(options, replace(edit, expires_ms=options.until), edit.after, clock)


def _root(options: argparse.Namespace, clock: Clock) -> None:
    edit = desk.opened(options)
    desk.save(options, drafts.with_root(edit, options.root.read_bytes()), edit.after, clock)
