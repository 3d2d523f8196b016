"""`sealhub people first`: a link for the first two who are to log in. Calls `hub.people`."""

import argparse
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (("hub.people.first_link", "FirstError"),)


def add(commands: Any) -> None:
    """The verb."""
    people = parts.group(commands, "people", "人员 people")
    words = "最先两人的登录钥匙 the first two log-in passkeys"
    first = parts.add(people, "first", _first, words)
    first.add_argument("person", nargs=2, metavar="ID", help="名册上的编号 by the roster")


def _first(arguments: argparse.Namespace) -> None:
    parts.django()
    from django.urls import reverse

    from hub.clock import now_ms
    from hub.config import config
    from hub.people import first_link

    secret = first_link.invite(tuple(arguments.person), now_ms())
    minutes = first_link.GOOD_MS // 60_000
    print(f"{config().origins.staff}{reverse('first')}#{secret}")
    print(
        f"两人带身份证，一起在登记台的电脑上打开，{minutes} 分钟内、只能用一次；不要转发。 "
        f"Both open it together at the desk, with their papers, within {minutes} minutes, once; "
        "forward it to nobody."
    )
