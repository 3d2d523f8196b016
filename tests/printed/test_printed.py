"""What is printed: its text can be found, its fonts are in it, its codes lead where they should."""

import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest

from hub.printed import code, doors, notice, paper
from hub.printed.doors import Village
from hub.printed.notice import Notice, Sheet
from tests.support.contents import NOW

ADDRESS = "https://seal.example/v/sunrise/"
WHERE = Village("晨光村", ADDRESS, (("镇便民服务中心", "0577-0000000"), ("热线", "12345")))
NOTICE = Notice(
    village="晨光村",
    title="2026年第三季度财务公开（示例）",
    term="2026年11月7日到2026年11月17日",
    text=("下面是本季度每一笔收入和支出，村务监督委员会已经看过。",),
    sheet=Sheet(
        ("日期", "项目", "金额（元）", "经手人"),
        [
            (f"2026-09-{day:02d}", f"第{day}笔：购买清洁用品", "1,234.50", "张*")
            for day in range(1, 31)
        ],
        frozenset({2}),
    ),
    after=("审核意见：同意公开。", "生僻字：𠮷"),
    address=ADDRESS,
    telephones=WHERE.telephones,
    made_ms=NOW,
)


def text(data: bytes, path: Path) -> str:
    path.write_bytes(data)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return done.stdout.decode()


def pictures(data: bytes, path: Path, dpi: int = 200) -> list[Path]:
    """Each page as it is printed."""
    path.write_bytes(data)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", path, path.with_suffix("")], check=True)
    return sorted(path.parent.glob(f"{path.stem}-*.png"))


def read(picture: Path) -> set[str]:
    """All codes of a page, as a phone reads them."""
    pixels = cv2.imdecode(np.frombuffer(picture.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    _, found, *_ = cv2.QRCodeDetector().detectAndDecodeMulti(pixels)
    return {one for one in found if one}


@pytest.mark.parametrize("made", [notice.pdf, notice.board], ids=["pdf", "board"])
def test_a_notice_holds_its_fonts_its_whole_text_and_a_code(made: object, tmp_path: Path) -> None:
    data = made(NOTICE)  # type: ignore[operator]
    said = "".join(text(data, tmp_path / "n.pdf").split())
    for words in (
        NOTICE.title,
        "第30笔",
        "1,234.50",
        "同意公开",
        "没有手机",
        "12345",
        "〔U+20BB7〕",
    ):
        assert "".join(words.split()) in said
    fonts = subprocess.run(
        ["pdffonts", tmp_path / "n.pdf"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    assert fonts
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)
    assert said.count("经手人") > 1
    assert read(pictures(data, tmp_path / "p.pdf")[-1]) == {ADDRESS}
    assert len(data) < 200_000


def test_the_same_notice_is_the_same_bytes() -> None:
    assert notice.pdf(NOTICE) == notice.pdf(NOTICE)


def test_the_board_has_large_type_on_a3(tmp_path: Path) -> None:
    path = tmp_path / "b.pdf"
    path.write_bytes(notice.board(NOTICE))
    told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    assert "A3" in told
    assert min(notice._BOARD.text, notice._BOARD.cell) >= 24


def test_a_notice_without_a_sheet_is_printed(tmp_path: Path) -> None:
    plain = Notice(**{**vars(NOTICE), "sheet": None})
    assert "下面是本季度" in text(notice.pdf(plain), tmp_path / "n.pdf")


def test_a_villages_address_makes_29_modules() -> None:
    assert code.modules(code.made(ADDRESS)) == 29
    assert code.modules(code.made("https://" + "x" * 45)) == 29
    assert code.modules(code.made("https://" + "x" * 60)) > 29


def test_each_door_has_a_card_and_every_code_leads_to_the_village(tmp_path: Path) -> None:
    labels = [f"一组{number}号" for number in range(1, 18)]
    data = doors.doors(WHERE, labels, NOW)
    said = text(data, tmp_path / "d.pdf")
    assert all(one in said for one in labels)
    pages = pictures(data, tmp_path / "q.pdf", 150)
    assert len(pages) == 3
    assert all(read(one) == {ADDRESS} for one in pages)


def test_the_wall_sheet_says_what_to_do_without_a_phone(tmp_path: Path) -> None:
    data = doors.village(WHERE, NOW)
    said = "".join(text(data, tmp_path / "v.pdf").split())
    assert "没有手机的" in said
    assert "0577-0000000" in said
    assert read(pictures(data, tmp_path / "w.pdf")[0]) == {ADDRESS}


def test_a_card_as_svg_escapes_what_is_typed() -> None:
    made = doors.svg(WHERE, "一组<3>号&").decode()
    assert "一组&lt;3&gt;号&amp;" in made
    assert made.count("<path") == 1
    assert code.svg(ADDRESS).startswith(b"<svg")


def test_without_a_font_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "FONTS", (Path("/nowhere.ttc"),))
    with pytest.raises(paper.NoFontError, match="fonts-wqy-microhei"):
        notice.pdf(NOTICE)
