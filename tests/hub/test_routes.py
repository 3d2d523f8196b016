"""Every address of the hub is asked as everybody: who gets in stands in tests/hub/routes.py."""

import re
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django.fixtures import Settings

from hub.affairs import views as affairs
from hub.alarms.table import ESCALATE_TO
from hub.api.scopes import SCOPES
from hub.api.tokens import create_token
from hub.applications.granted import granted
from hub.approvals.models import Approval, Subject
from hub.devices.ca import create_ca
from hub.fleet import views as fleet
from hub.hotline.limits import Limits
from hub.ingest.models import Record
from hub.people import roster
from hub.people.login import add_login_key
from hub.relief import look_views
from hub.relief.look import Pace
from hub.relief.settings import Settings as Relief
from hub.searches.limits import SEEN_BY
from tests.hub import public_rig as hub
from tests.hub import routes
from tests.hub.journal_rig import Journal
from tests.hub.routes import (
    ALARMED,
    ANYBODY,
    ASKERS,
    GRANTER,
    INSPECTOR,
    KEEPERS,
    MACHINE,
    OFFICE,
    PROOF,
    READER,
    RELIEF,
    SITES,
    STAFF,
    SUPERIOR,
    TOKEN,
    VILLAGE,
)
from tests.hub.test_staff_rules import filed
from tests.support.contents import DEVICE, OFFICES
from tests.support.township import Township

pytestmark = pytest.mark.django_db(databases=["default", "hotline"])
FILLED = {"int": "1", "slug": "residence", "sha256": "0" * 64, "str": "a" * 64, "path": "tile"}
HELD = {**OFFICES, **hub.STAFF}
ROLES = {office: person for person, offices in HELD.items() for office in offices}
STRANGERS = ("nobody", "out of office", "a superuser", "a program")


