"""`sealhub notify` and `sealhub notice …`: telling other systems.

Calls `hub.{notices,config,clock}`.
"""

import argparse
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verbs."""
    parts.add(commands, "notify", _notify, "通知别的系统 tell other systems")
    notices = parts.group(commands, "notice", "通知 what other systems are told")
    parts.add(notices, "list", _list, "各处的情况 how each target stands")
    words = "发一条试验通知 send one message to try it"
    parts.add(notices, "test", _test, words).add_argument("target")
    words = "放弃的再送一次 try once more what was given up"
    parts.add(notices, "again", _again, words).add_argument("target")


def _notify(_: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.notices.process import run

    run(config, now_ms, parts.stopping())


def _list(_: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.notices.shown import TROUBLES, shown

    for one in shown(config(), now_ms()).targets:
        zh, en = TROUBLES[one.trouble]
        print(
            f"{one.name:<20} {one.kind:<8} {one.host} 等待 waiting {one.waiting} "
            f"七天内已送 sent in seven days {one.sent} 放弃 given up {one.given_up} {zh} {en}"
        )


def _test(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.notices.send import attempt, client
    from hub.notices.settings import settings
    from hub.notices.words import trial

    found, now = settings(config()), now_ms()
    target = found.targets.get(arguments.target)
    if target is None:
        raise parts.UsageError(f"{arguments.target}: hub.toml 里没有。 Not in hub.toml.")
    request = target.adapter.request(trial(now), now)
    outcome = attempt(target.adapter, request, client(found.timeout_s))
    if not outcome.sent:
        raise parts.UsageError(f"{target.name}: 没有送到。 Not told: {outcome.reason}")
    print(f"{target.name}: 已送到。 Told.")


def _again(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.notices.deliver import again

    count = again(arguments.target, now_ms())
    print(f"{arguments.target}: {count} 条再送一次。 {count} are tried once more.")
