"""The mark of who was pressed to stamp: inspectors see it, and nobody else can tell."""

from dataclasses import replace
from hashlib import sha256

import pytest
from django.db import DatabaseError, transaction

from hub.applications.models import Pressed
from hub.devices import authority
from tests.hub.flow_rig import approved, client, filed, page
from tests.support.contents import OFFICES
from tests.support.township import Township

VILLAGE = [name for name, offices in OFFICES.items() if offices]


def test_nobody_of_the_village_can_tell_not_even_who_set_it(township: Township) -> None:
    found = approved(township)
    paths = ("/", f"/applications/{found.pk}/", f"/applications/{found.pk}/slip")
    before = {(name, path): page(name, path) for name in VILLAGE for path in paths}
    wu = client("wu")
    first, second = (wu.post(f"/applications/{found.pk}/pressed") for _ in range(2))
    assert (first.status_code, first["Location"]) == (302, second["Location"])
    assert (first.headers, first.content) == (second.headers, second.content)
    for (name, path), seen in before.items():
        assert page(name, path) == seen, (name, path)
    for name in VILLAGE:
        assert client(name).get("/pressed/").status_code == 403
    assert Pressed.objects.get().person == "wu"


def test_an_inspector_sees_who_and_when(township: Township) -> None:
    found = filed()
    assert "有人说" in page("ren", "/pressed/")
    assert "戊五辉" not in page("ren", "/pressed/")
    client("wu").post(f"/applications/{found.pk}/pressed")
    for path in ("/pressed/", f"/applications/{found.pk}/"):
        assert "戊五辉" in page("ren", path)


def inspector_too(township: Township, name: str) -> None:
    """The officers make somebody of the village an inspector as well."""
    persons = township.roster.persons
    one = replace(persons[name], offices=persons[name].offices + persons["ren"].offices)
    later = township.change(roster=replace(township.roster, persons={**persons, name: one}))
    authority.import_package(later.package, root_sha256=sha256(later.roots[0]).digest())


AUDIT = ("/audit/", "/audit/?person=wu", "/audit/?refused=1", "/audit/?page=1")


def test_an_inspector_with_an_office_in_a_village_does_not(township: Township) -> None:
    found = filed()
    inspector_too(township, "bing")
    for _ in range(60):
        client("wu").get("/searches/")
    paths = ("/pressed/", "/", f"/applications/{found.pk}/", *AUDIT)
    before = {path: page("bing", path) for path in paths}
    client("wu").post(f"/applications/{found.pk}/pressed")
    client("wu").post("/applications/999/pressed")
    assert {path: page("bing", path) for path in paths} == before


def test_nor_does_an_inspector_who_has_a_part_in_the_application(township: Township) -> None:
    found, other = filed("ren"), filed()
    paths = ("/pressed/", f"/applications/{found.pk}/", *AUDIT)
    before = {path: page("ren", path) for path in paths}
    client("wu").post(f"/applications/{found.pk}/pressed")
    assert {path: page("ren", path) for path in paths} == before
    client("wu").post(f"/applications/{other.pk}/pressed")
    assert "戊五辉" in page("ren", "/pressed/")


def test_the_audit_tells_inspectors_of_it_and_nobody_of_the_village(township: Township) -> None:
    found = filed()
    client("wu").post(f"/applications/{found.pk}/pressed")
    assert "戊五辉：说自己被迫用印" in page("ren", "/audit/")
    for name in (*VILLAGE, "gui"):
        assert client(name).get("/audit/").status_code == 403


def test_it_can_be_said_of_what_one_sees_and_stays(township: Township) -> None:
    found = filed()
    assert client("wu").post("/applications/999/pressed").status_code == 404
    client("wu").post(f"/applications/{found.pk}/pressed")
    for change in (lambda: Pressed.objects.update(at_ms=1), Pressed.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_form_stands_on_every_application_of_everybody(township: Township) -> None:
    found = filed()
    for name in VILLAGE:
        assert "有人强迫我办这件事" in page(name, f"/applications/{found.pk}/")
