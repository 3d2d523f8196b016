"""The first two log-in passkeys of a township: by a link, good once, each the other's witness."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from demo.authenticator import Authenticator
from hub.cli import _parser
from hub.clock import now_ms
from hub.devices import authority
from hub.people import first_link
from hub.people.first_link import GOOD_MS, FirstError
from hub.people.models import FirstTwo, LoginKey
from hub.people.views import bytes_of, text_of
from hub.revocations import service as revocations
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.test_people_enrol import beside, live
from tests.hub.test_staff_site import ORIGIN, RP_ID, Person
from tests.support import browser as browsers
from tests.support.browser import PHONE, authenticator, axe, overflow, screenshot
from tests.support.township import Township

__all__ = ["beside"]
pytestmark = pytest.mark.django_db
PAIR = ("gui", "ren")
PROOF = ("credential", "authenticator_data", "client_data", "signature")


@pytest.fixture(autouse=True)
def township(settings: Settings, tmp_path: Path) -> Township:
    hub.staff_site(settings, tmp_path)
    return hub.township(Journal())


class Desk:
    """Two people at a browser that has opened the link."""

    def __init__(self, link: str = "") -> None:
        self.client = Client()
        self.devices = {person: Authenticator() for person in PAIR}
        self.link = link or first_link.invite(PAIR, now_ms())
        self.begun = self.post("begin", {"link": self.link})
        self.digest = b""

    def post(self, verb: str, fields: object) -> Any:
        return self.client.post(f"/login/first/{verb}", json.dumps(fields), "application/json")

    def makes(
        self, person: str, *, origin: str = ORIGIN, device: Authenticator | None = None
    ) -> Any:
        people = {one["id"]: one for one in self.begun.json()["people"]}
        by = device or self.devices[person]
        by.create(RP_ID)
        made = by.register(RP_ID, origin, bytes_of(people[person]["challenge"]))
        fields = {
            "client_data": text_of(made.client_data),
            "attestation_object": text_of(made.attestation_object),
        }
        answer = self.post("made", {"person": person, **fields})
        if answer.status_code == 200:
            self.digest = bytes_of(answer.json()["challenge"])
        return answer

    def confirms(self, person: str, *, by: str = "", digest: bytes = b"") -> Any:
        device = self.devices[by or person]
        made = device.get_assertion(RP_ID, ORIGIN, digest or self.digest)
        fields = {name: text_of(getattr(made, name)) for name in PROOF}
        return self.post("confirm", {"person": person, **fields})


def kept() -> set[tuple[str, str]]:
    return {(one.person, one.witness) for one in LoginKey.objects.all()}


def test_both_keys_are_kept_when_each_has_confirmed_the_other_and_log_in() -> None:
    desk = Desk()
    assert [one["name"] for one in desk.begun.json()["people"]] == ["gui", "ren"]
    for person in PAIR:
        assert desk.makes(person).status_code == 200
    assert desk.confirms("gui").json() == {"done": False}
    assert kept() == set()
    assert desk.confirms("ren").json() == {"done": True}
    assert kept() == {("gui", "ren"), ("ren", "gui")}
    for name in PAIR:
        now_in = Person.__new__(Person)
        now_in.name, now_in.client, now_in.device = name, Client(), desk.devices[name]
        assert now_in.verify(now_in.sign(now_in.asked())) == 200


def test_the_operators_command_prints_a_link_that_opens_the_page(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.commands.parts.django", lambda: None)
    options = _parser().parse_args(["people", "first", *PAIR])
    options.command(options)
    address, words = capsys.readouterr().out.splitlines()
    where, _, link = address.partition("#")
    assert where == f"{ORIGIN}/login/first/"
    assert "30 分钟" in words
    assert Client().get("/login/first/").status_code == 200
    assert Desk(link).begun.status_code == 200


def test_one_alone_keeps_nothing() -> None:
    desk = Desk()
    desk.makes("gui")
    assert desk.confirms("gui").status_code == 403, "the other has no key yet"
    desk.makes("ren")
    for _ in range(2):
        assert desk.confirms("gui").json() == {"done": False}
    assert desk.confirms("ren", by="gui").status_code == 403
    assert desk.post("confirm", {"person": "ren"}).status_code == 403
    assert kept() == set()


def test_a_key_that_is_made_anew_is_confirmed_anew() -> None:
    desk = Desk()
    for person in PAIR:
        desk.makes(person)
    old = desk.digest
    desk.confirms("gui")
    desk.devices["ren"] = Authenticator()
    desk.makes("ren")
    assert desk.confirms("ren", digest=old).status_code == 403
    assert desk.confirms("ren").json() == {"done": False}
    assert desk.confirms("gui").json() == {"done": True}


def test_what_was_made_elsewhere_or_twice_is_no_key() -> None:
    desk = Desk()
    assert desk.makes("gui", origin="http://evil.localhost").status_code == 403
    assert desk.makes("gui").status_code == 200
    same = desk.devices["gui"]
    asked = desk.begun.json()["people"][1]["challenge"]
    made = same.register(RP_ID, ORIGIN, bytes_of(asked))
    fields = {
        "client_data": text_of(made.client_data),
        "attestation_object": text_of(made.attestation_object),
    }
    assert desk.post("made", {"person": "ren", **fields}).json()["code"] == "passkey_taken"
    assert desk.post("made", {"person": "yi", **fields}).json()["code"] == "passkey_wrong"


def test_a_link_is_good_once_and_for_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    used = Desk()
    for verb in ("makes", "confirms"):
        for person in PAIR:
            assert getattr(used, verb)(person).status_code == 200
    LoginKey.objects.all().delete()
    assert used.post("begin", {"link": used.link}).json()["code"] == "first_over"
    assert used.confirms("gui").json()["code"] == "first_over"
    old = first_link.invite(PAIR, now_ms())
    new = first_link.invite(PAIR, now_ms())
    for link in (old, "", "x" * 43):
        assert used.post("begin", {"link": link}).json()["code"] == "first_over"
    desk, late = Desk(new), now_ms() + GOOD_MS
    monkeypatch.setattr("hub.people.first_views.now_ms", lambda: late)
    assert desk.makes("gui").json()["code"] == "first_over"


def test_it_ends_as_soon_as_somebody_can_log_in() -> None:
    desk = Desk()
    for person in PAIR:
        desk.makes(person)
    desk.confirms("gui")
    officer = Person("ren")
    assert desk.confirms("ren").json()["code"] == "first_over"
    with pytest.raises(FirstError, match="ren"):
        first_link.invite(PAIR, now_ms())
    (key,) = officer.device.credentials
    revocations.record("login", key.id.hex(), "丢了", now_ms())
    assert first_link.invite(PAIR, now_ms())


def test_a_key_of_somebody_who_may_not_be_a_second_officer_does_not_end_it() -> None:
    Person("geng")
    assert Desk().begun.status_code == 200


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        (("gui", "gui"), "两人要不同"),
        (("gui", "geng"), "geng 现在没有能作第二人的职务；有的是：gui、ren"),
        (("nobody", "ren"), "nobody"),
    ],
)
def test_a_link_is_only_for_two_who_may_be_second_officers(
    pair: tuple[str, str], says: str
) -> None:
    with pytest.raises(FirstError, match=says):
        first_link.invite(pair, now_ms())
    assert not FirstTwo.objects.exists()


def test_no_relatives_and_nobody_who_is_suspended(township: Township) -> None:
    link = first_link.invite(PAIR, now_ms())
    revocations.record("person", "ren", "核查", now_ms())
    assert Desk(link).begun.json()["code"] == "first_over"
    with pytest.raises(FirstError, match="ren"):
        first_link.invite(PAIR, now_ms())
    revocations.record("person", "ren", "已查明", now_ms(), revoked=False)
    persons = dict(township.roster.persons)
    persons["ren"] = replace(persons["ren"], relatives=("gui",))
    changed = township.change(roster=replace(township.roster, persons=persons))
    authority.import_package(changed.package, root_sha256=sha256(changed.roots[0]).digest())
    with pytest.raises(FirstError, match="亲属"):
        first_link.invite(PAIR, now_ms())


def test_the_secret_is_kept_nowhere_and_the_row_stays() -> None:
    link = first_link.invite(PAIR, now_ms())
    row = FirstTwo.objects.get()
    assert bytes(row.name) == sha256(link.encode()).digest()
    for write in (
        FirstTwo.objects.all().delete,
        lambda: FirstTwo.objects.update(one="yi"),
        lambda: FirstTwo.objects.create(
            name=b"n" * 32, one="gui", other="gui", made_ms=1, expires_ms=2
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_two_people_at_one_browser(beside: ThreadPoolExecutor) -> None:
    link = first_link.invite(PAIR, now_ms())
    with browsers.chromium() as chromium, chromium.page(PHONE) as page:
        live(page, Client(), beside)
        page.goto(f"{ORIGIN}/login/first/#{link}")
        held = [look(page, step, words) for step, words in ((1, "gui本人按"), (2, "ren本人按"))]
        for step, words in ((3, "ren本人到场"), (4, "gui本人到场")):
            look(page, step, words, held[step - 3])
        expect(page.locator("#step-5")).to_be_visible()
        assert link not in page.url
        screenshot(page, "people-first-5")
    assert kept() == {("gui", "ren"), ("ren", "gui")}


def look(page: Page, step: int, words: str, held: dict[str, Any] | None = None) -> Any:
    """Take a step with a device of one's own, new or with what it holds; what it then holds."""
    section = page.locator(f"#step-{step}")
    expect(section).to_be_visible()
    assert words in section.inner_text()
    screenshot(page, f"people-first-{step}")
    assert axe(page) == []
    assert overflow(page) == []
    device = authenticator(page)
    own = {"authenticatorId": device.id}
    if held:
        held = {**held, "isResidentCredential": False}
        device.session.send("WebAuthn.addCredential", {**own, "credential": held})
    section.get_by_role("button").click()
    expect(section).to_be_hidden()
    (kept_there,) = device.session.send("WebAuthn.getCredentials", own)["credentials"]
    device.away()
    return kept_there
