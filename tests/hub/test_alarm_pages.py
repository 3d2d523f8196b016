"""The pages of alarms: who sees which, in what order, and what people may do with them."""

import json
import threading
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.alarms import ledger, process
from hub.alarms.limits import HOUR_MS, read
from hub.alarms.models import Alarm, AlarmStep
from hub.blobs import store as blobs
from hub.clock import now_ms
from hub.config import FILE, config
from hub.ingest.models import Record
from hub.operate.pulse import FOLDER, SILENT_MS
from tests.hub import public_rig as hub
from tests.hub.alarm_rig import approve
from tests.hub.journal_rig import COUNTERS, Journal, Written
from tests.support.contents import DEVICE
from tests.support.township import Township

pytestmark = pytest.mark.django_db
HOURS = read({})
PHOTO = b"\xff\xd8\xff\xe0 a photo"


@pytest.fixture
def staff(settings: Settings, tmp_path: Path) -> Client:
    hub.staff_site(settings, tmp_path)
    return Client()


@pytest.fixture
def journal() -> Journal:
    return Journal(now_ms=now_ms())


@pytest.fixture
def township(staff: Client, journal: Journal) -> Township:
    return hub.township(journal)


@pytest.fixture
def inspector(staff: Client, township: Township) -> Client:
    hub.sign_in(staff, "ren")
    return staff


def opened(journal: Journal, after: bytes | None = None) -> Written:
    """A stamp of which no picture was taken, and its photo before."""
    photo = blobs.put(PHOTO, "photo", DEVICE)
    seq = journal.authorise(b"g" * 32, before=photo, unlatches=4, presses=4).entry.seq
    journal.write(
        "stamped", authorised=seq, grant=b"g" * 32, after=after, findings=[], unlatches=5, presses=5
    )
    journal.write("relocked", authorised=seq, unlatches=5, presses=5)
    return journal.written[-2]


def raised(journal: Journal, at_ms: int) -> Alarm:
    hub.store(one for one in journal.written if not _stored(one))
    process.arrived(HOURS, at_ms)
    return Alarm.objects.latest("pk")


def test_the_first_page_says_how_many_wait_to_those_whom_they_came_to(
    staff: Client, journal: Journal, township: Township
) -> None:
    for person in ("ren", "gui", "geng"):
        hub.sign_in(staff, person)
        assert "等着处理" not in staff.get("/").content.decode()
    journal.write("alarm", alarm="case_opened", detail="", **COUNTERS)
    raised(journal, now_ms() - 30 * HOUR_MS)
    opened(journal)
    raised(journal, now_ms())
    ledger.escalate(HOURS, now_ms())
    for person, count in (("ren", 2), ("gui", 1)):
        hub.sign_in(staff, person)
        page = staff.get("/").content.decode()
        assert f"报警，等着处理（{count}）" in page
        assert "其中已超期 1 件" in page
    hub.sign_in(staff, "geng")
    assert "等着处理" not in staff.get("/").content.decode()


def test_who_sees_which(staff: Client, journal: Journal, township: Township) -> None:
    journal.write("alarm", alarm="case_opened", detail="", **COUNTERS)
    late = raised(journal, now_ms() - 30 * HOUR_MS)
    stamped = opened(journal)
    fresh = raised(journal, now_ms())
    ledger.escalate(HOURS, now_ms())
    photo = f"photos/{blobs.put(PHOTO, 'photo', DEVICE).hex()}"
    paths = [f"/alarms/{one.pk}/" for one in (late, fresh)]
    allowed = {"ren": [200, 200, 200, 200], "gui": [200, 200, 404, 404], "jia": [403] * 4}
    for person, expected in allowed.items():
        hub.sign_in(staff, person)
        asked = ["/alarms/", *paths, f"{paths[1]}{photo}"]
        assert [staff.get(path).status_code for path in asked] == expected, person
        acts = [f"{path}{act}" for path in paths for act in ("acknowledge", "outcome")]
        if person == "jia":
            assert {staff.post(path).status_code for path in acts} == {403}
    hub.sign_in(staff, "gui")
    assert _shown(_text(staff, "/alarms/")) == [late.pk]
    hub.sign_in(staff, "ren")
    assert staff.get(f"{paths[0]}{photo}").status_code == 404
    assert bytes(fresh.entry_hash or b"") == stamped.hash
    assert Client().get(paths[0]).status_code == 302


