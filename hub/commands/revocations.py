"""`sealhub revoke …`: people, passkeys and grants taken back at once. Calls `hub.revoke`."""

import argparse
from typing import Any, Final

from hub.commands import parts

DAY_MS: Final = 86_400_000
ERRORS: Final[parts.Errors] = (("hub.revoke", "RevokeError"),)


def add(commands: Any) -> None:
    """The verbs."""
    revoke = parts.group(commands, "revoke", "立即吊销 take back at once")
    for kind, words in (
        ("person", "一个人 a person"),
        ("passkey", "一把通行密钥或国密密钥 a passkey or an SM2 key"),
        ("login", "一把登录密钥 a log-in passkey"),
        ("grant", "一份已批的申请 an approved application"),
    ):
        one = parts.add(revoke, kind, _revoke, words)
        one.set_defaults(kind=kind)
        one.add_argument("id", metavar="ID")
        one.add_argument("--reason", required=True, help="原因 why, kept for ever")
        if kind == "person":
            one.add_argument("--days", type=int, help="只停几天 for so many days only")
        one.add_argument("--lift", action="store_true", help="恢复 give it back")
    parts.add(revoke, "list", _revoked, "已吊销的 all that is revoked")


def _revoke(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub import revoke
    from hub.clock import now_ms

    kind, lift, now = arguments.kind, arguments.lift, now_ms()
    days = getattr(arguments, "days", None)
    until = None if days is None else now + days * DAY_MS
    value = revoke.revoke(kind, arguments.id, arguments.reason, now, lift=lift, until_ms=until)
    done = "已恢复 given back" if lift else "已吊销 revoked"
    print(f"{done}: {kind} {value}")


def _revoked(_: argparse.Namespace) -> None:
    parts.django()
    from hub import revoke
    from hub.clock import moment, now_ms

    for one in revoke.in_force(now_ms()):
        end = "" if one.until_ms is None else f"{moment(one.until_ms):%Y-%m-%d %H:%M} UTC"
        told = f"（到 until {end}）" if end else ""
        print(f"{one.kind} {one.value}: {one.reason}{told}")
