"""A village of five in which anybody may hold anything: who could ever make a grant with whom.

Calls `hub` and `wire`. Told a second way here (`lawful`), and asked of the rules that machine, hub
and inspector share, of the hub's service, and of its database past all code.
`python -m tests.support.separation`: the latter two on the database that SEALHUB_DATABASE names.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import chain as joined
from itertools import combinations, combinations_with_replacement, product

import django

from tests.support import absences, contents
from tests.support.contents import DAY, NOW, YEAR, item
from tests.support.township import Township
from wire.approval import chain, subject
from wire.approval.absence import SignedAbsence
from wire.approval.away import Away
from wire.approval.chain import Approval
from wire.lists.content import ApprovalList, Person, Roster, Step, Term
from wire.refusals import Refused

OFFICES = ("village.director", "village.secretary", "village.supervisor")
STEPS = (
    Step("director", OFFICES[0], (OFFICES[2], OFFICES[1])),
    Step("secretary", OFFICES[1], (OFFICES[2], OFFICES[0])),
)
NAMES = tuple(step.step for step in STEPS)
OPERATOR = "wu"
PEOPLE = ("jia", "yi", "bing", "ding", OPERATOR)
APPLICANT = PEOPLE[0]
LEADER = "gui"
"""Holds an office of the township, and none of any chain."""
GRANTED = 56
"""Villages, of 272, in which the five come to a grant when all of them try."""
WHOLE = 48
"""Ways in which two of four people sign, in order, none of whom is of the family: 4·3 + 4·3·2 +
6·2·1.
"""
FAMILIES = 16
"""Of four people, any who are of the applicant's family."""
UNNAMED = 36
"""Ways in which one of three signs who is neither away nor says so, before or after that is leant
on: 2·(3·2 + 6·1 + 3·2), by himself, by another of the three, by the leader.
"""
HELD = tuple(joined.from_iterable(combinations(OFFICES, size) for size in range(4)))
Kind = tuple[tuple[str, ...], bool]
"""What one holds, and whether he is a relative of the applicant."""

TOWN = Township.build(
    offices={
        **dict.fromkeys(PEOPLE, ()),
        OPERATOR: ("village.operator",),
        LEADER: ("township.leader",),
    },
    catalogue=contents.catalogue(item("kinship", "亲属关系", "committee", cls="forbidden")),
)
LISTS = replace(
    TOWN.lists(), catalogue=contents.catalogue(item("matter", "事项", "committee", *STEPS))
)
APPLICATION = TOWN.application(applicant=APPLICANT, item="matter", operators=(OPERATOR,))
DATA = subject.encode(APPLICATION)
SIGNED: Mapping[tuple[str, str], Approval] = {
    (step, person): TOWN.approve(APPLICATION, step, person) for step in NAMES for person in PEOPLE
}
SPEAKS = (OFFICES[2], "township.leader")
"""Whose holders may say of others that they are away."""
SPEAKING = replace(
    LISTS, policy=replace(LISTS.policy, absence_days=absences.LONGEST, absence_offices=SPEAKS)
)
SAID: Mapping[Away, SignedAbsence] = {
    Away(person, by): absences.said(TOWN, person, by)
    for person in PEOPLE
    for by in (*PEOPLE, LEADER)
}


def villages(others: int, owns: Sequence[tuple[str, ...]] = HELD) -> Iterator[Roster]:
    """Every way of giving the applicant one of `owns`, so many others any of the offices, and of
    making any of these his relatives. Who holds and is the same is interchangeable: once is enough.
    """
    kinds: list[Kind] = list(product(HELD, (False, True)))
    for own in owns:
        for rest in combinations_with_replacement(kinds, others):
            yield _village(own, rest)


