"""The register of seal use on the hub: the machine's columns, one village's month of records."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.clock import now_ms
from hub.registers import usage
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.page_rig import ask, walk
from tests.hub.test_staff_rules import filed
from tests.support.browser import screenshot
from tests.support.contents import DAY, VILLAGE
from tests.support.township import Township
from wire.seal_register import COLUMNS, month_at

pytestmark = pytest.mark.django_db
AT = "/registers/use/"
STAMP = {"unlatches": 1, "presses": 1}


@pytest.fixture
def journal() -> Journal:
    """Its entries are of the middle of this month."""
    middle = month_at(now_ms()).from_ms + 14 * DAY
    return Journal(now_ms=middle)


def sheet(client: Client, query: str = "") -> list[list[str]]:
    """The lines of the CSV without its heads."""
    reply = client.get(f"/registers/use.csv{query}")
    assert reply.status_code == 200
    assert reply.content.startswith(b"\xef\xbb\xbf"), "Excel shows garbage without a mark"
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    return rows[1:]


def cell(line: list[str], column: str) -> str:
    return line[COLUMNS.index(column)]


def test_a_job_is_one_line_with_names_as_the_application_has_them(
    clerk: Client, journal: Journal
) -> None:
    grant = bytes(filed(title="某村民的居住证明", seams=1, impressions=2).hash)
    journal.stamp(grant)
    journal.stamp(grant, sheet=2)
    journal.stamp(grant, sheet=3, use="seam")
    hub.store(journal.written)
    (line,) = sheet(clerk)
    said = {
        "序号": "1",
        "用印类型": "居住证明",
        "印章": "晨光村村民委员会章",
        "文件名": "某村民的居住证明",
        "份数": "2+骑缝1",
        "经办人": "庚七晨",
        "审批流程编号": grant.hex()[:12],
        "盖印人": "戊五辉",
        "记录编号": "1",
        "归档": "已送镇",
        "备注": "",
    }
    assert {name: cell(line, name).removeprefix("'") for name in said} == said
    page = clerk.get(AT).content.decode()
    for words in (*COLUMNS, "某村民的居住证明", "晨光村用印登记簿"):
        assert words in page, words


def test_refused_and_given_back_is_no_use_and_interrupted_is(
    clerk: Client, journal: Journal
) -> None:
    journal.write(
        "refused", code="grant_spent", action="stamp", grant=b"g" * 32, operator="wu", detail=""
    )
    back = journal.authorise(b"a" * 32).entry.seq
    journal.write("aborted", authorised=back, code="timeout", returned=True, **STAMP)
    cut = journal.authorise(b"b" * 32).entry.seq
    journal.write("boot", version="1", **STAMP)
    journal.write("interrupted", authorised=cut, returned=False, **STAMP)
    journal.authorise(b"c" * 32)
    hub.store(journal.written)
    (line,) = sheet(clerk)
    assert cell(line, "记录编号") == str(cut)
    assert cell(line, "备注") == "中断，请核对"


def test_void_emergency_and_the_paper_register_are_remarked(
    clerk: Client, journal: Journal
) -> None:
    stamped = journal.stamp(b"v" * 32)
    hub.correct(journal, stamped.entry.seq, replacement=b"w" * 32)
    hub.declare(journal, b"e" * 32)
    journal.stamp(b"e" * 32, item="disaster")
    hub.use_outside(journal)
    hub.store(journal.written)
    lines = sheet(clerk)
    notes = {cell(one, "备注"): one for one in lines}
    assert set(notes) == {
        f"已作废，原件已收回，改用 {(b'w' * 8).hex()}",
        "应急用印",
        "纸质登记号 登-001",
    }
    assert "受灾救助申请" in cell(notes["应急用印"], "文件名")
    paper = notes["纸质登记号 登-001"]
    assert (cell(paper, "用印类型"), cell(paper, "份数")) == ("机外用印", "2")
    assert cell(paper, "文件名") == "某人的低保申请"


def test_another_month_and_another_village_have_other_lines(
    clerk: Client, journal: Journal
) -> None:
    journal.stamp(b"g" * 32)
    hub.store(journal.written, village="sunset")
    assert sheet(clerk) == []
    for path in (f"{AT}?village=sunset", "/registers/use.csv?village=sunset"):
        assert clerk.get(path).status_code == 404
    ren = Client()
    hub.sign_in(ren, "ren")
    before = month_at(now_ms()).before.key
    assert sheet(ren, f"?month={before}") == []
    assert "这个月没有用印" in clerk.get(f"{AT}?month={before}").content.decode()


def test_a_month_of_another_village_is_read_by_the_townships_people(
    township: Township, journal: Journal
) -> None:
    journal.stamp(b"g" * 32)
    hub.store(journal.written)
    ren = Client()
    hub.sign_in(ren, "ren")
    assert len(sheet(ren, f"?village={VILLAGE}")) == 1


def test_what_a_spreadsheet_would_reckon_stands_as_text(clerk: Client, journal: Journal) -> None:
    grant = bytes(filed(title='=HYPERLINK("http://evil.example")').hash)
    journal.stamp(grant)
    hub.store(journal.written)
    (line,) = sheet(clerk)
    assert cell(line, "文件名").startswith("'=")


def test_what_is_not_in_the_log_yet_is_not_said_to_be(clerk: Client, journal: Journal) -> None:
    journal.stamp(b"g" * 32)
    hub.store(journal.written, logged=False)
    assert cell(sheet(clerk)[0], "归档") == "待送镇"


def test_an_erased_opening_leaves_the_name_empty(clerk: Client, journal: Journal) -> None:
    journal.stamp(b"g" * 32)
    hub.store(journal.written)
    hub.lose_openings()
    assert cell(sheet(clerk)[0], "盖印人") == ""


def test_a_long_month_takes_as_many_queries_as_a_short_one(clerk: Client, journal: Journal) -> None:
    clerk.get(AT)
    counted = []
    for more in (10, 90):
        start = len(journal.written)
        for number in range(start, start + more):
            journal.stamp(bytes([number % 251, number // 251]) * 16)
        hub.store(journal.written[start:])
        with CaptureQueriesContext(connection) as queries:
            assert clerk.get(AT).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_month_longer_than_is_read_says_so(
    clerk: Client, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "MOST", 1)
    for name in (b"a", b"b"):
        journal.stamp(name * 32)
    hub.store(journal.written)
    assert "没有列全" in clerk.get(AT).content.decode()
    assert len(sheet(clerk)) == 1


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_sheet_on_a_phone_on_a_desk_and_on_paper(clerk: Client, journal: Journal) -> None:
    grant = bytes(filed(title="某村民的居住证明", seams=1).hash)
    journal.stamp(grant)
    journal.stamp(grant, sheet=2, use="seam")
    hub.use_outside(journal)
    hub.store(journal.written)
    styles = ["hub/hub.css", "registers/registers.css"]
    answers = ask(clerk, ["/registers/", AT], styles)
    for page in walk(answers, {"index": "/registers/", "use": AT}, "register"):
        page.emulate_media(media="print")
        assert not page.get_by_role("link", name="上个月").is_visible()
        assert page.get_by_role("columnheader", name="审批流程编号").is_visible()
        screenshot(page, "register-paper")
