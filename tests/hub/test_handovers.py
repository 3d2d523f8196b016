"""Changes of office: what the signed roster says, exit sheets, and who of the three has signed."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from demo.paper import DOCUMENTS, png
from hub.append_only import lifted
from hub.blobs import store
from hub.clock import now_ms
from hub.devices import authority
from hub.handovers import changes, sheet
from hub.handovers.models import Hand, Sheet, Signature, SignedCopy
from hub.people.roster import find
from hub.people.views import bytes_of, text_of
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.page_rig import ask, walk
from tests.hub.test_people_enrol import beside, live
from tests.hub.test_staff_rules import filed
from tests.support import browser as browsers
from tests.support.browser import PHONE, screenshot
from tests.support.contents import DAY, NAMES, ORIGIN, RP_ID, VILLAGE
from tests.support.township import Township
from wire.approval import decision, exit_sheet
from wire.approval.assertion import Assertion
from wire.approval.decision import Approval
from wire.lists.content import Person, Roster, Term

__all__ = ["beside"]
pytestmark = pytest.mark.django_db
PAPER = png(DOCUMENTS["residence"])
PROOF = ("credential", "authenticator_data", "client_data", "signature")
OLD = json.dumps(
    {
        "v": 1,
        "type": "handover",
        "village": VILLAGE,
        "village_name": "晨光村",
        "on": 1,
        "made": 1,
        "roster": 1,
        "gives": {"id": "yi", "name": "乙二亮"},
        "takes": {"id": "xin", "name": "辛八曦"},
        "watches": {"id": "bing", "name": "丙三晴"},
        "lines": [{"part": "seals", "state": "handed", "text": "两枚，印模清楚"}],
    }
)
"""What was kept before passkeys signed sheets."""
THREE = {"gives": "yi", "takes": "xin", "watches": "bing"}


def in_change(roster: Roster, on_ms: int) -> Roster:
    """That day yi's term as director ends, and xin's begins; xin is ding's relative."""
    persons: dict[str, Person] = dict(roster.persons)
    (old,) = persons["yi"].offices
    persons["yi"] = replace(persons["yi"], offices=(replace(old, end_ms=on_ms),))
    terms = (Term("village.director", on_ms, on_ms + 700 * DAY),)
    persons["xin"] = replace(persons["xin"], offices=terms, relatives=("ding",))
    return replace(roster, persons=persons)


@pytest.fixture
def on_ms() -> int:
    return now_ms() // DAY * DAY + 20 * DAY


@pytest.fixture
def township(settings: Settings, tmp_path: Path, on_ms: int) -> Township:
    settings.STATE = tmp_path
    hub.write_config(tmp_path)
    made = hub.township(Journal())
    changed = made.change(roster=in_change(made.roster, on_ms))
    authority.import_package(changed.package, root_sha256=sha256(made.roots[0]).digest())
    return changed


@pytest.fixture
def clerk(township: Township) -> Client:
    client = Client()
    hub.sign_in(client, "geng")
    return client


def form(**other: str) -> dict[str, str]:
    lines = {f"{part}_state": "handed" for part in sheet.PARTS}
    texts = {f"{part}_text": f"{zh}若干" for part, (zh, _) in sheet.PARTS.items()}
    return {"receiver": "xin", "watcher": "bing", **lines, **texts, **other}


def address(on_ms: int, person: str = "yi", village: str = VILLAGE) -> str:
    return f"/handovers/new/{village}/{person}/{on_ms}/"


def made_by(clerk: Client, on_ms: int) -> Sheet:
    assert clerk.post(address(on_ms), form()).status_code == 302
    return Sheet.objects.get()


def test_the_page_says_who_comes_who_leaves_and_what_is_still_to_be_done(
    clerk: Client, on_ms: int
) -> None:
    page = clerk.get("/handovers/").content.decode()
    assert page.index("就任") < page.index(NAMES["xin"]) < page.index("还差 1 把")
    assert page.index("离任</h3>") < page.index(NAMES["yi"], page.index("离任</h3>"))
    assert address(on_ms) in page
    assert "这一天会断档" not in page


