"""Case files: what they gather and keep, who sees them, and what an outsider gets to check."""

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.alarms import process
from hub.alarms.limits import read
from hub.alarms.models import Alarm
from hub.cases import act
from hub.cases.frozen import frozen, held
from hub.cases.limits import keep_days
from hub.cases.models import Case, CaseEnd, CaseExport, CaseItem
from hub.clock import now_ms
from hub.config import FILE, ConfigError, config
from hub.ingest.models import Conflict, Record
from inspector import cli as inspector
from tests.hub import public_rig as hub
from tests.hub.alarm_rig import approve
from tests.hub.journal_rig import COUNTERS, Journal
from tests.hub.logged_rig import AFTER, Logged
from tests.support.contents import DAY, DEVICE
from wire.refusals import Refused

pytestmark = pytest.mark.django_db
TITLE = "晨光村 11 月 2 日多盖一次"


@pytest.fixture
def rig(settings: Settings, tmp_path: Path) -> Logged:
    settings.ROOT_URLCONF = "hub.urls_staff"
    settings.STATE = tmp_path
    return Logged.build(tmp_path, title="居住证明")


@pytest.fixture
def ren(rig: Logged) -> Client:
    """An inspector."""
    client = Client()
    hub.sign_in(client, "ren")
    return client


def gathered(client: Client, **what: object) -> Case:
    """A new case with that in it."""
    reply = client.post("/cases/gather", {**what, "title": TITLE})
    assert reply.status_code == 302, reply.content.decode()
    return Case.objects.latest("pk")


def taken(client: Client, case: Case, folder: Path) -> Path:
    """The export, unpacked."""
    reply = client.post(f"/cases/{case.pk}/export")
    assert reply.status_code == 200
    assert reply["Cache-Control"] == "private, no-store"
    with ZipFile(io.BytesIO(reply.getvalue())) as file:
        file.extractall(folder)
    return folder


