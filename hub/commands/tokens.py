"""`sealhub token …`: tokens of those who read by a program. Calls `hub.api`."""

import argparse
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verbs."""
    tokens = parts.group(commands, "token", "检查令牌 tokens of inspectors' programs")
    made = parts.add(tokens, "new", _new, "新令牌，只显示一次 a new token, shown once")
    made.add_argument("name")
    made.add_argument("--person", default="", metavar="ID", help="给名册上的谁 whose on the roster")
    words = "能读什么，可写几次 what it may read; more than once"
    made.add_argument("--may", action="append", metavar="WHAT", help=words)
    words = "只限这个村，可写几次 of this village alone; more than once"
    made.add_argument("--village", action="append", default=[], metavar="ID", help=words)
    made.add_argument("--days", type=int, help="有效天数 days for which it is good")
    parts.add(tokens, "list", _list, "所有令牌 all tokens")
    parts.add(tokens, "revoke", _revoke, "收回令牌 withdraw a token").add_argument("name")


def _new(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.api.listed import everything
    from hub.api.scopes import PROGRAM
    from hub.api.tokens import create_token
    from hub.records.filters import villages

    unknown = set(arguments.village) - dict(villages()).keys()
    if unknown:
        names = "、".join(sorted(unknown))
        raise parts.UsageError(f"{names}: 清单上没有这个村。 No such village on the lists.")
    default = everything(arguments.village) if arguments.person else PROGRAM
    token = create_token(
        arguments.name,
        person=arguments.person,
        may=arguments.may or default,
        villages=arguments.village,
        days=arguments.days,
    )
    print(token)


def _list(_: argparse.Namespace) -> None:
    parts.django()
    from hub.api.listed import line, tokens
    from hub.clock import now_ms

    for one in tokens(now_ms()):
        print(line(one))


def _revoke(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.api.models import Token
    from hub.api.tokens import revoke
    from hub.clock import now_ms

    found = Token.objects.filter(name=arguments.name).first()
    if found is None:
        raise parts.UsageError(f"{arguments.name}: 没有这个令牌。 No such token.")
    revoke(found, now_ms())
    print(f"{arguments.name}: 已收回，从现在起不能用。 Withdrawn: from now on it opens nothing.")
