"""What words at `sealcounty`'s command line mean, for every area.

Calls `county.{keys,token_keys}` and `hsm.place`; reads the clock and the keyboard.
"""

import argparse
import getpass
import sys
import time
from pathlib import Path
from typing import TypeAlias

from county import keys
from hsm import place
from wire.lists.tufapi import Signer

Areas: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001
"""argparse's set of subparsers."""


def address(text: str) -> tuple[str, int]:
    """HOST:PORT."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise argparse.ArgumentTypeError("HOST:PORT")
    return host, int(port)


def takes_package(parser: argparse.ArgumentParser) -> None:
    """The file that says who is who."""
    explained = "清单包或草案，内有名册和政策 the lists, or their draft"
    parser.add_argument("--package", type=Path, required=True, help=explained)


def signer(key: str) -> Signer:
    """By a key's file, or the URI of one in a token."""
    if not place.is_uri(key):
        return keys.load(Path(key))
    from county import token_keys

    return token_keys.load(key, secret)


def secret(prompt: str) -> str:
    """One secret from the keyboard unseen, or one line of the standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{prompt}: ")
    return sys.stdin.readline().rstrip("\r\n")


def say_missing(missing: int) -> None:
    """How many signatures are still to come."""
    if missing:
        print(f"还缺 {missing} 个签名。 {missing} more signature(s) needed.")
    else:
        print("签名已齐。 Fully signed.")


def now_ms() -> int:
    """The county's clock."""
    return time.time_ns() // 1_000_000
