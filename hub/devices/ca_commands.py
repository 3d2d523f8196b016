"""`sealhub ca …`: another device CA for a running township.

Calls `hub.devices.{commands,invitations,succession}` and `hub.config`; `hub.commands.ca` hands the
arguments over once Django is set up.
"""

import argparse
from collections.abc import Callable
from typing import Final

from hub.clock import now_ms
from hub.config import Config
from hub.devices import commands, invitations, succession


def prepare(config: Config, arguments: argparse.Namespace) -> None:
    """The next CA, beside the one in use."""
    path = succession.prepare(config.broker.ca.parent)
    print(f"{path}")
    print(
        "请县里授权人员把新旧两个都写进清单（authority ca），核对指纹： "
        "The officers name both in their list (`authority ca`), and compare the fingerprints:"
    )
    status(config, arguments)
    commands.tell_broker(config)


def status(config: Config, _: argparse.Namespace) -> None:
    """Both CAs, and which machines are not over."""
    found = succession.standing(config.broker.ca.parent)
    print(f"在用 in use  {succession.fingerprint(found.current)}")
    if found.following is None:
        print("没有备好下一个。 No next authority.")
        return
    named = "清单已写明 named by the list" if found.named else "清单未写明 not named by the list"
    print(f"下一个 next  {succession.fingerprint(found.following)}  {named}")
    print(f"还没有换的机器 machines not over: {', '.join(found.waiting) or '无 none'}")


def retire(config: Config, arguments: argparse.Namespace) -> None:
    """The old CA is believed no more."""
    left = succession.retire(config.broker.ca.parent, config.machines.hub_days, now=arguments.now)
    print(
        "旧证书机构已停用。请重启消息中间件、ingest、work、blobs、enrol。 "
        "The old authority is believed no more. Restart the broker, ingest, work, blobs and enrol."
    )
    if voided := invitations.void_all(now_ms()):
        print(
            f"这些设备的开通码写的是旧证书机构，已作废，请重新生成：{', '.join(voided)}。 "
            f"Tokens that name the old authority are void, make new ones: {', '.join(voided)}."
        )
    if left:
        print(
            f"这些机器收到清单（联网或U盘）后自行换证书，否则用新的开通码：{', '.join(left)}。 "
            "These follow by themselves once the list has reached them, by network or stick; "
            f"otherwise by a new token: {', '.join(left)}."
        )


COMMANDS: Final[dict[str, Callable[[Config, argparse.Namespace], None]]] = {
    "next": prepare,
    "status": status,
    "retire": retire,
}
