"""Major projects: stages with a day each, put off or late for everybody to see, and photos."""

from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hub.affairs import catalogue, drafts, flow, items, projects, village
from hub.affairs.items import SheetError
from hub.affairs.models import Draft, Event, Published
from hub.clock import now_ms
from hub.days import today
from hub.redaction import decided
from hub.redaction.decided import Given
from tests.hub import papers
from tests.hub.affairs_rig import (
    SUPERVISOR,
    ago,
    build,
    drafted,
    lay,
    project,
    signed,
    text,
)
from tests.hub.flow_rig import client
from tests.support.contents import VILLAGE
from tests.support.crawler import Expected, crawl
from tests.support.township import Township
from wire.release import Cell, Column, Release

COLUMNS = (
    Column("stage", "阶段", "text"),
    Column("planned", "计划完成", "date"),
    Column("done", "实际完成", "date"),
)
TODAY = date(2026, 11, 27)


def release(*rows: tuple[Cell, ...], columns: tuple[Column, ...] = COLUMNS) -> Release:
    return Release(
        b"i" * 32, VILLAGE, "projects", "2026-10-01", 1, None, "", "村道", (), columns,
        rows, (), None, 1, "geng",
    )  # fmt: skip


def states(*told: Release) -> list[tuple[str, str, bool]]:
    return [(one.name, one.state, one.moved) for one in projects.stages(told, TODAY)]


def test_a_stage_is_late_from_the_day_after_the_one_planned() -> None:
    made = release(
        ("开工", "2026-10-01", "2026-10-01"),
        ("路基", "2026-11-01", "2026-11-09"),
        ("路面", "2026-11-26", None),
        ("验收", "2026-11-27", None),
        ("绿化", None, None),
    )
    assert states(made) == [
        ("开工", "done", False),
        ("路基", "done_late", False),
        ("路面", "late", False),
        ("验收", "waiting", False),
        ("绿化", "open", False),
    ]


def test_what_is_said_to_be_done_some_day_to_come_is_not_done() -> None:
    assert states(release(("路面", "2026-11-20", "2026-12-01"))) == [("路面", "late", False)]


def test_a_day_that_was_put_off_and_a_stage_that_was_left_out_stay_seen() -> None:
    first = release(("路面", "2026-11-01", None), ("验收", "2026-11-20", None))
    second = release(("路面", "2026-12-30", None))
    assert states(first, second) == [("路面", "waiting", True), ("验收", "gone", True)]


def test_a_table_without_days_is_never_late() -> None:
    made = release(("开工",), columns=COLUMNS[:1])
    assert states(made) == [("开工", "open", False)]
    assert projects.Project(1, VILLAGE, "projects", "村道", projects.stages([made], TODAY)).finished


def test_a_column_of_another_type_is_no_plan() -> None:
    texts = (COLUMNS[0], Column("planned", "计划完成", "text"))
    assert states(release(("路面", "明年"), columns=texts)) == [("路面", "open", False)]


@pytest.mark.parametrize("columns", ["name=名称:文字", "stage=阶段:文字；planned=计划:文字"])
def test_a_catalogue_whose_projects_have_no_stages_is_refused(columns: str) -> None:
    lines = catalogue.EXAMPLE.read_text("utf-8").splitlines()
    head, line = lines[0], next(one for one in lines if ",projects," in one)
    made = f"{head}\n{line.rpartition(',')[0]},{columns}\n"
    with pytest.raises(SheetError, match="stage=阶段:文字"):
        items.read(made.encode())


@pytest.fixture
def township(township: Township, tmp_path: Path) -> Township:
    lay(tmp_path)
    return township


