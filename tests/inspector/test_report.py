"""What `sealinspect report` writes: complete, escaped, bounded, nothing of an unverified log."""

import csv
import html
import json
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from inspector.cli import main
from inspector.report.csvs import defused
from inspector.report.options import Options
from inspector.report.silences import HEARTBEAT_MS, Silences
from inspector.report.span import DAY_MS, Span, clock
from inspector.report.spool import spool
from tests.inspector import storied
from tests.support.contents import NOW
from tests.support.sealed_log import SealedLog
from wire.record.entry import NO_PREV, Entry, Time

Capsys = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rig = storied.machine(tmp_path_factory.mktemp("machine"))
    return SealedLog.of(rig).write(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def out(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    assert main(["report", str(bundle), "--out", str(folder)]) == 0
    return folder


def table(out: Path, name: str) -> list[dict[str, str]]:
    """A CSV file as a spreadsheet reads it."""
    data = (out / "tables" / f"{name}.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(data.decode("utf-8-sig").splitlines()))


def paper(out: Path) -> str:
    """The PDF's text, without the line breaks of narrow columns."""
    done = subprocess.run(
        ["pdftotext", "-layout", out / "report.pdf", "-"], capture_output=True, check=True
    )
    return done.stdout.decode()


def test_every_stamp_stands_there_with_who_approved_and_pressed_it(out: Path) -> None:
    stamps = table(out, "stamps")
    assert len(stamps) == 6
    second = stamps[1]
    assert second["审批人"] == "村委会主任 乙二亮、村党组织书记 甲一明"
    assert (second["盖印员"], second["第几次/共几次"], second["结果"]) == (
        "戊五辉（wu）",
        "2/2",
        "已盖章",
    )
    assert (second["页数"], second["盖前照片检查"]) == ("1", "与批准的页一致")
    assert [row["备注"] for row in stamps] == [
        "已作废，原件已收回",
        "",
        "",
        "",
        "应急用印",
        "应急用印",
    ]
    assert stamps[4]["审批人"] == "应急，无审批；在场：丙三晴"


def test_what_went_wrong_or_around_has_its_tables(out: Path) -> None:
    (refusal,) = table(out, "refusals")
    assert (refusal["理由"], refusal["盖印员"]) == ("密码不对。（credential_wrong）", "戊五辉")
    assert len(table(out, "emergencies")) == 2
    (outside,) = table(out, "outside")
    assert "登-001" in outside["内容"]
    assert "低保申请" in outside["内容"]
    (void,) = table(out, "corrections")
    assert "原件已收回" in void["内容"]
    assert [row["内容"] for row in table(out, "alarms")] == ["应急用印", "应急用印"]


def test_figures_are_counts_and_add_up(out: Path) -> None:
    for name in ("by-village", "by-seal", "by-item", "by-month", "by-operator"):
        assert sum(int(row["盖章次数"]) for row in table(out, name)) == 6, name
    assert {row["审批人"]: row["盖章次数"] for row in table(out, "by-approver")} == {
        "乙二亮（yi）": "4",
        "甲一明（jia）": "4",
    }
    (share,) = table(out, "operator-shares")
    assert share["份额 %"] == "100.0"
    (machine,) = table(out, "machines")
    assert (machine["盖章次数"], machine["缺少的小时合计"]) == ("6", "0")


def test_hostile_text_stays_text(out: Path) -> None:
    page = (out / "report.html").read_text("utf-8")
    assert "alert(1)" in page
    assert "<script>alert" not in page
    assert page.count("<script") == 2
    titles = [row["名称（用途）"] for row in table(out, "stamps")]
    assert titles[0].startswith(storied.SCRIPT)
    assert titles[2] == f"'{storied.FORMULA}（子女入学）"


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", " =1", "＝1"])
def test_a_cell_that_would_be_computed_begins_with_an_apostrophe(cell: str) -> None:
    assert defused(cell) == f"'{cell}"
    assert defused(f"x{cell}") == f"x{cell}"


def test_the_page_needs_nothing_else(out: Path) -> None:
    page = (out / "report.html").read_text("utf-8")
    assert not re.search(r"""(?:src|href)\s*=\s*["']?[^"'#]""", page)
    assert "url(" not in page
    assert "default-src 'none'" in html.unescape(page)


def test_the_paper_says_so_in_chinese_and_leaves_no_character_out(out: Path) -> None:
    text = paper(out)
    for words in ("核验通过", "尚待县级见证", "用印明细（6）", "值得看一看的例子", "乙二亮"):
        assert words in text
    assert "U+20BB7" in re.sub(r"\s", "", text)


def test_the_head_is_kept_for_the_next_visit(bundle: Path, out: Path, tmp_path: Path) -> None:
    more = ["--earlier", str(out / "checkpoint")]
    assert main(["report", str(bundle), "--out", str(tmp_path), *more]) == 0
    assert re.search(r"是上次 \d{3} 条的延续", (tmp_path / "report.html").read_text("utf-8"))
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.html",
        "report.pdf",
        "tables",
        "checkpoint",
    }


def test_a_log_that_does_not_hold_gets_a_cover_and_no_word_of_its_contents(
    bundle: Path, out: Path, tmp_path: Path, capsys: Capsys
) -> None:
    assert main(["report", str(bundle), "--out", str(tmp_path / "out")]) == 0
    bent = tmp_path / "bent"
    subprocess.run(["cp", "-r", bundle, bent], check=True)
    photo = next((bent / "photos").iterdir())
    photo.write_bytes(b"another picture")
    assert main(["report", str(bent), "--out", str(tmp_path / "out")]) == 1
    assert "照片缺少或被改动" in capsys.readouterr().err
    page = (tmp_path / "out/report.html").read_text("utf-8")
    assert "核验不通过" in page
    assert "戊五辉" not in page
    assert "<table" not in page
    assert "怎样读" not in page
    assert "核验不通过" in paper(tmp_path / "out")
    assert list((tmp_path / "out/tables").iterdir()) == []
    assert not (tmp_path / "out/checkpoint").exists()


def test_days_and_village_narrow_it(bundle: Path, tmp_path: Path, capsys: Capsys) -> None:
    asked = ["report", str(bundle), "--out", str(tmp_path)]
    day = clock(NOW)[:10]
    assert main([*asked, "--from", day, "--to", day, "--village", "晨光村"]) == 0
    assert len(table(tmp_path, "stamps")) == 4
    assert table(tmp_path, "emergencies") == []
    assert table(tmp_path, "stamps")[0]["备注"] == "已作废，原件已收回"
    assert main([*asked, "--village", "nowhere"]) == 2
    assert "sunrise 晨光村" in capsys.readouterr().err
    assert main([*asked, "--from", "2026-12-02", "--to", "2026-12-01"]) == 2


def test_long_tables_are_cut_where_it_says_so_and_csv_has_all(bundle: Path, tmp_path: Path) -> None:
    assert main(["report", str(bundle), "--out", str(tmp_path), "--rows", "2"]) == 0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "这里列出前 2 行；全部 6 行在 tables/stamps.csv。" in page
    assert page.count("data-leaf=") == 2
    assert "全部 6 行在" in paper(tmp_path)
    assert len(table(tmp_path, "stamps")) == 6


def test_only_the_inspectors_own_options_mark_a_figure(bundle: Path, tmp_path: Path) -> None:
    options = tmp_path / "options.json"
    assert main(["report", str(bundle), "--out", str(tmp_path / "plain")]) == 0
    assert 'class="marked"' not in (tmp_path / "plain/report.html").read_text("utf-8")
    options.write_text(json.dumps({"night": [16, 17], "same_operator_percent": 90}))
    more = ["--options", str(options)]
    assert main(["report", str(bundle), "--out", str(tmp_path / "marked"), *more]) == 0
    page = (tmp_path / "marked/report.html").read_text("utf-8")
    assert page.count('class="marked"') == 2


@pytest.mark.parametrize(
    "text", ["[]", "{", '{"night": [22]}', '{"refusals": 0}', '{"refusals": "5"}', '{"x": 1}']
)
def test_options_that_cannot_be_used_are_a_sentence(
    bundle: Path, tmp_path: Path, capsys: Capsys, text: str
) -> None:
    (tmp_path / "options.json").write_text(text)
    more = ["--options", str(tmp_path / "options.json")]
    assert main(["report", str(bundle), "--out", str(tmp_path / "out"), *more]) == 2
    assert "选项文件不能用" in capsys.readouterr().err


def test_bad_input_is_a_sentence(bundle: Path, tmp_path: Path, capsys: Capsys) -> None:
    asked = ["report", str(bundle), "--out", str(tmp_path / "out")]
    (tmp_path / "font.ttf").write_bytes(b"no font")
    assert main([*asked, "--font", str(tmp_path / "font.ttf")]) == 2
    assert main([*asked, "--font", str(tmp_path / "none.ttf")]) == 2
    assert main(["report", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    assert main(["report", str(bundle), "--out", str(bundle)]) == 2
    assert main(["report", str(bundle), "--out", str(tmp_path / "font.ttf")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_night_may_pass_midnight() -> None:
    night = Options(night=(22, 6))
    assert [hour for hour in range(24) if night.is_night(hour)] == [*range(6), 22, 23]
    assert not Options().is_night(3)


def _entry(seq: int, wall: int, kind: str = "heartbeat") -> Entry:
    prev = NO_PREV if seq == 1 else bytes([1]) * 32
    return Entry("sunrise-1", seq, prev, bytes(16), Time(wall, "synced", 0), kind, {})


def test_a_silence_is_every_heartbeat_that_is_missing(tmp_path: Path) -> None:
    with spool(tmp_path) as filled:
        silences = Silences(filled, Span())
        for seq, hours in enumerate((0, 1, 2.01, 5, 5.5), start=1):
            silences.take(_entry(seq, int(hours * HEARTBEAT_MS)))
        silences.take(_entry(6, 10 * HEARTBEAT_MS, "boot"))
        silences.finish(20 * HEARTBEAT_MS)
        found = list(filled.rows("SELECT missed, boot FROM silence ORDER BY start"))
    assert found == [(1, 0), (3, 1), (9, 0)]


def test_a_silence_is_counted_within_the_days_asked_for(tmp_path: Path) -> None:
    first = date(2026, 11, 3)
    start = Span(first).start_ms
    assert start is not None
    with spool(tmp_path) as filled:
        silences = Silences(filled, Span(first, first))
        silences.take(_entry(1, start - DAY_MS))
        silences.take(_entry(2, start + 3 * DAY_MS))
        (found,) = filled.rows("SELECT start, stop, missed FROM silence")
    assert found == (start, start + DAY_MS, 23)
