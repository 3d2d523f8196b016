"""The crawler finds every planted leak, and none in 10,000 pages made by the rules."""

import csv
import html
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw, PngImagePlugin

from bench.evidence import typeset
from hub.intake import render
from hub.redaction import scan
from hub.redaction.decided import Applied
from hub.redaction.public import public, texts_of
from hub.site.files import File
from hub.site.folder import Folder
from tests.hub import leaks, papers
from tests.support.crawler import EXIF, METADATA, NAME, UNREADABLE, Expected, crawl
from wire.release import Cell, Column, Release, Shown

CHANCE = random.Random(7)
NUMBER, MOBILE = leaks.id_number(CHANCE), leaks.mobile(CHANCE)
CARD = leaks.card(CHANCE)
HOUR = 3_600_000
DAY = 24 * HOUR
NOW = 1_793_592_000_000
COLUMNS = (
    Column("household", "户主", "name"),
    Column("home", "住址", "address"),
    Column("project", "项目", "text"),
    Column("amount", "金额", "amount"),
    Column("paid", "日期", "date"),
    Column("signed", "经办人", "name"),
)
PEOPLE = [
    f"{CHANCE.choice('周吴郑王冯陈')}{a}{b}" for a in "示例假想虚构" for b in "甲乙丙丁戊己庚辛"
]
CLERKS = ("经办示一", "经办示二")


def picture(text: str) -> Image.Image:
    image = Image.new("RGB", (900, 300), "white")
    ImageDraw.Draw(image).text((60, 100), text, "black", typeset.font("song", 40))
    return image


def pdf(text: str) -> bytes:
    made = FPDF(format="A4")
    made.add_page()
    made.set_font("helvetica", size=14)
    made.cell(text=text)
    return bytes(made.output())


def exif() -> bytes:
    return papers.located()


def commented() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "invented")
    return papers.encoded(picture("road"), "PNG", pnginfo=info)


PLANTED: dict[str, tuple[str, bytes, str]] = {
    "id in a page": (
        "a/index.html",
        f"<p>证号<b>{NUMBER[:6]}</b>{NUMBER[6:]}</p>".encode(),
        scan.ID,
    ),
    "id in an attribute": ("a/index.html", f'<a title="{NUMBER}">x</a>'.encode(), scan.ID),
    "id in a comment": ("a/index.html", f"<!-- {NUMBER} -->".encode(), scan.ID),
    "telephone in JSON": ("a.json", json.dumps({"rows": [[MOBILE]]}).encode(), scan.MOBILE),
    "telephone as a number": ("a.json", json.dumps({"tel": int(MOBILE)}).encode(), scan.MOBILE),
    "card in CSV": ("a.csv", f"\ufeff卡号,元\r\n{CARD},1\r\n".encode(), scan.CARD),
    "telephone in a PDF": ("a.pdf", pdf(f"tel {MOBILE}"), scan.MOBILE),
    "telephone in a drawing": ("a.svg", f"<svg><text>{MOBILE}</text></svg>".encode(), scan.MOBILE),
    "telephone in a file's name": (f"{MOBILE}.txt", b"x", scan.MOBILE),
    "name in a page": ("v/x/index.html", f"<td>{PEOPLE[0]}</td>".encode(), NAME),
    "place of a photo": ("a.jpg", exif(), EXIF),
    "words in a picture's file": ("a.png", commented(), METADATA),
    "a file that nobody reads": ("a.docx", b"PK", UNREADABLE),
    "a page that is no text": ("a.html", b"\xff\xfe\x00", UNREADABLE),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_leak_is_found_and_not_told_whole(tmp_path: Path, what: str) -> None:
    path, data, kind = PLANTED[what]
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    nowhere = {PEOPLE[0]: lambda _: False}
    found = crawl(tmp_path, Expected(nowhere)).leaks
    assert [one.what for one in found] == [kind]
    told = "".join(one.told for one in found)
    assert not any(one in told for one in (NUMBER, MOBILE, CARD, PEOPLE[0]))


def test_a_leak_in_the_print_of_a_picture_is_found(tmp_path: Path) -> None:
    clean = papers.encoded(picture("road 2026-09-18"), "PNG")
    (tmp_path / "clean.png").write_bytes(clean)
    (tmp_path / "leaky.png").write_bytes(papers.encoded(picture(f"tel {MOBILE}"), "PNG"))
    found = crawl(tmp_path, Expected(sample=1)).leaks
    assert [(one.path, one.what) for one in found] == [("leaky.png", scan.MOBILE)]


def test_what_may_be_shown_is_no_leak(tmp_path: Path) -> None:
    (tmp_path / "relief.html").write_text(f"<td>{PEOPLE[0]}</td><td>0577-64750001</td>", "utf-8")
    (tmp_path / "hash.json").write_text(json.dumps({"sha256": "6228" * 8 + "a1"}), "utf-8")
    may = Expected({PEOPLE[0]: lambda path: path == "relief.html"}, frozenset({"057764750001"}))
    assert crawl(tmp_path, may).leaks == ()


def row(chance: random.Random) -> tuple[Cell, ...]:
    """A row with all that people put into the wrong place."""
    name = chance.choice(PEOPLE)
    wrong = chance.choice(["", leaks.id_number(chance), leaks.mobile(chance), leaks.card(chance)])
    return (
        f"{name} {wrong}".strip(),
        f"示例县示例镇晨光村{chance.randint(1, 99)}号",
        f"{name}的临时救助{wrong}",
        chance.randint(100, 10**7),
        f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        chance.choice(CLERKS),
    )


def made(number: int, chance: random.Random) -> Release:
    """One of any age: every fourth has a rule, whose days are over for half of them."""
    rows = tuple(row(chance) for _ in range(5))
    first = str(rows[0][0]).split()[0]
    return Release(
        id=number.to_bytes(32, "big"),
        village="sunrise",
        item="relief-grants",
        period="2026-Q3",
        edition=1,
        replaces=None,
        reason="",
        title=f"名单第 {number} 期，有疑问请打 {leaks.mobile(chance)}",
        text=(f"{first}等 5 户，电话 {leaks.landline(chance)}。",),
        columns=COLUMNS,
        rows=rows,
        attachments=(),
        shown=Shown(("household",), "示例", 10) if number % 4 == 0 else None,
        made=NOW,
        proposer="p-qian",
    )


def left_out(release: Release) -> Applied:
    """As if somebody had left out every finding."""
    spans = {
        place: tuple((one.start, one.end) for one in scan.findings(text))
        for place, text in texts_of(release).items()
    }
    return Applied(spans, {})


def files(number: int, release: Release) -> Iterator[File]:
    """A page, a CSV and a JSON file of it, as a matter makes them."""
    folder = f"v/sunrise/affairs/{'shown' if is_shown(number) else 'masked'}-{number}"
    cells = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in release.rows
    )
    text = "".join(f"<p>{html.escape(one)}</p>" for one in (release.title, *release.text))
    yield File(f"{folder}/index.html", f"<html>{text}<table>{cells}</table>".encode())
    out = io.StringIO()
    csv.writer(out).writerows(release.rows)
    yield File(f"{folder}/table.csv", b"\xef\xbb\xbf" + out.getvalue().encode())
    told = {"title": release.title, "rows": release.rows}
    yield File(f"{folder}/table.json", json.dumps(told, ensure_ascii=False).encode())


