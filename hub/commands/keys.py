"""`sealhub key next` and `switch`: the hub's online keys. Calls `hub.rekey`."""

import argparse
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verbs."""
    keys = parts.group(commands, "key", "平台在线密钥 the hub's online keys")
    for name, command, words in (
        ("next", _next, "备好下一把 make the next one"),
        ("switch", _switch, "换上 put it in place"),
    ):
        one = parts.add(keys, name, command, words)
        one.add_argument(
            "which", choices=("log", "list"), help="日志或清单 the log's or the list's"
        )


def _next(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub import rekey
    from hub.config import config

    made = rekey.prepare(config(), arguments.which)
    print(f"公钥 public key: {made.public}" + (f"\nlog key  {made.vkey}" if made.vkey else ""))


def _switch(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub import rekey
    from hub.config import config

    rekey.switch(config(), arguments.which)
    print(f"已换上新密钥 the next key is in place: {arguments.which}")
