"""A year's entries of a large village are more than one release takes: they come in parts."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hub.affairs import drafts, flow, limits, parts
from hub.affairs.models import Draft, Edition, Published
from hub.clock import now_ms
from tests.hub.affairs_rig import SUPERVISOR, drafted, lay, published, put, signed
from tests.hub.flow_rig import client
from tests.support.township import Township
from wire import release
from wire.refusals import Refused

pytestmark = pytest.mark.django_db
HEADS = ("日期", "项目", "金额（元）", "资金来源")
MANY = 4_700


@pytest.fixture
def township(township: Township, tmp_path: Path) -> Township:
    lay(tmp_path)
    return township


def book(count: int) -> SimpleUploadedFile:
    made, out = openpyxl.Workbook(write_only=True), io.BytesIO()
    page = made.create_sheet()
    for _ in range(9):
        page.append(["晨光村"])
    page.append(HEADS)
    for number in range(count):
        page.append(["2026-10-08", f"第 {number} 笔，山林承包费和停车场收入", number, "村集体"])
    made.save(out)
    return SimpleUploadedFile("全年.xlsx", out.getvalue())


def test_a_years_entries_are_split_and_each_part_is_published(township: Township) -> None:
    clerk = client("geng")
    clerk.post("/affairs/new", {"item": "finance-income", "day": "2026-10-09", "event": ""})
    first = Draft.objects.get()
    where = f"/affairs/drafts/{first.pk}/"
    form = {"title": "全年收入", "text": "一年的账", "sheet": book(MANY), "check": "1"}
    assert clerk.post(where, form)["Location"] == where
    first.refresh_from_db()
    assert len(first.rows) == MANY
    count = len(parts.parts(first))
    page = clerk.get(where).content.decode()
    assert f"分成 {count} 份" in page
    assert f"已导入 {MANY} 行，下面是前 20 行" in page
    with pytest.raises(Refused, match="split"):
        flow.check(first, bytes(32), now_ms())
    assert clerk.post(f"{where}split").status_code == 302
    made = list(Draft.objects.order_by("pk"))
    assert len(made) == count
    assert sum(len(one.rows) for one in made) == MANY
    assert [one.rows[0][1] for one in made] == sorted({one.rows[0][1] for one in made}, key=_at)
    assert made[-1].title == f"全年收入（第 {count} 份，共 {count} 份）"
    assert [one.text for one in made] == ["一年的账", *[""] * (count - 1)]
    for one in made:
        edition = put(one)
        given = signed(township, edition, SUPERVISOR, "bing")
        flow.take(bytes(edition.subject.hash), given, now_ms())
    assert Published.objects.count() == count
    assert all(len(bytes(one.subject.data)) <= parts.MOST_BYTES for one in Edition.objects.all())
    assert clerk.get("/affairs/").status_code == 200


def test_the_longest_cells_still_fit(township: Township) -> None:
    long = "测" * release.LONGEST_CELL
    draft = drafted(rows=[("2026-10-08", long, -9_000_000_000, long)] * 200)
    draft.text = "\n".join(["段" * 2000] * 5)
    for rows in parts.parts(draft):
        draft.rows = rows
        made = drafts.release_of(draft, bytes(32), now_ms())
        assert len(release.encode(made)) <= parts.MOST_BYTES


def test_a_file_of_more_rows_than_the_township_takes_is_refused_whole(
    township: Township,
) -> None:
    draft, most = drafted(), limits.Limits().rows_max
    form = {"title": "全年收入", "text": "", "sheet": book(most + 1)}
    said = client("geng").post(f"/affairs/drafts/{draft.pk}/", form)
    assert said.status_code == 400
    assert f"一次最多导入 {most} 行" in said.content.decode()
    draft.refresh_from_db()
    assert len(draft.rows) == 2


def test_a_correction_is_not_split(township: Township) -> None:
    published(township)
    draft = drafts.correction_of(Published.objects.get(), "geng", now_ms())
    draft.rows, draft.reason = [["2026-10-08", "长" * 400, 1, None]] * 400, "漏了"
    draft.save()
    clerk, where = client("geng"), f"/affairs/drafts/{draft.pk}/"
    assert "更正的一版不能分成几份" in clerk.get(where).content.decode()
    assert clerk.post(f"{where}split").status_code == 400
    assert Draft.objects.count() == 1


def _at(words: str) -> int:
    return int(words.split()[1])
