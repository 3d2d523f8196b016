"""What the areas of `sealctl` share: a verb over machine.toml, and secrets from the keyboard.

Calls `sealctl.config`. Secrets come unseen, or as lines of the standard input, in the order in
which they are asked.
"""

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import Any

from sealctl.config import MachineConfig, load
from sealctl.show import Shown

Work = Callable[[MachineConfig, argparse.Namespace], Shown]
Run = Callable[[argparse.Namespace], Shown | int]


def verb(commands: Any, name: str, work: Work, words: str) -> argparse.ArgumentParser:
    """A verb that reads machine.toml first; give it its own arguments."""
    made: argparse.ArgumentParser = commands.add_parser(name, help=words)
    made.set_defaults(run=lambda options: work(load(options.config), options))
    return made


def hands(options: argparse.Namespace, *names: str) -> dict[str, str]:
    """Who acts, and each one's PIN, asked in this order."""
    people = {name: str(getattr(options, name)) for name in names}
    return {**people, **{f"{name}_pin": pin(person) for name, person in people.items()}}


def pin(person: str) -> str:
    """A person's PIN."""
    return secret(f"PIN {person}")


def secret(prompt: str) -> str:
    """One secret from the keyboard unseen, or one line of the standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{prompt}: ")
    return sys.stdin.readline().strip()
