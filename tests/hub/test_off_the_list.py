"""What the officers took off their lists: what was filed for it can still be looked at."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from hub.devices import authority
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.test_staff_site import file_it
from tests.support.township import Township

pytestmark = pytest.mark.django_db


@pytest.fixture
def township(db: None, settings: Settings, tmp_path: Path) -> Township:
    hub.staff_site(settings, tmp_path)
    return hub.township(Journal())


@pytest.fixture
def clerk(township: Township) -> Client:
    client = Client()
    hub.sign_in(client, "geng")
    return client


def test_its_applications_are_listed_and_told_why_they_stand_still(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = file_it(clerk)
    monkeypatch.setattr(authority, "machines", dict)
    home = clerk.get("/")
    assert home.status_code == 200
    for words in ("何春生居住证明", "机器已停用", where):
        assert words in home.content.decode(), words
    page = clerk.get(where)
    assert (page.status_code, "device_suspended" in page.content.decode()) == (400, True)


def test_an_application_outlives_its_people_and_its_item(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = file_it(clerk)
    (village, roster), *_ = authority.rosters().items()
    left = {name: one for name, one in roster.persons.items() if name != "wu"}
    items = {name: one for name, one in authority.catalogue().items.items() if name != "residence"}
    rosters = {village: replace(roster, persons=left)}
    catalogue = replace(authority.catalogue(), items=items)
    monkeypatch.setattr(authority, "rosters", lambda: rosters)
    monkeypatch.setattr(authority, "catalogue", lambda: catalogue)
    for path in ("/", where):
        page = clerk.get(path)
        assert (page.status_code, "何春生居住证明" in page.content.decode()) == (200, True)
        assert "事项已取消" in page.content.decode()
    assert "<dd>wu</dd>" in page.content.decode()
