"""Surprise checks: what is seen is written before the log is shown, held against it, and signed."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from demo.authenticator import Authenticator
from hub.checks import document, rules
from hub.checks.models import Check, CheckSignature
from hub.checks.rules import Found, Logged, SealFound, SealLogged
from hub.clock import now_ms
from hub.people.login import add_login_key
from hub.people.views import bytes_of, text_of
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.support.contents import DEVICE
from wire.approval import assertion
from wire.approval.assertion import Assertion

pytestmark = pytest.mark.django_db
ORIGIN = "http://hub.localhost"
RP_ID = "hub.localhost"
SEAL = SealLogged("晨光村村民委员会章", 2, "A2", out=False)
LOGGED = Logged({"seal": SEAL}, ("登-001",), b"e" * 32, 7, 1, unlatches=5, presses=6)
HONEST = Found({"seal": SealFound("in", "a2")}, 5, 6, "登-001", 1)


def differing(found: Found, logged: Logged = LOGGED) -> list[str]:
    return [one.what for one in rules.lines(found, logged) if one.differs]


@pytest.mark.parametrize(
    ("found", "differs"),
    [
        (HONEST, []),
        (Found(), []),
        (replace(HONEST, seals={"seal": SealFound("missing", "A2")}), [SEAL.name]),
        (replace(HONEST, seals={"seal": SealFound("out", "")}), [SEAL.name]),
        (replace(HONEST, seals={"seal": SealFound("in", "A3")}), [f"{SEAL.name}的电子标签"]),
        (replace(HONEST, presses=7), ["机头按压计数"]),
        (replace(HONEST, unlatches=4, presses=0), ["机头开锁计数", "机头按压计数"]),
        (replace(HONEST, register="登-002", lines=2), ["登记本最后一行的编号", "纸质登记本的行数"]),
    ],
)
def test_what_differs_from_the_log(found: Found, differs: list[str]) -> None:
    assert differing(found) == differs


def test_a_seal_that_was_taken_out_is_not_in_its_slot() -> None:
    out = replace(LOGGED, seals={"seal": replace(SEAL, out=True)})
    assert differing(HONEST, out) == [SEAL.name]
    assert differing(replace(HONEST, seals={"seal": SealFound("out")}), out) == []
    assert differing(replace(HONEST, seals={"seal": SealFound("missing")}), out) == [SEAL.name]


def test_a_machine_that_was_never_heard_of_has_counters_nobody_knows() -> None:
    assert differing(HONEST, Logged({"seal": SEAL})) == [
        *("机头开锁计数", "机头按压计数", "登记本最后一行的编号", "纸质登记本的行数"),
    ]


def test_the_document_says_what_was_found_and_what_the_log_said() -> None:
    data = document.encode(
        device=DEVICE, village="sunrise", checker="ren", witness="bing", made_ms=1,
        found=HONEST, log=LOGGED,
    )  # fmt: skip
    assert document.read(data) == (HONEST, LOGGED)


@pytest.fixture
def journal(settings: Settings, tmp_path: Path) -> Journal:
    settings.ROOT_URLCONF = "hub.urls_staff"
    settings.STATE = tmp_path
    hub.write_config(tmp_path)
    made = Journal(now_ms=now_ms() - 3_600_000)
    hub.township(made)
    return made


@pytest.fixture
def inspector(journal: Journal) -> Client:
    client = Client()
    hub.sign_in(client, "ren")
    return client


def seen(**changes: str) -> dict[str, str]:
    """What an honest machine shows after the entries of `written`."""
    return {
        "place-seal-committee": "in",
        "rfid-seal-committee": "B2",
        "unlatches": "2",
        "presses": "2",
        "register": "登-001",
        "lines": "1",
        "words": "封条完好",
        "witness": "bing",
        **changes,
    }


def written(journal: Journal) -> None:
    hub.use_outside(journal)
    journal.write("heartbeat", unlatches=2, presses=2)
    hub.store(journal.written)


def rfid(journal: Journal) -> str:
    from hub.devices import authority

    seal = authority.machines()[DEVICE].seal("seal-committee")
    assert seal is not None
    return seal.rfid


def checked(client: Client, journal: Journal, **changes: str) -> Check:
    said = seen(**{"rfid-seal-committee": rfid(journal), **changes})
    reply = client.post(f"/checks/new/{DEVICE}", said)
    assert reply.status_code == 302, reply.content.decode()
    return Check.objects.latest("pk")


class Person:
    """Somebody with a passkey of the hub's own."""

    def __init__(self, name: str) -> None:
        self.name, self.device, self.client = name, Authenticator(), Client()
        key = self.device.create(RP_ID)
        add_login_key(name, key.id, key.public_key)
        self.public_key = key.public_key
        hub.sign_in(self.client, name)

    def sign(self, client: Client, check: Check, *, person: str = "") -> int:
        asked = post(client, f"/checks/{check.pk}/options", {"person": person or self.name})
        if asked.status_code != 200:
            return int(asked.status_code)
        made = self.device.get_assertion(RP_ID, ORIGIN, bytes_of(asked.json()["challenge"]))
        names = ("credential", "authenticator_data", "client_data", "signature")
        fields = {name: text_of(getattr(made, name)) for name in names}
        said = {"person": person or self.name, **fields}
        return int(post(client, f"/checks/{check.pk}/sign", said).status_code)