def test_an_alarm_is_shown_with_its_evidence(inspector: Client, journal: Journal) -> None:
    opened(journal)
    alarm = raised(journal, now_ms())
    page = _text(inspector, f"/alarms/{alarm.pk}/")
    for words in (
        *("照片数与按压数不一致", "每按压一次，盖后有一张照片", "按压 1 次，印迹照片 0 张"),
        *("与按压次数不一致", "晨光村，sunrise-1", "还没有人确认"),
        f"/alarms/{alarm.pk}/photos/{blobs.put(PHOTO, 'photo', DEVICE).hex()}",
    ):
        assert words in page, words


def test_what_is_overdue_stands_first_and_nothing_is_lost_between_pages(
    inspector: Client, journal: Journal
) -> None:
    for number in range(35):
        journal.write("alarm", alarm="case_opened", detail=str(number), **COUNTERS)
    newest = raised(journal, now_ms())
    journal.write("alarm", alarm="seal_out", detail="", **COUNTERS)
    late = raised(journal, now_ms() - 48 * HOUR_MS)
    first = _text(inspector, "/alarms/")
    shown = _shown(first)
    assert shown[0] == late.pk
    assert first.count("已超期") == 2  # the choice and the alarm
    (key,) = {part.split('"')[0] for part in first.split("?after=")[1:]}
    rest = _shown(_text(inspector, f"/alarms/?after={key}"))
    assert sorted([*shown, *rest]) == sorted(Alarm.objects.values_list("pk", flat=True))
    assert newest.pk in rest
    assert _shown(_text(inspector, "/alarms/?state=overdue")) == [late.pk]
    assert len(_shown(_text(inspector, f"/alarms/?device={DEVICE}&rule=machine"))) == 30
    assert _shown(_text(inspector, "/alarms/?rule=idle")) == []
    page = _text(inspector, "/alarms/?rule=nonsense")
    assert "没有“nonsense”，请从列表里选。" in page
    assert _shown(page) == []


def test_cleared_is_not_acknowledged_and_acknowledged_is_not_settled(
    inspector: Client, journal: Journal, township: Township
) -> None:
    filed = approve(township)
    process.lasting(HOURS, filed.created_ms + 73 * HOUR_MS)
    alarm = Alarm.objects.get(rule="unstamped")
    page = _text(inspector, f"/alarms/{alarm.pk}/")
    assert "居住证明" in page
    assert "原因还在" in page
    journal.stamp(bytes(filed.subject.hash))
    hub.store(journal.written)
    process.arrived(HOURS, filed.created_ms + 74 * HOUR_MS)
    process.lasting(HOURS, filed.created_ms + 74 * HOUR_MS)
    assert _shown(_text(inspector, "/alarms/?state=ended")) == [alarm.pk]
    assert "还没有人确认" in _text(inspector, f"/alarms/{alarm.pk}/")
    for _ in range(2):
        assert inspector.post(f"/alarms/{alarm.pk}/acknowledge").status_code == 302
    assert AlarmStep.objects.filter(kind="acknowledged").count() == 1
    assert _shown(_text(inspector, "/alarms/?state=ended")) == []
    assert alarm.pk in _shown(_text(inspector, "/alarms/"))
    page = _text(inspector, f"/alarms/{alarm.pk}/")
    assert "（ren） 已确认" in page
    assert "我已看到，确认" not in page
    said = {"verdict": "false_alarm", "words": "当事人外出，已回来盖章"}
    assert inspector.post(f"/alarms/{alarm.pk}/outcome", said).status_code == 302
    assert alarm.pk not in _shown(_text(inspector, "/alarms/"))
    for state in ("settled", "false_alarm", "all"):
        assert alarm.pk in _shown(_text(inspector, f"/alarms/?state={state}"))
    assert alarm.pk not in _shown(_text(inspector, "/alarms/?state=irregular"))
    page = _text(inspector, f"/alarms/{alarm.pk}/")
    assert "当事人外出，已回来盖章" in page
    assert "写下结果" not in page
    assert inspector.post(f"/alarms/{alarm.pk}/outcome", said).status_code == 400


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"words": "查过"}, "请选“误报”或“存在异常”。"),
        ({"verdict": "in_order", "words": "查过"}, "请选“误报”或“存在异常”。"),
        ({"verdict": "irregular", "words": " \n"}, "请写下意见"),
        ({"verdict": "irregular", "words": "长" * 501}, "最多 500 字"),
        ({"verdict": "irregular", "words": "一\u202e"}, "不能有控制字符"),
    ],
)
def test_an_outcome_wants_an_opinion(
    inspector: Client, journal: Journal, said: dict[str, str], sentence: str
) -> None:
    journal.write("alarm", alarm="case_opened", detail="", **COUNTERS)
    alarm = raised(journal, now_ms())
    reply = inspector.post(f"/alarms/{alarm.pk}/outcome", said)
    page = reply.content.decode()
    assert reply.status_code == 400
    assert sentence in page
    assert said["words"] in page
    if said.get("verdict") == "irregular":
        assert 'value="irregular" required checked' in page
    assert not AlarmStep.objects.exists()


