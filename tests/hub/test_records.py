"""The inspectors' pages: everything is shown to them, and to nobody else."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.blobs import store as blobs
from hub.clock import moment
from hub.ingest.models import Conflict
from hub.records import index
from hub.records.models import Review
from tests.hub import public_rig as hub
from tests.hub.journal_rig import COUNTERS, Journal
from tests.support.contents import DAY, DEVICE, NOW, VILLAGE
from tests.support.township import Township
from wire.approval import draft
from wire.approval.draft import Draft
from wire.record import commitment

pytestmark = pytest.mark.django_db
GRANT = b"g" * 32
PHOTO = b"\xff\xd8\xff\xe0 a photo"


@pytest.fixture
def staff(settings: Settings, tmp_path: Path) -> Client:
    hub.staff_site(settings, tmp_path)
    return Client()


@pytest.fixture
def township(staff: Client, journal: Journal) -> Township:
    return hub.township(journal)


@pytest.fixture
def inspector(staff: Client, township: Township) -> Client:
    hub.sign_in(staff, "ren")
    return staff


def test_only_inspectors_may_read(staff: Client, journal: Journal, township: Township) -> None:
    entry = journal.stamp(GRANT)
    hub.store(journal.written)
    name = entry.hash.hex()
    paths = ["/records/", f"/records/{name}/", f"/records/{name}/raw", f"/records/photos/{name}"]
    for person in (None, "jia", "gui"):
        if person is not None:
            hub.sign_in(staff, person)
        for path in [*paths, "/records/conflicts/1/raw"]:
            assert staff.get(path).status_code in (302, 401, 403), (person, path)
    hub.sign_in(staff, "ren")
    assert [staff.get(path).status_code for path in paths] == [200, 200, 200, 404]
    for path in paths:
        assert staff.post(path).status_code == 405


def test_an_entry_is_shown_with_people_and_title(
    inspector: Client, journal: Journal, township: Township
) -> None:
    grant = township.grant(township.application(title="充电桩安装申请"))
    hub.publish(township, [grant])
    photo = blobs.put(PHOTO, "photo", DEVICE)
    journal.stamp(grant.id, before=photo)
    hub.store(journal.written)
    page = _text(inspector, "/records/")
    for words in (
        *("准许开锁", "已盖章", "已上锁", "戊五辉（wu）", "充电桩安装申请", "与批准的页一致"),
        *("有新印迹、印迹 1", "日志第 0 号", f"/records/photos/{photo.hex()}"),
    ):
        assert words in page, words
    assert page.index("已上锁") < page.index("准许开锁", page.index("rec-list"))
    assert inspector.get(f"/records/photos/{photo.hex()}").content == PHOTO


def test_a_photo_that_did_not_arrive_is_said_to_be_missing(
    inspector: Client, journal: Journal
) -> None:
    photo = blobs.put(PHOTO, "photo", DEVICE)
    journal.stamp(GRANT, before=photo)
    hub.store(journal.written)
    page = _text(inspector, "/records/")
    assert page.count("照片未收到") == 1
    assert page.count(f'src="/records/photos/{photo.hex()}"') == 1
    assert page.count("<img") == 1


def test_a_stamped_entry_takes_its_title_from_the_list_it_was_judged_by(
    inspector: Client, journal: Journal, township: Township
) -> None:
    grant = township.grant(township.application(title="充电桩安装申请"))
    hub.publish(township, [grant])
    hub.publish(township, [], version=2)
    stamped = journal.stamp(grant.id)
    hub.store(journal.written)
    assert "充电桩安装申请" in _text(inspector, f"/records/{stamped.hash.hex()}/")


def test_the_detail_says_what_is_opened_and_what_is_sealed(
    inspector: Client, journal: Journal
) -> None:
    entry = journal.authorise(GRANT)
    hub.store(journal.written)
    page = _text(inspector, f"/records/{entry.hash.hex()}/")
    assert page.count("已开示，与记录相符") == 2
    assert GRANT.hex() in page
    hub.lose_openings()
    page = _text(inspector, f"/records/{entry.hash.hex()}/")
    assert page.count("承诺值，没有开示") == 2
    assert "戊五辉" not in page


def test_an_emergency_is_to_be_reviewed_and_says_who_asked_for_what(
    inspector: Client, journal: Journal
) -> None:
    declared = hub.declare(journal, b"e" * 32)
    stamped = journal.stamp(b"e" * 32)
    hub.store(journal.written)
    for name in (declared.hash, stamped.hash):
        page = _text(inspector, f"/records/{name.hex()}/")
        assert "应急用印，待复核" in page
        assert "受灾救助申请（台风断网），1 次" in page
    page = _text(inspector, f"/records/{declared.hash.hex()}/")
    for words in ("联系中断", "bing", "GGGGHHHHIIIIJJJJ", "应急码验证值"):
        assert words in page, words


def test_a_draft_is_shown_with_its_pages(inspector: Client, journal: Journal) -> None:
    page = blobs.put(PHOTO, "photo", DEVICE)
    made = Draft("residence", "seal-committee", "林小满", "居住证明", "学校报名", 2, (page,))
    begun = journal.write(
        "drafted", item="residence", pages=1, draft=draft.encode(made), operator="wu"
    )
    spoilt = journal.write("drafted", item="residence", pages=1, draft=b"garbage", operator="wu")
    hub.store(journal.written)
    shown = _text(inspector, f"/records/{begun.hash.hex()}/")
    for words in (
        "居住证明（学校报名），2 次，为林小满办理",
        f"/records/photos/{page.hex()}",
        "第 1 页",
    ):
        assert words in shown, words
    assert b"garbage".hex() in _text(inspector, f"/records/{spoilt.hash.hex()}/")


def test_lists_of_bytes_are_shown_as_hexadecimal(inspector: Client, journal: Journal) -> None:
    declared = hub.declare(journal, b"e" * 32)
    hub.store(journal.written)
    assert (b"v" * 32).hex() in _text(inspector, f"/records/{declared.hash.hex()}/")


def review(client: Client, name: bytes, **changes: str) -> int:
    typed = {"verdict": "irregular", "words": "登记与照片不符，已约谈", **changes}
    return client.post(f"/records/{name.hex()}/review", typed).status_code


def test_a_review_stands_beside_the_record_and_takes_nothing_away(
    inspector: Client, journal: Journal
) -> None:
    declared = hub.declare(journal, b"e" * 32)
    stamped = journal.stamp(b"e" * 32)
    used = hub.use_outside(journal)
    hub.store(journal.written)
    page = _text(inspector, f"/records/{declared.hash.hex()}/")
    assert "写下复核" in page
    assert review(inspector, declared.hash) == 302
    for name in (declared.hash, stamped.hash):
        page = _text(inspector, f"/records/{name.hex()}/")
        for words in ("应急用印，已复核：存在异常", "登记与照片不符，已约谈", "ren"):
            assert words in page, words
        assert "写下复核" not in page
    assert "机外用印，待复核" in _text(inspector, f"/records/{used.hash.hex()}/")
    assert review(inspector, used.hash, verdict="in_order") == 302
    page = _text(inspector, "/records/")
    assert "机外用印，已复核：无异常" in page
    assert page.count("应急用印，已复核：存在异常") == 3


def test_a_review_is_written_once_by_an_inspector_who_took_no_part(
    inspector: Client, journal: Journal, township: Township
) -> None:
    declared, beat = hub.declare(journal, b"e" * 32), journal.write("heartbeat", **COUNTERS)
    own = journal.write(
        "outside_use", seal="seal-committee", register="登-002", used=journal.now_ms,
        impressions=1, matter="x", operator="wu", witness="ren", picture=bytes(32),
    )  # fmt: skip
    hub.store(journal.written)
    for wrong in (
        {"verdict": "fine"},
        {"words": " "},
        {"words": "长" * 501},
        {"words": "一\u202e"},
    ):
        assert review(inspector, declared.hash, **wrong) == 400
    assert [review(inspector, one.hash) for one in (beat, own)] == [400, 400]
    assert [review(inspector, declared.hash) for _ in range(2)] == [302, 400]
    assert Review.objects.count() == 1
    for person in ("jia", "gui"):
        hub.sign_in(inspector, person)
        assert review(inspector, declared.hash) == 403
    assert review(Client(), declared.hash) == 302
    assert Review.objects.count() == 1
    guarded = Client(enforce_csrf_checks=True)
    hub.sign_in(guarded, "ren")
    assert review(guarded, declared.hash) == 403
    for change in (Review.objects.all().delete, lambda: Review.objects.update(words="x")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_an_emergency_whose_subject_is_garbage_is_shown_all_the_same(
    inspector: Client, journal: Journal
) -> None:
    declared = hub.declare(journal, b"e" * 32, details=b"garbage")
    hub.store(journal.written)
    assert b"garbage".hex() in _text(inspector, f"/records/{declared.hash.hex()}/")


def test_a_corrected_stamp_and_its_correction_are_marked(
    inspector: Client, journal: Journal
) -> None:
    stamped = journal.stamp(GRANT)
    photo = blobs.put(b"\xff\xd8\xff cancelled", "photo", DEVICE)
    correction = journal.write(
        "correction",
        stamped=stamped.entry.seq,
        entry=stamped.hash,
        subject=bytes(32),
        list=1,
        list_sha256=bytes(32),
        state="cancelled",
        replacement=b"h" * 32,
        operator="wu",
        picture=photo,
    )
    hub.store(journal.written)
    page = _text(inspector, f"/records/{stamped.hash.hex()}/")
    assert "已作废，原件已收回" in page
    assert f"；由申请 {'68' * 8} 代替" in page
    page = _text(inspector, f"/records/{correction.hash.hex()}/")
    assert f'src="/records/photos/{photo.hex()}"' in page
    assert "被作废的盖章记录" in page


def test_a_use_outside_the_machine_is_opened_to_inspectors(
    inspector: Client, journal: Journal
) -> None:
    hub.use_outside(journal)
    hub.store(journal.written)
    page = _text(inspector, f"/records/{journal.written[0].hash.hex()}/")
    for words in ("机外用印", "登-001", "某人的低保申请", "bing", "照片未收到"):
        assert words in page, words


def test_a_forged_opening_is_red(inspector: Client, journal: Journal) -> None:
    entry = journal.authorise(GRANT)
    assert entry.openings is not None
    held = commitment.decode(entry.openings)
    forged = tuple(
        replace(one, value="ji") if one.field == "operator" else one for one in held.openings
    )
    hub.store([replace(entry, openings=commitment.encode(replace(held, openings=forged)))])
    page = _text(inspector, "/records/")
    assert "开示与记录不符" in page
    assert "rec-grave" in page
    assert "己六晓" not in page


def test_an_entry_is_told_in_words_and_dates(inspector: Client, journal: Journal) -> None:
    opening = journal.authorise(GRANT)
    used = hub.use_outside(journal)
    hub.store(journal.written)
    page = _text(inspector, f"/records/{opening.hash.hex()}/")
    assert "整张" in page
    assert "与批准的页一致" in page
    assert "page_match" not in page
    assert "晨光村村民委员会章（seal-committee）" in page
    assert page.count("戊五辉（wu）") == 2
    assert f"{moment(used.entry.body['used']):%Y-%m-%d}" in _text(
        inspector, f"/records/{used.hash.hex()}/"
    )


def test_conflicts_are_red_and_their_bytes_kept(inspector: Client, journal: Journal) -> None:
    entry = journal.authorise(GRANT)
    hub.store(journal.written)
    assert "互相矛盾" not in _text(inspector, "/records/")
    rival = Journal(signer=journal.signer).authorise(b"h" * 32)
    found = Conflict.objects.create(
        device=DEVICE, seq=1, envelope=rival.envelope, reason="fork", received_ms=NOW
    )
    for path in ("/records/", f"/records/{entry.hash.hex()}/"):
        page = _text(inspector, path)
        assert "互相矛盾" in page
        assert "sunrise-1 第 1 条：同一序号有两份不同的记录" in page
    assert "rec-grave" in _text(inspector, "/records/")
    raw = _text(inspector, f"/records/conflicts/{found.pk}/raw")
    assert bytes.fromhex(raw) == rival.envelope


def test_the_raw_bytes_are_the_signed_ones(inspector: Client, journal: Journal) -> None:
    entry = journal.authorise(GRANT)
    hub.store(journal.written)
    reply = inspector.get(f"/records/{entry.hash.hex()}/raw")
    assert bytes.fromhex(reply.content.decode()) == entry.envelope
    assert "sunrise-1-1.hex" in reply["Content-Disposition"]
    assert reply["Cache-Control"] == "private, no-store"


def test_refusals_and_alarms_stand_out(inspector: Client, journal: Journal) -> None:
    journal.write(
        "refused", code="item_forbidden", action="choose", grant=None, operator="wu", detail=""
    )
    journal.write("alarm", alarm="case_opened", detail="", **COUNTERS)
    hub.store(journal.written, logged=False)
    page = _text(inspector, "/records/")
    assert "这一事项不该由村里盖章" in page
    assert "机箱被打开" in page
    assert "等待入册" in page
    assert page.count("rec-grave") == 1


def test_the_list_can_be_narrowed(inspector: Client, journal: Journal) -> None:
    for _ in range(12):
        journal.stamp(GRANT)
    hub.store(journal.written)
    first = _text(inspector, "/records/")
    assert first.count("rec-row") == 30
    (later,) = re.findall(r'"\?(after=[0-9.]+)"', first)
    second = _text(inspector, f"/records/?{later}")
    assert second.count("rec-row") == 6
    (back,) = re.findall(r'"\?(before=[0-9.]+)"', second)
    again = _text(inspector, f"/records/?{back}")
    assert _shown(again) == _shown(first)
    assert not set(_shown(first)) & set(_shown(second))
    for garbage in ("after=x", "after=1", "before=9.", "after=" + "9" * 40 + ".1"):
        assert _shown(_text(inspector, f"/records/?{garbage}")) == _shown(first)
    assert _text(inspector, "/records/?kind=stamped").count("rec-row") == 12
    assert _text(inspector, f"/records/?device={DEVICE}&village={VILLAGE}").count("rec-row") == 30


WRONG = {
    "kind=nonsense": "没有“nonsense”，请从列表里选。",
    "device=sunset-1": "没有“sunset-1”，请从列表里选。",
    "village=&item=%3Cb%3E": "没有“&lt;b&gt;”，请从列表里选。",
    "person=无此人": "名册和记录里都没有“无此人”",
    "since=2026-13-45": "“2026-13-45”不是日期，请写成 2026-11-02。",
    "until=9999-12-31": "“9999-12-31”不是日期，请写成 2026-11-02。",
    "since=2026-11-02&until=2026-11-01": "结束日期在开始日期之前",
}


@pytest.mark.parametrize("query", WRONG)
def test_what_cannot_be_looked_for_is_said_beside_the_field(
    inspector: Client, journal: Journal, query: str
) -> None:
    hub.store([journal.stamp(GRANT)])
    page = _sought(inspector, **dict(parse_qsl(query)))
    assert WRONG[query] in page
    assert "筛选条件有误" in page
    assert "rec-row" not in page
    name, _, typed = query.split("&")[-1].partition("=")
    assert f'aria-describedby="{name}-wrong"' in page
    if name in ("person", "since", "until"):
        assert f'value="{typed}"' in page


def test_records_are_found_by_item_person_and_day(inspector: Client, journal: Journal) -> None:
    first = journal.stamp(GRANT, wall_ms=NOW)
    other = journal.stamp(b"h" * 32, item="enrolment", operator="ji", wall_ms=NOW + 3 * DAY)
    hub.store(journal.written)
    assert "最新的 6 条还没有编入索引" in _text(inspector, "/records/?item=residence")
    while index.step():
        pass
    page = _text(inspector, "/records/?item=residence")
    assert "编入索引" not in page
    assert first.hash.hex() in _shown(page)
    assert len(_shown(page)) == 3
    for typed in ("ji", "己六晓"):
        page = _sought(inspector, person=typed)
        assert [one for one in journal.written if one.hash.hex() in _shown(page)] == [
            journal.written[3]
        ]
    assert _shown(_sought(inspector, person="ji", item="residence")) == []
    page = _text(inspector, "/records/?since=2026-11-05&until=2026-11-05")
    assert len(_shown(page)) == 3
    assert other.hash.hex() in _shown(page)
    assert "按发生的时间" in page
    journal.write("heartbeat", wall_ms=NOW, **COUNTERS)
    hub.store(journal.written[-1:])
    assert _shown(_text(inspector, "/records/"))[0] == journal.written[-1].hash.hex()
    assert _shown(_text(inspector, "/records/?until=2026-11-05"))[0] != (
        journal.written[-1].hash.hex()
    )


def test_erased_openings_are_forgotten_by_the_index(inspector: Client, journal: Journal) -> None:
    journal.stamp(GRANT)
    hub.store(journal.written)
    index.step()
    assert len(_shown(_sought(inspector, person="wu"))) == 1
    index.forget([journal.written[0].hash])
    assert _shown(_sought(inspector, person="wu")) == []
    index.step()
    assert _shown(_sought(inspector, person="wu")) == []


def test_each_inspector_has_reviewed_what_he_himself_reviewed(
    inspector: Client, journal: Journal
) -> None:
    stamped, other = journal.stamp(GRANT), journal.stamp(GRANT)
    hub.store(journal.written)
    assert review(inspector, stamped.hash, verdict="in_order", words="") == 302
    Review.objects.create(
        entry_hash=other.hash, person="another", verdict="in_order", words="", made_ms=NOW
    )
    page = _text(inspector, "/records/?kind=stamped")
    assert "我已复核：无异常" in page
    assert "another 已复核：无异常" in page
    todo = _shown(_text(inspector, "/records/?kind=stamped&mine=todo"))
    done = _shown(_text(inspector, "/records/?mine=done"))
    assert (todo, done) == ([other.hash.hex()], [stamped.hash.hex()])


def test_a_review_that_is_not_complete_is_answered_beside_the_field(
    inspector: Client, journal: Journal
) -> None:
    stamped = journal.stamp(GRANT)
    hub.store(journal.written)
    address = f"/records/{stamped.hash.hex()}/review"
    reply = inspector.post(address, {"verdict": "irregular", "words": ""})
    page = reply.content.decode()
    assert (reply.status_code, "请写下查了什么" in page) == (400, True)
    assert 'value="irregular" required checked' in page
    page = inspector.post(address, {"words": "看过三遍"}).content.decode()
    assert "请选一个结论" in page
    assert "看过三遍</textarea>" in page
    assert not Review.objects.exists()


def test_a_list_takes_as_many_queries_for_30_rows_as_for_3(
    inspector: Client, journal: Journal, township: Township
) -> None:
    grant = township.grant(township.application(title="充电桩安装申请"))
    asked = []
    for version in range(1, 12):
        hub.publish(township, [grant], version=version)
        journal.stamp(grant.id, list=version)
        journal.write(
            "refused", code="busy", action="choose", grant=grant.id, operator="wu", detail=""
        )
        hub.store(journal.written[-4:])
        while index.step():
            pass
        with CaptureQueriesContext(connection) as caught:
            page = _text(inspector, "/records/?device=sunrise-1&since=2026-01-01")
        asked.append(len(caught))
        titled = [one for one in journal.written[-30:] if one.entry.kind != "relocked"]
        assert page.count("充电桩安装申请") == len(titled)
    assert len(_shown(page)) == 30
    cold, *warm = asked
    assert set(warm) == {29}, warm
    assert cold <= 31


def test_who_demanded_papers_is_listed_for_the_township(
    inspector: Client, journal: Journal, township: Township
) -> None:
    assert "还没有" in _text(inspector, "/records/demands/")
    for demander in ("某银行县城支行", "某银行县城支行", "某用人单位"):
        journal.write("demanded", item="kinship", demander=demander, operator=None)
    hub.store(journal.written)
    page = _text(inspector, "/records/demands/")
    assert page.count("rec-row") == 3
    assert "<b>某银行县城支行</b> 2 次" in page
    assert page.index("某用人单位") < page.rindex("某银行县城支行")
    assert "/records/demands/" in _text(inspector, "/records/")
    hub.lose_openings()
    page = _text(inspector, "/records/demands/")
    assert "某银行" not in page
    assert "（未开示）" in page


def test_only_inspectors_read_who_demanded_papers(staff: Client, township: Township) -> None:
    for person in (None, "jia", "gui"):
        if person is not None:
            hub.sign_in(staff, person)
        assert staff.get("/records/demands/").status_code in (302, 401, 403)


def test_an_unknown_entry_is_not_found(inspector: Client) -> None:
    assert inspector.get(f"/records/{'0' * 64}/").status_code == 404
    assert inspector.get("/records/xyz/").status_code == 404


def _sought(client: Client, **fields: str) -> str:
    """The page that a search leads to."""
    reply = client.post("/records/search", fields)
    assert (reply.status_code, "wu" in reply["Location"]) == (302, False)
    return _text(client, reply["Location"])


def _shown(page: str) -> list[str]:
    """The hashes of the entries on a page, in its order."""
    return re.findall(r'class="rec-kind" href="/records/([0-9a-f]{64})/"', page)


def _text(client: Client, path: str) -> str:
    reply = client.get(path)
    assert reply.status_code == 200, reply.status_code
    return reply.content.decode()
