"""Nothing is published that not every reviewer approved, and what was published stays."""

import json
import random
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from hub.affairs import drafts, flow
from hub.affairs.models import Draft, Edition, Event, Published
from hub.approvals.models import Subject
from hub.clock import now_ms
from hub.devices import authority
from hub.people.views import bytes_of, text_of
from tests.hub import affairs_attacks, leaks
from tests.hub.affairs_rig import (
    GRANTS,
    SECOND,
    SUPERVISOR,
    drafted,
    lay,
    published,
    put,
    signed,
)  # fmt: skip
from tests.hub.flow_rig import client
from tests.support.township import Township
from wire import release
from wire.approval import review
from wire.approval.assertion import Assertion
from wire.approval.decision import Approval
from wire.refusals import Refused

pytestmark = pytest.mark.django_db
PROOF = ("credential", "authenticator_data", "client_data", "signature")


@pytest.fixture
def township(township: Township, tmp_path: Path) -> Township:
    lay(tmp_path, two=("finance-income",))
    return township


def test_it_is_published_when_every_reviewer_has_signed(township: Township) -> None:
    edition = put(drafted())
    assert not Draft.objects.exists()
    assert set(flow.standing(edition).waiting) == {SUPERVISOR, SECOND}
    digest = bytes(edition.subject.hash)
    flow.take(digest, signed(township, edition, SUPERVISOR, "bing"), now_ms())
    assert not Published.objects.exists()
    assert flow.standing(Edition.objects.get()).waiting == {SECOND: ("ding",)}
    flow.take(digest, signed(township, edition, SECOND, "ding"), now_ms())
    assert Published.objects.get().number == 1
    assert flow.standing(Edition.objects.get()).state == "published"


@pytest.mark.parametrize(
    ("office", "person", "changes", "code"),
    [
        (SECOND, "bing", {}, "approver_not_entitled"),
        ("village.secretary", "jia", {}, "approver_not_entitled"),
        (SUPERVISOR, "bing", {"roster": 9}, "approval_invalid"),
        (SUPERVISOR, "bing", {"by": "ding"}, "approval_invalid"),
    ],
)
def test_a_review_that_is_none_is_refused(
    township: Township, office: str, person: str, changes: dict[str, Any], code: str
) -> None:
    edition = put(drafted())
    given = signed(township, edition, office, person, **changes)
    with pytest.raises(Refused, match=code):
        flow.take(bytes(edition.subject.hash), given, now_ms())
    assert not edition.subject.approvals.exists()


def test_an_approval_of_something_else_is_no_review(township: Township) -> None:
    first, second = put(drafted()), put(drafted(title="另一份"))
    given = signed(township, first, SUPERVISOR, "bing")
    with pytest.raises(Refused, match="approval_invalid"):
        flow.take(bytes(second.subject.hash), given, now_ms())
    with pytest.raises(Refused, match="grant_unknown"):
        flow.take(bytes(32), given, now_ms())


def test_who_wrote_on_it_reviews_nothing_of_it(township: Township) -> None:
    """Also where another person went on with it and proposed it."""
    for hands in (["bing"], ["bing", "geng"]):
        draft = drafted(person=hands[-1])
        draft.hands = hands
        draft.save()
        flow.check(draft, bytes(32), now_ms())
        with pytest.raises(Refused, match="approvals_missing"):
            flow.submit(draft, now_ms())


def test_a_relative_of_the_proposer_reviews_nothing_of_it(township: Township) -> None:
    roster = township.roster
    persons = {**roster.persons, "bing": replace(roster.persons["bing"], relatives=("geng",))}
    changed = township.change(roster=replace(roster, persons=persons))
    authority.import_package(changed.package, root_sha256=sha256(township.roots[0]).digest())
    draft = drafted()
    flow.check(draft, bytes(32), now_ms())
    with pytest.raises(Refused, match="approvals_missing"):
        flow.submit(draft, now_ms())


