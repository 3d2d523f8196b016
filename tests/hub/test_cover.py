"""While somebody is away: others of the office sign, the township is told, nobody gets a power."""

import pytest

from hub.applications import inbox
from hub.applications.limits import HOUR_MS, Limits
from hub.approvals.models import Subject
from hub.clock import now_ms
from hub.days import today
from hub.duty import plan
from hub.duty.models import Absence
from tests.hub.flow_rig import client, filed, page, person, sign, take
from tests.support.township import Township
from wire.refusals import Refused


def away(name: str) -> Absence:
    now = now_ms()
    plan.say_away(name, today(now), today(now), person(name), now)
    return Absence.objects.latest("id")


def late(name: str, hours: int = 0) -> list[int]:
    return [row.id for row in inbox.of(person(name), Limits(), now_ms() + hours * HOUR_MS).late]


def test_where_nobody_of_the_office_is_here_the_page_says_who_would_have_to_be_named(
    township: Township,
) -> None:
    found = filed()
    assert "谁不在</h2>" not in page("geng", f"/applications/{found.pk}/")
    away("yi")
    shown = page("geng", f"/applications/{found.pk}/")
    assert "乙二亮 不在" in shown
    assert "让 丁四朗、丙三晴" in shown
    assert "现在没有人能签" in page("geng", "/")
    with pytest.raises(Refused, match="approver_not_entitled"):
        take(township, found, sign(township, found, "director", "bing"))
    take(township, found, sign(township, found, "director", "yi"))


def test_who_is_away_or_of_the_applicants_family_is_not_named(township: Township) -> None:
    found = filed("ding")
    away("yi")
    assert "让 丙三晴" in page("geng", f"/applications/{found.pk}/")
    away("bing")
    assert "请授权人员在名册里补上人" in page("geng", f"/applications/{found.pk}/")


def test_what_nobody_can_sign_comes_to_the_township_at_once(township: Township) -> None:
    found = filed()
    assert late("gui") == []
    away("yi")
    assert (late("gui"), late("wu"), late("ren")) == ([found.pk], [], [])
    assert "逾期、没有人能签或报上来的（1）" in page("gui", "/")


def test_what_waits_too_long_comes_to_the_township(township: Township) -> None:
    found = filed()
    assert (late("gui", 71), late("gui", 72)) == ([], [found.pk])
    take(township, found, sign(township, found, "director", "yi"))
    assert late("gui", 71) == []


def test_who_is_back_is_asked_again(township: Township) -> None:
    found = filed()
    plan.say_back(away("yi"), person("yi"), now_ms())
    assert (late("gui"), "乙二亮 不在" in page("geng", f"/applications/{found.pk}/")) == ([], False)


def escalate(name: str, found: Subject, words: str = "身份证和户口本地址不同") -> int:
    answer = client(name).post(f"/applications/{found.pk}/escalate", {"words": words})
    return int(answer.status_code)


def test_what_the_village_is_not_sure_of_comes_to_the_township(township: Township) -> None:
    found = filed()
    path = f"/applications/{found.pk}/"
    assert [escalate(name, found) for name in ("gui", "ren")] == [409, 409]
    assert (escalate("yi", found, ""), late("gui")) == (400, [])
    assert (escalate("yi", found), late("gui"), late("ren")) == (302, [found.pk], [])
    assert "已报上级：身份证和户口本地址不同" in page("gui", "/")
    assert "报上级：身份证和户口本地址不同" in page("geng", path)
    assert (escalate("geng", found), "拿不准" in page("geng", path)) == (409, False)
    take(township, found, sign(township, found, "director", "yi"))
    assert (late("gui"), escalate("jia", found), late("gui")) == ([], 302, [found.pk])
