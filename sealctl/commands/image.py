"""`sealctl image`: may a mounted card be copied for many machines. Calls `sealctl.image`."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sealctl import image
from sealctl.config import ConfigError
from sealctl.show import Shown


def add(commands: Any) -> None:
    """The verb. It needs no machine.toml: there must be none."""
    made = commands.add_parser("image", help="母盘检查 may this card be copied for many machines")
    made.add_argument("root", type=Path, metavar="FOLDER", help="母盘挂载处 where it is mounted")
    made.set_defaults(run=_image)


def _image(options: argparse.Namespace) -> Shown:
    if not options.root.is_dir():
        raise ConfigError(f"{options.root}: 没有这个目录。 No such folder.")
    found = image.examine(options.root)
    lines = [f"✗ {one.path}: {one.zh} {one.en}\n    {one.next_zh} {one.next_en}" for one in found]
    text = "\n".join(lines) or "✓ 可以复制 nothing of one machine's own: it may be copied"
    return Shown([asdict(one) for one in found], text, ok=not found)
