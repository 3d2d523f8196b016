"""`sealhub export`: records, photos and proofs of a span of days or a village as one archive.

Calls `hub.{exports,days}`.
"""

import argparse
from datetime import date
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()
OPERATOR: Final = "operator"


def add(commands: Any) -> None:
    """The verb."""
    words = "批量导出，供 sealinspect 核验 take out records for others to verify"
    made = parts.add(commands, "export", _export, words)
    made.add_argument("file", type=Path, help="新的 .tar 文件 a new file")
    made.add_argument("--village", metavar="ID", help="只要这个村 of this village alone")
    made.add_argument("--from", dest="since", type=_day, metavar="DAY", help="第一天 first day")
    made.add_argument("--to", dest="until", type=_day, metavar="DAY", help="最后一天 last day")


def _export(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.exports import archive
    from hub.exports.models import BulkExport
    from hub.exports.scope import Wanted
    from hub.records.filters import villages

    village = arguments.village
    if village is not None and village not in dict(villages()):
        raise parts.UsageError(f"{village}: 清单上没有这个村。 No such village on the lists.")
    wanted = Wanted(village, arguments.since, arguments.until)
    with arguments.file.open("xb") as file:
        for piece in archive.take(wanted, person=OPERATOR):
            file.write(piece)
    done = BulkExport.objects.latest("pk")
    print(f"{arguments.file}: SHA-256 {bytes(done.sha256 or b'').hex()}")


def _day(text: str) -> date:
    from hub.days import FIRST, LAST

    day = date.fromisoformat(text)
    if not FIRST <= day <= LAST:
        raise ValueError(f"{FIRST}…{LAST}")
    return day
