"""`sealcounty release`: officers offer and sign the machines' software.

Calls `county.{keys,release,words}`; writes files.
"""

import argparse
import os
import shutil
from pathlib import Path
from typing import Final

from county import keys, release, words
from county.authority import AuthorityError
from county.words import Areas
from wire.lists.offer import NAME

ERRORS: Final = (AuthorityError,)
DAY_MS: Final = 86_400_000


def add(areas: Areas) -> None:
    """The area."""
    parser = areas.add_parser("release", help="机器软件的发布 the machines' software")
    actions = parser.add_subparsers(required=True)
    new = actions.add_parser("new", help="起草 draft the next offer from archives")
    new.add_argument("folder", type=Path, help="发布文件夹 where offer and archives shall lie")
    new.add_argument("--archive", type=Path, action="append", required=True)
    new.add_argument("--authority", type=Path, required=True, help="现在的清单包 package in force")
    new.add_argument("--former", type=Path, help="现在的发布文件 the offer in force")
    new.add_argument("--least", default="0.0.0", help="至少从哪个版本升级 lowest version before it")
    new.add_argument("--days", type=int, default=180, help="有效天数 days until it expires")
    new.set_defaults(run=_new)
    sign = actions.add_parser("sign", help="签名 add a signature")
    sign.add_argument("folder", type=Path)
    sign.add_argument("--key", type=Path, required=True)
    sign.set_defaults(run=_sign)


def _new(options: argparse.Namespace) -> None:
    draft = release.draft_offer(
        options.archive,
        authority=options.authority.read_bytes(),
        former=None if options.former is None else options.former.read_bytes(),
        least=options.least,
        expires_ms=words.now_ms() + options.days * DAY_MS,
    )
    options.folder.mkdir(parents=True, exist_ok=True)
    for archive in options.archive:
        if archive.resolve() != (options.folder / archive.name).resolve():
            shutil.copyfile(archive, options.folder / archive.name)
    _keep(options.folder / NAME, draft)
    print("\n".join(release.lines(draft)))
    print(f"发布文件草案，待签名。 Draft of the offer, to be signed: {options.folder / NAME}")


def _sign(options: argparse.Namespace) -> None:
    path = options.folder / NAME
    signed = release.sign_offer(path.read_bytes(), keys.load(options.key))
    _keep(path, signed)
    print("\n".join(release.lines(signed)))
    words.say_missing(release.missing_signatures(signed))


def _keep(path: Path, data: bytes) -> None:
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
