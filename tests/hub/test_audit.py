"""What was done and refused at the staff site stays written down, with its reason."""

import json
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from pytest_mock import MockerFixture

from hub.audit import recorder
from hub.audit.models import Attempt
from tests.hub import public_rig as hub
from tests.hub.page_rig import ask, look

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("township")]
TYPED = "张三的居住证明"


def kept() -> list[tuple[str, str, str, str, str | None]]:
    rows = Attempt.objects.order_by("id")
    return list(rows.values_list("person", "method", "route", "about", "outcome"))


def test_what_was_done_is_kept_and_nothing_that_was_typed(clerk: Client) -> None:
    assert clerk.post("/items/residence/new", {"title": TYPED}).status_code == 400
    clerk.post("/logout")
    assert kept() == [
        ("geng", "POST", "application-new", "item=residence", "bad_request"),
        ("geng", "POST", "logout", "", "done"),
    ]
    assert TYPED not in str(list(Attempt.objects.values()))


def test_reading_is_not_kept_unless_it_was_refused(clerk: Client) -> None:
    clerk.get("/items/")
    assert kept() == []
    clerk.get("/records/")
    clerk.get("/applications/7/")
    clerk.get("/nowhere/330327190001010000")
    assert kept() == [
        ("geng", "GET", "records:index", "", "not_permitted"),
        ("geng", "GET", "application", "number=7", "not_found"),
        ("geng", "GET", "", "", "not_found"),
    ]


def test_somebody_whose_term_is_over_is_named(clerk: Client) -> None:
    client = Client()
    hub.sign_in(client, "xin")
    client.get("/items/")
    client.post("/items/residence/new")
    assert [(row[0], row[4]) for row in kept()] == [("xin", "not_in_office")] * 2


def test_a_form_from_elsewhere_is_kept_as_that() -> None:
    client = Client(enforce_csrf_checks=True)
    hub.sign_in(client, "jia")
    assert "页面已过期" in client.post("/logout").content.decode()
    assert kept() == [("jia", "POST", "logout", "", "form_foreign")]


def test_a_failed_log_in_names_who_was_to_be_logged_in() -> None:
    client = Client()
    for person in ("jia", "no-such-person"):
        client.post("/login/options", json.dumps({"person": person}), "application/json")
        client.post("/login/verify", json.dumps({}), "application/json")
    told = [row[2:] for row in kept()]
    assert told == [
        ("login-verify", "person=jia", "bad_request"),
        ("login-verify", "", "bad_request"),
    ]


def test_what_was_begun_and_never_ended_stays_as_that(clerk: Client, mocker: MockerFixture) -> None:
    mocker.patch("hub.applications.views.drafts.find", side_effect=SystemExit)
    with pytest.raises(SystemExit):
        clerk.post("/drafts/residence/drop")
    assert kept() == [("geng", "POST", "draft-drop", "name=residence", None)]


def test_what_the_database_will_not_keep_is_not_done(clerk: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER full BEFORE INSERT ON audit_attempt "
            "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        clerk.post("/logout")
    assert clerk.get("/items/").status_code == 200


WRITES: dict[str, Callable[[], object]] = {
    "removed": lambda: Attempt.objects.all().delete(),
    "another person": lambda: Attempt.objects.update(person="jia"),
    "another time": lambda: Attempt.objects.update(at_ms=1),
    "another reason": lambda: Attempt.objects.update(outcome="done"),
    "no reason": lambda: Attempt.objects.update(outcome=None),
}


@pytest.mark.parametrize("name", WRITES)
def test_nobody_changes_what_is_kept(clerk: Client, name: str) -> None:
    clerk.get("/records/")
    with pytest.raises(DatabaseError), transaction.atomic():
        WRITES[name]()
    assert kept() == [("geng", "GET", "records:index", "", "not_permitted")]


def test_strangers_cannot_fill_the_table_nor_hide_what_others_do(
    clerk: Client, mocker: MockerFixture
) -> None:
    mocker.patch.object(recorder, "FLOOD", 3)
    for _ in range(9):
        Client().post("/approvals/submit", b"?", "application/json")
    clerk.get("/records/")
    assert [row[0] for row in kept()] == ["", "", "", "geng"]


def fill(number: int) -> None:
    Attempt.objects.bulk_create(
        Attempt(
            at_ms=1_793_577_600_000 + 60_000 * at,
            person=("geng", "jia", "")[at % 3],
            method="POST",
            route=("application-new", "draft-drop", "login-verify")[at % 3],
            about=("item=residence", "name=" + "0" * 64, "person=jia")[at % 3],
            outcome=("done", None, "credential_wrong")[at % 3],
        )
        for at in range(number)
    )


def inspector() -> Client:
    client = Client()
    hub.sign_in(client, "ren")
    return client


def test_inspectors_read_it_by_person_and_what_was_refused() -> None:
    fill(3)
    page = inspector().get("/audit/").content.decode()
    assert all(words in page for words in ("庚七晨：填写用印申请", "没有做完", "甲一明：登录"))
    page = inspector().get("/audit/?person=jia").content.decode()
    assert "甲一明：登录" in page
    assert "庚七晨：填写" not in page
    page = inspector().get("/audit/?refused=1").content.decode()
    assert "没有做完" in page
    assert "庚七晨：填写" not in page


def test_a_long_table_takes_as_many_queries_as_a_short_one() -> None:
    client, counted = inspector(), []
    client.get("/audit/")
    for more in (10, 990):
        fill(more)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/audit/").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
    older = client.get("/audit/?page=33").content.decode()
    assert older.count('class="told"') == 10
    assert "更早的" not in older
    assert "page=33" in client.get("/audit/?page=32").content.decode()
    for garbage in ("x", "-1", "9" * 40):
        assert "page=1" in client.get(f"/audit/?page={garbage}").content.decode()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_page_on_a_phone_and_on_a_desk(settings: Settings) -> None:
    fill(40)
    look(ask(inspector(), ["/audit/"], ["hub/hub.css"]), {"all": "/audit/"}, "audit")
