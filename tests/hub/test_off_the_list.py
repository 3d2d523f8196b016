"""What the officers took off their lists: what was filed for it can still be looked at."""

from dataclasses import replace

import pytest
from django.test import Client

from hub.devices import authority
from tests.hub.test_staff_site import file_it

pytestmark = pytest.mark.django_db


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
