"""A signed statement of absence on the hub: said, signed, leaned on, taken back."""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.applications import file, granted, inbox, status
from hub.applications.limits import Limits
from hub.applications.models import Lean
from hub.approvals.models import Subject
from hub.clock import now_ms
from hub.days import today
from hub.devices import authority
from hub.duty import plan, stated
from hub.duty.models import Absence, Statement, StatementSignature
from hub.people.views import text_of
from tests.hub import public_rig as hub
from tests.hub.flow_rig import client, filed, page, person, sign, take
from tests.hub.journal_rig import Journal
from tests.hub.test_staff_rules import draft
from tests.support.absences import LONGEST, PERMITTED
from tests.support.contents import DEVICE, ORIGIN, RP_ID
from tests.support.township import Township
from wire.approval import absence, chain, decision, subject
from wire.approval.assertion import Assertion
from wire.approval.decision import Approval
from wire.lists import content
from wire.lists.content import Grants
from wire.refusals import Refused


@pytest.fixture
def township(db: None, settings: Settings, tmp_path: Path) -> Township:
    settings.ROOT_URLCONF = "hub.urls_staff"
    settings.STATE = tmp_path
    hub.write_config(tmp_path)
    return hub.township(Journal(), **PERMITTED)


def say(name: str, by: str = "", *, days: int = 0) -> Absence:
    now = now_ms()
    first = today(now)
    return plan.say_away(name, first, first + timedelta(days=days), person(by or name), now)


def proved(
    town: Township, said: Absence, by: str, *, signer: str = "", verdict: str = "approve"
) -> Approval:
    digest, roster = bytes(said.statement.sha256), town.roster.version
    challenge = decision.challenge(absence.KIND, digest, absence.STEP, by, verdict, roster)
    proof = town.authenticators[signer or by].get_assertion(RP_ID, ORIGIN, challenge)
    return Approval(absence.STEP, by, verdict, roster, proof)


def away(town: Township, name: str, by: str = "") -> Absence:
    """Said and signed."""
    said = say(name, by)
    stated.take(Statement.objects.get(absence=said), proved(town, said, by or name), now_ms())
    return said


def decide(town: Township, found: Subject, step: str, name: str) -> Any:
    """As the county's page brings it."""
    given = sign(town, found, step, name)
    return client("geng").post("/approvals/submit", _body(found.hash, given), "application/json")


def _body(digest: Any, given: Approval) -> str:
    proof = given.proof
    assert isinstance(proof, Assertion)
    kept = {one: text_of(getattr(proof, one)) for one in vars(proof)}
    said = {"step": given.step, "person": given.person, "decision": given.decision}
    fields = {"subject_hash": text_of(bytes(digest)), **said, "roster": given.roster, **kept}
    return json.dumps(fields)


def waiting(found: Subject) -> tuple[str, ...]:
    return status.standing(Subject.objects.get(pk=found.pk), now_ms()).waiting


def mine(name: str) -> list[int]:
    return [row.id for row in inbox.of(person(name), Limits(), now_ms()).mine]


def test_the_substitute_is_asked_signs_and_a_machine_takes_it(township: Township) -> None:
    away(township, "yi")
    found = filed()
    assert (waiting(found), mine("ding"), mine("yi")) == (("ding",), [found.pk], [])
    assert decide(township, found, "director", "ding").status_code == 200
    assert decide(township, found, "secretary", "jia").status_code == 200
    (grant,) = granted.granted(DEVICE)
    assert [one.approval.person for one in grant.absences] == ["yi"]
    made = subject.decode(grant.subject)
    data = content.encode(Grants(1, DEVICE, (grant,), (), (), (), None))
    (read,) = content.decode(Grants, data).grants
    lists = township.lists(now_ms=now_ms())
    chain.judge(made, read.subject, read.approvals, lists, read.absences)
    with pytest.raises(Refused, match="approver_not_entitled"):
        chain.judge(made, read.subject, read.approvals, lists)


