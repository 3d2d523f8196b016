"""The staff site: who may see what, logging in, filing, and pictures behind signed addresses."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from demo.authenticator import Authenticator
from demo.paper import DOCUMENTS, png
from hub.applications.granted import granted
from hub.applications.models import Filed
from hub.approvals.models import Subject
from hub.people.login import add_login_key
from hub.people.views import bytes_of, text_of
from tests.hub import public_rig as hub
from tests.support.contents import DEVICE
from tests.support.township import Township
from wire.approval.assertion import Assertion

ORIGIN = "http://hub.localhost"
RP_ID = "hub.localhost"
PNG = png(DOCUMENTS["residence"])


def test_nobody_sees_anything_before_logging_in(township: Township) -> None:
    for path in ("/", "/items/", "/items/residence/new", "/applications/1/", "/records/"):
        answer = Client().get(path)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/"), path
    for path in ("/inspect/v1/lists", "/inspect/v1/openings"):
        assert Client().get(path).status_code == 401


def test_a_clerk_is_no_inspector(clerk: Client) -> None:
    answer = clerk.get("/records/")
    assert (answer.status_code, b"not_permitted" in answer.content) == (403, True)


def test_a_term_that_ended_ends_access(township: Township) -> None:
    client = Client()
    hub.sign_in(client, "xin")
    assert client.get("/").status_code == 302


class Person:
    """Somebody at the log-in page with a passkey of the hub's own."""

    def __init__(self, name: str) -> None:
        self.name, self.client, self.device = name, Client(), Authenticator()
        key = self.device.create(RP_ID)
        add_login_key(name, key.id, key.public_key)

    def asked(self) -> bytes:
        answer = self.post("/login/options", {"person": self.name})
        text = answer.json()["challenge"]
        return bytes_of(text)

    def sign(self, challenge: bytes, *, origin: str = ORIGIN, rp_id: str = RP_ID) -> Assertion:
        return self.device.get_assertion(rp_id, origin, challenge)

    def verify(self, made: Assertion) -> int:
        fields = {
            "credential": text_of(made.credential),
            "authenticator_data": text_of(made.authenticator_data),
            "client_data": text_of(made.client_data),
            "signature": text_of(made.signature),
        }
        return int(self.post("/login/verify", fields).status_code)

    def post(self, path: str, fields: object) -> Any:
        return self.client.post(path, json.dumps(fields), content_type="application/json")


def test_a_passkey_logs_its_own_person_in(township: Township) -> None:
    person = Person("geng")
    assert person.verify(person.sign(person.asked())) == 200
    assert person.client.get("/").status_code == 200
    person.client.post("/logout")
    assert person.client.get("/").status_code == 302


def test_no_other_proof_does(township: Township) -> None:
    person, thief = Person("geng"), Person("jia")
    thief.device.create("evil.localhost")
    challenge = person.asked()
    good = person.sign(challenge)
    assert person.verify(thief.sign(challenge)) == 403
    assert person.verify(good) == 403  # the challenge was used up by the attempt before
    person.asked()
    assert person.verify(good) == 403  # signed for an earlier challenge
    challenge = person.asked()
    assert person.verify(person.sign(challenge, origin="http://evil.localhost")) == 403
    assert thief.verify(thief.sign(thief.asked(), origin=ORIGIN + ":1")) == 403
    assert person.post("/login/verify", {"credential": 1}).status_code == 403
    assert person.post("/login/options", {"person": ["geng"]}).status_code == 400
    assert person.client.get("/").status_code == 302


@pytest.mark.parametrize("garbage", [b"", b"{", b"[1]", b'"x"', b"\xff" * 50, b"[" * 5000])
def test_garbage_gets_a_clear_answer(township: Township, garbage: bytes) -> None:
    client = Client()
    for path in ("/login/options", "/login/verify", "/approvals/submit"):
        answer = client.post(path, garbage, content_type="application/json")
        assert answer.status_code in (400, 403, 409), path
        assert answer.json()["next_zh"]


