"""`sealhub carry FOLDER`: the hub and a USB stick, both ways. Calls `hub.carrier`."""

import argparse
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verb."""
    made = parts.add(commands, "carry", _carry, "U盘来回 both ways with a USB stick")
    made.add_argument("folder", type=Path, help="U盘的位置 where the stick is mounted")


def _carry(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.carrier.carry import carry
    from hub.clock import now_ms
    from hub.config import config

    good = []
    for report in carry(config(), arguments.folder, now_ms):
        good.append(report.good)
        print(
            f"{report.device}: 记录 entries {report.entries}, 已回执 receipted {report.receipted}, "
            f"其中尚待县级见证 pending county witness {report.pending}, "
            f"照片 photos {report.photos}, 清单 list {report.list_version}, "
            f"审批页 pages {report.pages}"
        )
        for one in report.problems:
            print(f"  ✗ {one.zh} {one.en}")
    if not good:
        raise parts.UsageError("U盘上没有机器的文件夹。 There is no machine's folder on the stick.")
    if not all(good):
        raise parts.UsageError("没有全部收下。 Not everything was taken.")