def _village(own: tuple[str, ...], rest: Sequence[Kind]) -> Roster:
    """Whether he declared a relative or the relative him makes no difference: both occur."""
    names = PEOPLE[1 : len(rest) + 1]
    kin = [name for name, (_, related) in zip(names, rest, strict=True) if related]
    persons = dict(LISTS.roster.persons)
    persons[APPLICANT] = _person(APPLICANT, own, tuple(kin[::2]))
    for name, (held, _) in zip(names, rest, strict=True):
        persons[name] = _person(name, held, (APPLICANT,) if name in kin[1::2] else ())
    return replace(LISTS.roster, persons=persons)


def _person(name: str, held: tuple[str, ...], relatives: tuple[str, ...]) -> Person:
    terms = tuple(Term(office, NOW - YEAR, NOW + YEAR) for office in held)
    return replace(LISTS.roster.persons[name], offices=terms, relatives=relatives)


def lawful(roster: Roster, signers: Sequence[str], away: Sequence[Away] = ()) -> bool:
    """Different people, none of them the applicant or of his family, each in the first of his
    step's offices that somebody holds who is neither one of them nor signs elsewhere nor is away;
    and nobody signs who says of another that he is.
    """
    family = {APPLICANT} | {
        name
        for name, one in roster.persons.items()
        if APPLICANT in one.relatives or name in roster.persons[APPLICANT].relatives
    }
    gone = {one.person for one in away}
    apart = family | gone | {one.by for one in away}
    if len(set(signers)) != len(signers) or apart & set(signers):
        return False
    if not all(_credible(one, roster, family) for one in away):
        return False
    for step, signer in zip(STEPS, signers, strict=True):
        for office in (step.office, *step.substitutes):
            holders = {one.id for one in roster.holders(office, NOW - DAY)}
            if signer in holders:
                break
            if not holders <= family | gone | set(signers):
                return False
        else:
            return False
    return True


def _credible(one: Away, roster: Roster, family: set[str]) -> bool:
    """Who speaks for himself, or holds the office for it and is apart from the matter; and neither
    stamps.
    """
    held = {term.office for term in roster.persons[one.by].offices}
    speaks = bool(held & {*SPEAKS}) and one.by not in family
    return OPERATOR not in (one.person, one.by) and (one.person == one.by or speaks)


def grants(roster: Roster, away: Sequence[Away] = ()) -> Iterator[tuple[str, ...]]:
    """Whoever of the five signs which step: those that the shared rules permit."""
    lists = replace(SPEAKING if away else LISTS, roster=roster)
    said = [SAID[one] for one in away]
    for signers in product(PEOPLE, repeat=len(STEPS)):
        approvals = [SIGNED[pair] for pair in zip(NAMES, signers, strict=True)]
        if _permitted(approvals, lists, said):
            yield signers


def _permitted(
    approvals: Sequence[Approval], lists: ApprovalList, said: Sequence[SignedAbsence]
) -> bool:
    try:
        chain.judge(APPLICATION, DATA, approvals, lists, said)
    except Refused:
        return False
    return True


def through_the_service() -> int:
    """All five try each step of each village of three whose applicant holds nothing or everything:
    what becomes a grant is lawful, and is one by the shared rules too. Returns how many did.
    """
    from django.db import transaction

    found = 0
    for roster in villages(2, (HELD[0], HELD[-1])):
        with transaction.atomic():
            taken = _tried(replace(LISTS, roster=roster))
            transaction.set_rollback(True)
        if len(taken) == len(STEPS):
            found += 1
            assert lawful(roster, taken)
            assert tuple(taken) in set(grants(roster))
    return found


def _tried(lists: ApprovalList) -> list[str]:
    from hub.applications import status
    from hub.approvals import service

    frozen = service.freeze(
        "application",
        DATA,
        proposer=APPLICANT,
        excluded=chain.apart(APPLICATION, lists.roster),
        now_ms=NOW,
    )
    taken: list[str] = []
    for step in NAMES:
        waiting = (
            status.under(frozen, lists, NOW).waiting if len(taken) == NAMES.index(step) else ()
        )
        for person in PEOPLE:
            try:
                service.submit(
                    frozen, SIGNED[step, person], entitled=waiting, lists=lists, now_ms=NOW
                )
            except Refused:
                continue
            taken.append(person)
    return taken


