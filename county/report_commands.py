"""`sealcounty report key` and `open`: what villagers wrote to the county, sealed in their browsers.

Calls `county.keys` and `wire.county_report`.
"""

import argparse
from pathlib import Path
from typing import Final

from county import keys
from county.words import Areas
from wire import county_report
from wire.county_report import SealedError

ERRORS: Final = (keys.KeyFileError, SealedError)


def add(areas: Areas) -> None:
    """The area."""
    parser = areas.add_parser("report", help="村民封给县里的反映 reports sealed for the county")
    actions = parser.add_subparsers(required=True)
    key = actions.add_parser("key", help="生成密钥 make the key that they are sealed to")
    key.add_argument("file", type=Path)
    key.set_defaults(run=_key)
    read = actions.add_parser("open", help="打开一个文件 read a township's file")
    read.add_argument("file", type=Path)
    read.add_argument("--key", type=Path, required=True, help="私钥 the private key")
    read.set_defaults(run=_open)


def _key(options: argparse.Namespace) -> None:
    keys.create_p256(options.file)
    print(f"私钥 private key: {options.file}\n公钥 public key: {keys.public_path(options.file)}")


def _open(options: argparse.Namespace) -> int:
    """Exit status 1 where some cannot be opened; all others are shown."""
    key = keys.load_p256(options.key)
    try:
        every = county_report.unpack(options.file.read_bytes())
    except SealedError as error:
        raise SealedError(
            f"{options.file}: 不是镇里交来的文件，或不完整。 Not a township's file, or cut short."
        ) from error
    told = [_told(one, key) for one in every]
    print("\n\n".join([*(text for text, _ in told), f"{len(every)} 件 report(s)"]))
    return 0 if all(opened for _, opened in told) else 1


def _told(sealed: bytes, key: keys.P256) -> tuple[str, bool]:
    """What one says, and whether it could be opened."""
    head = f"== {county_report.reference(sealed)} =="
    try:
        found = county_report.open_(sealed, key)
    except SealedError:
        return (
            f"{head}\n打不开：被改过，或是封给别的密钥的。 Changed, or sealed to another key.",
            False,
        )
    lines = (
        head,
        f"反映的是：{found.concern}　{found.accused}",
        f"手机上的日期：{found.day}",
        f"反映人：{found.contact or '匿名'}",
        found.words,
    )
    return "\n".join(_plain(one) for one in lines), True


def _plain(text: str) -> str:
    """Nothing that would move or hide what stands on a screen."""
    return "".join(one if one.isprintable() or one == "\n" else "�" for one in text)
