"""`sealcounty passkey …`: enrol one on a security key, read an enrolment file.

Calls `county.{authority,days,difference,enrolment,enrol_usb,files,words}` and `county.edit.people`.
"""

import argparse
import getpass
from pathlib import Path
from typing import Final

from county import authority, days, difference, enrolment, files, words
from county.authority import AuthorityError, Township
from county.edit import people
from county.enrolment import Enrolment, Subject
from county.words import Areas
from wire.lists.content import Passkey

ERRORS: Final = (AuthorityError,)


def add(areas: Areas) -> None:
    """The area."""
    parser = areas.add_parser("passkey", help="登记通行密钥 enrol passkeys")
    actions = parser.add_subparsers(required=True)
    enrol = actions.add_parser("enrol", help="在安全钥匙上登记 enrol on a USB security key")
    enrol.add_argument("person", metavar="ID")
    enrol.add_argument("file", type=Path, help="登记文件 the enrolment file")
    enrol.add_argument("--witness", required=True, metavar="ID", help="在场见证 who watches")
    words.takes_package(enrol)
    enrol.set_defaults(run=_enrol)
    show = actions.add_parser("show", help="看登记文件 read an enrolment file")
    show.add_argument("file", type=Path)
    words.takes_package(show)
    show.set_defaults(run=_show)


def _enrol(options: argparse.Namespace) -> None:
    from county import enrol_usb

    if options.file.exists():
        raise AuthorityError(f"已有此文件：{options.file}。 The file exists.")
    township = _township(options.package)
    person = people.person_named(township, options.person)
    witness = people.person_named(township, options.witness)
    policy = township.policy
    subject = Subject(policy.rp_id, person.id, witness.id, words.now_ms())
    print(
        f"为 {person.name}（{person.id}）登记，{witness.name}（{witness.id}）在场。 "
        f"For {person.id}, watched by {witness.id}."
    )
    known = [one.credential for one in person.passkeys]
    made = enrol_usb.enrol(
        enrol_usb.plugged_in(), subject, policy.origins[0], person.name, known, _pin, print
    )
    found = enrolment.read(made, policy)
    files.replace(options.file, made)
    _say(found)


def _show(options: argparse.Namespace) -> None:
    _say(enrolment.read(options.file.read_bytes(), _township(options.package).policy))


def _say(found: Enrolment) -> None:
    digits = difference.fingerprint(Passkey(found.credential, found.public_key))
    print(
        f"本人 person: {found.person}\n见证 witness: {found.witness}\n"
        f"时间 time: {days.shown(found.time)}\n算法 algorithm: {found.alg}\n"
        f"型号 model (AAGUID): {found.model}\n凭据 credential: {found.credential.hex()}\n"
        f"指纹 fingerprint: {digits}"
    )


def _township(path: Path) -> Township:
    return authority.read_township(authority.open_package(path.read_bytes()))


def _pin(prompt: str) -> str:
    return getpass.getpass(f"{prompt}: ")
