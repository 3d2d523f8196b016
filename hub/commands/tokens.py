"""`sealhub token new`: tokens of the API that checks records. Calls `hub.api.tokens`."""

import argparse
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verb."""
    tokens = parts.group(commands, "token", "检查令牌 tokens")
    parts.add(tokens, "new", _new, "新令牌 a new token").add_argument("name")


def _new(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.api.tokens import create_token

    print(create_token(arguments.name))
