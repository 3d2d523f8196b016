"""People are counted, never offices: catalogue, approvals and the database that guards them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain as joined
from itertools import combinations, product
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from demo.authenticator import Authenticator
from demo.cast import CAST
from hub.applications import file, granted, status
from hub.applications.file import Draft
from hub.approvals import service
from hub.approvals.models import Approval, Subject
from hub.catalogue.load import load
from hub.clock import now_ms
from hub.people.roster import find
from tests.support import contents
from tests.support.contents import DEVICE, DIRECTOR, SECRETARY, YEAR
from tests.support.township import Township
from wire.approval import chain, subject
from wire.approval.decision import Approval as Decision
from wire.lists.content import ApprovalList, Passkey, Person, Roster, Term, encode
from wire.lists.coverage import incomplete_items
from wire.refusals import Refused

FORBIDDEN = 20
PAGE = bytes(range(32))
Change = Callable[[Subject], object]


def draft(**changes: object) -> Draft:
    plain = Draft(
        device=DEVICE,
        item="residence",
        seal="seal-committee",
        title="居住证明",
        purpose="子女入学",
        impressions=1,
        seams=0,
        operators=("wu",),
        pages=(PAGE,),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def filed(applicant: str = "xin", **changes: Any) -> Subject:
    """An application by somebody in office (xin holds none, so geng files for him)."""
    staff = find("geng" if applicant == "xin" else applicant, now_ms())
    assert staff is not None
    return file.submit(draft(**changes), staff, random_id=bytes(32), now_ms=now_ms())


def sign(
    township: Township, found: Subject, step: str, person: str, *, verdict: str = "approve"
) -> Decision:
    """That person's real assertion, as the county's page brings it."""
    application = subject.decode(bytes(found.data))
    return township.approve(application, step, person, verdict=verdict)


def take(township: Township, found: Subject, given: Decision) -> None:
    standing = status.standing(found, now_ms())
    service.submit(found, given, entitled=standing.waiting, lists=standing.lists, now_ms=now_ms())


def test_the_forbidden_items_are_twenty_and_say_where_to_go() -> None:
    catalogue = load(locality="示例镇", effective="2026-01-01")
    forbidden = [one for one in catalogue.items.values() if one.cls == "forbidden"]
    assert len(forbidden) == FORBIDDEN
    assert all(
        one.where_zh and one.where_en and "民发〔2020〕20号" in one.basis for one in forbidden
    )
    assert encode(catalogue)


def test_the_demos_roster_carries_every_item_whoever_drops_out() -> None:
    now = now_ms()
    persons = {
        role.id: Person(
            role.id,
            role.name,
            tuple(Term(office, now - YEAR, now + YEAR) for office in role.offices),
            (Passkey(role.id.encode(), _key(number)),),
            (),
        )
        for number, role in enumerate(CAST)
    }
    catalogue = load(locality="示例镇", effective="2026-01-01")
    assert incomplete_items(catalogue, Roster(1, "sunrise", persons), contents.policy(), now) == []


def test_two_approvals_in_order_make_a_grant(township: Township) -> None:
    found = filed()
    assert granted.granted(DEVICE) == []
    before = granted.revision(DEVICE)
    take(township, found, sign(township, found, "director", "yi"))
    assert granted.granted(DEVICE) == []
    take(township, found, sign(township, found, "secretary", "jia"))
    assert [one.subject for one in granted.granted(DEVICE)] == [bytes(found.data)]
    assert granted.revision(DEVICE) > before
    assert status.standing(found, now_ms()).state == "approved"


def test_a_return_ends_it(township: Township) -> None:
    found = filed()
    take(township, found, sign(township, found, "director", "yi", verdict="return"))
    assert status.standing(found, now_ms()).state == "returned"
    with pytest.raises(Refused, match="grant_void"):
        take(township, found, sign(township, found, "secretary", "jia"))
    assert granted.granted(DEVICE) == []


@pytest.mark.parametrize(
    ("step", "person", "signer", "code"),
    [
        ("director", "jia", "jia", "approver_not_entitled"),
        ("director", "xin", "xin", "approver_not_entitled"),
        ("director", "geng", "geng", "approver_not_entitled"),
        ("secretary", "jia", "jia", "approver_not_entitled"),
        ("director", "yi", "jia", "approval_invalid"),
    ],
)
def test_only_who_is_asked_may_sign(
    township: Township, step: str, person: str, signer: str, code: str
) -> None:
    found = filed()
    application = subject.decode(bytes(found.data))
    given = township.approve(application, step, person, signer=signer)
    with pytest.raises(Refused, match=code):
        take(township, found, given)
    assert not Approval.objects.exists()


def test_a_signature_for_something_else_is_worth_nothing(township: Township) -> None:
    found = filed()
    good = sign(township, found, "director", "yi")
    other = subject.decode(bytes(found.data))
    for bad in (
        township.approve(replace(other, impressions=3), "director", "yi"),
        replace(township.approve(other, "secretary", "yi"), step="director"),
        replace(township.approve(other, "director", "yi", verdict="return"), decision="approve"),
        replace(good, roster=good.roster + 1),
        township.approve(other, "director", "yi", origin="http://evil.localhost"),
        township.approve(other, "director", "yi", user_verified=False),
    ):
        with pytest.raises(Refused, match="approval_invalid"):
            take(township, found, bad)
    take(township, found, good)
    with pytest.raises(Refused):
        take(township, found, good)


WRITES: dict[str, Change] = {
    "subject edited": lambda one: Subject.objects.filter(pk=one.pk).update(data=b"x"),
    "subject removed": lambda one: one.delete(),
    "decision edited": lambda one: Approval.objects.update(decision="return"),
    "decision removed": lambda one: Approval.objects.all().delete(),
    "the step again": lambda one: _row(one, step="director", person="bing"),
    "the person again": lambda one: _row(one, step="secretary", person="yi"),
    "the proposer": lambda one: _row(one, step="secretary", person="geng"),
    "the proposer in bulk": lambda one: Approval.objects.bulk_create(
        [_made(one, step="secretary", person="geng")]
    ),
    "an unknown decision": lambda one: _row(one, step="x", person="y", decision="maybe"),
}


@pytest.mark.parametrize("name", WRITES)
def test_the_database_itself_refuses(township: Township, name: str) -> None:
    found = filed()
    take(township, found, sign(township, found, "director", "yi"))
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        WRITES[name](found)
    assert Approval.objects.get().decision == "approve"


def _made(found: Subject, *, step: str, person: str, decision: str = "approve") -> Approval:
    return Approval(
        subject=found,
        step=step,
        person=person,
        decision=decision,
        roster=1,
        credential=b"c",
        authenticator_data=b"a",
        client_data=b"d",
        signature=b"s",
        received_ms=1,
    )


def _row(found: Subject, *, step: str, person: str, decision: str = "approve") -> None:
    _made(found, step=step, person=person, decision=decision).save()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"item": "nothing"}, "unknown_item"),
        ({"item": "kinship"}, "item_forbidden"),
        ({"item": "dispute"}, "item_escalated"),
        ({"seal": "seal-party"}, "seal_mismatch"),
        ({"impressions": 4}, "bad_request"),
        ({"impressions": 0}, "bad_request"),
        ({"seams": 3}, "bad_request"),
        ({"pages": ()}, "bad_request"),
        ({"operators": ()}, "bad_request"),
        ({"title": "控制\u202e字符"}, "bad_request"),
        ({"device": "nowhere-1"}, "device_suspended"),
    ],
)
def test_what_cannot_be_filed_says_why(
    township: Township, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        filed(**changes)
    assert not Subject.objects.exists()


OFFICES = ("village.director", "village.secretary", "village.supervisor")
PEOPLE = ("jia", "yi", "bing")


def assignments() -> Iterator[dict[str, tuple[str, ...]]]:
    """Every way of giving three persons any of three offices."""
    subsets = list(joined.from_iterable(combinations(OFFICES, n) for n in range(4)))
    for held in product(subsets, repeat=len(PEOPLE)):
        yield dict(zip(PEOPLE, held, strict=True))


def test_no_assignment_of_offices_lets_one_person_take_two_steps() -> None:
    """All 512 assignments, every applicant, every order of answers that the hub would accept."""
    base = Township.build()
    lists = base.adopted().lists
    assert lists is not None
    for held in assignments():
        persons = {
            name: replace(
                lists.roster.persons[name],
                offices=tuple(
                    Term(one, base.now_ms - YEAR, base.now_ms + YEAR) for one in held[name]
                ),
            )
            for name in PEOPLE
        }
        roster = replace(lists.roster, persons={**lists.roster.persons, **persons})
        for applicant in PEOPLE:
            _no_double(base, replace(lists, roster=roster), applicant)


def _no_double(base: Township, lists: ApprovalList, applicant: str) -> None:
    application = base.application(applicant=applicant)
    for first in chain.entitled(application, DIRECTOR.step, lists, {}):
        taken = {DIRECTOR.step: first}
        seconds = chain.entitled(application, SECRETARY.step, lists, taken)
        assert applicant not in (first, *seconds)
        assert first not in seconds


def _key(number: int) -> bytes:
    return Authenticator().create(f"{number}.localhost").public_key
