"""What anybody reads of a village's publications, and how its people make them."""

import csv
import html
import io
import json
import random
import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.affairs import drafts, dues, flow, pages
from hub.affairs.models import Draft, Event, Published, Question
from hub.clock import now_ms
from hub.hotline import attached
from hub.redaction import decided
from hub.redaction.decided import Given
from tests.hub import leaks
from tests.hub.affairs_rig import (
    GRANTS,
    SUPERVISOR,
    WHERE,
    ago,
    build,
    drafted,
    lay,
    of,
    project,
    published,
    put,
    signed,
    text,
)  # fmt: skip
from tests.hub.page_rig import ask, walk
from tests.support import browser as browsers
from tests.support.browser import DESK, PHONE, hold
from tests.support.contents import VILLAGE
from tests.support.crawler import Expected, crawl
from tests.support.township import Township

pytestmark = pytest.mark.django_db
DAY = 86_400_000
OCTOBER = 1_793_000_000_000
"""2026-10-26, in China."""
MOBILE = leaks.mobile(random.Random(5))
HOTLINE = '\n[hotline]\norigin = "https://hotline.example"\n'
RULE = '[items.relief-grants]\ncolumns = ["household"]\nbasis = "示例依据"\ndays = 10\n'


@pytest.fixture
def township(township: Township, tmp_path: Path) -> Township:
    lay(tmp_path)
    return township


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


def test_each_entry_stands_in_page_csv_and_json(township: Township, site: Path) -> None:
    edition = published(township)
    build(site)
    page = text(site, f"{of(edition)}/index.html")
    for words in (
        "山林承包费",
        "12,000.00",
        "合计",
        "15,450.50",
        "村务监督委员会主任",
        "2026年10月",
    ):
        assert words in page, words
    data = (site / "v" / VILLAGE / of(edition) / "data.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[1] == {
        "日期": "2026-10-20", "项目": "停车场收入", "金额（元）": "3450.50", "资金来源": "停车"
    }  # fmt: skip
    told = json.loads(text(site, f"{of(edition)}/data.json"))
    assert told["rows"][0]["amount"] == "12000.00"
    latest = json.loads(text(site, "affairs/latest.json"))
    assert latest["releases"][0]["id"] == bytes(edition.series).hex()
    assert bytes(edition.subject.hash).hex() not in json.dumps([told, latest])


def test_a_publication_and_each_of_its_sums_lead_to_the_hotline(
    township: Township, site: Path, tmp_path: Path
) -> None:
    edition = published(township)
    build(site)
    assert "反映" not in text(site, f"{of(edition)}/index.html"), "no hotline, no way to it"
    with (tmp_path / "hub.toml").open("a") as toml:
        toml.write(HOTLINE)
    build(site)
    said = html.unescape(text(site, f"{of(edition)}/index.html"))
    found = re.findall(r'href="https://hotline.example/\?village=sunrise&about=([^"]+)"', said)
    name, rows = bytes(edition.series).hex(), said.count("<tr id=")
    assert rows > 0
    assert found == [*(f"payment:{name}.1.{row}" for row in range(1, rows + 1)), f"notice:{name}.1"]
    assert all(attached.read(one) for one in found)


def test_names_stand_in_their_days_and_come_down_after_them(
    township: Township, site: Path, tmp_path: Path
) -> None:
    (tmp_path / "redaction.toml").write_text(RULE, "utf-8")
    edition = published(township, item="relief-grants", rows=GRANTS, title="救助名单")
    build(site)
    page = text(site, f"{of(edition)}/index.html")
    for words in ("周示例", "公示中", "今天是首日，还剩 10 天", "示例依据"):
        assert words in page
    build(site, now_ms() + 10 * DAY)
    assert "今天是第 10 天，最后一天" in text(site, f"{of(edition)}/index.html")
    build(site, now_ms() + 11 * DAY)
    page = text(site, f"{of(edition)}/index.html")
    assert "公示期已满" in page
    assert "800.00" in page
    later = [
        path.read_text("utf-8")
        for path in site.rglob("*")
        if path.suffix in (".html", ".json", ".csv")
    ]
    assert not any("周示例" in one or "周**" in one for one in later)


