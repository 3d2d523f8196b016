"""A log-in passkey is made at the desk and counts when a second officer has confirmed it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, Route, expect

from demo.authenticator import Authenticator
from hub.people.models import LoginKey
from hub.people.views import bytes_of, text_of
from tests.hub import public_rig as hub
from tests.hub.test_staff_site import ORIGIN, RP_ID, Person
from tests.support import browser as browsers
from tests.support.browser import DESK, PHONE, authenticator, axe, overflow, screenshot
from wire.approval.assertion import Assertion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("township")]
AT = "/people/geng/enrol/"


class Desk:
    """The second officer, logged in, and the person's new authenticator."""

    def __init__(self) -> None:
        self.officer, self.phone = Person("gui"), Authenticator()
        self.client = self.officer.client
        hub.sign_in(self.client, "gui")

    def post(self, verb: str, fields: object, at: str = AT) -> Any:
        return self.client.post(f"{at}{verb}", json.dumps(fields), "application/json")

    def makes(self, *, origin: str = ORIGIN, rp_id: str = RP_ID, at: str = AT) -> Any:
        asked = self.post("begin", {}, at)
        if asked.status_code != 200:
            return asked
        self.phone.create(rp_id)
        made = self.phone.register(rp_id, origin, bytes_of(asked.json()["challenge"]))
        fields = {
            "client_data": text_of(made.client_data),
            "attestation_object": text_of(made.attestation_object),
        }
        return self.post("made", fields, at)

    def confirms(self, made: Assertion) -> Any:
        names = ("credential", "authenticator_data", "client_data", "signature")
        return self.post("confirm", {name: text_of(getattr(made, name)) for name in names})


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_confirmed_key_logs_its_person_in(desk: Desk) -> None:
    challenge = bytes_of(desk.makes().json()["challenge"])
    assert not LoginKey.objects.filter(person="geng").exists()
    assert desk.confirms(desk.officer.sign(challenge)).status_code == 200
    kept = LoginKey.objects.get(person="geng")
    assert (kept.witness, bytes(kept.credential)) == ("gui", desk.phone.credentials[0].id)
    person = Person.__new__(Person)
    person.name, person.client, person.device = "geng", Client(), desk.phone
    assert person.verify(person.sign(person.asked())) == 200
    assert "第二人 gui" in desk.client.get("/people/geng/").content.decode()


def test_nobody_confirms_with_another_key_or_for_another_key(desk: Desk) -> None:
    first = bytes_of(desk.makes().json()["challenge"])
    assert desk.confirms(Person("jia").sign(first)).status_code == 403
    old = desk.officer.sign(first)
    desk.makes()
    assert desk.confirms(old).status_code == 403
    assert not LoginKey.objects.filter(person="geng").exists()


def test_a_key_made_elsewhere_is_none(desk: Desk) -> None:
    assert desk.makes(origin="http://evil.localhost").status_code == 403
    assert desk.makes(rp_id="county.localhost").status_code == 403
    assert desk.post("made", {"client_data": 1}).status_code == 403


@pytest.mark.parametrize("at", ["/people/gui/enrol/", "/people/nobody/enrol/"])
def test_not_for_oneself_and_not_for_whom_no_roster_names(desk: Desk, at: str) -> None:
    assert desk.makes(at=at).status_code == (403 if "gui" in at else 404)


def test_a_key_of_somebody_without_an_office_opens_nothing(desk: Desk) -> None:
    asked = desk.makes(at="/people/xin/enrol/").json()["challenge"]
    made = desk.officer.sign(bytes_of(asked))
    names = ("credential", "authenticator_data", "client_data", "signature")
    fields = {name: text_of(getattr(made, name)) for name in names}
    assert desk.post("confirm", fields, "/people/xin/enrol/").status_code == 200
    person = Person.__new__(Person)
    person.name, person.client, person.device = "xin", Client(), desk.phone
    assert person.verify(person.sign(person.asked())) == 403
    assert person.client.get("/").status_code == 302


def test_the_same_key_twice_and_too_many_are_refused(desk: Desk) -> None:
    desk.phone = desk.officer.device
    asked = desk.post("begin", {}).json()["challenge"]
    made = desk.phone.register(RP_ID, ORIGIN, bytes_of(asked))
    fields = {
        "client_data": text_of(made.client_data),
        "attestation_object": text_of(made.attestation_object),
    }
    assert desk.post("made", fields).json()["code"] == "passkey_taken"
    for _ in range(8):
        Person("geng")
    assert desk.post("begin", {}).json()["code"] == "too_many_keys"


@pytest.fixture
def beside() -> Iterator[ThreadPoolExecutor]:
    """Another thread on this test's database: Playwright's loop runs in this one."""
    shared = connections["default"]
    shared.inc_thread_sharing()

    def share() -> None:
        connections["default"] = shared

    with ThreadPoolExecutor(1, initializer=share) as pool:
        yield pool
    shared.dec_thread_sharing()


def live(page: Page, client: Client, beside: ThreadPoolExecutor) -> None:
    """Every request of the page is answered by the client."""

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        if asked.path.startswith("/static/"):
            file = configured.BASE_DIR / asked.path.removeprefix("/")
            kind = "text/javascript" if file.suffix == ".js" else "text/css"
            route.fulfill(body=file.read_bytes(), headers={"Content-Type": kind})
            return
        if route.request.method == "POST":
            data = route.request.post_data or ""
            said = beside.submit(client.post, asked.path, data, "application/json").result()
        else:
            said = beside.submit(client.get, asked.path).result()
        route.fulfill(status=said.status_code, headers=dict(said.items()), body=said.content)

    page.route("**/*", answer)


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_at_the_desk_in_a_browser_and_then_at_the_log_in(
    desk: Desk, beside: ThreadPoolExecutor
) -> None:
    with browsers.chromium() as chromium:
        for name, size in (("phone", PHONE), ("desk", DESK)):
            with chromium.page(size) as page:
                live(page, desk.client, beside)
                page.goto(f"{ORIGIN}{AT}")
                device = authenticator(page)
                page.get_by_role("button", name="登记一把").click()
                expect(page.locator("#state")).to_contain_text("请第二人确认")
                screenshot(page, f"people-enrol-{name}")
                assert axe(page) == []
                assert overflow(page) == []
                new = device.session.send("WebAuthn.getCredentials", {"authenticatorId": device.id})
                device.away()
                own = desk.officer.device.passkey(RP_ID)
                second = authenticator(page)
                second.add(own.id, own.pkcs8, RP_ID)
                with page.expect_navigation():
                    page.get_by_role("button", name="用我自己的钥匙确认").click()
                expect(page.locator("main")).to_contain_text("第二人 gui")
                second.away()
                log_in(page, new["credentials"][0], beside)


def log_in(page: Page, made: dict[str, Any], beside: ThreadPoolExecutor) -> None:
    client = Client()
    page.unroute_all()
    live(page, client, beside)
    page.goto(f"{ORIGIN}/login/")
    device = authenticator(page)
    device.session.send(
        "WebAuthn.addCredential",
        {"authenticatorId": device.id, "credential": {**made, "isResidentCredential": False}},
    )
    page.get_by_label("姓名或编号").fill("geng")
    with page.expect_navigation():
        page.get_by_role("button", name="用通行密钥登录").click()
    assert beside.submit(client.get, "/me/").result().status_code == 200
