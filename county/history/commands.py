"""`sealcounty history take`: index the county's copies of the townships' logs.

Calls `county.{history,pages_config,words}`.
"""

import argparse
from pathlib import Path

from county import pages_config
from county.history.take import take
from county.history.trust import HistoryError
from county.words import Areas

ERRORS = (HistoryError,)


def add(areas: Areas) -> None:
    """The area."""
    parser = areas.add_parser("history", help="签过的记录 who signed what")
    actions = parser.add_subparsers(required=True)
    taking = actions.add_parser("take", help="核对副本并编索引 verify and index the copies")
    taking.add_argument("--config", type=Path, required=True, help="pages.json")
    taking.set_defaults(run=_take)


def _take(options: argparse.Namespace) -> int:
    """Status 1 where a copy does not hold; the others are taken all the same."""
    trusts = pages_config.load(options.config).histories
    if not trusts:
        raise HistoryError(
            f"{options.config}: 没有配置 history，见操作手册。 No township there has a history."
        )
    failed = 0
    for trust in trusts:
        try:
            taken = take(trust)
        except HistoryError as error:
            failed += 1
            print(f"{trust.name}: {error}")
            continue
        new = taken.size - taken.former
        print(f"{trust.name}: {taken.size} 条，新增 {new} 条。 {taken.size} leaves, {new} new.")
    return 1 if failed else 0
