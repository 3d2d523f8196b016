"""`sealhub fsck`, `doctor` and `metrics`: the words; `hub.operate` does the work.

The status is 0 where nothing is wrong, 1 where something is, 2 where it could not be looked at.
"""

import argparse
import json
import sys
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (("hub.operate.listener", "ListenError"),)
MARKS: Final = {"good": "✓", "warn": "!", "bad": "✗"}
WRONG: Final = 1
UNSEEN: Final = 2


def add(commands: Any) -> None:
    """The verbs."""
    words = "核对所有存储 whether all that is kept fits together"
    parts.add(commands, "fsck", _fsck, words).add_argument("--json", action="store_true")
    words = "自检 the hub examines itself"
    parts.add(commands, "doctor", _doctor, words).add_argument("--json", action="store_true")
    metrics = parts.add(commands, "metrics", _metrics, "监测接口 /healthz, /metrics (loopback)")
    metrics.add_argument("--listen", required=True, metavar="HOST:PORT")


def _fsck(arguments: argparse.Namespace) -> None:
    from django.db.utils import DatabaseError

    from hub.config import ConfigError
    from hub.log.keys import LogKeyError

    try:
        parts.django()
        faults = _faults(arguments)
    except (OSError, ConfigError, LogKeyError, parts.UsageError, DatabaseError) as error:
        print(f"sealhub: 无法核对。 Cannot be examined: {error}", file=sys.stderr)
        raise SystemExit(UNSEEN) from error
    if faults:
        raise SystemExit(WRONG)


def _doctor(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.operate.doctor.examine import examine
    from hub.operate.doctor.gather import look

    found = examine(look(config(), now_ms()))
    if arguments.json:
        told = {name: vars(one) for name, one in found.items()}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    for name, one in () if arguments.json else found.items():
        print(f"{MARKS[one.level]} {name}: {one.zh} {one.en}")
        if one.next_zh:
            print(f"    {one.next_zh}\n    {one.next_en}")
    if any(one.level == "bad" for one in found.values()):
        raise SystemExit(WRONG)


def _metrics(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.operate.listener import run

    run(config(), arguments.listen, now_ms, parts.stopping())


def _faults(arguments: argparse.Namespace) -> int:
    from hub.config import config
    from hub.operate.fsck.run import examine

    faults = 0
    for found in examine(config()):
        faults += not found.is_note
        told = {"code": found.code, "place": found.place, "note": found.is_note}
        print(json.dumps(told, ensure_ascii=False) if arguments.json else found.sentence)
    if not arguments.json:
        print(f"✗ {faults} 处不符 faults" if faults else "✓ 全部相符 everything fits together")
    return faults