def test_a_day_that_leaves_a_step_without_anybody_is_told(township: Township, on_ms: int) -> None:
    persons = {
        **township.roster.persons,
        "xin": replace(township.roster.persons["xin"], offices=()),
    }
    for name in ("bing", "ding"):
        (old,) = persons[name].offices
        persons[name] = replace(persons[name], offices=(replace(old, end_ms=on_ms),))
    roster = replace(township.roster, persons=persons)
    (found,) = changes.of_village(
        roster, township.authority.catalogue, township.authority.policy, now_ms()
    )
    assert any("这一步无人可批" in line for line in found.open_steps)
    (late,) = changes.of_village(
        roster, township.authority.catalogue, township.authority.policy, on_ms + DAY
    )
    assert late.open_steps == (), "the day is past: what is now, is judged elsewhere"


def test_a_sheet_is_kept_as_it_was_typed_and_names_three_people(clerk: Client, on_ms: int) -> None:
    row = made_by(clerk, on_ms)
    assert sha256(bytes(row.data)).digest() == bytes(row.sha256)
    shown = sheet.shown(row)
    assert list(sheet.names(row).values()) == [NAMES[one] for one in ("yi", "xin", "bing")]
    page = clerk.get(f"/handovers/{row.pk}/").content.decode()
    for words in ("印章若干", shown["fingerprint"], "监交人（丙三晴）签字", "已当面交清"):
        assert words in page, words


def test_it_begins_with_what_the_hub_knows(township: Township, clerk: Client, on_ms: int) -> None:
    filed("geng", title="某村民的居住证明")
    page = clerk.get(address(on_ms)).content.decode()
    for words in (
        "晨光村村民委员会章：sunrise-1 的 2 号位",
        "通行密钥 1 把",
        "等他审批：某村民的居住证明",
    ):
        assert words in page, words