def post(client: Client, path: str, fields: dict[str, Any]) -> Any:
    return client.post(path, json.dumps(fields), content_type="application/json")


def test_the_form_does_not_say_what_the_log_has(inspector: Client, journal: Journal) -> None:
    written(journal)
    page = re.sub(r'value="\w{64}"', "", _text(inspector, f"/checks/new/{DEVICE}"))
    assert "晨光村村民委员会章" in page
    assert rfid(journal) not in page
    assert "登-001" not in page
    assert 'value="ren"' not in page
    assert inspector.get("/checks/new/nowhere-1").status_code == 404


def test_what_agrees_and_what_does_not(inspector: Client, journal: Journal) -> None:
    written(journal)
    check = checked(inspector, journal)
    page = _text(inspector, f"/checks/{check.pk}/")
    assert "不一致</b>" not in page
    assert "封条完好" in page
    wrong = checked(inspector, journal, presses="3", lines="")
    page = _text(inspector, f"/checks/{wrong.pk}/")
    assert page.count("不一致</b>") == 1
    listed = _text(inspector, "/checks/")
    assert listed.count("与日志不一致：机头按压计数") == 1
    assert listed.count("还差 2 人签名") == 2


def test_entries_that_come_later_are_held_against_it_too(
    inspector: Client, journal: Journal
) -> None:
    written(journal)
    check = checked(inspector, journal, unlatches="3", presses="3")
    late = journal.write("heartbeat", wall_ms=check.made_ms - 1, unlatches=3, presses=3)
    after = journal.write("heartbeat", wall_ms=check.made_ms + 1, unlatches=9, presses=9)
    hub.store([late, after])
    page = _text(inspector, f"/checks/{check.pk}/")
    then, since = page.split("按后来收到的记录再对照")
    assert then.count("不一致</b>") == 2
    assert "不一致</b>" not in since
    assert "到第 3 条" in since


def test_checker_and_witness_sign_the_same_bytes(inspector: Client, journal: Journal) -> None:
    written(journal)
    check = checked(inspector, journal)
    ren, bing, jia = Person("ren"), Person("bing"), Person("jia")
    assert ren.sign(inspector, check) == 200
    assert ren.sign(inspector, check) == 403
    assert bing.sign(bing.client, check) == 200
    assert jia.sign(inspector, check) == 403
    page = _text(inspector, f"/checks/{check.pk}/")
    assert page.count("已签名") == 2
    told = inspector.get(f"/checks/{check.pk}/file").json()
    digest = sha256(bytes_of(told["document"])).digest()
    assert digest == bytes(check.sha256)
    for one, who in zip(told["signatures"], (ren, bing), strict=True):
        names = ("credential", "authenticator_data", "client_data", "signature")
        assertion.verify(
            Assertion(*(bytes_of(one[name]) for name in names)),
            challenge=document.challenge(digest, who.name),
            public_key=who.public_key,
            rp_id=RP_ID,
            origins=[ORIGIN],
        )