def test_a_number_of_a_person_stops_it_until_somebody_decided(township: Township) -> None:
    draft = drafted(text=(f"有疑问请打 {leaks.mobile(random.Random(3))}。",))
    examined = flow.check(draft, bytes(32), now_ms())
    assert examined.traces.count() == 1
    with pytest.raises(Refused, match="personal_data_open"):
        flow.submit(draft, now_ms())
    assert not Subject.objects.filter(kind=release.KIND).exists()


def test_what_is_returned_is_not_published_and_comes_again_as_a_draft(township: Township) -> None:
    edition = put(drafted())
    digest = bytes(edition.subject.hash)
    flow.take(digest, signed(township, edition, SUPERVISOR, "bing", verdict="return"), now_ms())
    with pytest.raises(Refused):
        flow.take(digest, signed(township, edition, SECOND, "ding"), now_ms())
    clerk, reviewer = client("geng"), client("bing")
    at = f"/affairs/{edition.pk}/"
    assert clerk.post(f"{at}explain", {"words": "金额不对"}).status_code == 403
    empty = reviewer.post(f"{at}explain", {"words": " "})
    assert empty.status_code == 400
    assert "请写明哪里不对" in empty.content.decode()
    assert reviewer.post(f"{at}explain", {"words": "停车场的金额不对"}).status_code == 302
    assert "停车场的金额不对" in clerk.get(at).content.decode()
    assert "被退回" in clerk.get("/affairs/").content.decode()
    draft = Draft.objects.get(pk=int(clerk.post(f"{at}again")["Location"].split("/")[-2]))
    assert (draft.replaces, draft.rows[0][2]) == (None, 1_200_000)
    assert put(draft).number == 1
    assert not Published.objects.exists()


def test_it_is_corrected_by_a_further_edition_with_a_reason_alone(township: Township) -> None:
    edition = published(township, item="relief-grants", rows=GRANTS, title="救助名单")
    clerk = client("geng")
    where = clerk.post(f"/affairs/{edition.pk}/again")["Location"]
    draft = Draft.objects.get()
    assert clerk.post(f"/affairs/{edition.pk}/again")["Location"] == where
    with pytest.raises(Refused, match="reason"):
        flow.check(draft, bytes(32), now_ms())
    form = {"title": "救助名单", "text": "", "reason": "", "cell-0-0": "周示例"}
    answer = clerk.post(where, form)
    assert answer.status_code == 400
    assert "更正原因：1 到 300 个字" in answer.content.decode()
    draft.reason = "金额写错了"
    draft.save()
    second = put(draft)
    made = release.decode(bytes(second.subject.data))
    assert (made.edition, made.replaces) == (2, bytes(edition.subject.hash))
    flow.take(bytes(second.subject.hash), signed(township, second, SUPERVISOR, "bing"), now_ms())
    assert [one.number for one in Published.objects.order_by("id")] == [1, 2]


def test_who_reviews_a_correction_sees_what_it_changes(township: Township) -> None:
    published(township, item="relief-grants", rows=[*GRANTS, GRANTS[0]], title="救助名单")
    draft = drafts.correction_of(Published.objects.get(), "geng", now_ms())
    draft.reason, draft.title = "第二户的金额写错了", "救助名单，更正"
    draft.rows = [list(GRANTS[0]), ["吴示例", "临时救助", 60_000, "2026-10-18"]]
    draft.save()
    edition = put(draft)
    page = client("bing").get(f"/affairs/{edition.pk}/").content.decode()
    assert "去掉 2 行，新加 1 行，标题改了。" in page
    gone, new = page.split("去掉的行</caption>")[1].split("新加的行</caption>")
    assert "500.00" in gone
    assert "800.00" in gone
    assert "600.00" in new.split("</table>")[0]


def test_of_two_corrections_under_way_one_is_published(township: Township) -> None:
    edition = published(township, item="relief-grants", rows=GRANTS)
    both = []
    for reason in ("金额写错了", "漏了一户"):
        draft = drafts.correction_of(Published.objects.get(), "geng", now_ms())
        draft.reason = reason
        draft.save()
        both.append(put(draft))
    for number, one in enumerate(both):
        given = signed(township, one, SUPERVISOR, "bing")
        if number:
            with pytest.raises(Refused, match="not_now"):
                flow.take(bytes(one.subject.hash), given, now_ms())
        else:
            flow.take(bytes(one.subject.hash), given, now_ms())
    assert Published.objects.filter(series=edition.series).count() == 2


