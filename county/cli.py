"""`sealcounty`: keys, root ceremony, officers' signatures, the county's pages and its witness.

Calls the areas' modules: each adds its words, and names its errors that carry a sentence.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Final, Protocol

from county import (
    authority_commands,
    key_commands,
    pages_commands,
    passkey_commands,
    release_commands,
    report_commands,
    root_commands,
    sm2_commands,
)
from county.approve import commands as approve_commands
from county.history import commands as history_commands
from county.witness import commands as witness_commands
from county.words import Areas


class Area(Protocol):
    """What there is one of for each area."""

    @property
    def ERRORS(self) -> tuple[type[Exception], ...]: ...  # noqa: N802

    def add(self, areas: Areas) -> None: ...


AREAS: Final[tuple[Area, ...]] = (
    key_commands,
    root_commands,
    authority_commands,
    passkey_commands,
    sm2_commands,
    approve_commands,
    release_commands,
    report_commands,
    pages_commands,
    history_commands,
    witness_commands,
)
"""In the order of the help."""
EXPECTED: Final[tuple[type[Exception], ...]] = (
    OSError,
    *(error for area in AREAS for error in area.ERRORS),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, 1 where forks were found or a copy does not hold, 2 with one sentence for what
    cannot be used.
    """
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except EXPECTED as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sealcounty", description="县级：根密钥、授权清单、签名页面、见证"
    )
    areas = parser.add_subparsers(required=True, metavar="{key,root,authority,…}")
    for area in AREAS:
        area.add(areas)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