def test_until_it_is_signed_it_gives_nobody_a_step(township: Township) -> None:
    said = say("yi")
    found = filed()
    assert waiting(found) == ("yi",)
    statement = Statement.objects.get(absence=said)
    body = _body(statement.sha256, proved(township, said, "yi"))
    answer = client("yi").post("/approvals/submit", body, "application/json")
    assert answer.json() == {"ok": True, "next": "/duty/"}
    assert waiting(found) == ("ding",)


def test_the_authority_says_it_of_another_who_sees_by_whom(township: Township) -> None:
    away(township, "yi", "gui")
    assert waiting(filed()) == ("ding",)
    assert "gui 说的；有签名，替补可以代签" in page("yi", "/duty/")
    home = page("yi", "/")
    assert "gui 说的" in home
    assert "我回来了" in home
    assert "我回来了" not in page("jia", "/")


def test_the_pages_say_who_is_away_by_whose_word_and_who_signs(township: Township) -> None:
    away(township, "yi", "gui")
    found = filed()
    shown = page("geng", f"/applications/{found.pk}/")
    assert "不在，gui 签名说的。这一步由 丁四朗 代签。" in shown
    assert "代 乙二亮 签" in page("ding", "/")
    decide(township, found, "director", "ding")
    assert "不在，gui 签名说的。已由替补代签。" in page("geng", f"/applications/{found.pk}/")


def test_who_is_back_is_asked_again_and_what_was_signed_meanwhile_stays(
    township: Township,
) -> None:
    said = away(township, "yi")
    begun, fresh = filed(), _second()
    decide(township, begun, "director", "ding")
    answer = client("yi").post(f"/duty/away/{said.pk}/back")
    assert (answer.status_code, waiting(fresh), waiting(begun)) == (302, ("yi",), ("jia",))
    assert decide(township, fresh, "director", "ding").status_code == 409
    assert decide(township, begun, "secretary", "jia").status_code == 200
    assert len(granted.granted(DEVICE)) == 1


def _second() -> Subject:
    """Another one, of the same minute."""
    return file.submit(draft(), person("geng"), random_id=b"2" * 32, now_ms=now_ms())


def test_who_is_away_does_not_sign_what_his_substitute_signed(township: Township) -> None:
    away(township, "yi")
    found = filed()
    decide(township, found, "director", "ding")
    assert waiting(found) == ("jia",)
    away(township, "jia", "gui")
    assert waiting(found) == ("bing",)
    assert decide(township, found, "secretary", "bing").status_code == 200
    (grant,) = granted.granted(DEVICE)
    assert [absence.decode(one.subject).person for one in grant.absences] == ["yi", "jia"]


def test_who_has_signed_is_not_sent_away_afterwards(township: Township) -> None:
    found = filed()
    take(township, found, sign(township, found, "director", "yi"))
    away(township, "yi")
    assert decide(township, found, "secretary", "jia").status_code == 200
    (grant,) = granted.granted(DEVICE)
    assert grant.absences == ()