def test_what_is_late_has_its_badge_until_it_is_published(township: Township, site: Path) -> None:
    on, by = (date.fromisoformat(ago(days)) for days in (40, 35))
    event = Event.objects.create(
        village=VILLAGE, item="relief-grants", on=on.isoformat(), called="某户的救助",
        person="geng", at_ms=1,
    )  # fmt: skip
    build(site)
    page = text(site, "affairs/village/index.html")
    assert "救助款物发放名单" in page
    assert (
        f"{on:%Y}年{on.month}月{on.day}日的，应在 {by:%Y}年{by.month}月{by.day}日以前公开" in page
    )
    assert "某户的救助" not in page
    before = text(site, "affairs/index.html").count("逾期未公开")
    published(township, item="relief-grants", rows=GRANTS, event=event, period=on.isoformat())
    build(site)
    assert text(site, "affairs/index.html").count("逾期未公开") == before - 1
    assert "公开目录" in (site / "affairs/catalogue/index.html").read_text("utf-8")


def test_editions_stand_with_their_reasons_and_old_ones_name_nobody(
    township: Township, site: Path, tmp_path: Path
) -> None:
    (tmp_path / "redaction.toml").write_text(RULE, "utf-8")
    edition = published(township, item="relief-grants", rows=GRANTS, title="救助名单")
    draft = drafts.correction_of(Published.objects.get(), "geng", now_ms())
    draft.reason, draft.rows = "第二户的金额写错了", [list(GRANTS[0])]
    draft.save()
    second = put(draft)
    flow.take(bytes(second.subject.hash), signed(township, second, SUPERVISOR, "bing"), now_ms())
    build(site)
    newest, old = (text(site, f"{of(edition)}/{rest}index.html") for rest in ("", "1/"))
    assert "第二户的金额写错了" in newest
    assert "周示例" in newest
    assert "旧的一版" in old
    assert "500.00" in old
    assert "吴" not in old
    assert "周示例" not in old


def test_months_quarters_and_years_have_what_is_of_them_and_its_sums(
    township: Township, site: Path
) -> None:
    for month, fen in (("2026-09", 30_000), ("2026-10", -12_000)):
        spent = (f"{month}-09", "路灯电费", fen, "村集体", "村委会", "钱示例")
        published(township, item="finance-spending", rows=[spent], period=month, title="支出")
    published(township)
    published(township, item="finance-plan", rows=[("修路", 1, "自筹")], period="2026")
    build(site)
    folder = site / "v" / VILLAGE / "affairs/time"
    found = {
        path.name: text(site, f"affairs/time/{path.name}/index.html") for path in folder.iterdir()
    }
    assert set(found) == {"2026", "2026-Q3", "2026-Q4", "2026-09", "2026-10"}
    for span, sums in {
        "2026": ("15,450.50", "180.00"), "2026-Q3": ("300.00",), "2026-09": ("300.00",),
        "2026-Q4": ("15,450.50", "-120.00"), "2026-10": ("15,450.50", "-120.00"),
    }.items():  # fmt: skip
        for one in sums:
            assert f'<td class="number">{one}</td>' in found[span], (span, one)
    assert "bar minus" in found["2026-10"]
    assert "财务计划" in found["2026"]
    assert "财务计划" not in found["2026-Q4"]
    assert found["2026"].index("2026年9月") < found["2026"].index("2026年10月")


def test_a_number_that_somebody_left_out_is_nowhere(township: Township, site: Path) -> None:
    draft = drafted(
        title=f"有疑问打 {MOBILE}", text=("周示例等两户。",), item="relief-grants", rows=GRANTS
    )
    examined = flow.check(draft, b"\xab" * 32, now_ms())
    decided.decide(examined, {1: Given("leave_out", "")}, "geng", now_ms())
    edition = flow.submit(draft, now_ms())
    flow.take(bytes(edition.subject.hash), signed(township, edition, SUPERVISOR, "bing"), now_ms())
    build(site)
    names = {"周示例": lambda _: False, "吴示例": lambda _: False}
    found = crawl(site, Expected(names))
    assert found.leaks == ()
    assert found.files > 15


