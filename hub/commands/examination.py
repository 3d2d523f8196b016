"""`sealhub fsck`: the words; `hub.operate` does the work.

Its status is 0 where nothing is wrong, 1 where something is, 2 where it could not be looked at.
"""

import argparse
import json
import sys
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()
WRONG: Final = 1
UNSEEN: Final = 2


def add(commands: Any) -> None:
    """The verbs."""
    words = "核对所有存储 whether all that is kept fits together"
    parts.add(commands, "fsck", _fsck, words).add_argument("--json", action="store_true")


def _fsck(arguments: argparse.Namespace) -> None:
    try:
        parts.django()
        faults = _faults(arguments)
    except (OSError, ValueError, LookupError, parts.UsageError, *_database()) as error:
        print(f"sealhub: 无法核对。 Cannot be examined: {error}", file=sys.stderr)
        raise SystemExit(UNSEEN) from error
    if faults:
        raise SystemExit(WRONG)


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


def _database() -> tuple[type[Exception], ...]:
    """Known once Django is."""
    from django.db.utils import DatabaseError

    return (DatabaseError,)
