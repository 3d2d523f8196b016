"""Changes of office: what the signed roster says, exit sheets, and the paper with three names."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from demo.paper import DOCUMENTS, png
from hub.blobs import store
from hub.clock import now_ms
from hub.devices import authority
from hub.handovers import changes, sheet
from hub.handovers.models import Sheet, SignedCopy
from hub.people.roster import find
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.page_rig import ask, walk
from tests.hub.test_staff_rules import filed
from tests.support.browser import screenshot
from tests.support.contents import DAY, NAMES, VILLAGE
from tests.support.township import Township
from wire.lists.content import Person, Roster, Term

pytestmark = pytest.mark.django_db
PAPER = png(DOCUMENTS["residence"])


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
    assert [shown[role]["name"] for role in ("gives", "takes", "watches")] == [
        NAMES[one] for one in ("yi", "xin", "bing")
    ]
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
    who = sheet.Leaving(roster.persons["yi"], roster, 1, "村", {"xin": "x"}, {"ding": "d"})
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


def test_the_signed_paper_is_kept_by_its_hash(clerk: Client, on_ms: int) -> None:
    row = made_by(clerk, on_ms)
    assert "等三方签字" in clerk.get("/handovers/").content.decode()
    for _ in range(2):
        upload = SimpleUploadedFile("signed.png", PAPER, "image/png")
        answer = clerk.post(f"/handovers/{row.pk}/copy", {"copy": upload})
    assert b"this photo is there already" in answer.content
    kept = SignedCopy.objects.get()
    drawn = store.get(bytes(kept.sha256))
    assert drawn is not None
    assert drawn.startswith(b"\x89PNG")
    photo = clerk.get(f"/handovers/{row.pk}/copies/{bytes(kept.sha256).hex()}")
    assert (photo.content, photo["Content-Type"]) == (drawn, "image/png")
    assert "已签字" in clerk.get("/handovers/").content.decode()


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7"])
def test_what_is_no_photo_is_refused_beside_its_field(
    clerk: Client, on_ms: int, data: bytes
) -> None:
    row = made_by(clerk, on_ms)
    answer = clerk.post(f"/handovers/{row.pk}/copy", {"copy": SimpleUploadedFile("x.png", data)})
    assert answer.status_code == 400
    assert 'id="copy-wrong"' in answer.content.decode()
    assert not SignedCopy.objects.exists()


def test_another_village_sees_nothing_of_it(
    township: Township, clerk: Client, on_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = made_by(clerk, on_ms)
    Sheet.objects.create(
        village="sunset", person="yi", on_ms=on_ms, data=bytes(row.data),
        sha256=b"s" * 32, made_by="x", made_ms=1,
    )  # fmt: skip
    other = Sheet.objects.get(village="sunset")
    for path in (f"/handovers/{other.pk}/", f"/handovers/{other.pk}/copies/{'0' * 64}"):
        assert clerk.get(path).status_code == 404
    assert clerk.post(f"/handovers/{other.pk}/copy").status_code == 404
    assert clerk.get("/handovers/?village=sunset").status_code == 404


@pytest.mark.parametrize("model", [Sheet, SignedCopy])
def test_nothing_of_it_is_changed_afterwards(
    clerk: Client, on_ms: int, model: type[Sheet] | type[SignedCopy]
) -> None:
    row = made_by(clerk, on_ms)
    SignedCopy.objects.create(sheet=row, sha256=b"c" * 32, person="geng", at_ms=1)
    for write in (lambda: model.objects.update(person="jia"), model.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_many_sheets_take_as_many_queries_as_few(clerk: Client, on_ms: int) -> None:
    data, counted = bytes(made_by(clerk, on_ms).data), []
    clerk.get("/handovers/")
    for more in (10, 990):
        already = Sheet.objects.count()
        Sheet.objects.bulk_create(
            Sheet(
                village=VILLAGE, person=f"p{n}", on_ms=on_ms, data=data, made_by="x", made_ms=1,
                sha256=sha256(b"%d" % n).digest(),
            )
            for n in range(already, already + more)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            assert clerk.get("/handovers/").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_pages_on_a_phone_on_a_desk_and_on_paper(clerk: Client, on_ms: int) -> None:
    row = made_by(clerk, on_ms)
    pages = {"list": "/handovers/", "form": address(on_ms), "sheet": f"/handovers/{row.pk}/"}
    answers = ask(clerk, pages.values(), ["hub/hub.css"])
    for page in walk(answers, pages, "handover"):
        page.emulate_media(media="print")
        assert not page.get_by_role("button", name="传上来").is_visible()
        assert page.get_by_text("监交人（丙三晴）签字").is_visible()
        screenshot(page, "handover-paper")
