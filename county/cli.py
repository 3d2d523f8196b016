"""`sealcounty`: keys, root ceremony, officers' signatures, the county's pages and its witness.

Calls `county`, `hsm` and `wire`; with `county.witness.server` the only place of the county that
reads the clock.
"""

import argparse
import getpass
import secrets
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from county import (
    authority,
    ceremony,
    codes,
    files,
    keys,
    passkey_commands,
    reading,
    release_cli,
    root_commands,
)
from county.authority import AuthorityError
from county.ceremony import CeremonyError, Keyholders, Quorum
from county.edit import commands as edit_commands
from county.edit import desk
from county.history import commands as history_commands
from county.history.trust import HistoryError
from county.keys import KeyFileError
from county.witness import commands
from hsm import place
from wire.lists.tufapi import Signer

YEAR_MS = 365 * 86_400_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, 1 where forks were found or a copy does not hold, 2 with one sentence for what
    cannot be used.
    """
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except (
        AuthorityError,
        CeremonyError,
        HistoryError,
        KeyFileError,
        *commands.ERRORS,
        OSError,
    ) as error:
        print(error, file=sys.stderr)
        return 2


def _key_new(options: argparse.Namespace) -> None:
    keys.create(options.file)
    print(f"私钥 private key: {options.file}\n公钥 public key: {keys.public_path(options.file)}")


def _key_token(options: argparse.Namespace) -> None:
    from county import token_keys

    held = (token_keys.create if options.new else token_keys.load)(options.uri, _secret)
    token_keys.export(held, options.file)
    print(f"公钥 public key: {options.file}")


def _root_init(options: argparse.Namespace) -> None:
    online = Quorum((keys.load_public(options.online),), 1)
    holders = Keyholders(
        _quorum(options.holder, options.holders_needed),
        _quorum(options.officer, options.officers_needed),
        online,
        online,
    )
    expires_ms = _now_ms() + options.years * YEAR_MS
    draft = ceremony.new_root(holders, expires_ms=expires_ms)
    files.replace(options.file, draft)
    print(f"根文件草案，待签名。 Draft of the root, to be signed: {options.file}")


def _root_sign(options: argparse.Namespace) -> None:
    former = None if options.former is None else options.former.read_bytes()
    signed = ceremony.sign_root(options.file.read_bytes(), _signer(options.key))
    missing = ceremony.missing_signatures(signed, former)
    files.replace(options.file, signed)
    _say_missing(missing)
    if not missing:
        print(f"SHA-256: {sha256(signed).hexdigest()}")


def _authority_sign(options: argparse.Namespace) -> None:
    """What is signed is on the screen first; a person at the keyboard says yes to it."""
    draft, former = options.file.read_bytes(), desk.former(options)
    print("\n".join(reading.compare(former, draft, _now_ms())))
    _agreed()
    signed = authority.sign_authority(draft, _signer(options.key), now_ms=_now_ms())
    files.replace(options.file, signed)
    _say_missing(authority.missing_signatures(signed))


def _agreed() -> None:
    question = "以上都核对过，签名请输入 yes： All of it is right? Type yes to sign: "
    if sys.stdin.isatty() and input(question).strip().lower() != "yes":
        raise AuthorityError("没有签名。 Not signed.")


def _authority_codes(options: argparse.Namespace) -> None:
    """The codes go to the standard output alone: print it, hand it over, keep no copy."""
    edit = desk.opened(options)
    township, made = codes.renew(
        edit.after, options.device, options.person, options.count, random=secrets.token_bytes
    )
    for person, theirs in made.items():
        print(f"\n应急码 emergency codes\n机器 machine: {options.device}\n本人 person: {person}")
        print(
            "\n".join(f"  {number}. {codes.printed(one)}" for number, one in enumerate(theirs, 1))
        )
        print(
            "每个只能用一次，只限本人，封存保管。 Each works once, for this person. Keep it sealed."
        )
    desk.save(options, edit, township, _now_ms)


def _pages(options: argparse.Namespace) -> None:
    from county.pages_server import serve

    serve(options.listen, options.config)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sealcounty", description="县级：根密钥、授权清单、签名页面、见证"
    )
    areas = parser.add_subparsers(required=True, metavar="{key,root,authority,…}")
    _add_keys(areas.add_parser("key", help="密钥 key files"))
    _add_root(areas.add_parser("root", help="根仪式 root ceremony"))
    _add_authority(areas.add_parser("authority", help="授权清单 the officers' lists"))
    passkey_commands.add(areas.add_parser("passkey", help="登记通行密钥 enrol passkeys"), _now_ms)
    release_cli.add_parser(areas)
    pages = areas.add_parser("pages", help="签名与核验页面 signing pages")
    pages.add_argument("--listen", type=_address, required=True, metavar="HOST:PORT")
    pages.add_argument("--config", type=Path, required=True)
    pages.set_defaults(run=_pages)
    history_commands.add(areas.add_parser("history", help="签过的记录 who signed what"))
    commands.add(areas.add_parser("witness", help="县见证 the county's witness"), _address)
    return parser


def _add_keys(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True)
    new = actions.add_parser("new", help="生成 make a key")
    new.add_argument("file", type=Path)
    new.set_defaults(run=_key_new)
    token = actions.add_parser("token", help="安全芯片里的密钥 a key in a PKCS#11 token")
    token.add_argument("uri", metavar="pkcs11:…", help="RFC 7512")
    token.add_argument("file", type=Path, help="公钥存到 where its public half goes")
    token.add_argument("--new", action="store_true", help="在芯片内生成 make it in the token")
    token.set_defaults(run=_key_token)


def _add_root(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True)
    root_commands.add(actions, _now_ms)
    init = actions.add_parser("init", help="起草第一版 draft the first")
    init.add_argument("file", type=Path)
    init.add_argument("--holder", type=Path, action="append", required=True, metavar="PUB")
    init.add_argument("--holders-needed", type=int, required=True, metavar="K")
    init.add_argument("--officer", type=Path, action="append", required=True, metavar="PUB")
    init.add_argument("--officers-needed", type=int, required=True, metavar="K")
    init.add_argument("--online", type=Path, required=True, metavar="PUB")
    init.add_argument("--years", type=int, default=5)
    init.set_defaults(run=_root_init)
    sign = actions.add_parser("sign", help="签名 add a signature")
    sign.add_argument("file", type=Path)
    sign.add_argument("--key", required=True, metavar="FILE|pkcs11:…")
    sign.add_argument("--former", type=Path)
    sign.set_defaults(run=_root_sign)


def _add_authority(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True)
    sign = actions.add_parser("sign", help="签名 add a signature")
    sign.add_argument("file", type=Path)
    sign.add_argument("--key", required=True, metavar="FILE|pkcs11:…")
    sign.add_argument("--former", type=Path, metavar="PACKAGE", help="现行清单包 in force")
    sign.set_defaults(run=_authority_sign)
    new = actions.add_parser("codes", help="应急码 new emergency codes, printed once")
    desk.takes_draft(new)
    new.add_argument("--device", required=True, help="机器 machine")
    new.add_argument("--person", action="append", required=True, help="本人 person id")
    new.add_argument("--count", type=int, default=3, choices=range(1, 11), metavar="1-10")
    new.set_defaults(run=_authority_codes)
    edit_commands.add(actions, _now_ms)


def _signer(key: str) -> Signer:
    """By a key's file, or the URI of one in a token."""
    if not place.is_uri(key):
        return keys.load(Path(key))
    from county import token_keys

    return token_keys.load(key, _secret)


def _secret(prompt: str) -> str:
    """One secret from the keyboard unseen, or one line of the standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{prompt}: ")
    return sys.stdin.readline().rstrip("\r\n")


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


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    raise SystemExit(main())
