"""Who is on duty tonight, who is away, and whom the signed lists name instead."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub import config
from hub.clock import now_ms
from hub.days import today
from hub.duty import plan, stand_in
from hub.duty.models import Absence, Back, Duty
from hub.people.roster import find
from tests.hub import public_rig as hub
from tests.hub import test_stated
from tests.hub.flow_rig import client
from tests.hub.journal_rig import Journal
from tests.hub.page_rig import ask, look
from tests.hub.test_staff_rules import filed
from tests.support.absences import PERMITTED
from tests.support.contents import HOUR, NAMES, VILLAGE
from tests.support.township import Township

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("township")]


@pytest.fixture
def township(db: None, settings: Settings, tmp_path: Path, journal: Journal) -> Township:
    hub.staff_site(settings, tmp_path)
    return hub.township(journal, **PERMITTED)


def on_duty(person: str, place: str = VILLAGE) -> None:
    day = plan.day_of(now_ms()).isoformat()
    Duty.objects.create(place=place, day=day, person=person, made_by="gui", made_ms=1)


def away(person: str, days: int = 3) -> Absence:
    day = today(now_ms())
    return Absence.objects.create(
        person=person,
        first=day.isoformat(),
        last=(day + timedelta(days=days)).isoformat(),
        said_by=person,
        said_ms=1,
    )


def test_the_first_page_says_who_is_on_duty_who_is_away_and_who_stands_in() -> None:
    on_duty("bing")
    on_duty("gui", plan.TOWNSHIP)
    away("yi")
    page = client("jia").get("/").content.decode()
    told = page[page.index("今天值班") : page.index("最近的申请")]
    assert f"村里：<strong>{NAMES['bing']}</strong>" in told
    assert "镇里：<strong>gui</strong>" in told
    assert NAMES["yi"] in told
    assert "村委会主任；替补：丁四朗（股份经济合作社社长）" in told


def test_who_is_away_too_stands_in_for_nobody(township: Township) -> None:
    catalogue, roster = township.authority.catalogue, township.roster
    lines = stand_in.of(roster.persons["yi"], catalogue, roster, now_ms(), {"yi", "ding"})
    assert [(line.office, [one.id for _, one in line.substitutes]) for line in lines] == [
        ("village.director", ["bing"])
    ]
    assert stand_in.of(roster.persons["wu"], catalogue, roster, now_ms(), ()) == []


def test_a_colleague_in_the_same_office_is_named_first(township: Township) -> None:
    roster = township.roster
    persons = {
        **roster.persons,
        "geng": replace(roster.persons["geng"], offices=roster.persons["yi"].offices),
    }
    lines = stand_in.of(
        roster.persons["yi"],
        township.authority.catalogue,
        replace(roster, persons=persons),
        now_ms(),
        (),
    )
    assert [one.id for one in lines[0].colleagues] == ["geng"]


def test_the_day_of_duty_begins_at_the_townships_hour(settings: Settings, tmp_path: Path) -> None:
    morning = 1_793_577_600_000  # 2026-11-02 08:00 in Beijing
    assert plan.day_of(morning) == date(2026, 11, 2)
    assert plan.day_of(morning - 1) == date(2026, 11, 1)
    file = tmp_path / config.FILE
    file.write_text(f"{file.read_text('utf-8')}\n[duty]\nbegins_at = 9\n", "utf-8")
    assert plan.day_of(morning + HOUR - 1) == date(2026, 11, 1)
    file.write_text(file.read_text("utf-8").replace("= 9", "= 24"), "utf-8")
    with pytest.raises(config.ConfigError, match="begins_at"):
        config.config()


def test_a_clerk_plans_his_village_and_the_newest_line_counts() -> None:
    clerk = client("geng")
    for person in ("bing", "ding"):
        asked = {"place": VILLAGE, "day": today(now_ms()).isoformat(), "person": person}
        assert clerk.post("/duty/enter", asked).status_code == 302
    day = today(now_ms())
    assert plan.entries((VILLAGE,), [day]) == {(VILLAGE, day.isoformat()): "ding"}
    assert Duty.objects.count() == 2


WRONG = {
    "another place": ({"place": "sunset"}, "not_permitted"),
    "the township's": ({"place": ""}, "not_permitted"),
    "no day": ({"day": "tonight"}, "请选日期"),
    "a day gone by": ({"day": "2020-01-01"}, "从今天起"),
    "nobody in office": ({"person": "xin"}, "请选在任的人"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_planned_is_said_and_the_form_kept(name: str) -> None:
    changed, says = WRONG[name]
    asked = {"place": VILLAGE, "day": today(now_ms()).isoformat(), "person": "bing"}
    answer = client("geng").post("/duty/enter", {**asked, **changed})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert says in page or (says == "not_permitted" and "not_permitted" not in page)
    assert not Duty.objects.exists()


def test_only_himself_the_authority_or_tonights_officer_says_that_somebody_is_away() -> None:
    day = today(now_ms()).isoformat()
    asked = {"who": "yi", "first": day, "last": day}
    assert client("wu").post("/duty/away", asked).status_code == 400
    assert client("yi").post("/duty/away", asked).status_code == 302
    assert client("gui").post("/duty/away", asked).status_code == 302
    on_duty("wu")
    assert client("wu").post("/duty/away", asked).status_code == 302
    said = list(Absence.objects.order_by("id").values_list("person", "said_by"))
    assert said == [("yi", "yi"), ("yi", "gui"), ("yi", "wu")]


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("2999-12-31", "2999-12-31", "一年以内"),
        ("9999-12-31", "9999-12-31", "请选日期"),
        ("2020-01-01", "2020-01-02", "一年以内"),
        ("2099-01-02", "2099-01-01", "一年以内"),
        ("", "2099-01-01", "请选日期"),
    ],
)
def test_days_that_make_no_sense_are_said(first: str, last: str, says: str) -> None:
    answer = client("yi").post("/duty/away", {"who": "yi", "first": first, "last": last})
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert not Absence.objects.exists()


def test_whoever_is_back_is_away_no_longer_and_the_statement_stays() -> None:
    found = away("yi")
    assert client("wu").post(f"/duty/away/{found.pk}/back").status_code == 400
    assert client("yi").post(f"/duty/away/{found.pk}/back").status_code == 302
    assert client("yi").post(f"/duty/away/{found.pk}/back").status_code == 400
    assert plan.tonight(VILLAGE, now_ms()).away == ()
    assert Absence.objects.count() == Back.objects.count() == 1


def test_an_absence_gives_nobody_an_office_and_takes_none() -> None:
    away("yi")
    on_duty("wu", plan.TOWNSHIP)
    for person, offices in (("yi", {"village.director"}), ("wu", {"village.operator"})):
        staff = find(person, now_ms())
        assert staff is not None
        assert staff.offices == offices


@pytest.mark.parametrize("model", [Duty, Absence, Back])
def test_no_line_is_changed_afterwards(model: type[Duty] | type[Absence] | type[Back]) -> None:
    on_duty("bing")
    Back.objects.create(absence=away("yi"), said_by="yi", said_ms=1)
    field = "made_by" if model is Duty else "said_by"
    for write in (lambda: model.objects.update(**{field: "jia"}), model.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_many_lines_take_as_many_queries_as_few() -> None:
    person, counted = client("gui"), []
    person.get("/duty/")
    for more in (10, 990):
        for _ in range(more // 5):
            on_duty("bing")
        Absence.objects.bulk_create(
            Absence(person="yi", first="2020-01-01", last="2099-01-01", said_by="yi", said_ms=1)
            for _ in range(more)
        )
        with CaptureQueriesContext(connection) as queries:
            assert person.get("/duty/").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_pages_on_a_phone_and_on_a_desk(settings: Settings, township: Township) -> None:
    """The leader has signed that the director is away, and not yet that the clerk is."""
    settings.ROOT_URLCONF = "hub.urls_staff"
    on_duty("bing")
    on_duty("gui", plan.TOWNSHIP)
    test_stated.away(township, "yi", "gui")
    test_stated.say("geng", "gui", days=3)
    pages = {"duty": "/duty/", "home": "/", "stood-in": f"/applications/{filed().pk}/"}
    answers = ask(client("gui"), pages.values(), ["hub/hub.css"])
    look(answers, pages, "duty")