WRONG = {
    "the leaver himself": ({"receiver": "yi"}, "receiver", "请选接交人。"),
    "one person twice": ({"receiver": "bing"}, "watcher", "不能是同一个人"),
    "a relative": ({"watcher": "ding"}, "watcher", "请选监交人。"),
    "nobody": ({"watcher": ""}, "watcher", "请选监交人。"),
    "whoever may not watch": ({"watcher": "wu"}, "watcher", "请选监交人。"),
    "no state": ({"card_state": ""}, "card", "请选一种情况。"),
    "missing without a word": ({"seals_state": "missing", "seals_text": ""}, "seals", "请写明"),
    "too long": ({"papers_text": "多" * 601}, "papers", "最多 600 字"),
    "hidden": ({"papers_text": "登记簿\u202e"}, "papers", "看不见"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    clerk: Client, on_ms: int, name: str
) -> None:
    changed, where, says = WRONG[name]
    answer = clerk.post(address(on_ms), form(**changed))
    page = answer.content.decode()
    assert answer.status_code == 400
    beside = page[page.index(f'id="{where}-wrong"') :].split("</p>")[0]
    assert says in beside
    assert "印章若干" in page or name == "missing without a word"
    assert not Sheet.objects.exists()


def test_a_watcher_of_the_family_is_refused(township: Township) -> None:
    roster = township.roster
    typed = sheet.Typed.read(form(watcher="ding"))
    party = exit_sheet.Party(VILLAGE, "x", "某")
    who = sheet.Leaving(roster.persons["yi"], roster, 1, "村", {"xin": party}, {"ding": party})
    typed.check(who)
    assert "亲属" in typed.errors["watcher"]


def test_nobody_makes_a_sheet_for_whom_the_roster_lets_stay(
    clerk: Client, on_ms: int, township: Township
) -> None:
    for path in (
        address(on_ms, "jia"),
        address(on_ms, "nobody"),
        address(on_ms + 1),
        address(on_ms, village="nowhere"),
    ):
        assert clerk.post(path, form()).status_code == 404, path
    assert find("xin", now_ms()) is None, "a page gives nobody an office before his day"


def photo(clerk: Client, row: Sheet, *hands: str, data: bytes = PAPER) -> Any:
    upload = SimpleUploadedFile("signed.png", data, "image/png")
    return clerk.post(f"/handovers/{row.pk}/copy", {"copy": upload, "hand": hands})


def answer_of(
    township: Township, row: Sheet, role: str, person: str, **changes: Any
) -> dict[str, Any]:
    """What the county's page brings back."""
    asked = {"roster": township.roster.version, "decision": "approve", **changes}
    challenge = decision.challenge(
        exit_sheet.KIND, bytes(row.sha256), role, person, asked["decision"], asked["roster"]
    )
    made = township.authenticators[person].get_assertion(RP_ID, ORIGIN, challenge)
    proof = {name: text_of(getattr(made, name)) for name in PROOF}
    named = {"subject_hash": text_of(bytes(row.sha256)), "step": role, "person": person}
    return {"v": 1, **named, **proof, **asked}


def sign(township: Township, row: Sheet, role: str, person: str, **changes: Any) -> Any:
    """Handed in by whoever: nobody is logged in."""
    fields = answer_of(township, row, role, person, **changes)
    return Client().post("/handovers/submit", json.dumps(fields), content_type="application/json")


def test_the_signed_paper_is_kept_by_its_hash(clerk: Client, on_ms: int) -> None:
    row = made_by(clerk, on_ms)
    assert "还差移交人、接交人、监交人签字" in clerk.get("/handovers/").content.decode()
    for _ in range(2):
        answer = photo(clerk, row, "gives", "takes", "watches")
    assert b"this photo is there already" in answer.content
    kept = SignedCopy.objects.get()
    drawn = store.get(bytes(kept.sha256))
    assert drawn is not None
    assert drawn.startswith(b"\x89PNG")
    shown = clerk.get(f"/handovers/{row.pk}/copies/{bytes(kept.sha256).hex()}")
    assert (shown.content, shown["Content-Type"]) == (drawn, "image/png")
    assert "已签字" in clerk.get("/handovers/").content.decode()


def test_it_is_signed_when_each_has_signed_by_passkey_or_on_paper(
    township: Township, clerk: Client, on_ms: int
) -> None:
    row = made_by(clerk, on_ms)
    where = f"/handovers/{row.pk}/"
    assert sign(township, row, "gives", "yi").json() == {"ok": True, "next": where}
    assert "还差接交人、监交人签字" in clerk.get("/handovers/").content.decode()
    assert photo(clerk, row, "takes").status_code == 302
    assert "还差监交人签字" in clerk.get(where).content.decode()
    assert sign(township, row, "watches", "bing").status_code == 200
    page = clerk.get(where).content.decode()
    assert "三方都已签字" in page
    assert "纸上有接交人的签字" in page
    assert page.count("已用通行密钥签名</span>") == 2
    assert "已签字" in clerk.get("/handovers/").content.decode()


def test_a_hand_forgotten_is_added_to_the_same_photo(clerk: Client, on_ms: int) -> None:
    row = made_by(clerk, on_ms)
    photo(clerk, row, "gives")
    assert photo(clerk, row, "gives", "watches").status_code == 302
    assert SignedCopy.objects.count() == 1
    assert "还差接交人签字" in clerk.get(f"/handovers/{row.pk}/").content.decode()


def test_each_is_led_to_the_countys_page_with_the_sheets_bytes(
    township: Township, clerk: Client, on_ms: int
) -> None:
    row = made_by(clerk, on_ms)
    page = clerk.get(f"/handovers/{row.pk}/").content.decode()
    links = page.split('href="http://county.localhost/sign/#')[1:]
    asked = [json.loads(bytes_of(one.split('"')[0])) for one in links]
    assert [(one["step"], one["person"]) for one in asked] == [
        ("gives", "yi"), ("takes", "xin"), ("watches", "bing")
    ]  # fmt: skip
    assert {one["subject"] for one in asked} == {text_of(bytes(row.data))}
    assert {one["return"] for one in asked} == {"http://hub.localhost/handovers/return"}
    sign(township, row, "takes", "xin")
    after = clerk.get(f"/handovers/{row.pk}/").content.decode()
    assert after.count("/sign/#") == 2
    client = Client()
    hub.sign_in(client, "yi")
    assert client.get(f"/handovers/{row.pk}/").content.decode().count("我来签") == 1
    back = Client().get("/handovers/return").content.decode()
    assert 'data-submit="/handovers/submit"' in back


@pytest.mark.parametrize(
    ("role", "person", "changes", "code"),
    [
        ("gives", "jia", {}, "approver_not_entitled"),
        ("takes", "yi", {}, "approver_not_entitled"),
        ("made", "yi", {}, "approver_not_entitled"),
        ("gives", "yi", {"decision": "return"}, "approval_invalid"),
        ("gives", "yi", {"roster": 1}, "approval_invalid"),
        ("gives", "yi", {"subject_hash": text_of(bytes(32))}, "grant_unknown"),
        ("gives", "yi", {"signature": 7}, "bad_request"),
    ],
)
def test_what_is_no_signature_of_the_three_is_refused(
    township: Township, clerk: Client, on_ms: int,
    role: str, person: str, changes: dict[str, Any], code: str,
) -> None:  # fmt: skip
    row = made_by(clerk, on_ms)
    answer = sign(township, row, role, person, **changes)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert not Signature.objects.exists()


def test_who_signs_twice_has_signed_once(township: Township, clerk: Client, on_ms: int) -> None:
    row = made_by(clerk, on_ms)
    for _ in range(2):
        assert sign(township, row, "gives", "yi").status_code == 200
    assert Signature.objects.count() == 1


def test_a_leaver_signs_after_his_last_day(
    township: Township, clerk: Client, on_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = made_by(clerk, on_ms)
    monkeypatch.setattr("hub.handovers.sign_views.now_ms", lambda: on_ms + DAY)
    assert find("yi", on_ms + DAY) is None
    assert sign(township, row, "gives", "yi").status_code == 200


def test_the_file_of_a_sheet_verifies_elsewhere(
    township: Township, clerk: Client, on_ms: int
) -> None:
    row = made_by(clerk, on_ms)
    sign(township, row, "gives", "yi")
    sign(township, row, "watches", "bing")
    told = clerk.get(f"/handovers/{row.pk}/file").json()
    data = bytes_of(told["document"])
    for one, person in zip(told["signatures"], ("yi", "bing"), strict=True):
        proof = Assertion(*(bytes_of(one[name]) for name in PROOF))
        given = Approval(one["step"], one["person"], "approve", one["roster"], proof)
        found = exit_sheet.judge(data, given, township.roster, township.authority.policy)
        assert (found.parties[one["step"]].id, person) == (person, one["person"])
        asked = decision.challenge_of(exit_sheet.KIND, sha256(data).digest(), given)
        assert bytes_of(one["challenge"]) == asked


def test_a_sheet_from_before_is_read_and_signed_on_paper(clerk: Client, on_ms: int) -> None:
    with lifted(("handovers_sheet",)):
        row = Sheet.objects.create(
            village=VILLAGE, person="yi", on_ms=on_ms, data=OLD.encode(), made_by="geng",
            sha256=sha256(OLD.encode()).digest(), made_ms=1,
        )  # fmt: skip
    page = clerk.get(f"/handovers/{row.pk}/").content.decode()
    for words in ("两枚，印模清楚", "只能在纸上签", "还差移交人、接交人、监交人签字"):
        assert words in page, words
    photo(clerk, row, "gives", "takes", "watches")
    assert "已签字" in clerk.get("/handovers/").content.decode()


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7"])
def test_what_is_no_photo_is_refused_beside_its_field(
    clerk: Client, on_ms: int, data: bytes
) -> None:
    row = made_by(clerk, on_ms)
    answer = photo(clerk, row, "takes", data=data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'id="copy-wrong"' in page
    assert 'value="takes" checked' in page
    assert 'value="gives" checked' not in page
    assert not SignedCopy.objects.exists()


@pytest.mark.parametrize("hands", [(), ("made",)])
def test_a_photo_of_nobodys_hand_is_refused_beside_its_field(
    clerk: Client, on_ms: int, hands: tuple[str, ...]
) -> None:
    row = made_by(clerk, on_ms)
    answer = photo(clerk, row, *hands)
    assert answer.status_code == 400
    assert "请勾选纸上有谁的签字" in answer.content.decode().split('id="hand-wrong"')[1]
    assert not SignedCopy.objects.exists()


def test_another_village_sees_nothing_of_it(
    township: Township, clerk: Client, on_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = made_by(clerk, on_ms)
    Sheet.objects.create(
        village="sunset", person="yi", on_ms=on_ms, data=bytes(row.data),
        sha256=b"s" * 32, made_by="x", made_ms=1, **THREE,
    )  # fmt: skip
    other = Sheet.objects.get(village="sunset")
    for rest in ("", f"copies/{'0' * 64}", "file"):
        path = f"/handovers/{other.pk}/{rest}"
        assert clerk.get(path).status_code == 404
    assert clerk.post(f"/handovers/{other.pk}/copy").status_code == 404
    assert clerk.get("/handovers/?village=sunset").status_code == 404


@pytest.mark.parametrize("model", [Sheet, SignedCopy, Signature, Hand])
def test_nothing_of_it_is_changed_afterwards(
    township: Township, clerk: Client, on_ms: int, model: Any
) -> None:
    row = made_by(clerk, on_ms)
    sign(township, row, "gives", "yi")
    photo(clerk, row, "takes")
    column = "role" if model is Hand else "person"
    for write in (lambda: model.objects.update(**{column: "gives"}), model.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


WRITTEN: dict[str, Callable[[Sheet], object]] = {
    "one person twice": lambda row: Sheet.objects.create(**_copy(row, takes="bing")),
    "another leaver": lambda row: Sheet.objects.create(**_copy(row, gives="wu")),
    "nobody takes": lambda row: Sheet.objects.create(**_copy(row, takes=None)),
    "another signs": lambda row: _written(row, "takes", "yi"),
    "no part of it": lambda row: _written(row, "made", "yi"),
    "twice": lambda row: [_written(row, "gives", "yi") for _ in range(2)],
    "a hand of nobody": lambda row: Hand.objects.create(
        photo=SignedCopy.objects.create(sheet=row, sha256=b"c" * 32, person="geng", at_ms=1),
        role="made",
    ),
}


def _copy(row: Sheet, **changes: str | None) -> dict[str, Any]:
    fields = {
        name: getattr(row, name) for name in ("village", "person", "on_ms", "data", "made_ms")
    }
    return {**fields, **THREE, "sha256": b"t" * 32, "made_by": "x", **changes}


def _written(row: Sheet, role: str, person: str) -> object:
    return Signature.objects.create(
        sheet=row, role=role, person=person, roster=1, received_ms=1,
        **dict.fromkeys(PROOF, b"x"),
    )  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_the_database_takes_no_sheet_and_no_signature_of_the_wrong_people(
    clerk: Client, on_ms: int, name: str
) -> None:
    row = made_by(clerk, on_ms)
    with pytest.raises(IntegrityError), transaction.atomic():
        WRITTEN[name](row)


def test_many_sheets_take_as_many_queries_as_few(clerk: Client, on_ms: int) -> None:
    data, counted = bytes(made_by(clerk, on_ms).data), []
    clerk.get("/handovers/")
    for more in (10, 990):
        already = Sheet.objects.count()
        Sheet.objects.bulk_create(
            Sheet(
                village=VILLAGE, person=f"p{n}", on_ms=on_ms, data=data, made_by="x", made_ms=1,
                sha256=sha256(b"%d" % n).digest(), gives=f"p{n}", takes="xin", watches="bing",
            )
            for n in range(already, already + more)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            assert clerk.get("/handovers/").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_pages_on_a_phone_on_a_desk_and_on_paper(
    township: Township, clerk: Client, on_ms: int
) -> None:
    row = made_by(clerk, on_ms)
    sign(township, row, "gives", "yi")
    photo(clerk, row, "takes")
    pages = {"list": "/handovers/", "form": address(on_ms), "sheet": f"/handovers/{row.pk}/"}
    shot = f"/handovers/{row.pk}/copies/{bytes(SignedCopy.objects.get().sha256).hex()}"
    answers = ask(clerk, [*pages.values(), shot], ["hub/hub.css"])
    for page in walk(answers, pages, "handover"):
        page.emulate_media(media="print")
        assert not page.get_by_role("button", name="传上来").is_visible()
        for words in ("监交人（丙三晴）签字", "移交人（乙二亮）2"):
            assert page.get_by_text(words).is_visible(), words
        screenshot(page, "handover-paper")


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_back_from_the_county_the_browser_hands_the_signature_in(
    township: Township, clerk: Client, on_ms: int, beside: ThreadPoolExecutor
) -> None:
    row = made_by(clerk, on_ms)
    answer = text_of(json.dumps(answer_of(township, row, "takes", "xin")).encode())
    with browsers.chromium() as chromium, chromium.page(PHONE) as page:
        live(page, clerk, beside)
        page.goto(f"http://hub.localhost/handovers/return#{answer}")
        page.wait_for_url(f"http://hub.localhost/handovers/{row.pk}/")
        assert "已用通行密钥签名" in page.locator("main").inner_text()
