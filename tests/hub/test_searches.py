"""What inspectors searched for: kept before they are answered, seen by their superiors alone."""

import logging
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.audit.models import Attempt
from hub.config import FILE, ConfigError, config
from hub.people.roster import Staff
from hub.records import index
from hub.searches import kept
from hub.searches.limits import seen_by
from hub.searches.models import Search
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.support.contents import DEVICE, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(settings: Settings, tmp_path: Path) -> Journal:
    settings.ROOT_URLCONF = "hub.urls_staff"
    settings.STATE = tmp_path
    hub.write_config(tmp_path)
    made = Journal()
    hub.township(made)
    return made


@pytest.fixture
def inspector(journal: Journal) -> Client:
    client = Client()
    hub.sign_in(client, "ren")
    return client


def asked() -> list[tuple[str, str, object]]:
    rows = Search.objects.order_by("pk")
    return [(one.person, one.about, one.values) for one in rows]


def test_whom_somebody_looked_for_is_kept_and_stands_in_no_address_and_no_log(
    inspector: Client, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(11):
        journal.stamp(b"g" * 32)
    hub.store(journal.written)
    while index.step():
        pass
    reply = inspector.post("/records/search", {"person": " 戊五辉 ", "kind": "authorised"})
    assert reply.status_code == 302
    address = reply["Location"]
    assert address == f"/records/?search={Search.objects.get().pk}"
    page = inspector.get(address).content.decode()
    assert page.count("rec-row") == 11
    assert 'value="戊五辉"' in page
    for link in page.split('href="')[1:]:
        assert "person" not in link.split('"')[0]
    assert asked() == [("ren", "records", {"person": "戊五辉", "kind": "authorised"})]
    assert not Attempt.objects.exists()
    assert "戊五辉" not in caplog.text


def test_a_list_takes_as_many_queries_for_30_rows_as_for_3(journal: Journal) -> None:
    leader, counted = Client(), []
    hub.sign_in(leader, "gui")
    leader.get("/searches/")
    for more in (3, 27):
        for _ in range(more):
            kept.keep("ren", "records", {"person": "wu"}, 1)
        with CaptureQueriesContext(connection) as queries:
            assert leader.get("/searches/").content.count(b"rec-row") in (3, 30)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_pages_of_a_search_are_the_same_search(inspector: Client, journal: Journal) -> None:
    for _ in range(35):
        journal.authorise(b"g" * 32)
    hub.store(journal.written)
    while index.step():
        pass
    address = inspector.post("/records/search", {"person": "wu"})["Location"]
    page = inspector.get(address).content.decode()
    after = page.split("&amp;after=")[1].split('"')[0]
    assert inspector.get(f"{address}&after={after}").content.decode().count("rec-row") == 5
    assert Search.objects.count() == 1


def test_what_an_address_asks_for_is_kept_and_a_person_cannot_stand_there(
    inspector: Client, journal: Journal
) -> None:
    hub.store([journal.authorise(b"g" * 32)])
    index.step()
    for path in ("/records/", "/records/?after=5.5&kind=boot", "/alarms/"):
        inspector.get(path)
    assert asked() == []
    inspector.get("/records/?kind=authorised")
    inspector.get("/alarms/?rule=idle")
    assert asked() == [
        ("ren", "records", {"kind": "authorised"}),
        ("ren", "alarms", {"rule": "idle"}),
    ]
    page = inspector.get("/records/?person=wu").content.decode()
    assert "rec-row" not in page
    assert "不要写在网址里" in page
    assert Search.objects.count() == 2
    assert inspector.post("/records/search", {"person": " "})["Location"] == "/records/"
    assert Search.objects.count() == 2


@pytest.mark.parametrize("number", ["x", "0", "9" * 30, "-1", "１"])
def test_no_such_search(inspector: Client, number: str) -> None:
    assert inspector.get("/records/", {"search": number}).status_code == 404


def test_a_search_leads_nobody_else_to_what_it_found(inspector: Client, journal: Journal) -> None:
    made = kept.keep("another", "records", {"person": "wu"}, 1)
    assert inspector.get(f"/records/?search={made.pk}").status_code == 404
    alarms = kept.keep("ren", "alarms", {"device": DEVICE}, 1)
    assert inspector.get(f"/records/?search={alarms.pk}").status_code == 404


def test_only_superiors_see_them(inspector: Client) -> None:
    inspector.post("/records/search", {"person": "wu", "since": "2026-11-02"})
    client = Client()
    assert client.get("/searches/").status_code == 302
    for name in ("ren", "jia", "geng", "wu"):
        hub.sign_in(client, name)
        assert client.get("/searches/").status_code == 403, name
        assert "/searches/" not in client.get("/items/").content.decode()
    hub.sign_in(client, "gui")
    reply = client.get("/searches/")
    page = reply.content.decode()
    for words in ("（ren）", "用印记录", "人员“wu”", "从“2026-11-02”"):
        assert words in page, words
    assert reply["Cache-Control"] == "private, no-store"
    assert 'href="/searches/"' in client.get("/items/").content.decode()


@pytest.mark.parametrize(
    ("offices", "sees"),
    [
        (("township.leader",), True),
        (("township.leader", "township.inspector"), False),
        (("township.leader", "village.secretary"), False),
        (("township.duty",), False),
    ],
)
def test_whoever_inspects_or_holds_a_villages_office_sees_none(
    offices: tuple[str, ...], *, sees: bool
) -> None:
    made = kept.keep("ren", "records", {"person": "wu"}, 1)
    kept.keep("gui", "records", {"person": "ji"}, 1)
    staff = Staff(person("gui", offices), "sunrise", frozenset(offices))
    found = kept.seen_by(staff, frozenset({"township.leader"}))
    assert (found is not None) is sees
    if found is not None:
        assert [one.pk for one in found] == [made.pk]


def test_the_office_is_data(inspector: Client, tmp_path: Path) -> None:
    path, text = tmp_path / FILE, (tmp_path / FILE).read_text()
    path.write_text(f'{text}\n[searches]\nseen_by = ["county.discipline"]\n')
    client = Client()
    hub.sign_in(client, "gui")
    assert client.get("/searches/").status_code == 403
    for line in ('seen = ["x"]', 'seen_by = "x"', "seen_by = [1]"):
        path.write_text(f"{text}\n[searches]\n{line}\n\n# {line}")
        with pytest.raises(ConfigError, match="searches"):
            seen_by(config())


def test_what_was_asked_stays() -> None:
    kept.keep("ren", "records", {"person": "wu"}, 1)
    for change in (Search.objects.all().delete, lambda: Search.objects.update(values={})):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
