"""`sealhub log renew`: a new log after one that lost leaves. Calls `hub.renew`."""

import argparse
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (("hub.renew", "RenewalError"),)


def add(commands: Any) -> None:
    """The verb."""
    logs = parts.group(commands, "log", "日志 the township's log")
    renew = parts.add(
        logs, "renew", _renew, "日志缺了记录，另起新日志 a new log after one that lost leaves"
    )
    words = "县见证最后的检查点 the last head that the county's witness saw"
    renew.add_argument("--head", type=Path, help=words)
    renew.add_argument("--former", metavar="VKEY", help="旧日志公钥 key of the log before")
    renew.add_argument("--name", help="新日志名称 the new log's name")
    renew.add_argument(
        "--anyway", action="store_true", help="旧日志还能继续也另起 also where it could go on"
    )


def _renew(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub import renew
    from hub.config import config

    if arguments.head is None:
        made = renew.finish(config())
    else:
        witnesses, quorum = _judges()
        made = renew.begin(
            config(),
            arguments.head.read_bytes(),
            witnesses,
            quorum,
            former=arguments.former,
            name=arguments.name,
            anyway=arguments.anyway,
        )
    former = made.former
    print(
        f"新日志 log key  {made.vkey}\n"
        f"旧日志 former   {former.key}\n"
        f"  {former.size} 条 leaves, root {former.root}\n"
        f"本平台还有 {made.kept} 条，已写入新日志；其余等机器重发。 "
        f"{made.kept} leaves were here and are in the new log; machines send the others again.\n"
        "请县见证 add-log 新日志，请授权人员用 authority log 写进清单，再 sealhub list import。 "
        "Now the county's witness follows the new log (add-log), the officers name it "
        "(authority log), and the hub imports their package."
    )


def _judges() -> tuple[Any, int]:
    """The witnesses that the officers' package names, and how many must have seen a head."""
    from hub.devices import authority
    from hub.devices.authority import NoAuthorityError
    from wire.tlog import note

    try:
        policy = authority.policy()
    except NoAuthorityError:
        return (), 0
    return tuple(note.verifier(key) for key in policy.witnesses), policy.quorum