def test_nobody_signs_for_another_and_no_signature_moves(
    inspector: Client, journal: Journal
) -> None:
    written(journal)
    first, second = checked(inspector, journal), checked(inspector, journal, presses="9")
    ren = Person("ren")
    assert ren.sign(inspector, first, person="bing") == 403
    assert ren.sign(inspector, first) == 200
    kept = CheckSignature.objects.get()
    names = ("credential", "authenticator_data", "client_data", "signature")
    moved = {name: text_of(bytes(getattr(kept, name))) for name in names}
    reply = post(inspector, f"/checks/{second.pk}/sign", {"person": "ren", **moved})
    assert (reply.status_code, reply.json()["code"]) == (403, "passkey_wrong")
    assert CheckSignature.objects.count() == 1


def test_the_witness_sees_that_one_and_nobody_else_of_the_village_any(
    inspector: Client, journal: Journal
) -> None:
    written(journal)
    check, other = checked(inspector, journal), checked(inspector, journal, witness="geng")
    client = Client()
    for name, codes in (("bing", (200, 404, 403)), ("wu", (404, 404, 403))):
        hub.sign_in(client, name)
        paths = (f"/checks/{check.pk}/", f"/checks/{other.pk}/file", "/checks/")
        assert tuple(client.get(path).status_code for path in paths) == codes, name
        assert client.get(f"/checks/new/{DEVICE}").status_code == 403
    assert Client().get(f"/checks/{check.pk}/").status_code == 302


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"presses": "三"}, "“三”不是个数"),
        ({"unlatches": "-1"}, "“-1”不是个数"),
        ({"lines": "9" * 11}, "不是个数"),
        ({"place-seal-committee": "gone"}, "请从列表里选。"),
        ({"rfid-seal-committee": "x" * 65}, "最多 64 字"),
        ({"register": "x" * 41}, "最多 40 字"),
        ({"words": "看\u202e见"}, "不能有控制字符"),
        ({"witness": "ren"}, "不能是您自己"),
        ({"witness": ""}, "请选见证人"),
        (dict.fromkeys(seen(), "") | {"witness": "bing"}, "至少核对一项"),
    ],
)
def test_wrong_input_is_answered_beside_the_field_and_kept(
    inspector: Client, journal: Journal, changes: dict[str, str], sentence: str
) -> None:
    written(journal)
    said = seen(**changes)
    reply = inspector.post(f"/checks/new/{DEVICE}", said)
    page = reply.content.decode()
    assert reply.status_code == 400
    assert page.count(sentence) == 1
    for name in ("register", "unlatches", "rfid-seal-committee"):
        assert f'name="{name}" maxlength="' in page
        assert f'value="{said[name]}"' in page
    assert not Check.objects.exists()


@pytest.mark.parametrize("name", ["forget", "edit", "alone", "forget a signature", "sign twice"])
def test_what_was_written_stays(name: str) -> None:
    fields: dict[str, Any] = {
        "device": DEVICE, "village": "sunrise", "checker": "ren", "witness": "bing",
        "document": b"d", "sha256": b"s" * 32, "made_ms": 1,
    }  # fmt: skip
    check = Check.objects.create(**fields)
    signed: dict[str, Any] = {
        "check_of": check, "person": "ren", "credential": b"c", "authenticator_data": b"a",
        "client_data": b"d", "signature": b"s", "made_ms": 2,
    }  # fmt: skip
    CheckSignature.objects.create(**signed)
    changes: dict[str, Callable[[], object]] = {
        "forget": check.delete,
        "edit": lambda: Check.objects.update(document=b"x"),
        "alone": lambda: Check.objects.create(**{**fields, "sha256": b"t" * 32, "witness": "ren"}),
        "forget a signature": CheckSignature.objects.all().delete,
        "sign twice": lambda: CheckSignature.objects.create(**signed),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        changes[name]()


def _text(client: Client, path: str) -> str:
    reply = client.get(path)
    assert reply.status_code == 200, reply.status_code
    return reply.content.decode()