def past_the_code() -> int:
    """Rows written straight into the table, for every family of the applicant and whoever signs:
    those that name him, his family, one person twice or one step twice are refused, others not.
    Returns how many villages of rows the database took whole.
    """
    from django.db import DatabaseError, transaction

    whole = 0
    others = PEOPLE[1:]
    families = joined.from_iterable(combinations(others, size) for size in range(len(others) + 1))
    for number, family in enumerate(families):
        _subject(number, family)
        for signers in product(PEOPLE, repeat=len(STEPS)):
            taken = 0
            with transaction.atomic():
                for step, person in zip(NAMES, signers, strict=True):
                    try:
                        with transaction.atomic():
                            _row(number, step, person)
                    except DatabaseError:
                        continue
                    taken += 1
                transaction.set_rollback(True)
            apart = len({APPLICANT, *family, *signers}) == 1 + len(family) + len(signers)
            assert (taken == len(signers)) == apart, (family, signers)
            whole += apart
    return whole


def away_past_the_code() -> int:
    """Rows written straight into the tables, for whoever is away by whose word and whoever signs:
    what names one of the two is refused, whichever comes first. Returns how many were taken.
    """
    from django.db import DatabaseError, transaction

    taken = 0
    for place, (person, by) in enumerate(product(PEOPLE[1:4], (*PEOPLE[1:4], LEADER))):
        number = FAMILIES + place
        _subject(number, ())
        _stated(number, person, by)
        for signer, signed_first in product(PEOPLE[1:4], (False, True)):
            with transaction.atomic():
                try:
                    with transaction.atomic():
                        _leant(number, signer, signed_first=signed_first)
                    done = True
                except DatabaseError:
                    done = False
                transaction.set_rollback(True)
            assert done == (signer not in (person, by)), (person, by, signer, signed_first)
            taken += done
    return taken


def _stated(number: int, person: str, by: str) -> None:
    from hub.duty.models import Absence, Statement, StatementSignature

    day = {"first": "2026-11-01", "last": "2026-11-03"}
    said = Absence.objects.create(pk=number, person=person, said_by=by, said_ms=NOW, **day)
    digest = sha256(bytes([number])).digest()
    found = Statement.objects.create(pk=number, absence=said, sha256=digest, data=b"")
    empty = dict.fromkeys(("credential", "authenticator_data", "client_data", "signature"), b"")
    StatementSignature.objects.create(
        pk=number, statement=found, roster=1, received_ms=NOW, **empty
    )


def _leant(number: int, signer: str, *, signed_first: bool) -> None:
    from hub.applications.models import Lean

    if signed_first:
        _row(number, NAMES[0], signer)
    Lean.objects.create(subject_id=number + 1, signature_id=number)
    if not signed_first:
        _row(number, NAMES[0], signer)


def _subject(number: int, family: Sequence[str]) -> None:
    from hub.approvals.models import Subject

    Subject.objects.create(
        pk=number + 1,
        hash=sha256(bytes([number])).digest(),
        kind="application",
        data=DATA,
        proposer=APPLICANT,
        excluded=sorted({APPLICANT, *family}),
        created_ms=NOW,
    )


def _row(number: int, step: str, person: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO approvals_approval (subject_id, step, person, decision, roster, "
            "credential, authenticator_data, client_data, signature, received_ms) "
            "VALUES (%s, %s, %s, 'approve', 1, %s, %s, %s, %s, 1)",
            [number + 1, step, person, b"", b"", b"", b""],
        )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(through_the_service(), past_the_code(), away_past_the_code())


if __name__ == "__main__":
    main()