def test_the_file_of_an_edition_verifies_elsewhere(township: Township) -> None:
    edition = published(township, item="relief-grants", rows=GRANTS)
    told = client("geng").get(f"/affairs/{edition.pk}/file").json()
    (one,) = told["reviews"]
    proof = Assertion(*(bytes_of(one[name]) for name in PROOF))
    given = Approval(one["step"], one["person"], one["decision"], one["roster"], proof)
    data = bytes_of(told["document"])
    found = review.judge(data, given, township.roster, township.authority.policy)
    assert found.rows == GRANTS
    with pytest.raises(Refused, match="approval_invalid"):
        review.judge(data, given, township.roster, township.authority.policy, persons={"bing"})


def test_back_from_the_county_a_review_is_handed_in_without_a_log_in(township: Township) -> None:
    edition = put(drafted("relief-grants", GRANTS))
    given = signed(township, edition, SUPERVISOR, "bing")
    assert isinstance(given.proof, Assertion)
    proof = {name: text_of(getattr(given.proof, name)) for name in PROOF}
    fields = {
        "v": 1, "subject_hash": text_of(bytes(edition.subject.hash)), "step": given.step,
        "person": "bing", "decision": "approve", "roster": given.roster, **proof,
    }  # fmt: skip
    said = Client().post("/affairs/review", json.dumps(fields), content_type="application/json")
    assert said.json() == {"ok": True, "next": f"/affairs/{edition.pk}/"}
    again = Client().post("/affairs/review", json.dumps(fields), content_type="application/json")
    assert (again.status_code, Published.objects.count()) == (409, 1)
    back = Client().get("/affairs/return").content.decode()
    assert 'data-submit="/affairs/review"' in back


def test_who_reviews_is_led_to_the_countys_page_with_the_exact_bytes(township: Township) -> None:
    edition = put(drafted())
    assert "等您审核" in client("bing").get("/affairs/").content.decode()
    page = client("bing").get(f"/affairs/{edition.pk}/").content.decode()
    link = page.split('href="http://county.localhost/sign/#')[1].split('"')[0]
    asked = json.loads(bytes_of(link))
    assert bytes_of(asked["subject"]) == bytes(edition.subject.data)
    assert (asked["step"], asked["person"]) == (SUPERVISOR, "bing")
    assert "/sign/#" not in client("geng").get(f"/affairs/{edition.pk}/").content.decode()


def test_another_village_sees_nothing_of_it(township: Township) -> None:
    edition = put(drafted())
    Event.objects.create(
        village="sunset", item="projects", on="2026-10-01", called="x", person="x", at_ms=1
    )
    other = Draft.objects.create(
        village="sunset", item="projects", period="2026", person="x", changed_ms=1
    )
    clerk, inspector = client("geng"), client("ren")
    for path in (f"/affairs/drafts/{other.pk}/", "/affairs/?village=sunset"):
        assert clerk.get(path).status_code == 404, path
    assert inspector.get("/affairs/?village=sunset").status_code == 200
    assert inspector.get(f"/affairs/{edition.pk}/").status_code == 200
    assert inspector.post(f"/affairs/{edition.pk}/again").status_code == 403
    assert clerk.post(f"/affairs/drafts/{other.pk}/drop").status_code == 404


def test_the_database_itself_keeps_and_publishes_nothing_against_its_rules(
    township: Township,
) -> None:
    with connection.cursor() as cursor:
        for words, values in affairs_attacks.LAWFUL:
            cursor.execute(words, values)
        assert affairs_attacks.let_through(cursor.execute, transaction.atomic, DatabaseError) == []


def test_nothing_is_written_over(township: Township) -> None:
    """A row that SQLite replaces is deleted without a trigger, unless it is told otherwise."""
    with connection.cursor() as cursor:
        for words, values in affairs_attacks.LAWFUL:
            cursor.execute(words, values)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(*affairs_attacks.REPLACED)
