"""`sealctl enrol` and `unenrol`: PINs, cards and fingers of the staff.

Calls `sealctl.{config,link,show}`.
"""

import argparse
import sys
from typing import Any, Final

from sealctl import show
from sealctl.commands import parts
from sealctl.config import MachineConfig
from sealctl.link import ask
from sealctl.show import Shown

ENROLMENTS: Final = {"pin": "enrol", "card": "enrol_card", "fingerprint": "enrol_finger"}


def add(commands: Any) -> None:
    """The verbs."""
    words = "登记密码、卡或指纹 set a PIN, add a card or finger"
    enrol = parts.verb(commands, "enrol", _enrol, words)
    enrol.add_argument("person")
    enrol.add_argument("--witness", required=True, help="见证人 person id")
    enrol.add_argument("--method", choices=tuple(ENROLMENTS), default="pin", help="方式")
    unenrol = parts.verb(commands, "unenrol", _unenrol, "取消登记 take an enrolment back")
    unenrol.add_argument("person")
    unenrol.add_argument("--method", choices=("card", "fingerprint", "all"), required=True)
    unenrol.add_argument("--operator", required=True, help="办理人 person id")
    unenrol.add_argument("--witness", required=True, help="见证人 person id")


def _enrol(config: MachineConfig, options: argparse.Namespace) -> Shown:
    """Both PINs; then, for a card or a finger, what the machine says is to be done."""
    person, console = options.person, config.socket("console")
    given = {"person": person, "pin": parts.pin(person), **parts.hands(options, "witness")}
    ask(console, ENROLMENTS[options.method], **given)
    if options.method != "pin" and not show.wait_for_enrolment(
        lambda: ask(console, "state"), lambda words: print(words, file=sys.stderr)
    ):
        return Shown({"person": person}, "没有登记成功 not enrolled", ok=False)
    return show.plain({"person": person, "method": options.method}, f"已登记 enrolled: {person}")


def _unenrol(config: MachineConfig, options: argparse.Namespace) -> Shown:
    hands = parts.hands(options, "operator", "witness")
    ask(config.socket("console"), "unenrol", person=options.person, method=options.method, **hands)
    return show.plain({"person": options.person}, f"已取消登记 taken back: {options.person}")
