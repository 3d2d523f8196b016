"""`sealcounty`: keys, root ceremony, officers' signatures, and the county's pages.

Calls `county` and `wire.errors`; the only place of the county that reads the clock.
"""

import argparse
import os
import secrets
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from county import authority, ceremony, codes, keys, release_cli
from county.authority import AuthorityError
from county.ceremony import CeremonyError, Keyholders, Quorum
from county.keys import KeyFileError

YEAR_MS = 365 * 86_400_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, or 2 with one sentence on stderr for what cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (AuthorityError, CeremonyError, KeyFileError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _key_new(options: argparse.Namespace) -> None:
    keys.create(options.file)
    print(f"私钥 private key: {options.file}\n公钥 public key: {keys.public_path(options.file)}")


def _root_init(options: argparse.Namespace) -> None:
    online = Quorum((keys.load_public(options.online),), 1)
    holders = Keyholders(
        _quorum(options.holder, options.holders_needed),
        _quorum(options.officer, options.officers_needed),
        online,
        online,
    )
    expires_ms = _now_ms() + options.years * YEAR_MS
    if options.former is None:
        draft = ceremony.new_root(holders, expires_ms=expires_ms)
    else:
        draft = ceremony.next_root(options.former.read_bytes(), holders, expires_ms=expires_ms)
    _replace(options.file, draft)
    print(f"根文件草案，待签名。 Draft of the root, to be signed: {options.file}")


def _root_sign(options: argparse.Namespace) -> None:
    former = None if options.former is None else options.former.read_bytes()
    signed = ceremony.sign_root(options.file.read_bytes(), keys.load(options.key))
    missing = ceremony.missing_signatures(signed, former)
    _replace(options.file, signed)
    _say_missing(missing)
    if not missing:
        print(f"SHA-256: {sha256(signed).hexdigest()}")


def _authority_sign(options: argparse.Namespace) -> None:
    signer = keys.load(options.key)
    signed = authority.sign_authority(options.file.read_bytes(), signer, now_ms=_now_ms())
    _replace(options.file, signed)
    _say_missing(authority.missing_signatures(signed))


def _authority_codes(options: argparse.Namespace) -> None:
    """The codes go to the standard output alone: print it, hand it over, keep no copy."""
    draft, made = codes.draft_with_codes(
        options.former.read_bytes(),
        options.device,
        options.person,
        options.count,
        random=secrets.token_bytes,
        now_ms=_now_ms(),
    )
    _replace(options.file, draft)
    for person, theirs in made.items():
        print(f"\n应急码 emergency codes\n机器 machine: {options.device}\n本人 person: {person}")
        print(
            "\n".join(f"  {number}. {codes.printed(one)}" for number, one in enumerate(theirs, 1))
        )
        print(
            "每个只能用一次，只限本人，封存保管。 Each works once, for this person. Keep it sealed."
        )
    print(f"\n清单包草案，待签名。 Draft of the package, to be signed: {options.file}")


def _pages(options: argparse.Namespace) -> None:
    from county.pages_server import serve

    serve(options.listen, options.config)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sealcounty", description="县级：根密钥、授权清单、签名页面"
    )
    areas = parser.add_subparsers(required=True, metavar="{key,root,authority,release,pages}")
    _add_keys(areas.add_parser("key", help="密钥 key files"))
    _add_root(areas.add_parser("root", help="根仪式 root ceremony"))
    _add_authority(areas.add_parser("authority", help="授权清单 the officers' lists"))
    release_cli.add_parser(areas)
    pages = areas.add_parser("pages", help="签名与核验页面 signing pages")
    pages.add_argument("--listen", type=_address, required=True, metavar="HOST:PORT")
    pages.add_argument("--config", type=Path, required=True)
    pages.set_defaults(run=_pages)
    return parser


def _add_keys(parser: argparse.ArgumentParser) -> None:
    new = parser.add_subparsers(required=True).add_parser("new", help="生成 make a key")
    new.add_argument("file", type=Path)
    new.set_defaults(run=_key_new)


def _add_root(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True)
    init = actions.add_parser("init", help="起草（--former：轮换） draft, or rotate with --former")
    init.add_argument("file", type=Path)
    init.add_argument("--holder", type=Path, action="append", required=True, metavar="PUB")
    init.add_argument("--holders-needed", type=int, required=True, metavar="K")
    init.add_argument("--officer", type=Path, action="append", required=True, metavar="PUB")
    init.add_argument("--officers-needed", type=int, required=True, metavar="K")
    init.add_argument("--online", type=Path, required=True, metavar="PUB")
    init.add_argument("--years", type=int, default=5)
    init.add_argument("--former", type=Path)
    init.set_defaults(run=_root_init)
    sign = actions.add_parser("sign", help="签名 add a signature")
    sign.add_argument("file", type=Path)
    sign.add_argument("--key", type=Path, required=True)
    sign.add_argument("--former", type=Path)
    sign.set_defaults(run=_root_sign)


def _add_authority(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True)
    sign = actions.add_parser("sign", help="签名 add a signature")
    sign.add_argument("file", type=Path)
    sign.add_argument("--key", type=Path, required=True)
    sign.set_defaults(run=_authority_sign)
    new = actions.add_parser("codes", help="应急码 new emergency codes, printed once")
    new.add_argument("file", type=Path, help="新的清单包草案 the next package, a draft")
    new.add_argument("--former", type=Path, required=True, help="现在的清单包 the package in force")
    new.add_argument("--device", required=True, help="机器 machine")
    new.add_argument("--person", action="append", required=True, help="本人 person id")
    new.add_argument("--count", type=int, default=3, choices=range(1, 11), metavar="1-10")
    new.set_defaults(run=_authority_codes)


def _quorum(files: Sequence[Path], threshold: int) -> Quorum:
    return Quorum(tuple(keys.load_public(file) for file in files), threshold)


def _say_missing(missing: int) -> None:
    if missing:
        print(f"还缺 {missing} 个签名。 {missing} more signature(s) needed.")
    else:
        print("签名已齐。 Fully signed.")


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise argparse.ArgumentTypeError("HOST:PORT")
    return host, int(port)


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
