"""`sealcounty passkey …`: enrol a person on security keys, confirm it, read an enrolment file.

Calls `county.{authority,enrol_usb,enrolment,enrolment_words,files,words}` and
`county.edit.people`.
"""

import argparse
import getpass
from pathlib import Path
from typing import Final

from county import authority, enrolment, enrolment_words, files, words
from county.authority import AuthorityError, Township
from county.edit import people
from county.enrolment import Subject
from county.words import Areas
from wire.lists import enrolment as form
from wire.lists.enrolment import PAPERS

ERRORS: Final = (AuthorityError,)


def add(areas: Areas) -> None:
    """The area."""
    parser = areas.add_parser("passkey", help="登记通行密钥 enrol passkeys")
    actions = parser.add_subparsers(required=True)
    enrol = actions.add_parser("enrol", help="在安全钥匙上登记 enrol on a USB security key")
    enrol.add_argument("person", metavar="ID")
    _takes_files(enrol)
    enrol.add_argument("--witness", required=True, metavar="ID", help="第二人 second officer")
    enrol.add_argument("--paper", choices=PAPERS, default=PAPERS[0], help="证件 identity paper")
    enrol.set_defaults(run=_enrol)
    second = actions.add_parser("second", help="再登记一把 one more key into the same file")
    _takes_files(second)
    second.set_defaults(run=_second)
    confirm = actions.add_parser("confirm", help="第二人用安全钥匙确认 by the second officer's key")
    _takes_files(confirm)
    confirm.set_defaults(run=_confirm)
    show = actions.add_parser("show", help="看登记文件 read an enrolment file")
    _takes_files(show)
    show.set_defaults(run=lambda options: _say(options.file.read_bytes(), _township(options)))


def _takes_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="登记文件 the enrolment file")
    words.takes_package(parser)


def _enrol(options: argparse.Namespace) -> None:
    if options.file.exists():
        raise AuthorityError(f"已有此文件：{options.file}。 The file exists.")
    township = _township(options)
    person = people.person_named(township, options.person)
    witness = people.person_named(township, options.witness)
    subject = Subject(township.policy.rp_id, person.id, witness.id, words.now_ms())
    print(
        f"为 {person.name}（{person.id}）登记，{witness.name}（{witness.id}）在场。 "
        f"For {person.id}, seen by {witness.id}."
    )
    _make(options.file, township, subject, options.paper, ())


def _second(options: argparse.Namespace) -> None:
    township = _township(options)
    found = enrolment.read(options.file.read_bytes(), township.policy)
    request, _ = form.decode(options.file.read_bytes())
    subject = Subject(request.rp_id, found.person, found.witness, found.time)
    _make(options.file, township, subject, found.paper, request.made)


def _make(
    file: Path,
    township: Township,
    subject: Subject,
    paper: str,
    made: tuple[form.NewPasskey, ...],
) -> None:
    from county import enrol_usb

    person = people.person_named(township, subject.person)
    known = [one.credential for one in person.passkeys]
    if made:
        read = enrolment.read(enrolment.write(subject, paper, made), township.policy)
        known += [one.passkey.credential for one in read.keys]
    new = enrol_usb.enrol(
        enrol_usb.plugged_in(),
        subject,
        township.policy.origins[0],
        person.name,
        known,
        _pin,
        print,
    )
    _save(file, enrolment.write(subject, paper, (*made, new)), township)


def _confirm(options: argparse.Namespace) -> None:
    from county import enrol_usb

    township = _township(options)
    data = options.file.read_bytes()
    found = enrolment.read(data, township.policy)
    officer = people.person_named(township, found.witness)
    _say(data, township)
    print(
        f"{officer.name}（{officer.id}）确认：本人到场，证件已核对。 "
        f"{officer.id} confirms: the person was here, the paper was checked."
    )
    seen = enrol_usb.confirm(
        enrol_usb.plugged_in(),
        form.confirmation(found.request),
        township.policy,
        [one.credential for one in officer.passkeys],
        _pin,
        print,
    )
    _save(options.file, enrolment.confirmed(data, seen), township)


def _save(file: Path, data: bytes, township: Township) -> None:
    enrolment.read(data, township.policy)
    files.replace(file, data)
    _say(data, township)


def _say(data: bytes, township: Township) -> None:
    print("\n".join(enrolment_words.told(enrolment.read(data, township.policy))))


def _township(options: argparse.Namespace) -> Township:
    return authority.read_township(authority.open_package(options.package.read_bytes()))


def _pin(prompt: str) -> str:
    return getpass.getpass(f"{prompt}: ")
