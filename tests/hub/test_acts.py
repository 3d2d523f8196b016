"""Withdrawing, reminding, and who is shown what waits for whom since when."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from pytest_django.asserts import assertNumQueries

from hub.applications import acts, granted, inbox, status
from hub.applications.limits import HOUR_MS, Limits, read
from hub.applications.models import Act
from hub.approvals.models import Subject
from hub.clock import now_ms
from hub.config import ConfigError
from tests.hub.flow_rig import approved, client, filed, person, sign, take
from tests.support.contents import DEVICE
from tests.support.township import Township
from wire.refusals import Refused

pytestmark = pytest.mark.django_db


def test_who_filed_it_withdraws_it_and_nobody_signs_it_any_more(township: Township) -> None:
    found = filed()
    page = client("geng").get(f"/applications/{found.pk}/").content.decode()
    assert "撤回申请" in page
    answer = client("geng").post(f"/applications/{found.pk}/withdraw", {"words": "名字写错了"})
    assert answer.status_code == 302
    page = client("yi").get(f"/applications/{found.pk}/").content.decode()
    assert "撤回申请：名字写错了" in page
    assert "去审批签名" not in page
    with pytest.raises(Refused):
        take(township, found, sign(township, found, "director", "yi"))


def test_an_approved_one_that_is_withdrawn_leaves_the_machines_list(township: Township) -> None:
    found = approved(township)
    assert len(granted.granted(DEVICE)) == 1
    before = granted.revision(DEVICE)
    acts.withdraw(found, person("geng"), "不办了", now_ms())
    assert granted.granted(DEVICE) == []
    assert granted.revision(DEVICE) > before
    assert status.standing(Subject.objects.get(), now_ms()).state == "recalled"


@pytest.mark.parametrize("name", ["yi", "wu", "ren"])
def test_nobody_else_withdraws_it(township: Township, name: str) -> None:
    found = filed()
    assert "撤回申请" not in client(name).get(f"/applications/{found.pk}/").content.decode()
    answer = client(name).post(f"/applications/{found.pk}/withdraw", {"words": "x"})
    assert (answer.status_code, Act.objects.count()) == (409, 0)


@pytest.mark.parametrize("words", ["", " ", "长" * 201, "a\u202eb"])
def test_a_withdrawal_has_a_reason(township: Township, words: str) -> None:
    found = filed()
    answer = client("geng").post(f"/applications/{found.pk}/withdraw", {"words": words})
    shown = answer.content.decode()
    assert (answer.status_code, 'id="words-error"' in shown) == (400, True)
    assert f'value="{words}"' in shown
    assert status.standing(found, now_ms()).state == "pending"


def test_what_was_returned_or_withdrawn_is_not_withdrawn_again(township: Township) -> None:
    found = filed()
    acts.withdraw(found, person("geng"), "错了", now_ms())
    with pytest.raises(Refused, match="not_permitted"):
        acts.withdraw(Subject.objects.get(), person("geng"), "错了", now_ms())


def test_an_act_is_neither_changed_nor_removed(township: Township) -> None:
    acts.withdraw(filed(), person("geng"), "错了", now_ms())
    for change in (lambda: Act.objects.update(words="x"), lambda: Act.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_reminder_is_seen_by_who_is_asked_and_comes_once_in_hours(township: Township) -> None:
    limits, now = Limits(remind_h=4), now_ms()
    first, second = filed(), filed(title="第二份", impressions=2)
    with pytest.raises(Refused, match="too_soon"):
        acts.remind(second, "geng", limits, now + 3 * HOUR_MS)
    acts.remind(second, "geng", limits, now + 5 * HOUR_MS)
    with pytest.raises(Refused, match="too_soon"):
        acts.remind(second, "wu", limits, now + 8 * HOUR_MS)
    acts.remind(second, "wu", limits, now + 10 * HOUR_MS)
    mine = inbox.of(person("yi"), Limits(), now + 11 * HOUR_MS).mine
    assert [(row.id, row.reminded) for row in mine] == [(second.pk, 2), (first.pk, 0)]
    take(township, second, sign(township, second, "director", "yi"))
    assert [row.reminded for row in inbox.of(person("jia"), Limits(), now_ms()).mine] == [0]
    page = client("geng").get(f"/applications/{second.pk}/").content.decode()
    assert page.count("催办") == 3
    assert client("geng").post(f"/applications/{first.pk}/remind").status_code == 409


def test_each_person_sees_what_waits_for_whom_and_since_when(township: Township) -> None:
    found, later = filed(), now_ms() + 30 * HOUR_MS
    of = {name: inbox.of(person(name), Limits(), later) for name in ("yi", "geng", "wu")}
    assert [row.hours for row in of["yi"].mine] == [30]
    assert (len(of["geng"].filed), list(of["geng"].mine)) == (1, [])
    assert [row.waiting for row in of["wu"].others] == [(person("yi").person.name,)]
    take(township, found, sign(township, found, "director", "yi"))
    now = now_ms()
    assert [len(inbox.of(person(name), Limits(), now).mine) for name in ("yi", "jia")] == [0, 1]
    take(township, found, sign(township, found, "secretary", "jia"))
    done = inbox.of(person("geng"), Limits(), now_ms())
    assert (list(done.filed), [row.state for row in done.ended]) == ([], ["approved"])


def test_an_old_one_is_not_pushed_out_of_sight_by_new_ones(township: Township) -> None:
    old = filed()
    for number in range(inbox.RECENT + 1):
        done = filed(title=f"第{number}份", impressions=2)
        acts.withdraw(done, person("geng"), "错了", now_ms())
    assert [row.id for row in inbox.of(person("yi"), Limits(), now_ms()).mine] == [old.pk]


@pytest.mark.parametrize("many", [2, 40])
def test_the_inbox_asks_so_many_times_however_long_it_is(township: Township, many: int) -> None:
    for number in range(many):
        found = filed(title=f"第{number}份")
        if number % 2:
            take(township, found, sign(township, found, "director", "yi"))
    who, now = person("yi"), now_ms()
    with assertNumQueries(17):
        inbox.of(who, Limits(), now)


@pytest.mark.parametrize(
    "table",
    [
        {"remind_h": 0},
        {"remind_h": "4"},
        {"pages_max": 201},
        {"pages": 3},
        {"pages": {"residence": 0}},
        {"escalate_to": "township.leader"},
        {"unheard_of": 1},
    ],
)
def test_a_wrong_limit_is_named(table: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=next(iter(table))[:5]):
        read(table)