def test_pages_take_as_many_queries_for_many_as_for_few(township: Township, site: Path) -> None:
    counted = []
    for more in (1, 5):
        for number in range(more):
            published(township, title=f"第 {more}{number} 份")
        with CaptureQueriesContext(connection) as queries:
            list(pages.pages(WHERE, now_ms(), ()))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_only_the_village_of_a_change_is_told(township: Township) -> None:
    mark, everything = pages.changed("", 1)
    assert everything is None
    assert pages.changed(mark, 1) == (mark, frozenset())
    published(township)
    mark, some = pages.changed(mark, 1)
    assert some == frozenset({VILLAGE})
    Event.objects.create(
        village="sunset", item="projects", on="2026-10-01", called="x", person="x", at_ms=1
    )
    assert pages.changed(mark, 1)[1] == frozenset({"sunset"})


def book(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    made, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(out)
    return SimpleUploadedFile("收入.xlsx", out.getvalue())


HEADS = ("日期", "项目", "金额（元）", "资金来源")


def test_a_clerk_writes_a_draft_on_a_phone_and_puts_it_to_review(clerk: Client) -> None:
    made = clerk.post("/affairs/new", {"item": "finance-income", "day": "2026-10-09", "event": ""})
    where = made["Location"]
    row = {
        "cell-0-0": "2026年10月8日",
        "cell-0-1": "山林承包费",
        "cell-0-2": "12,000",
        "cell-0-3": "",
    }
    said = clerk.post(where, {"title": "十月收入", "text": "", **row, "check": "1"})
    assert said["Location"] == where
    draft = Draft.objects.get()
    assert (draft.period, draft.rows) == (
        "2026-10",
        [["2026-10-08", "山林承包费", 1_200_000, None]],
    )
    assert "提交审核" in clerk.get(where).content.decode()
    assert clerk.post(f"{where}submit").status_code == 302
    assert "等丙三晴审核" in clerk.get("/affairs/").content.decode()


def test_rows_of_a_sheet_that_are_wrong_are_named_and_nothing_is_kept(clerk: Client) -> None:
    draft = drafted()
    where = f"/affairs/drafts/{draft.pk}/"
    wrong = book(HEADS, ("2026-10-08", "承包费", 12000, "x"), ("十月", "停车", "三千", "x"))
    said = clerk.post(where, {"title": "十月收入", "text": "说明", "sheet": wrong})
    page = said.content.decode()
    assert said.status_code == 400
    assert "第 3 行“日期”：日期写成 2026-11-02" in page
    assert "第 3 行“金额（元）”" in page
    assert "说明</textarea>" in page
    draft.refresh_from_db()
    assert draft.title == "十月各项收入"
    right = book(("晨光村十月收入",), HEADS, ("2026-10-08", "承包费", 12000.5, None))
    assert clerk.post(where, {"title": "十月收入", "text": "", "sheet": right}).status_code == 302
    draft.refresh_from_db()
    assert draft.rows == [["2026-10-08", "承包费", 1_200_050, None]]


def test_a_table_of_another_form_says_which_heads_it_needs(clerk: Client) -> None:
    draft = drafted()
    for upload in (book(("日期", "项目")), SimpleUploadedFile("x.xlsx", b"PK\x03\x04")):
        said = clerk.post(
            f"/affairs/drafts/{draft.pk}/", {"title": "x", "text": "", "sheet": upload}
        )
        assert said.status_code == 400


def test_what_was_entered_by_mistake_is_no_longer_late(clerk: Client) -> None:
    on = date.fromisoformat(ago(40))
    form = {"item": "projects", "day": on.isoformat(), "called": "村道", "event": ""}
    assert clerk.post("/affairs/new", {**form, "called": ""}).status_code == 400
    clerk.post("/affairs/new", form)
    event = Event.objects.get()
    assert f"{on:%Y}年{on.month}月{on.day}日" in clerk.get("/affairs/").content.decode()
    assert clerk.post(f"/affairs/events/{event.pk}/drop", {"words": ""}).status_code == 400
    assert clerk.post(f"/affairs/events/{event.pk}/drop", {"words": "登记重了"}).status_code == 302
    assert f"{on:%Y}年{on.month}月{on.day}日" not in clerk.get("/affairs/").content.decode()
    assert not Draft.objects.exists()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(databases=["default", "hotline"])
def test_the_pages_on_a_phone_and_on_a_desk(
    township: Township, clerk: Client, inspector: Client, site: Path, tmp_path: Path
) -> None:
    (tmp_path / "redaction.toml").write_text(RULE, "utf-8")
    with (tmp_path / "hub.toml").open("a") as toml:
        toml.write(HOTLINE)
    first, event = published(township), _much(township)
    draft = drafted("finance-spending", (), title="十月各项支出")
    waiting = put(drafted(title="九月各项收入", period="2026-09"))
    staff = {
        "index": "/affairs/", "new": "/affairs/new", "draft": f"/affairs/drafts/{draft.pk}/",
        "edition": f"/affairs/{waiting.pk}/", "questions": "/affairs/questions/", "home": "/",
        "progress": f"/affairs/new?item=projects&event={event.pk}",
    }  # fmt: skip
    theirs = {
        "villages": "/affairs/villages", "inspected": f"/affairs/?village={VILLAGE}",
        "daily": "/daily/",
    }  # fmt: skip
    styles = ["hub/hub.css", "records/records.css"]
    for asker, pages_of in ((clerk, staff), (inspector, theirs)):
        for _ in walk(ask(asker, pages_of.values(), styles), pages_of, "affairs"):
            pass
    build(site)
    spans = (site / "v" / VILLAGE / "affairs/time").iterdir()
    year = next(one.name for one in spans if len(one.name) == 4)
    public = {
        "front": "affairs/index.html", "class": "affairs/finance/index.html",
        "release": f"{of(first)}/index.html", "span": f"affairs/time/{year}/index.html",
        "answers": "answers/index.html", "projects": "affairs/projects/index.html",
        "project": f"affairs/projects/{event.pk}/index.html",
    }  # fmt: skip
    with browsers.chromium() as chromium:
        for size_name, size in (("phone", PHONE), ("desk", DESK)):
            with chromium.page(size) as page:
                for name, path in public.items():
                    page.goto((site / "v" / VILLAGE / path).as_uri())
                    hold(page, f"affairs-public-{name}-{size_name}", tall=60)
                page.goto((site / "affairs/catalogue/index.html").as_uri())
                hold(page, f"affairs-public-catalogue-{size_name}")


def _much(township: Township) -> Event:
    """A list of names, months of money, a late project with a photo, late and open questions."""
    published(township, item="relief-grants", rows=GRANTS, title="十月临时救助发放名单")
    for month in ("2026-07", "2026-08", "2026-09"):
        spent = (f"{month}-09", "路灯电费", 30_000 * int(month[-1]), "村集体", "村委会", "钱示例")
        published(
            township, item="finance-spending", rows=[spent], period=month,
            title=f"{dues.called(month)}各项支出",
        )  # fmt: skip
    event = project(township, ("开工", ago(40), ago(40)), ("路面硬化", ago(9), None))
    project(
        township, ("开工", ago(40), ago(38)), ("路面硬化", ago(3), None),
        ("验收", ago(-30), None), day=ago(5), event=event,
    )  # fmt: skip
    row = Published.objects.earliest("pk")
    for number, (until, answer) in enumerate(((-DAY, ""), (DAY, ""), (-DAY, "进了账户。"))):
        Question.objects.create(
            code=bytes([number]) * 32, village=VILLAGE, published=row,
            words="停车场的钱给了谁？", at_ms=now_ms() - 9 * DAY, until_ms=now_ms() + until,
            answer=answer, answered_by="geng" if answer else "",
            answered_ms=now_ms() if answer else None,
        )  # fmt: skip
    return event
