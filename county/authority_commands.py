"""`sealcounty authority`: the officers' lists, their signatures, emergency codes, changes.

Calls `county.{authority,codes,files,reading,words}` and `county.edit`.
"""

import argparse
import secrets
import sys
from pathlib import Path
from typing import Final

from county import authority, codes, files, reading, words
from county.authority import AuthorityError
from county.edit import commands as edit_commands
from county.edit import desk
from county.words import Areas

ERRORS: Final = (AuthorityError,)


def add(areas: Areas) -> None:
    """The area."""
    parser = areas.add_parser("authority", help="授权清单 the officers' lists")
    actions = parser.add_subparsers(required=True)
    sign = actions.add_parser("sign", help="签名 add a signature")
    sign.add_argument("file", type=Path)
    sign.add_argument("--key", required=True, metavar="FILE|pkcs11:…")
    sign.add_argument("--former", type=Path, metavar="PACKAGE", help="现行清单包 in force")
    sign.set_defaults(run=_sign)
    new = actions.add_parser("codes", help="应急码 new emergency codes, printed once")
    desk.takes_draft(new)
    new.add_argument("--device", required=True, help="机器 machine")
    new.add_argument("--person", action="append", required=True, help="本人 person id")
    new.add_argument("--count", type=int, default=3, choices=range(1, 11), metavar="1-10")
    new.set_defaults(run=_codes)
    edit_commands.add(actions, words.now_ms)


def _sign(options: argparse.Namespace) -> None:
    """What is signed is on the screen first; a person at the keyboard says yes to it."""
    draft, former = options.file.read_bytes(), desk.former(options)
    print("\n".join(reading.compare(former, draft, words.now_ms())))
    _agreed()
    signed = authority.sign_authority(draft, words.signer(options.key), now_ms=words.now_ms())
    files.replace(options.file, signed)
    words.say_missing(authority.missing_signatures(signed))


def _agreed() -> None:
    question = "以上都核对过，签名请输入 yes： All of it is right? Type yes to sign: "
    if sys.stdin.isatty() and input(question).strip().lower() != "yes":
        raise AuthorityError("没有签名。 Not signed.")


def _codes(options: argparse.Namespace) -> None:
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
    desk.save(options, edit, township, words.now_ms)
