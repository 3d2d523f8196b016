"""The register of seals: lists and log say what is; beside them stands what people wrote down."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.blobs import store
from hub.clock import now_ms
from hub.devices import authority
from hub.registers import listed
from hub.registers.models import SealFact
from tests.hub import public_rig as hub
from tests.hub.flow_rig import client
from tests.hub.journal_rig import Journal
from tests.hub.page_rig import ask, walk
from tests.hub.papers import PAPER
from tests.hub.test_staff_rules import filed, sign, take
from tests.support.browser import screenshot
from tests.support.contents import DEVICE, VILLAGE
from tests.support.township import Township
from wire.lists.content import Machine, Seal

pytestmark = pytest.mark.django_db
SEAL = f"/registers/seals/{VILLAGE}/seal-committee/"
NEW = Seal(
    "seal-committee-2", "committee", "晨光村村民委员会章（新）", 2, "B2", "active", "seal-committee"
)


@pytest.fixture
def journal() -> Journal:
    return Journal(now_ms=now_ms())


def signed(township: Township, *seals: Seal) -> Township:
    """The officers' next list, with these in the place of the same ids, or besides."""
    machine: Machine = authority.machines()[DEVICE]
    known = {one.id: one for one in machine.seals} | {one.id: one for one in seals}
    changed = township.change(machine=replace(machine, seals=tuple(known.values())))
    authority.import_package(changed.package, root_sha256=sha256(township.roots[0]).digest())
    return changed


def committee(state: str) -> Seal:
    return Seal("seal-committee", "committee", "晨光村村民委员会章", 2, "A2", state)


def retired(township: Township) -> Township:
    return signed(township, committee("retired"), NEW)


