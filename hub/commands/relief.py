"""`sealhub relief rotate`: another key for the look-up of relief. Calls `hub.relief.rotate`."""

import argparse
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verbs."""
    relief = parts.group(commands, "relief", "扶贫查询 the look-up of relief")
    words = "换上新的查询密钥 put another key over those of the look-up"
    parts.add(relief, "rotate", _rotate, words)


def _rotate(_: argparse.Namespace) -> None:
    parts.django()
    from hub.config import config
    from hub.relief import rotate

    count = rotate.rotate(config().state)
    print(f"已换上新密钥，共 {count} 把，请备份。 Another key is in place; back them up: {count}.")
