"""`sealctl carry FOLDER`: the machine and a USB stick, both ways in one go.

Calls `sealctl.{config,main,show}`.
"""

from pathlib import Path
from typing import Any

from sealctl import main as processes
from sealctl.config import MachineConfig
from sealctl.show import Shown


def carry(config: MachineConfig, toml: Path, stick: Path) -> Shown:
    """Not ok where anything on the stick was not taken; the rest was, and it may be repeated."""
    done = processes.carry(config, toml, stick)
    return Shown(done, "\n".join(_lines(done, stick)), ok=not done["problems"])


def _lines(done: dict[str, Any], stick: Path) -> list[str]:
    brought = (
        f"带来 brought: 清单 list {done['list_version']}, "
        f"审批页 pages {done['pages']}, 回执至 receipts up to {done['receipted']}, "
        f"镇里已收照片 photos at the township {done['photos_held']}"
    )
    nothing = "带来 brought: 镇里还没有写过这个U盘 the township has not written to this stick"
    taken = (
        f"带走 taken: 记录 entries {done['entries']}, 照片 photos {done['photos']}, "
        f"新写入 new {done['new_bytes']} bytes → {stick}"
    )
    problems = [f"✗ {one['zh']} {one['en']}" for one in done["problems"]]
    pending = []
    if done["answered"] > done["receipted"]:
        pending.append(f"尚待县级见证至 pending county witness up to {done['answered']}")
    return [brought if done["brought"] else nothing, *pending, taken, *problems]
