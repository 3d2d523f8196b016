"""`sealhub county-reports`: what browsers sealed for the county, as a file for it.

Calls `hub.{clock,days}` and `hub.hotline.{county,router}`, in the hotline's own settings.
"""

import argparse
import os
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verb."""
    words = "交给县里的封好的反映 reports sealed for the county"
    made = parts.add(commands, "county-reports", _county_reports, words)
    made.set_defaults(site="hotline")
    made.add_argument("file", type=Path, help="新的文件 a new file")
    explained = "交过的也再写一遍 also those that were handed over"
    made.add_argument("--again", action="store_true", help=explained)


def _county_reports(arguments: argparse.Namespace) -> None:
    parts.django()
    from django.db import transaction

    from hub.clock import now_ms
    from hub.days import today
    from hub.hotline import county
    from hub.hotline.router import LABEL
    from wire import county_report

    with transaction.atomic(using=LABEL), arguments.file.open("xb") as file:
        found = county.hand_over(again=arguments.again, day=today(now_ms()))
        file.write(county_report.pack(found))
        file.flush()
        os.fsync(file.fileno())
    print(f"{arguments.file}: {len(found)}")
