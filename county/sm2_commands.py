"""`sealcounty sm2 …`: enrol a person's SM2 key before a witness, read an enrolment file.

Calls `county.{authority,days,enrolment,files,keys,possession,sm2_keys,words}` and
`county.edit.people`.
"""

import argparse
from pathlib import Path
from typing import Final

from county import authority, days, files, possession, sm2_keys, words
from county.authority import AuthorityError, Township
from county.edit import people
from county.enrolment import Subject
from county.keys import KeyFileError
from county.possession import Possession
from county.words import Areas
from wire.sig import PublicKey

ERRORS: Final = (AuthorityError, KeyFileError)


def add(areas: Areas) -> None:
    """The area."""
    parser = areas.add_parser("sm2", help="登记国密密钥 enrol SM2 keys, without passkeys")
    actions = parser.add_subparsers(required=True)
    enrol = actions.add_parser("enrol", help="证明持有密钥 prove that a key is held")
    enrol.add_argument("person", metavar="ID")
    enrol.add_argument("file", type=Path, help="登记文件 the enrolment file")
    enrol.add_argument("--witness", required=True, metavar="ID", help="在场见证 who watches")
    enrol.add_argument("--key", type=Path, required=True, metavar="PEM", help="私钥 private key")
    words.takes_package(enrol)
    enrol.set_defaults(run=_enrol)
    show = actions.add_parser("show", help="看登记文件 read an enrolment file")
    show.add_argument("file", type=Path)
    words.takes_package(show)
    show.set_defaults(run=_show)


def _enrol(options: argparse.Namespace) -> None:
    if options.file.exists():
        raise AuthorityError(f"已有此文件：{options.file}。 The file exists.")
    township = _township(options.package)
    person = people.person_named(township, options.person)
    witness = people.person_named(township, options.witness)
    print(
        f"为 {person.name}（{person.id}）登记，{witness.name}（{witness.id}）在场。 "
        f"For {person.id}, watched by {witness.id}."
    )
    subject = Subject(township.policy.rp_id, person.id, witness.id, words.now_ms())
    with sm2_keys.opened(options.key, words.secret) as key:
        made = possession.write(subject, key.public_key.public, key.sign)
    found = possession.read(made, township.policy)
    files.replace(options.file, made)
    _say(found)


def _show(options: argparse.Namespace) -> None:
    _say(possession.read(options.file.read_bytes(), _township(options.package).policy))


def _say(found: Possession) -> None:
    print(
        f"本人 person: {found.person}\n见证 witness: {found.witness}\n"
        f"时间 time: {days.shown(found.time)}\n"
        f"密钥 key: {PublicKey('SM2', found.public_key).kid.hex()}"
    )


def _township(path: Path) -> Township:
    return authority.read_township(authority.open_package(path.read_bytes()))