def photo(name: str = "photo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PAPER, "image/png")


def enter(who: Client, kind: str, **fields: Any) -> Any:
    return who.post(f"{SEAL}enter/{kind}", {"day": "2026-03-01", **fields})


FILED = {"organ": "示例县公安局", "number": "示公印备〔2026〕7号"}
GONE = {"how": "当众剪毁", "first": "bing", "second": "ding"}


def test_a_page_says_what_the_lists_said_and_when(clerk: Client, township: Township) -> None:
    signed(signed(township, committee("suspended")), committee("active"))
    page = clerk.get(SEAL).content.decode()
    for words in ("在用", "暂停使用", "清单第 1 版", "清单第 2 版", "清单第 3 版", "2 号位", "A2"):
        assert words in page, words
    assert page.index("清单第 3 版") < page.index("清单第 1 版")
    one = listed.seals()[VILLAGE, "seal-committee"]
    assert [span.seal.state for span in one.in_force] == ["active", "active"]
    first, second, third = one.spans
    assert (first.until_ms, second.until_ms, third.until_ms) == (
        second.since_ms, third.since_ms, None,
    )  # fmt: skip


def test_a_seal_of_two_machines_one_after_the_other_is_one_seal() -> None:
    seal = committee("active")
    old = Machine("old-1", VILLAGE, "村", "EdDSA", b"k" * 32, "active", (seal,))
    new = replace(old, device="new-1")
    found = listed.folded([(1, 10, [old]), (2, 20, [new]), (3, 30, [new]), (4, 40, [])])
    spans = found[VILLAGE, "seal-committee"].spans
    assert [(one.device, one.since_ms, one.until_ms) for one in spans] == [
        ("old-1", 10, 20), ("new-1", 20, 40),
    ]  # fmt: skip
    assert found[VILLAGE, "seal-committee"].state == "off"


def test_custody_and_specimen_come_from_the_log(clerk: Client, journal: Journal) -> None:
    specimen = store.put(b"\xff\xd8\xff\xe0 impression", "photo", DEVICE)
    moved: dict[str, Any] = {"slot": 2, "operator": "wu", "witness": "bing"}
    journal.write("seal_out", seal="seal-committee", reason="清洁印面", **moved)
    journal.write("seal_out", seal="seal-party", reason="别的印章", **moved)
    journal.write(
        "seal_replaced", seal="seal-committee", replaces="seal-old", specimen=specimen,
        reason="印面磨损", **moved,
    )  # fmt: skip
    journal.write("handover", seal="seal-committee", giver="wu", receiver="ji", witness="bing")
    hub.store(journal.written)
    page = clerk.get(SEAL).content.decode()
    for words in ("清洁印面", "印面磨损", "移交人：戊五辉", "接交人：己六晓", "见证人：丙三晴"):
        assert words in page, words
    assert "别的印章" not in page
    assert f"{SEAL}photos/{specimen.hex()}" in page
    assert clerk.get(f"{SEAL}photos/{specimen.hex()}")["Content-Type"] == "image/jpeg"
    other = store.put(b"\xff\xd8\xff\xe0 before a stamp", "photo", DEVICE).hex()
    assert clerk.get(f"{SEAL}photos/{other}").status_code == 404
    store.remove(specimen)
    assert "平台上没有印模照片" in clerk.get(SEAL).content.decode(), "it was erased after its days"


def test_a_filing_is_kept_beside_and_corrected_with_the_reason(clerk: Client) -> None:
    assert enter(clerk, "filed", **FILED).status_code == 302
    assert "已经登记过" in enter(clerk, "filed", **FILED).content.decode()
    row = SealFact.objects.get()
    again = {**FILED, "number": "示公印备〔2026〕8号", "corrects": str(row.pk)}
    assert 'id="reason-wrong"' in enter(clerk, "filed", **again).content.decode()
    assert enter(clerk, "filed", **again, reason="编号抄错").status_code == 302
    page = clerk.get(SEAL).content.decode()
    assert page.index("〔2026〕8号") < page.index("更正以前的（1）") < page.index("〔2026〕7号")
    assert enter(clerk, "filed", **again, reason="又一次").status_code == 404, "it is corrected"


def test_rows_are_never_changed(clerk: Client) -> None:
    enter(clerk, "filed", **FILED)
    for write in (lambda: SealFact.objects.update(day="x"), SealFact.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_a_seal_in_force_is_not_destroyed(clerk: Client, township: Township) -> None:
    answer = enter(clerk, "destroyed", **GONE, pages=photo())
    assert "先由镇里停用" in answer.content.decode()
    retired(township)
    assert enter(clerk, "destroyed", **GONE, pages=photo()).status_code == 302
    page = clerk.get(SEAL).content.decode()
    for words in ("当众剪毁", "丙三晴", "丁四朗", f"{SEAL}photos/"):
        assert words in page, words


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no photo": ({"pages": ""}, "pages", "请拍照"),
    "one witness twice": ({"second": "bing"}, "second", "不能是同一个人"),
    "the writer himself": ({"first": "geng"}, "first", "填写的人不能当监销人"),
    "nobody": ({"second": "nobody"}, "second", "请从名单里选"),
    "nobody who watches": ({"first": "wu", "second": "ji"}, "first", "监督职务"),
    "no day": ({"day": ""}, "day", "不是日期"),
    "no word of how": ({"how": ""}, "how", "请填怎么销毁的"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    clerk: Client, township: Township, name: str
) -> None:
    retired(township)
    changed, where, says = WRONG[name]
    answer = enter(clerk, "destroyed", **{**GONE, "pages": photo(), **changed})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert says in page[page.index(f'id="{where}-wrong"') :].split("</p>")[0]
    assert "当众剪毁" in page or name == "no word of how"
    assert not SealFact.objects.exists()


def test_witnesses_of_one_family_are_refused(clerk: Client, township: Township) -> None:
    roster = township.roster
    persons = {**roster.persons, "ding": replace(roster.persons["ding"], relatives=("bing",))}
    kin = township.change(roster=replace(roster, persons=persons))
    authority.import_package(kin.package, root_sha256=sha256(township.roots[0]).digest())
    retired(kin)
    assert "不能是亲属" in enter(clerk, "destroyed", **GONE, pages=photo()).content.decode()


def test_a_notice_is_printed_with_its_text_and_day(clerk: Client) -> None:
    fields = {"about": "stop", "text": "原印章自即日起作废。\n特此公告。", "place": "村务公开栏"}
    enter(clerk, "notice", **fields)
    enter(clerk, "notice", **{**fields, "about": "start"})
    first = SealFact.objects.order_by("id")[0]
    page = clerk.get(f"/registers/notices/{first.pk}/").content.decode()
    for words in ("停用作废", "原印章自即日起作废。", "2026年3月1日", "晨光村"):
        assert words in page, words


def approved(township: Township) -> Any:
    found = filed()
    take(township, found, sign(township, found, "director", "yi"))
    take(township, found, sign(township, found, "secretary", "jia"))
    return found


def test_another_village_and_the_township_write_nothing(clerk: Client) -> None:
    other = "/registers/seals/sunset/seal-committee/"
    assert clerk.get(other).status_code == 404
    assert clerk.get("/registers/seals/?village=sunset").status_code == 404
    assert client("ren").get(SEAL).status_code == 200
    assert enter(client("ren"), "filed", **FILED).status_code == 403
    assert clerk.get(f"{SEAL}enter/loan").status_code == 404
    for word in ("登记公安备案", "更正"):
        assert word not in client("ren").get(SEAL).content.decode()


def test_a_seal_with_a_long_history_takes_as_many_queries_as_one_with_a_short(
    clerk: Client, journal: Journal
) -> None:
    clerk.get(SEAL)
    counted = []
    for more in (10, 40):
        start = len(journal.written)
        for _ in range(more):
            journal.write(
                "seal_out", seal="seal-committee", slot=2, operator="wu", witness="bing",
                reason="清洁",
            )  # fmt: skip
            enter(clerk, "notice", about="start", text="启用", place="公开栏")
        hub.store(journal.written[start:])
        with CaptureQueriesContext(connection) as queries:
            assert clerk.get(SEAL).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_pages_on_a_phone_on_a_desk_and_on_paper(
    clerk: Client, township: Township, journal: Journal
) -> None:
    found = approved(township)
    journal.write(
        "seal_out",
        seal="seal-committee",
        slot=2,
        operator="wu",
        witness="bing",
        reason="换章",
    )
    hub.store(journal.written)
    retired(township)
    enter(clerk, "filed", **FILED)
    enter(clerk, "destroyed", **GONE, pages=photo())
    text = "原“晨光村村民委员会章”自即日起停止使用，特此公告。"
    enter(clerk, "notice", about="stop", text=text, place="村务公开栏")
    row = SealFact.objects.get(kind="notice")
    (drawn,) = SealFact.objects.get(kind="destroyed").pages
    pages = {
        "list": "/registers/seals/",
        "one": SEAL,
        "form": f"{SEAL}enter/carved",
        "destroyed": f"/registers/seals/{VILLAGE}/seal-committee-2/enter/destroyed",
        "notice": f"/registers/notices/{row.pk}/",
        "application": f"/applications/{found.pk}/",
    }
    photos = f"{SEAL}photos/{drawn}"
    styles = ["hub/hub.css", "registers/registers.css"]
    answers = ask(clerk, [*pages.values(), photos], styles)
    for page in walk(answers, pages, "seal"):
        page.goto(f"http://hub.localhost{pages['notice']}")
        page.emulate_media(media="print")
        assert page.get_by_text(text).is_visible()
        assert not page.get_by_role("link", name="返回").is_visible()
        screenshot(page, "seal-paper")
