"""`sealctl carry FOLDER`: the machine and a USB stick, both ways in one go.

Calls `sealctl.{config,link,show}`; `sync` when it runs.
"""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sealctl.commands import parts
from sealctl.config import MachineConfig
from sealctl.link import LinkError
from sealctl.show import Shown
from wire.refusals import to_dict


def add(commands: Any) -> None:
    """The verb."""
    made = parts.verb(commands, "carry", _carry, "U盘来回 both ways with a USB stick")
    made.add_argument("folder", type=Path, help="U盘的位置 where the stick is mounted")


def _carry(config: MachineConfig, options: argparse.Namespace) -> Shown:
    """Not ok where anything on the stick was not taken; the rest was, and it may be repeated."""
    stick = options.folder
    done = _exchange(config, options.config, stick)
    return Shown(done, "\n".join(_lines(done, stick)), ok=not done["problems"])


def _exchange(config: MachineConfig, toml: Path, stick: Path) -> dict[str, Any]:
    """Both ways between lockd and a USB stick; raises LinkError without lockd, StickError."""
    from hardware.clock import SystemClock
    from sync import config as township
    from sync.carrier import Carrier
    from sync.courier import AwayError, Courier

    ca = township.ca(toml)
    courier = Courier(config.socket("courier"))
    try:
        return asdict(Carrier(courier, config.photos, ca, SystemClock().wall_ms).carry(stick))
    except AwayError as error:
        raise LinkError(to_dict("unavailable", str(error))) from error
    finally:
        courier.close()


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
