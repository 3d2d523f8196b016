"""`sealcounty root rotate`, `show` and `print`.

Calls `county.{ceremony,files,keys,root_reading,root_sheet}`.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from county import ceremony, files, keys, root_reading
from county.ceremony import CeremonyError, Changes

YEAR_MS: Final = 365 * 86_400_000
ROLES: Final = ("holder", "officer")


def add(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", clock: Callable[[], int]
) -> None:
    """The subcommands."""
    rotate = actions.add_parser("rotate", help="起草下一版 draft the next root")
    rotate.add_argument("file", type=Path)
    rotate.add_argument("--former", type=Path, required=True, metavar="ROOT")
    for role in ROLES:
        for verb in ("add", "drop"):
            rotate.add_argument(
                f"--{verb}-{role}", type=Path, action="append", default=[], metavar="PUB"
            )
        rotate.add_argument(f"--{role}s-needed", type=int, metavar="K")
    rotate.add_argument("--online", type=Path, metavar="PUB", help="新平台密钥 the hub's new key")
    rotate.add_argument("--years", type=int, default=5)
    rotate.set_defaults(run=lambda options: _rotate(options, clock()))
    show = actions.add_parser("show", help="看根文件 read a root")
    show.add_argument("file", type=Path)
    show.add_argument("--former", type=Path, metavar="ROOT")
    show.set_defaults(run=lambda options: _show(options, clock()))
    paper = actions.add_parser("print", help="打印件与介质 the sheet, and files for the medium")
    paper.add_argument("file", type=Path)
    paper.add_argument("--former", type=Path, metavar="ROOT")
    paper.add_argument("--out", type=Path, required=True, metavar="DIR")
    paper.set_defaults(run=_print)


def _rotate(options: argparse.Namespace, now_ms: int) -> None:
    former = options.former.read_bytes()
    changes = {
        role: Changes(
            tuple(keys.load_public(one) for one in getattr(options, f"add_{role}")),
            tuple(keys.load_public(one) for one in getattr(options, f"drop_{role}")),
            getattr(options, f"{role}s_needed"),
        )
        for role in ROLES
    }
    online = None if options.online is None else keys.load_public(options.online)
    holders = ceremony.changed(
        former, root=changes["holder"], targets=changes["officer"], online=online
    )
    expires_ms = now_ms + options.years * YEAR_MS
    draft = ceremony.next_root(former, holders, expires_ms=expires_ms)
    files.replace(options.file, draft)
    print("\n".join(root_reading.describe(draft, former, now_ms)))
    print(f"根文件草案，待签名。 Draft of the root, to be signed: {options.file}")


def _show(options: argparse.Namespace, now_ms: int) -> None:
    former = None if options.former is None else options.former.read_bytes()
    print("\n".join(root_reading.describe(options.file.read_bytes(), former, now_ms)))


def _print(options: argparse.Namespace) -> None:
    from county import root_sheet

    root = options.file.read_bytes()
    former = None if options.former is None else options.former.read_bytes()
    if ceremony.missing_signatures(root, former):
        raise CeremonyError("根文件还没有签齐，不打印。 The root is not fully signed: no sheet.")
    options.out.mkdir(parents=True, exist_ok=True)
    for name, data in root_sheet.made_of(root).items():
        files.replace(options.out / name, data)
        print(options.out / name)