def test_the_way_back_leads_nowhere_else(township: Township) -> None:
    page = Client().get("/login/?next=https://evil.example/").content.decode()
    assert 'data-after="/"' in page
    assert "evil.example" not in page


def form(**changes: Any) -> dict[str, Any]:
    plain = {
        "title": "何春生居住证明",
        "purpose": "子女入学",
        "seal": "seal-committee",
        "impressions": "1",
        "seams": "0",
        "operators": ["wu"],
        "pages": SimpleUploadedFile("page.png", PNG, "image/png"),
    }
    return {**plain, **changes}


def file_it(clerk: Client) -> str:
    """The address of a filed application."""
    checked = clerk.post("/items/residence/new", form())
    assert "请核对" in checked.content.decode()
    kept = checked.content.decode().split('name="page" value="')[1][:64]
    again = form(page=kept, confirmed="yes")
    del again["pages"]
    filed = clerk.post("/items/residence/new", again)
    assert filed.status_code == 302
    return str(filed["Location"])


def test_an_application_is_checked_then_filed_then_asked_for(clerk: Client) -> None:
    page = clerk.get(file_it(clerk)).content.decode()
    assert "审批中" in page
    assert "去审批签名" not in page
    director = Client()
    hub.sign_in(director, "yi")
    page = director.get("/").content.decode()
    assert "等我审批（1）" in page
    link = director.get(_only()).content.decode().split('href="http://county.localhost/sign/#')[1]
    asked = json.loads(bytes_of(link.split('"')[0]))
    assert (asked["step"], asked["person"], len(asked["pages"])) == ("director", "yi", 1)


def _only() -> str:
    return f"/applications/{Filed.objects.get().subject_id}/"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "请填写文件名称"),
        ({"purpose": ""}, "请填写用途"),
        ({"impressions": "9"}, "次数请填 1 到 3"),
        ({"impressions": "many"}, "a number is expected"),
        ({"operators": []}, "请选由谁盖章"),
        ({"operators": ["jia"]}, "operator_unknown"),
        ({"pages": SimpleUploadedFile("page.pdf", b"%PDF-1.4", "application/pdf")}, "file_damaged"),
        ({"pages": []}, "the document itself is needed"),
        ({"seal": "seal-party"}, "seal_mismatch"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    clerk: Client, changes: dict[str, Any], words: str
) -> None:
    answer = clerk.post("/items/residence/new", form(**changes))
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (400, True)
    kept = form(**changes)
    assert kept["title"] in page
    assert not Filed.objects.exists()


@pytest.mark.parametrize(
    ("item", "code"),
    [("kinship", "item_forbidden"), ("dispute", "item_escalated"), ("nothing", "unknown_item")],
)
def test_what_no_village_may_stamp_cannot_be_begun(clerk: Client, item: str, code: str) -> None:
    answer = clerk.get(f"/items/{item}/new")
    assert (answer.status_code, code in answer.content.decode()) == (400, True)


def test_a_picture_opens_by_its_signed_address_only(clerk: Client) -> None:
    page = clerk.get(file_it(clerk)).content.decode()
    address = page.split('<img src="')[1].split('"')[0].replace("&amp;", "&")
    seen = Client().get(address)
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/png")
    assert seen["Access-Control-Allow-Origin"] == "http://county.localhost"
    plain, token = address.split("?t=")
    for bad in (plain, f"{plain}?t={token[:-1]}x", f"/pages/{'0' * 64}?t={token}", "/pages/zz?t=1"):
        assert Client().get(bad).status_code == 404
    assert clerk.get("/applications/999/").status_code == 404


def test_a_damaged_application_stops_no_list(township: Township) -> None:
    damaged = Subject.objects.create(
        hash=b"h" * 32, kind="application", data=b"garbage", proposer="geng", excluded=[],
        created_ms=0,
    )  # fmt: skip
    Filed.objects.create(
        subject=damaged, device=DEVICE, village="sunrise", item="residence", applicant="geng",
        title="x", created_ms=0, not_after=1 << 50,
    )  # fmt: skip
    assert granted(DEVICE) == []