def sums(folder: Path) -> dict[str, str]:
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def test_an_outsider_checks_the_export_with_sealinspect(
    rig: Logged, ren: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stamped = rig.stamp()
    rig.journal.write("heartbeat", **COUNTERS)
    rig.keep()
    case = gathered(ren, record=stamped.hash.hex())
    folder = taken(ren, case, tmp_path / "out")
    for name, digest in sums(folder).items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert {path.name for path in folder.iterdir() if path.is_file()} == {
        *("SHA256SUMS", "index.html", "index.css", "case.json")
    }
    policy = str(rig.policy())
    for seq in (2, 3, 4):
        asked = ["show", str(folder / "bundle"), f"{DEVICE}/{seq}", "--policy", policy]
        assert inspector.main(asked) == 0, capsys.readouterr()
    assert "辛八曦" in capsys.readouterr().out
    assert not (folder / f"entries/{DEVICE}-5.cose").exists()
    photo = folder / f"bundle/photos/{hashlib.sha256(AFTER).hexdigest()}.jpg"
    photo.write_bytes(photo.read_bytes() + b"x")
    asked = ["show", str(folder / "bundle"), f"{DEVICE}/3", "--policy", policy]
    assert inspector.main(asked) == 1
    assert (
        hashlib.sha256(photo.read_bytes()).hexdigest()
        != sums(folder)[f"bundle/photos/{photo.name}"]
    )


def test_the_export_can_be_read_and_says_what_is_missing(
    rig: Logged, ren: Client, tmp_path: Path
) -> None:
    rig.journal.stamp(rig.grant.id, list_sha256=rig.sha256)
    rig.keep()
    rival = Journal(signer=rig.journal.signer).authorise(b"h" * 32)
    Conflict.objects.create(
        device=DEVICE, seq=2, envelope=rival.envelope, reason="fork", received_ms=1
    )
    case = gathered(ren, record=rig.journal.written[1].hash.hex())
    said = {"speaker": "戊五辉，盖印员", "words": "当天停电。\n<script>alert(1)</script>"}
    assert ren.post(f"/cases/{case.pk}/words", said).status_code == 302
    folder = taken(ren, case, tmp_path / "out")
    page = (folder / "index.html").read_text("utf-8")
    for words in (TITLE, "居住证明", "谈话记录", "戊五辉，盖印员", "平台没有这张照片", "见 rivals"):
        assert words in page, words
    assert "<script>" not in page
    assert [one.read_bytes() for one in (folder / "rivals").iterdir()] == [rival.envelope]
    told = json.loads((folder / "case.json").read_text("utf-8"))
    assert [one["kind"] for one in told["items"]] == ["record", "statement"]
    assert len(told["entries"][0]["missing"]) == 1
    export = CaseExport.objects.get()
    digest = hashlib.sha256((folder / "SHA256SUMS").read_bytes()).digest()
    assert (export.person, bytes(export.sha256)) == ("ren", digest)
    assert digest.hex() in _text(ren, f"/cases/{case.pk}/")


def test_a_case_without_entries_can_be_taken_out(ren: Client, rig: Logged, tmp_path: Path) -> None:
    assert ren.post("/cases/open", {"title": TITLE}).status_code == 302
    case = Case.objects.get()
    ren.post(f"/cases/{case.pk}/words", {"words": "先记下"})
    assert "先记下" in (taken(ren, case, tmp_path / "out") / "index.html").read_text("utf-8")


def test_what_a_case_keeps_from_being_erased(rig: Logged, ren: Client) -> None:
    filed = approve(rig.township, title="充电桩")
    other = rig.journal.stamp(bytes(filed.subject.hash))
    rig.stamp()
    rig.keep()
    now = now_ms()
    assert not frozen(config(), now)
    case = gathered(ren, record=other.hash.hex())
    assert held([one.hash for one in rig.journal.written]) == frozen(config(), now)
    assert frozen(config(), now) == {one.hash for one in rig.journal.written[1:4]}
    later = rig.journal.stamp(bytes(filed.subject.hash), sheet=2)
    hub.store(rig.journal.written[-3:], logged=False)
    process.arrived(read({}), now)
    assert later.hash in frozen(config(), now)
    act.end(case, "founded", "已处理", "ren", now)
    days = keep_days(config())
    assert frozen(config(), now + days * DAY - 1) == frozen(config(), now)
    assert not frozen(config(), now + days * DAY)


def test_an_alarm_brings_the_record_that_it_cites(rig: Logged, ren: Client) -> None:
    rig.stamp()
    rig.journal.write("alarm", alarm="case_opened", detail="", **COUNTERS)
    rig.keep()
    process.arrived(read({}), now_ms())
    alarm = Alarm.objects.get(rule="machine")
    assert "归入案卷" in _text(ren, f"/alarms/{alarm.pk}/")
    case = gathered(ren, alarm=alarm.pk)
    assert frozen(config(), now_ms()) == {rig.journal.written[-1].hash}
    again = {"alarm": alarm.pk, "case": case.pk}
    assert ren.post("/cases/gather", again).status_code == 302
    assert CaseItem.objects.count() == 1
    assert "机箱被打开" in _text(ren, f"/cases/{case.pk}/")


def test_whoever_took_part_neither_sees_nor_touches_it(rig: Logged, ren: Client) -> None:
    own = rig.journal.authorise(b"o" * 32, operator="ren")
    rig.stamp()
    rig.keep()
    hidden = act.open_with(TITLE, Record.objects.get(seq=2), "another", now_ms())
    assert TITLE not in _text(ren, "/cases/?state=all")
    for path in ("", "words", "end", "export"):
        address = f"/cases/{hidden.pk}/{path}"
        reply = ren.post(address, {"words": "x"}) if path else ren.get(address)
        assert reply.status_code == 404, path
    reply = ren.post("/cases/gather", {"record": own.hash.hex(), "title": TITLE})
    assert reply.status_code == 400
    assert Case.objects.count() == 1
    later = {"record": rig.journal.written[3].hash.hex(), "case": hidden.pk}
    assert ren.post("/cases/gather", later).status_code == 404


def test_only_inspectors_see_cases(rig: Logged) -> None:
    case = act.open_case(TITLE, "another", now_ms())
    client = Client()
    for person in ("jia", "gui"):
        hub.sign_in(client, person)
        for path in ("/cases/", f"/cases/{case.pk}/", "/cases/gather?alarm=1"):
            assert client.get(path).status_code == 403, path
        assert client.post(f"/cases/{case.pk}/export").status_code == 403


def test_a_closed_case_takes_nothing_more(rig: Logged, ren: Client) -> None:
    rig.stamp()
    rig.keep()
    case = gathered(ren, record=rig.journal.written[1].hash.hex())
    said = {"outcome": "unfounded", "words": "照片齐全，\n与登记本一致"}
    assert ren.post(f"/cases/{case.pk}/end", said).status_code == 302
    page = _text(ren, f"/cases/{case.pk}/")
    assert "查无异常" in page
    assert "<form" in page  # the export
    assert "写笔记" not in page
    for path, more in (("end", said), ("words", {"words": "x"})):
        assert ren.post(f"/cases/{case.pk}/{path}", more).status_code == 400
    with pytest.raises(Refused):
        act.add(case, Record.objects.get(seq=3), "another", now_ms())
    assert TITLE not in _text(ren, "/cases/")
    assert TITLE in _text(ren, "/cases/?state=ended")


@pytest.mark.parametrize(
    ("path", "said", "sentence"),
    [
        ("words", {"words": " \n"}, "请写下内容。"),
        ("words", {"words": "看过\x00"}, "不能有控制字符"),
        ("words", {"words": "长" * 4001}, "最多 4000 字"),
        ("words", {"words": "他说的", "speaker": " "}, "请写下是谁说的。"),
        ("end", {"words": "已查"}, "请选一个结论。"),
        ("end", {"words": "", "outcome": "founded"}, "请写下内容。"),
        ("end", {"words": "已查", "outcome": "guilty"}, "请选一个结论。"),
    ],
)
def test_wrong_input_is_answered_beside_the_field_and_kept(
    rig: Logged, ren: Client, path: str, said: dict[str, str], sentence: str
) -> None:
    case = act.open_case(TITLE, "ren", now_ms())
    reply = ren.post(f"/cases/{case.pk}/{path}", said)
    page = reply.content.decode()
    assert reply.status_code == 400
    assert page.count(sentence) == 1
    assert said["words"] in page
    if said.get("outcome") == "founded":
        assert 'value="founded" required checked' in page
    assert not CaseItem.objects.exists()
    assert not CaseEnd.objects.exists()


@pytest.mark.parametrize(("title", "sentence"), [(" ", "请写下案由"), ("长" * 201, "最多 200 字")])
def test_a_case_wants_a_matter(rig: Logged, ren: Client, title: str, sentence: str) -> None:
    rig.keep()
    record = rig.journal.written[0].hash.hex()
    for path, more in (("open", {}), ("gather", {"record": record})):
        reply = ren.post(f"/cases/{path}", {"title": title, **more})
        page = reply.content.decode()
        assert (reply.status_code, sentence in page) == (400, True)
        assert f'value="{title}"' in page
    assert not Case.objects.exists()
    for what in ({"record": "x"}, {"alarm": "9"}, {"record": "0" * 64}, {}):
        assert ren.get("/cases/gather", what).status_code == 404


def test_a_case_takes_as_many_queries_for_40_things_as_for_4(rig: Logged, ren: Client) -> None:
    for number in range(12):
        rig.journal.write("alarm", alarm="case_opened", detail=str(number), **COUNTERS)
        rig.journal.stamp(rig.grant.id, list_sha256=rig.sha256)
    rig.keep()
    process.arrived(read({}), now_ms())
    case = act.open_case(TITLE, "ren", now_ms())
    stamps = Record.objects.filter(kind="stamped").order_by("pk")
    both = zip(stamps, Alarm.objects.filter(rule="machine"), strict=True)
    left = iter([one for pair in both for one in pair])
    counted = []
    for size in (2, 4, 22):
        while case.items.count() < size:
            act.add(case, next(left), "ren", now_ms())
        with CaptureQueriesContext(connection) as caught:
            page = _text(ren, f"/cases/{case.pk}/")
        assert page.count("rec-row") == size
        counted.append(len(caught))
    assert counted[1] == counted[2]


def test_the_list_of_cases_takes_few_queries(rig: Logged, ren: Client) -> None:
    counted = []
    _text(ren, "/cases/")
    for size in (2, 25):
        while Case.objects.count() < size:
            case = act.open_case(TITLE, "ren", now_ms())
            act.add_words(case, "note", "", "看过", "ren", now_ms())
        with CaptureQueriesContext(connection) as caught:
            page = _text(ren, "/cases/")
        assert page.count("1 件材料") == size
        counted.append(len(caught))
    assert counted[0] == counted[1]


CHANGES: dict[str, Callable[[Case], object]] = {
    "forget it": lambda case: case.delete(),
    "another title": lambda case: Case.objects.update(title="x"),
    "forget a thing": lambda case: CaseItem.objects.all().delete(),
    "other words": lambda case: CaseItem.objects.update(words="x"),
    "a note of nothing": lambda case: _item(case, words=""),
    "a statement of nobody": lambda case: _item(case, kind="statement"),
    "open it again": lambda case: CaseEnd.objects.all().delete(),
    "end it twice": lambda case: _end(case),
    "another outcome": lambda case: CaseEnd.objects.update(outcome="founded"),
    "forget who took it out": lambda case: CaseExport.objects.all().delete(),
    "another file": lambda case: CaseExport.objects.update(sha256=b"x"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_written_stays(name: str) -> None:
    case = Case.objects.create(title=TITLE, opener="ren", opened_ms=1)
    _item(case)
    _end(case)
    CaseExport.objects.create(case=case, sha256=bytes(32), person="ren", made_ms=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        CHANGES[name](case)


@pytest.mark.parametrize("line", ["keep = 1", "keep_days = -1", 'keep_days = "30"'])
def test_a_wrong_setting_is_named(rig: Logged, tmp_path: Path, line: str) -> None:
    path = tmp_path / FILE
    path.write_text(f"{path.read_text()}\n[cases]\n{line}\n")
    with pytest.raises(ConfigError, match=r"cases\.keep"):
        keep_days(config())


def _item(case: Case, **changes: str) -> None:
    said = {"kind": "note", "words": "看过", "person": "ren", **changes}
    CaseItem.objects.create(case=case, made_ms=1, **said)


def _end(case: Case) -> None:
    CaseEnd.objects.create(case=case, outcome="unfounded", words="无", person="ren", made_ms=2)


def _text(client: Client, path: str) -> str:
    reply = client.get(path)
    assert reply.status_code == 200, reply.status_code
    return reply.content.decode()
