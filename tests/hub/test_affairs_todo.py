"""What is late or due soon reaches somebody: the clerk's first page, the inspector's list."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.affairs import flow, village
from hub.affairs.models import Draft, Edition, Event, Published, Question
from hub.clock import now_ms
from tests.hub.affairs_rig import (
    GRANTS,
    SUPERVISOR,
    ago,
    drafted,
    lay,
    project,
    published,
    put,
    signed,
)
from tests.hub.flow_rig import client
from tests.support.contents import VILLAGE
from tests.support.township import Township

pytestmark = pytest.mark.django_db(databases=["default", "hotline"])
DAY = 86_400_000


@pytest.fixture
def township(township: Township, tmp_path: Path) -> Township:
    lay(tmp_path)
    return township


def happened(days: int) -> Event:
    return Event.objects.create(
        village=VILLAGE, item="relief-grants", on=ago(days), called="某户", person="geng", at_ms=1
    )


def question(edition: Edition, until_ms: int) -> Question:
    return Question.objects.create(
        code=str(until_ms).encode().ljust(32), village=VILLAGE, published=edition.published,
        words="停车场的钱给了谁？", at_ms=until_ms - DAY, until_ms=until_ms,
    )  # fmt: skip


def test_the_clerks_first_page_reminds_before_the_day_and_after_it(township: Township) -> None:
    edition = published(township, item="relief-grants", rows=GRANTS)
    happened(3)
    page = client("geng").get("/").content.decode()
    assert "三务公开，等着办的" in page
    assert "快到期" in page
    assert "没有答复" not in page
    happened(30)
    question(edition, now_ms() - DAY)
    project(township, ("路面", ago(3), None))
    page = client("geng").get("/").content.decode()
    assert "逾期未公开" in page
    assert "村道硬化：路面" in page
    assert "1 个村民提问没有答复" in page
    assert "1 个已过期" in page


def test_a_reviewers_first_page_says_that_something_waits_for_him(township: Township) -> None:
    put(drafted())
    assert "1 份等您审核签名" in client("bing").get("/").content.decode()
    assert "等您审核签名" not in client("geng").get("/").content.decode()


def test_the_inspector_sees_every_village_and_what_is_late_there(township: Township) -> None:
    edition = published(township, item="relief-grants", rows=GRANTS)
    inspector = client("ren")
    assert "各村三务公开" in inspector.get("/affairs/").content.decode()

    def late() -> int:
        page = inspector.get("/affairs/villages").content.decode()
        found = re.search(r'data-label="逾期未公开"><span[^>]*>(\d+)<', page)
        assert found is not None
        return int(found[1])

    before = late()
    happened(30)
    question(edition, now_ms() - DAY)
    assert late() == before + 1
    for path in ("/", "/daily/"):
        page = inspector.get(path).content.decode()
        assert "有逾期的村" in page, path
        assert "1 个提问过期没答" in page, path
    there = inspector.get(f"/affairs/?village={VILLAGE}").content.decode()
    assert "救助款物发放名单" in there
    assert "填写一份公开" not in there
    assert client("geng").get("/affairs/villages").status_code == 403


def test_lists_take_as_many_queries_for_many_as_for_few(township: Township) -> None:
    addresses = (
        ("geng", "/affairs/"), ("geng", "/affairs/questions/"), ("geng", "/"),
        ("ren", "/affairs/villages"), ("ren", "/daily/"),
    )  # fmt: skip
    counted = []
    for more in (1, 6):
        for number in range(more):
            edition = published(township, title=f"第 {more}{number} 份")
            put(drafted(title=f"等审核 {more}{number}"))
            drafted(title=f"草稿 {more}{number}")
            happened(20 + number)
            project(township, (f"第 {number} 步", ago(3), None))
            question(edition, now_ms() + (more * 10 + number) * DAY)
        took = []
        for who, path in addresses:
            asker = client(who)
            with CaptureQueriesContext(connection) as queries:
                assert asker.get(path).status_code == 200
            took.append(len(queries))
        counted.append(took)
    assert counted[0] == counted[1]


def test_what_was_returned_is_listed_until_something_came_in_its_stead(township: Township) -> None:
    edition = put(drafted())
    given = signed(township, edition, SUPERVISOR, "bing", verdict="return")
    flow.take(bytes(edition.subject.hash), given, now_ms())
    clerk = client("geng")
    assert "被退回" in clerk.get("/affairs/").content.decode()
    where = clerk.post(f"/affairs/{edition.pk}/again")["Location"]
    assert clerk.post(f"/affairs/{edition.pk}/again")["Location"] == where
    put(Draft.objects.get())
    assert "被退回" not in clerk.get("/affairs/").content.decode()
    assert [one.pk for one in village.under_way(VILLAGE)] == [Edition.objects.latest("pk").pk]


def test_what_was_returned_and_is_not_wanted_is_listed_no_more(township: Township) -> None:
    edition = put(drafted())
    given = signed(township, edition, SUPERVISOR, "bing", verdict="return")
    flow.take(bytes(edition.subject.hash), given, now_ms())
    clerk = client("geng")
    where = clerk.post(f"/affairs/{edition.pk}/again")["Location"]
    clerk.post(f"{where}drop")
    assert "被退回" not in clerk.get("/affairs/").content.decode()
    assert Edition.objects.count() == 1


def test_what_is_due_is_begun_once_and_says_when_it_is_under_review(clerk: Client) -> None:
    form = {"item": "finance-income", "day": "2026-10-09", "event": ""}
    where = clerk.post("/affairs/new", form)["Location"]
    assert clerk.post("/affairs/new", form)["Location"] == where
    page = clerk.get("/affairs/").content.decode()
    assert "接着填" in page
    draft = Draft.objects.get()
    draft.rows = [["2026-10-08", "山林承包费", 1, None]]
    draft.save()
    put(draft)
    page = clerk.get("/affairs/").content.decode()
    assert "已提交，看审核到哪一步" in page
    assert "接着填" not in page


def test_what_is_due_is_read_alike_for_one_village_and_for_all(township: Township) -> None:
    event = happened(30)
    published(township)
    published(township, item="relief-grants", rows=GRANTS, event=event, period=ago(30))
    one, everywhere = village.dues_of(VILLAGE, now_ms()), village.all_dues([VILLAGE, "x"], now_ms())
    assert everywhere[VILLAGE] == one
    done = [due for due in one if due.event == event.pk]
    assert [due.state for due in done] == ["done_late"]
    assert done[0].done == date.fromisoformat(ago(0))
    assert all(due.open for due in everywhere["x"])
    assert Published.objects.count() == 2


def test_an_event_that_was_dropped_stays_seen_with_its_reason(township: Township) -> None:
    event = happened(30)
    client("geng").post(f"/affairs/events/{event.pk}/drop", {"words": "登记重了"})
    page = client("ren").get(f"/affairs/?village={VILLAGE}").content.decode()
    assert "登记错了，不办的" in page
    assert "原因：登记重了" in page
