"""`sealcounty authority person …` and `passkey …`.

Calls `county.edit.{desk,people}` and `county.{authority,days,enrolment,enrolment_words,
second_officer}`.
"""

import argparse
from pathlib import Path

from county import authority, days, enrolment, enrolment_words, second_officer
from county.authority import AuthorityError, Township
from county.edit import desk, people
from county.edit.desk import Clock
from wire.lists.content import Person, Term


def add(actions: "argparse._SubParsersAction[argparse.ArgumentParser]", clock: Clock) -> None:
    """The subcommands."""
    persons = actions.add_parser("person", help="人员与职务 people and offices")
    verbs = persons.add_subparsers(required=True)
    new = desk.command(verbs, "add", "新上名册 somebody new", _add, clock)
    new.add_argument("person", metavar="ID")
    new.add_argument("--village", required=True, metavar="ID")
    new.add_argument("--name", required=True, help="姓名 as on the identity card")
    _takes_term(new, required=False)
    office = desk.command(verbs, "office", "就任 an office", _office, clock)
    office.add_argument("person", metavar="ID")
    _takes_term(office, required=True)
    end = desk.command(verbs, "end", "离任 the end of an office", _end, clock)
    end.add_argument("person", metavar="ID")
    end.add_argument("--office", metavar="ID", help="否则所有职务 else all of them")
    end.add_argument("--on", type=days.parse, required=True, metavar="YYYY-MM-DD")
    kin = desk.command(verbs, "kin", "申报亲属 declared relatives", _kin, clock)
    kin.add_argument("person", metavar="ID")
    kin.add_argument("--relative", action="append", default=[], metavar="ID")
    _add_passkeys(actions, clock)


def _add_passkeys(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", clock: Clock
) -> None:
    passkeys = actions.add_parser("passkey", help="通行密钥 passkeys")
    verbs = passkeys.add_subparsers(required=True)
    new = desk.command(
        verbs,
        "add",
        "登记文件 from enrolment files",
        lambda options, township: _add_keys(options, township, clock()),
        clock,
    )
    new.add_argument("enrolment", type=Path, nargs="+")
    new.add_argument(
        "--days",
        type=int,
        default=second_officer.DAYS,
        help=f"登记最多几天前 at most how many days old ({second_officer.DAYS})",
    )
    gone = desk.command(verbs, "remove", "去掉 take one away", _remove_key, clock)
    gone.add_argument("person", metavar="ID")
    gone.add_argument("--credential", required=True, metavar="HEX", help="开头几位 its beginning")


def _takes_term(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--office", required=required, metavar="ID")
    parser.add_argument("--from", dest="start", type=days.parse, metavar="YYYY-MM-DD")
    parser.add_argument("--to", dest="end", type=days.parse, metavar="YYYY-MM-DD")


def _term(options: argparse.Namespace) -> Term:
    if options.start is None or options.end is None:
        raise AuthorityError("任期要写 --from 和 --to。 A term needs --from and --to.")
    if options.start >= options.end:
        raise AuthorityError("任期的结束要在开始之后。 A term ends after it starts.")
    return Term(options.office, options.start, options.end)


def _add(options: argparse.Namespace, township: Township) -> Township:
    terms = () if options.office is None else (_term(options),)
    person = Person(options.person, options.name, terms, (), ())
    return people.add(township, options.village, person)


def _office(options: argparse.Namespace, township: Township) -> Township:
    return people.give_office(township, options.person, _term(options))


def _end(options: argparse.Namespace, township: Township) -> Township:
    return people.end_office(township, options.person, options.office, options.on)


def _kin(options: argparse.Namespace, township: Township) -> Township:
    return people.declare_kin(township, options.person, tuple(options.relative))


def _add_keys(options: argparse.Namespace, township: Township, now_ms: int) -> Township:
    package = desk.former(options)
    former = None if package is None else authority.read_township(authority.open_package(package))
    for file in options.enrolment:
        found = enrolment.read(file.read_bytes(), township.policy)
        second_officer.check(found, former, township, now_ms, options.days)
        print("\n".join(enrolment_words.told(found)))
        for key in found.keys:
            township = people.add_passkey(township, found.person, key.passkey)
    return township


def _remove_key(options: argparse.Namespace, township: Township) -> Township:
    return people.remove_passkey(township, options.person, options.credential)
