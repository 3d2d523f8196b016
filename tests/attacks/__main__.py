"""`python -m tests.attacks`: play every named attack, and print what noticed it.

`--only NAME` plays one or more; `--write` plays none, and writes the table of docs/attacks.md.
Calls `tests.attacks`.
"""

import argparse
import io
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from tests.attacks.model import Attack, Notice, Stage, Watch, unnoticed
from tests.attacks.page import line, rewritten, sentence
from wire.refusals import Refused

PAGE = Path(__file__).parents[2] / "docs" / "attacks.md"


@dataclass(frozen=True)
class Row:
    """What came of one attack; `wrong` is empty where it is as the table says."""

    attack: Attack
    found: Notice | None
    wrong: str


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where nothing went unnoticed that must be noticed."""
    options = _parser().parse_args(arguments)
    logging.disable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    django.setup()
    from tests.attacks.table import ATTACKS

    if options.write:
        PAGE.write_text(rewritten(PAGE.read_text("utf-8"), ATTACKS.values()), "utf-8")
        return 0
    chosen = [ATTACKS[name] for name in options.only or ATTACKS]
    watch, rows = Watch(), []
    with TemporaryDirectory() as folder, Stage(Path(folder)) as stage:
        for number, attack in enumerate(chosen, start=1):
            with redirect_stdout(io.StringIO()):
                rows.append(play(stage, attack))
            print(line(number, attack, rows[-1].found, rows[-1].wrong), flush=True)
    failed = [row for row in rows if row.wrong]
    blind = [row for row in rows if row.attack.blind]
    print(sentence(len(rows), len(blind), len(failed), watch.when))
    return 1 if failed else 0


def play(stage: Stage, attack: Attack) -> Row:
    """First the flow without the attack, once for all that share it, then the attack."""
    try:
        honest = stage.once(attack.control)
        if honest is not None:
            return Row(attack, None, f"its control is noticed by {honest.by}: {honest.code}")
        found = attack.play(stage)
    except (AssertionError, LookupError, OSError, ValueError, Refused):
        return Row(attack, None, traceback.format_exc())
    return Row(attack, found, unnoticed(attack, found))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME")
    parser.add_argument("--write", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
