"""`sealhub device bulk`: from a sheet of machines to the labels that a depot sticks on them.

Calls `hub.devices.{bulk,ca,labels,sheet}` and `hub.config`. Tokens and files stand or fall
together; no token is said on stdout.
"""

from pathlib import Path
from typing import Final

from django.db import transaction

from hub.clock import now_ms
from hub.config import Config
from hub.devices import bulk, ca, labels, sheet

DAY_MS: Final = 86_400_000


def invite(config: Config, file: Path, out: Path, days: int) -> None:
    """Tokens for the rows that need one, into a new folder; raises SheetError, WrongRowsError,
    OSError, having made nothing.
    """
    read, now = sheet.read(file.read_bytes()), now_ms()
    expires_ms = now + days * DAY_MS
    with transaction.atomic():
        found = bulk.plan(read.lines, now)
        made = bulk.make(
            found.made,
            hub=config.machines.enrol,
            ca_sha256=ca.fingerprint(config.broker.ca.parent),
            now_ms=now,
            lifetime_ms=expires_ms - now,
        )
        if made:
            labels.write(out, made, expires_ms)
    _tell(read, found, out)


def _tell(read: sheet.Sheet, found: bulk.Plan, out: Path) -> None:
    if read.ignored:
        print(f"没有用到的列 columns not used: {'、'.join(read.ignored)}")
    for row, why in found.kept:
        print(f"第 {row.number} 行 row {row.number}: {row.wanted.device} {why}")
    for row in found.lapsed:
        again = "前一个已失效，重新生成 the former ran out: made anew"
        print(f"第 {row.number} 行 row {row.number}: {row.wanted.device} {again}")
    print(f"新开通码 new tokens: {len(found.made)}")
    if found.made:
        print(f"标签 labels: {out / labels.LABELS}")
        print(f"清单 list:   {out / labels.LIST}")