@pytest.mark.django_db
def test_who_reports_progress_goes_on_with_what_was_said_last(
    township: Township, tmp_path: Path
) -> None:
    event = project(township, ("开工", ago(40), ago(40)), ("路面", ago(3), None))
    clerk = client("geng")
    page = clerk.get("/affairs/").content.decode()
    assert "重大项目，报进展" in page
    assert "逾期未完成" in page
    form = f"/affairs/new?item=projects&event={event.pk}"
    assert "报进展：村道硬化" in clerk.get(form).content.decode()
    asked = {"item": "projects", "event": str(event.pk)}
    tomorrow = (today(now_ms()) + timedelta(days=1)).isoformat()
    assert clerk.post("/affairs/new", {**asked, "day": tomorrow}).status_code == 400
    where = clerk.post("/affairs/new", {**asked, "day": ago(0)})["Location"]
    again = clerk.post("/affairs/new", {**asked, "day": ago(0)})
    assert again["Location"] == where
    draft = Draft.objects.get()
    assert draft.title.startswith("村道硬化：")
    assert draft.rows[1][:3] == ["路面", ago(3), None]
    draft.rows[1][2] = ago(1)
    draft.save()
    flow_of(township, draft)
    assert village.running([VILLAGE], now_ms()) == []
    assert "重大项目，报进展" not in clerk.get("/affairs/").content.decode()


@pytest.mark.django_db
def test_an_old_report_that_was_corrected_is_not_the_newest(township: Township) -> None:
    event = project(township, ("路面", ago(3), None), day=ago(30))
    first = Published.objects.get()
    project(township, ("路面", ago(3), ago(2)), day=ago(1), event=event)
    draft = drafts.correction_of(first, "geng", now_ms())
    draft.reason = "写错了"
    draft.save()
    flow_of(township, draft)
    assert village.running([VILLAGE], now_ms()) == []


@pytest.mark.django_db
def test_everybody_sees_what_is_late_what_was_put_off_and_the_photos(
    township: Township, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    event = project(township, ("开工", ago(40), ago(40)), ("路面", ago(10), None), day=ago(40))
    draft = project_draft(event, ("开工", ago(40), ago(40)), ("路面", ago(3), None), day=ago(5))
    upload = SimpleUploadedFile("IMG_1.jpg", papers.located(), "image/jpeg")
    form: dict[str, Any] = {"title": draft.title, "text": "", "pages": upload}
    for row, cells in enumerate(draft.rows):
        form |= {f"cell-{row}-{place}": cell or "" for place, cell in enumerate(cells)}
    assert client("geng").post(f"/affairs/drafts/{draft.pk}/", form).status_code == 302
    draft.refresh_from_db()
    assert len(draft.attachments) == 1
    flow_of(township, draft)
    folder = build(site)
    page = text(site, f"affairs/projects/{event.pk}/index.html")
    assert "逾期未完成" in page
    put_off = date.fromisoformat(ago(10))
    assert f"原来计划 {put_off.year}年{put_off.month}月{put_off.day}日" in page
    assert "做完 1 步，共 2 步" in page
    assert page.count("<article") == 2
    assert page.count("<img") == 1
    assert "1 个逾期" in text(site, "affairs/index.html")
    assert "村道硬化" in text(site, "affairs/projects/index.html")
    assert crawl(site, Expected()).leaks == ()
    assert folder.torn(VILLAGE) == []
    assert build(site).torn(VILLAGE) == []


def project_draft(event: Event, *stages: tuple[Cell, ...], day: str) -> Draft:
    rows = [(*one, None, None) for one in stages]
    title = f"村道硬化：{day} 的进展"
    return drafted("projects", rows, period=day, event=event, title=title)


def flow_of(township: Township, draft: Draft) -> None:
    """Its photos may be seen, its reviewer agrees."""
    examined = flow.check(draft, sha256(str(draft.pk).encode()).digest(), now_ms())
    given = {one.number: Given("publish", "是修路的照片") for one in examined.traces.all()}
    decided.decide(examined, given, "geng", now_ms())
    edition = flow.submit(draft, now_ms())
    flow.take(bytes(edition.subject.hash), signed(township, edition, SUPERVISOR, "bing"), now_ms())