def walked(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for one in patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from walked(one.url_patterns, path)
        else:
            assert isinstance(one, URLPattern)
            yield path


def address(route: str) -> str:
    filled = re.sub(r"<(\w+):\w+>", lambda kind: FILLED[kind[1]], route)
    return "/" + re.sub(r"\(\?P<\w+>.*?\)", "0" * 64, filled).strip("^$")


@pytest.mark.parametrize("site", SITES)
def test_every_address_stands_in_the_table_once_and_no_other(site: str) -> None:
    found = list(walked(get_resolver(site).url_patterns))
    unlisted = sorted({*found} - SITES[site].keys())
    assert not unlisted, f"say in tests/hub/routes.py who may reach these of {site}: {unlisted}"
    assert len(found) == len(SITES[site])


def person(who: str) -> Client:
    """A client as that holder of an office has it, or as one of STRANGERS."""
    if who == "a program":
        token = create_token(token_hex(8), person="ren", may=SCOPES)
        return Client(headers={"Authorization": f"Bearer {token}"})
    client = Client()
    if who == "a superuser":
        session = client.session
        session.update({"_auth_user_id": "1", "is_superuser": True, "person": "root"})
        session.save()
    elif who != "nobody":
        hub.sign_in(client, "xin" if who == "out of office" else ROLES[who])
    return client


def may(rule: str, who: str) -> bool:
    if rule == OFFICE:
        return who not in STRANGERS
    if rule == VILLAGE:
        return who not in STRANGERS and not who.startswith("township.")
    if rule == TOKEN:
        return who == "a program"
    if rule == ALARMED:
        return who in (INSPECTOR, *ESCALATE_TO)
    offices = {
        READER: affairs.READERS,
        SUPERIOR: SEEN_BY,
        GRANTER: Limits().granters,
        KEEPERS: roster.KEEPERS,
        RELIEF: Relief.offices,
        ASKERS: fleet.ASKERS,
    }
    if rule in offices:
        return who in offices[rule]
    return rule in (ANYBODY, PROOF, who)


def shut(answer: HttpResponseBase) -> bool:
    to_log_in = answer.status_code == 302 and answer["Location"].startswith("/login/?next=")
    return to_log_in or answer.status_code in (401, 403)


@pytest.mark.parametrize("who", [*STRANGERS, *ROLES])
def test_each_address_lets_in_whom_the_table_names_and_nobody_else(
    township: Township, who: str
) -> None:
    for route, rule in STAFF.items():
        client = person(who)
        where = address(route)
        answers = [client.get(where), client.post(where)]
        reached = [one for one in answers if one.status_code != 405]
        assert reached, route
        for answer in reached:
            if rule == PROOF:
                assert answer.status_code in (403, 404, 409), route
            else:
                assert shut(answer) != may(rule, who), (route, answer.status_code)


def test_no_address_takes_a_form_from_elsewhere(township: Township) -> None:
    """The holder of an office who may do it has another page open, which posts in his name."""
    client = Client(enforce_csrf_checks=True)
    hub.sign_in(client, ROLES[INSPECTOR])
    for route, rule in STAFF.items():
        answer = client.post(address(route))
        assert answer.status_code in (403, 405) or rule == TOKEN, route
        assert answer.status_code != 403 or b"form_foreign" in answer.content, route


def test_the_public_site_shows_everybody_the_same_and_takes_no_more_than_its_forms(
    township: Township, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_views, "PACE", Pace(sleep=lambda _: None))
    settings.ROOT_URLCONF = "hub.urls_public"
    for route in routes.PUBLIC:
        answer, posted = Client().get(address(route)), Client().post(address(route))
        assert answer.status_code in (200, 404, 405), route
        assert not answer.cookies, route
        assert not posted.cookies, route
        wanted = routes.PUBLIC_FORMS.get(route, 405)
        assert posted.status_code == wanted, route


def test_the_hotline_gives_no_cookie_and_opens_nothing_without_a_code(
    township: Township, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "hub.urls_hotline"
    for route, rule in SITES["hub.urls_hotline"].items():
        answer, posted = Client().get(address(route)), Client().post(address(route))
        assert answer.status_code in (200, 400, 405), route
        assert posted.status_code in (400, 404, 405), route
        assert rule != PROOF or posted.status_code == 404, route
        for one in (answer, posted):
            assert (
                dict(one.cookies),
                one["Cache-Control"] if one.status_code != 405 else "no-store",
            ) == ({}, "no-store"), route


@pytest.mark.parametrize("site", ["hub.urls_blobs", "hub.urls_enrol"])
def test_the_machines_sites_answer_nobody_without_a_certificate_or_a_proof(
    township: Township, settings: Settings, tmp_path: Path, site: str
) -> None:
    settings.ROOT_URLCONF = site
    create_ca(tmp_path / "tls")
    client = person(INSPECTOR)
    for route, rule in SITES[site].items():
        asked = (getattr(client, verb)(address(route)) for verb in ("get", "post", "put"))
        reached = [one for one in asked if one.status_code != 405]
        assert reached, route
        wanted = {ANYBODY: (200,), PROOF: (400, 409), MACHINE: (403,)}[rule]
        assert all(one.status_code in wanted for one in reached), route


def test_there_is_no_admin_and_nobody_whom_the_database_alone_names(township: Township) -> None:
    labels = {one.label for one in apps.get_app_configs()}
    assert not labels & {"admin", "auth", "contenttypes"}
    add_login_key("root", b"root's", township.roster.persons["ren"].passkeys[0].public_key)
    client = Client()
    hub.sign_in(client, "root")
    assert client.get("/")["Location"].startswith("/login/")


def test_whoever_owns_the_database_approves_nothing_and_edits_no_record(
    township: Township,
) -> None:
    found = filed()
    for step, who in (("director", "yi"), ("secretary", "jia")):
        key = township.roster.persons[who].passkeys[0]
        Approval.objects.create(
            subject=found, step=step, person=who, decision="approve", roster=1, received_ms=1,
            credential=key.credential, authenticator_data=b"a", client_data=b"{}", signature=b"s",
        )  # fmt: skip
    assert granted(DEVICE) == []
    journal = Journal()
    journal.stamp(b"g" * 32)
    hub.store(journal.written)
    for edit in (
        lambda: Record.objects.update(envelope=b"another"),
        lambda: Record.objects.all().delete(),
        lambda: Subject.objects.update(data=b"another"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            edit()