def test_an_application_of_before_asks_to_be_filed_again(
    township: Township, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = filed()
    now = now_ms() + 86_400_000
    for module in ("hub.clock", "hub.applications.application", "hub.applications.story"):
        monkeypatch.setattr(f"{module}.now_ms", lambda: now, raising=False)
    first = today(now)
    said = plan.say_away("yi", first, first, person("yi"), now)
    stated.take(Statement.objects.get(absence=said), proved(township, said, "yi"), now)
    assert status.standing(found, now).waiting == ("yi",)
    assert "这份申请是那以前提的" in page("geng", f"/applications/{found.pk}/")


def test_where_nobody_stands_in_the_absent_are_still_asked(township: Township) -> None:
    found = filed()
    for name in ("yi", "ding", "bing"):
        away(township, name, "gui")
    assert waiting(found) == ("yi",)
    assert "现在没有人能签" in page("geng", "/")


def test_who_says_it_of_another_is_not_asked_in_his_place(township: Township) -> None:
    """No statement of such a person is leaned on where he would be the one to sign."""
    changed = township.change(policy=_policy(township, "village.cooperative"))
    _import(changed)
    away(changed, "yi", "ding")
    assert waiting(filed()) == ("yi",)


def test_who_has_to_sign_a_later_step_is_not_sent_out_of_it_by_his_word(
    township: Township,
) -> None:
    changed = township.change(policy=_policy(township, "village.secretary"))
    _import(changed)
    away(changed, "yi", "jia")
    assert waiting(filed()) == ("yi",)


def _policy(town: Township, *offices: str, **changes: Any) -> Any:
    return replace(town.authority.policy, absence_offices=offices, **changes)


def _import(town: Township) -> None:
    authority.import_package(town.package, root_sha256=sha256(town.roots[0]).digest())


def test_only_who_said_it_signs_it_once_and_as_it_is(township: Township) -> None:
    said = say("yi", "gui")
    statement = Statement.objects.get(absence=said)
    for wrong, code in (
        (proved(township, said, "yi"), "not_permitted"),
        (proved(township, said, "gui", signer="yi"), "approval_invalid"),
        (proved(township, said, "gui", verdict="return"), "approval_invalid"),
    ):
        with pytest.raises(Refused, match=code):
            stated.take(statement, wrong, now_ms())
    stated.take(statement, proved(township, said, "gui"), now_ms())
    with pytest.raises(Refused, match="bad_request"):
        stated.take(statement, proved(township, said, "gui"), now_ms())
    assert StatementSignature.objects.count() == 1


def test_what_was_taken_back_is_not_signed_afterwards(township: Township) -> None:
    said = say("yi")
    plan.say_back(said, person("yi"), now_ms())
    statement = stated.find(bytes(Statement.objects.get().sha256))
    assert statement is not None
    with pytest.raises(Refused, match="absence_invalid"):
        stated.take(statement, proved(township, said, "yi"), now_ms())


def test_nothing_is_to_sign_where_no_machine_would_take_it(township: Township) -> None:
    day = today(now_ms()).isoformat()
    plan.enter("sunrise", plan.day_of(now_ms()), "wu", person("geng"), now_ms())
    say("yi", "wu")
    say("yi", days=LONGEST)
    assert Absence.objects.count() == 2
    assert not Statement.objects.exists()
    shown = page("yi", "/duty/")
    assert "没有签名，只告诉大家" in shown
    assert "去签名" not in shown
    client("yi").post("/duty/away", {"who": "yi", "first": day, "last": day})
    assert "去签名" in page("yi", "/duty/")
    assert "去签名" not in page("jia", "/duty/")
    _import(township.change(policy=_policy(township, absence_days=0)))
    say("yi")
    assert Statement.objects.count() == 1
    assert "还没有让替补代签" in page("yi", "/duty/")


def test_an_office_that_the_policy_names_may_say_it(township: Township) -> None:
    with pytest.raises(Refused, match="not_permitted"):
        say("yi", "geng")
    _import(township.change(policy=_policy(township, "village.clerk")))
    assert say("yi", "geng").statement


def test_no_row_of_it_is_changed_afterwards(township: Township) -> None:
    away(township, "yi")
    decide(township, filed(), "director", "ding")
    for write in (
        lambda: Statement.objects.update(data=b"x"),
        lambda: StatementSignature.objects.update(roster=9),
        lambda: Lean.objects.update(subject=1 + Lean.objects.get().subject_id),
        lambda: Lean.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_many_that_lean_take_as_many_queries_as_one(township: Township) -> None:
    away(township, "yi")
    counted = []
    for number in range(1, 7):
        staff = person("geng")
        found = file.submit(draft(), staff, random_id=bytes([number]) * 32, now_ms=now_ms())
        decide(township, found, "director", "ding")
        with CaptureQueriesContext(connection) as queries:
            assert len(inbox.of(staff, Limits(), now_ms()).filed) == number
        counted.append(len(queries))
    assert counted[1] == counted[-1]
