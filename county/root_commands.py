"""`sealcounty root`: the ceremony, from the first draft to the sheet on paper.

Calls `county.{ceremony,files,keys,root_reading,root_sheet,words}`.
"""

import argparse
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from county import ceremony, files, keys, root_reading, words
from county.ceremony import CeremonyError, Changes, Keyholders, Quorum
from county.words import Areas

ERRORS: Final = (CeremonyError,)
YEAR_MS: Final = 365 * 86_400_000
ROLES: Final = ("holder", "officer")


def add(areas: Areas) -> None:
    """The area."""
    actions = areas.add_parser("root", help="根仪式 root ceremony").add_subparsers(required=True)
    _add_changes(actions)
    init = actions.add_parser("init", help="起草第一版 draft the first")
    init.add_argument("file", type=Path)
    init.add_argument("--holder", type=Path, action="append", required=True, metavar="PUB")
    init.add_argument("--holders-needed", type=int, required=True, metavar="K")
    init.add_argument("--officer", type=Path, action="append", required=True, metavar="PUB")
    init.add_argument("--officers-needed", type=int, required=True, metavar="K")
    init.add_argument("--online", type=Path, required=True, metavar="PUB")
    init.add_argument("--years", type=int, default=5)
    init.set_defaults(run=_init)
    sign = actions.add_parser("sign", help="签名 add a signature")
    sign.add_argument("file", type=Path)
    sign.add_argument("--key", required=True, metavar="FILE|pkcs11:…")
    sign.add_argument("--former", type=Path)
    sign.set_defaults(run=_sign)


def _add_changes(actions: Areas) -> None:
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
    rotate.set_defaults(run=_rotate)
    show = actions.add_parser("show", help="看根文件 read a root")
    show.add_argument("file", type=Path)
    show.add_argument("--former", type=Path, metavar="ROOT")
    show.set_defaults(run=_show)
    paper = actions.add_parser("print", help="打印件与介质 the sheet, and files for the medium")
    paper.add_argument("file", type=Path)
    paper.add_argument("--former", type=Path, metavar="ROOT")
    paper.add_argument("--out", type=Path, required=True, metavar="DIR")
    paper.set_defaults(run=_print)


def _init(options: argparse.Namespace) -> None:
    online = Quorum((keys.load_public(options.online),), 1)
    holders = Keyholders(
        _quorum(options.holder, options.holders_needed),
        _quorum(options.officer, options.officers_needed),
        online,
        online,
    )
    expires_ms = words.now_ms() + options.years * YEAR_MS
    draft = ceremony.new_root(holders, expires_ms=expires_ms)
    files.replace(options.file, draft)
    print(f"根文件草案，待签名。 Draft of the root, to be signed: {options.file}")


def _sign(options: argparse.Namespace) -> None:
    former = None if options.former is None else options.former.read_bytes()
    signed = ceremony.sign_root(options.file.read_bytes(), words.signer(options.key))
    missing = ceremony.missing_signatures(signed, former)
    files.replace(options.file, signed)
    words.say_missing(missing)
    if not missing:
        print(f"SHA-256: {sha256(signed).hexdigest()}")


def _rotate(options: argparse.Namespace) -> None:
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
    expires_ms = words.now_ms() + options.years * YEAR_MS
    draft = ceremony.next_root(former, holders, expires_ms=expires_ms)
    files.replace(options.file, draft)
    print("\n".join(root_reading.describe(draft, former, words.now_ms())))
    print(f"根文件草案，待签名。 Draft of the root, to be signed: {options.file}")


def _show(options: argparse.Namespace) -> None:
    former = None if options.former is None else options.former.read_bytes()
    print("\n".join(root_reading.describe(options.file.read_bytes(), former, words.now_ms())))


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


def _quorum(files: Sequence[Path], threshold: int) -> Quorum:
    return Quorum(tuple(keys.load_public(file) for file in files), threshold)