def is_shown(number: int) -> bool:
    return number % 4 == 0 and number % 8 == 0


def site(count: int, *, redacted: bool = True) -> Iterator[File]:
    chance = random.Random(11)
    for number in range(count):
        release = made(number, chance)
        first = NOW - (2 if is_shown(number) else 30) * DAY
        if redacted:
            release = public(release, left_out(release), first, NOW)
        yield from files(number, release)


def attachments() -> Iterator[File]:
    """Pages as the hub draws them, and sheets as PDF."""
    (photo,) = render.pages("IMG_1.jpg", papers.located(), 1)
    for number in range(5):
        yield File(f"v/sunrise/pages/taken-{number}.jpg", photo)
    for number in range(190):
        road = picture(f"Road {number} finished 2026-09-18")
        yield File(f"v/sunrise/pages/road-{number}.png", papers.encoded(road, "PNG"))
    for number in range(5):
        yield File(f"v/sunrise/sheets/{number}.pdf", pdf("Income 12,300.00 2026-09-18"))


def expected(sample: int) -> Expected:
    names = {one: lambda path: "/shown-" in path for one in PEOPLE}
    return Expected(names | {one: lambda _: False for one in CLERKS}, sample=sample)


@pytest.mark.parametrize(
    ("made", "least"), [(330, 1_000), pytest.param(3300, 10_000, marks=pytest.mark.drill)]
)
def test_pages_and_attachments_made_by_the_rules_leak_nothing(
    tmp_path: Path, made: int, least: int
) -> None:
    folder = Folder(tmp_path / "site", tmp_path / "beside")
    folder.put("village", site(made))
    folder.put("attachments", attachments())
    found = crawl(tmp_path / "site", expected(sample=100))
    assert found.leaks == ()
    assert found.files >= least
    assert found.pictures == 195


def test_the_same_pages_without_the_rules_leak_everything(tmp_path: Path) -> None:
    Folder(tmp_path / "site", tmp_path / "beside").put("village", site(8, redacted=False))
    kinds = {one.what for one in crawl(tmp_path / "site", expected(sample=0)).leaks}
    assert kinds >= {scan.ID, scan.MOBILE, scan.LANDLINE, scan.CARD, NAME}


def test_names_stand_only_in_pages_whose_rule_lets_them(tmp_path: Path) -> None:
    Folder(tmp_path / "site", tmp_path / "beside").put("village", site(16))
    nowhere = Expected(dict.fromkeys(PEOPLE, lambda _: False))
    paths = {one.path.split("/")[3] for one in crawl(tmp_path / "site", nowhere).leaks}
    assert paths == {"shown-0", "shown-8"}
