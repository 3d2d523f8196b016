"""What a camera sees on the tray, on photos as the simulated machine takes them."""

import random

import pytest

from demo.paper import DOCUMENTS, png
from evidence.check import examine
from hardware.sim.body import SimBody
from hardware.sim.clock import FakeClock

NAMES = sorted(DOCUMENTS)


def machine(seed: int = 1) -> SimBody:
    return SimBody(FakeClock(), random.Random(seed))


def photo(body: SimBody) -> bytes:
    return body.camera.capture(0).jpeg


def stamp(body: SimBody) -> None:
    body.tray.stamp("晨光村村民委员会(演示)")


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


def test_a_new_impression_is_found_and_does_not_hide_the_page() -> None:
    body = machine()
    body.lay(png(DOCUMENTS["house"]))
    before = photo(body)
    pages = [png(DOCUMENTS["house"])]
    assert "no_new_impression" in examine(photo(body), pages=pages, before=before)
    stamp(body)
    assert examine(photo(body), pages=pages, before=before) == [
        "page_match",
        "impression:1",
        "new_impression",
    ]


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"GIF89a", bytes(5000)])
def test_garbage_is_a_finding_not_a_crash(data: bytes) -> None:
    assert examine(data, pages=[b"garbage"], before=b"garbage") == ["unsharp"]
