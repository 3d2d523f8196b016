"""What stands on pictures of pages is found, whichever way up, and gone once it is painted over."""

import io
import random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.evidence import typeset
from hub.intake import render
from hub.reading import start
from hub.reading.engine import EngineMissingError
from hub.reading.pages import PageText
from hub.reading.text import Line
from hub.redaction import papers
from hub.redaction.papers import UNREAD
from hub.redaction.scan import ID, MOBILE
from tests.hub import leaks
from tests.hub import papers as uploads

NUMBER = leaks.id_number(random.Random(1))
PHONE = leaks.mobile(random.Random(2))
LINES = (
    "临时救助发放名单",
    f"张三    {NUMBER}    800.00 元",
    "2026-09-18 苍政发〔2026〕15号",
    f"联系人李四    {PHONE}",
)
LIST = "\n".join(LINES)


def picture(text: str, turn: int = 0) -> bytes:
    """A page on which that is printed, lying on some side."""
    image = Image.new("RGB", (1100, 500), "white")
    font = typeset.font("song", 36)
    ImageDraw.Draw(image).multiline_text((60, 60), text, "black", font, spacing=40)
    return uploads.encoded(image.rotate(90 * turn, expand=True), "PNG")


def line(text: str, left: float, top: float, right: float = 0) -> Line:
    return Line(text, 1.0, left, top, right or left + 20 * len(text), top + 40)


def page(*lines: Line, turn: int = 0, sure: float = 1.0) -> PageText:
    return PageText(1000, 1400, turn, sure, lines)


@pytest.mark.parametrize("turn", [0, 1])
def test_numbers_on_a_page_are_found_and_gone_once_painted_over(turn: int) -> None:
    data = picture(LIST, turn)
    (read,) = start.texts([data])
    found = papers.findings(read)
    assert [one.kind for one in found] == [ID, MOBILE]
    assert all(NUMBER not in one.masked and PHONE not in one.masked for one in found)
    made = render.painted(data, [box for one in found for box in one.boxes])
    (again,) = start.texts([made])
    assert again is not None
    assert papers.findings(again) == ()
    text = "".join(one.text for one in again.lines)
    assert "张三" in text
    assert "800.00" in text
    assert "2026-09-18" in text
    assert not any(part in text for part in (NUMBER[:6], NUMBER[-6:], PHONE[:5], PHONE[-5:]))


def test_painting_over_replaces_pixels_and_no_others() -> None:
    data = picture(LIST)
    before = np.asarray(Image.open(io.BytesIO(data)))
    made = render.painted(data, [(100, 200, 400, 300), (-5, -5, 10, 10)])
    after = np.asarray(Image.open(io.BytesIO(made)))
    assert before[200:300, 100:400].any()
    assert made.startswith(b"\x89PNG")
    assert not after[200:300, 100:400].any()
    assert (after[300:] == before[300:]).all()


def test_a_painted_page_of_a_phone_says_nothing_of_the_phone() -> None:
    (cleaned,) = render.pages("IMG_1.jpg", uploads.located(), 1)
    made = render.painted(cleaned, [(0, 0, 100, 100)])
    image = Image.open(io.BytesIO(made))
    assert (dict(image.getexif()), "exif" in image.info, made[:3]) == ({}, False, b"\xff\xd8\xff")
    assert b"Invented Phone" not in made


def test_a_page_that_nobody_could_read_waits_for_somebody_to_look() -> None:
    assert [one.kind for one in papers.findings(None)] == [UNREAD]
    unsure = page(line("不知道写的什么", 0, 0), sure=0.5)
    assert [one.kind for one in papers.findings(unsure)] == [UNREAD]
    assert papers.findings(page(sure=0.0)) == ()
    assert start.texts([b"no picture"]) == [None]


def test_without_an_engine_every_page_waits_for_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> list[PageText | None]:
        raise EngineMissingError("rapidocr")

    monkeypatch.setattr(start, "texts", missing)
    assert start.by_hash({b"a": b"x", b"b": b"y"}) == {b"a": None, b"b": None}


def test_a_number_in_two_boxes_of_a_row_or_of_two_rows_is_found() -> None:
    one, two = NUMBER[:6], NUMBER[6:]
    beside = papers.findings(page(line(two, 400, 102), line(one, 100, 100)))
    below = papers.findings(page(line("号" + one, 100, 100), line(two + "止", 100, 200)))
    for found in (beside, below):
        assert [(one.kind, len(one.boxes)) for one in found] == [(ID, 2)]
    assert beside[0].boxes[0][2] < 260


def test_letters_that_look_like_digits_count_as_digits() -> None:
    number = leaks.id_number(random.Random(6)).replace("0", "O").replace("1", "l")
    assert [one.kind for one in papers.findings(page(line(number, 0, 0)))] == [ID]


def test_boxes_of_a_page_that_lies_on_its_side_lie_in_the_picture_as_it_is() -> None:
    printed = line(PHONE, 100, 200, 320)
    (left,) = papers.findings(page(printed, turn=1))
    (right,) = papers.findings(page(printed, turn=3))
    (upside,) = papers.findings(page(printed, turn=2))
    assert left.boxes == ((755, 80, 805, 340),)
    assert right.boxes == ((195, 1060, 245, 1320),)
    assert upside.boxes == ((660, 1155, 920, 1205),)


def test_a_published_telephone_on_a_page_is_no_finding() -> None:
    assert papers.findings(page(line("电话 0577-64750001", 0, 0)), ("057764750001",)) == ()
