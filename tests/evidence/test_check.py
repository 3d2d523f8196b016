"""What a camera sees on the tray, on photos as the simulated machine takes them."""

import io
import math
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from demo.paper import DOCUMENTS, png
from evidence.check import examine
from hardware.sim.body import SimBody
from hardware.sim.clock import FakeClock

NAMES = sorted(DOCUMENTS)
PAPER = "晨光村村民委员会(演示)"


def machine(seed: int = 1) -> SimBody:
    return SimBody(FakeClock(), random.Random(seed))


def photo(body: SimBody) -> bytes:
    return body.camera.capture(0).jpeg


def encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def stamp(body: SimBody) -> None:
    body.tray.stamp(PAPER)


def look(jpeg: bytes, *, pages: Sequence[bytes] = (), before: bytes | None = None) -> list[str]:
    """The findings, without where impressions are."""
    return [one.partition("@")[0] for one in examine(jpeg, pages=pages, before=before)]


@pytest.mark.parametrize("seed", [*range(6), 116, 139])
def test_the_approved_page_is_known_again_however_it_lies(seed: int) -> None:
    body, name = machine(seed), NAMES[seed % len(NAMES)]
    body.lay(png(DOCUMENTS[name]))
    assert examine(photo(body), pages=[png(DOCUMENTS[name])], before=None) == ["page_match"]


def test_the_approved_page_may_be_one_of_several_and_a_photo_itself() -> None:
    body = machine()
    body.lay(png(DOCUMENTS["house"]))
    earlier = photo(body)
    body.lay(png(DOCUMENTS["house"]))
    pages = [png(DOCUMENTS["land"]), earlier]
    assert examine(photo(body), pages=pages, before=None) == ["page_match"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "house"])
def test_another_document_is_not_the_approved_one(name: str) -> None:
    body = machine()
    body.lay(png(DOCUMENTS[name]))
    assert examine(photo(body), pages=[png(DOCUMENTS["house"])], before=None) == ["page_mismatch"]


def test_an_added_line_is_seen() -> None:
    short = DOCUMENTS["residence"]
    longer = type(short)(
        short.title, (*short.paragraphs, "另：同意以集体土地作抵押。"), short.facts
    )
    body = machine()
    body.lay(png(longer))
    assert "page_mismatch" in examine(photo(body), pages=[png(short)], before=None)


@pytest.mark.parametrize(
    ("fault", "word"), [("camera_blurred", "unsharp"), ("camera_dark", "unsharp")]
)
def test_a_photo_that_cannot_be_read_says_so(fault: str, word: str) -> None:
    body = machine()
    body.lay(png(DOCUMENTS["house"]))
    body.faults.set(fault, value=True)
    assert word in examine(photo(body), pages=[], before=None)


def test_blank_paper_and_an_empty_tray() -> None:
    body = machine()
    assert examine(photo(body), pages=[], before=None) == ["no_page"]
    body.lay()
    assert examine(photo(body), pages=[], before=None) == ["blank"]


@pytest.mark.parametrize("name", ["house", "land"])
def test_seals_over_the_text_hide_neither_the_page_nor_each_other(name: str) -> None:
    body, pages = machine(NAMES.index(name)), [png(DOCUMENTS[name])]
    body.lay(pages[0])
    before = photo(body)
    assert "no_new_impression" in examine(before, pages=pages, before=before)
    for _ in range(2):  # the second lands on the first: still readable, still one place
        stamp(body)
        found = look(photo(body), pages=pages, before=before)
        assert found == ["page_match", "impression:1", "new_impression"]


def test_seals_do_not_make_another_document_the_approved_one() -> None:
    body = machine()
    body.lay(png(DOCUMENTS["charger"]))
    stamp(body)
    found = look(photo(body), pages=[png(DOCUMENTS["student"])])
    assert found == ["page_mismatch", "impression:1"]


def test_a_sealed_sheet_that_was_only_turned_got_no_new_impression() -> None:
    body = machine()
    body.lay(png(DOCUMENTS["house"]))
    stamp(body)
    before = photo(body)
    with Image.open(io.BytesIO(photo(body))) as image:
        turned = encoded(image.rotate(180))
    found = look(turned, pages=[png(DOCUMENTS["house"])], before=before)
    assert found == ["page_match", "impression:1", "no_new_impression"]


def test_an_impression_is_located_in_millimetres() -> None:
    body = machine()
    body.lay(png(DOCUMENTS["house"]))
    stamp(body)
    (pressed,) = body.tray._memory.impressions
    (found,) = [one for one in examine(photo(body), pages=[], before=None) if "impression" in one]
    x, y = map(float, found.partition("@")[2].split(","))
    assert math.hypot(x - pressed.x_mm, y - pressed.y_mm) < 3


def test_whatever_changes_besides_the_new_impression_is_told() -> None:
    body = machine()
    body.lay(png(DOCUMENTS["house"]))
    before = photo(body)
    body.lay(png(DOCUMENTS["house"].with_facts(money="886,000")))
    stamp(body)
    swapped = look(photo(body), before=before)
    assert swapped == ["impression:1", "new_impression", "other_change"]


def test_a_seal_that_was_there_before_and_is_gone_is_a_change() -> None:
    body = machine()
    body.lay(png(DOCUMENTS["house"]))
    stamp(body)
    before = photo(body)
    body.lay(png(DOCUMENTS["house"]))
    assert look(photo(body), before=before) == ["no_new_impression", "other_change"]


def test_paper_taken_away_is_no_new_impression() -> None:
    body = machine()
    body.lay(png(DOCUMENTS["house"]))
    before = photo(body)
    body.clear()
    found = examine(photo(body), pages=[png(DOCUMENTS["house"])], before=before)
    assert found == ["no_page", "no_new_impression"]


def test_an_approved_page_that_cannot_be_read_matches_nothing() -> None:
    body = machine()
    body.lay(png(DOCUMENTS["house"]))
    assert examine(photo(body), pages=[b""], before=None) == ["page_mismatch"]


def test_a_picture_of_absurd_size_is_not_decoded() -> None:
    for size in ((7_000, 7_000), (60_000, 250), (10, 10)):
        assert examine(encoded(Image.new("1", size)), pages=[], before=None) == ["unsharp"]


_CORNER = st.tuples(st.integers(-50, 450), st.integers(-50, 550))


@settings(max_examples=40, deadline=None)
@given(shapes=st.lists(st.lists(_CORNER, min_size=3, max_size=6), max_size=3))
def test_whatever_lies_on_the_tray_there_is_a_finding(shapes: list[list[tuple[int, int]]]) -> None:
    image = Image.new("RGB", (400, 500), "#333")
    for corners in shapes:
        ImageDraw.Draw(image).polygon(corners, fill="white")
    data = encoded(image)
    found = examine(data, pages=[], before=data)
    assert found[0] in ("no_page", "blank", "unsharp")
    assert "new_impression" not in found


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"GIF89a", bytes(5000)])
def test_garbage_is_a_finding_not_a_crash(data: bytes) -> None:
    assert examine(data, pages=[b"garbage"], before=b"garbage") == [
        "unsharp",
        "no_new_impression",
    ]