def test_whoever_took_part_neither_acknowledges_nor_judges(
    inspector: Client, journal: Journal, township: Township
) -> None:
    journal.authorise(b"g" * 32, operator="ren", findings=["blank"])
    entry = raised(journal, now_ms())
    for act in ("acknowledge", "outcome"):
        said = {"verdict": "false_alarm", "words": "没事"}
        assert inspector.post(f"/alarms/{entry.pk}/{act}", said).status_code == 400
    assert "您参与过" in _text(inspector, f"/alarms/{entry.pk}/")
    assert not AlarmStep.objects.exists()


def test_two_people_who_find_different_things_are_both_kept(
    inspector: Client, journal: Journal
) -> None:
    journal.write("alarm", alarm="case_opened", detail="", **COUNTERS)
    alarm = raised(journal, now_ms() - 25 * HOUR_MS)
    ledger.escalate(HOURS, now_ms())
    for person, verdict in (("ren", "false_alarm"), ("gui", "irregular")):
        hub.sign_in(inspector, person)
        said = {"verdict": verdict, "words": f"{person} 查过"}
        assert inspector.post(f"/alarms/{alarm.pk}/outcome", said).status_code == 302
        settled = Alarm.objects.get(pk=alarm.pk).settled_ms
    page = _text(inspector, f"/alarms/{alarm.pk}/")
    assert "意见不一" in page
    assert "ren 查过" in page
    assert Alarm.objects.get(pk=alarm.pk).settled_ms == settled


def test_the_hours_in_force_are_shown_beside_the_usual_ones(
    inspector: Client, tmp_path: Path
) -> None:
    config = tmp_path / FILE
    config.write_text(config.read_text() + "\n[alarms.unstamped]\nafter_h = 480\n")
    page = _text(inspector, "/alarms/")
    assert "480 小时" in page
    assert "（默认 72）" in page


def test_a_process_that_does_not_run_is_seen(inspector: Client, tmp_path: Path) -> None:
    assert "报警进程没有在运行，从来没有检查过" in _text(inspector, "/alarms/")
    stopping = threading.Event()

    def once() -> int:
        stopping.set()
        return now_ms()

    process.run(config, once, stopping)
    page = _text(inspector, "/alarms/")
    assert "报警进程没有在运行" not in page
    assert "最后一次检查：" in page
    (alive,) = (tmp_path / FOLDER).iterdir()
    beat = json.loads(alive.read_text())
    alive.write_text(json.dumps({**beat, "at_ms": beat["at_ms"] - SILENT_MS - 1000}))
    assert "报警进程没有在运行，最后一次检查是" in _text(inspector, "/alarms/")


def test_the_list_takes_as_many_queries_for_30_rows_as_for_3(
    inspector: Client, journal: Journal, township: Township
) -> None:
    filed = approve(township)
    _text(inspector, "/alarms/")
    counted = []
    for number in (3, 40):
        while Alarm.objects.count() < number:
            journal.authorise(bytes(filed.subject.hash), findings=["blank"])
            alarm = raised(journal, now_ms())
            AlarmStep.objects.create(alarm=alarm, kind="cleared", made_ms=1)
        with CaptureQueriesContext(connection) as caught:
            page = _text(inspector, "/alarms/")
        assert page.count("居住证明") == len(_shown(page)) == min(number, 30)
        counted.append(len(caught))
    assert counted == [20, 20]


def _stored(one: Written) -> bool:
    return Record.objects.filter(entry_hash=one.hash).exists()


def _shown(page: str) -> list[int]:
    parts = page.split('class="rec-kind" href="/alarms/')[1:]
    return [int(part.split("/")[0]) for part in parts]


def _text(client: Client, path: str) -> str:
    reply = client.get(path)
    assert reply.status_code == 200, reply.status_code
    return reply.content.decode()
