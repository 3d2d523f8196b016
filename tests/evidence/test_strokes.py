"""A page that is nearly the approved one: another amount, another name, another character."""

import io
import random
from dataclasses import replace
from functools import lru_cache

import pytest
from PIL import Image

from demo.paper import DOCUMENTS, Document, png
from evidence.check import examine
from hardware.sim.body import SimBody
from hardware.sim.clock import FakeClock

NAMES = sorted(DOCUMENTS)


def photo(document: Document, seed: int, *, stamps: int = 0, half_turn: bool = False) -> bytes:
    body = SimBody(FakeClock(), random.Random(seed))
    body.lay(png(document))
    for _ in range(stamps):
        body.tray.stamp("晨光村村民委员会(演示)")
    taken = body.camera.capture(0).jpeg
    return _turned(taken) if half_turn else taken


@lru_cache
def approved_photo(name: str) -> bytes:
    """The page as the machine's own camera took it for the approvers."""
    return photo(DOCUMENTS[name], 40)


def _turned(jpeg: bytes) -> bytes:
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(jpeg)) as image:
        image.rotate(180).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_page_photographed_twice_is_the_same(name: str) -> None:
    taken = photo(DOCUMENTS[name], 41, stamps=NAMES.index(name) % 3)
    found = examine(taken, pages=[approved_photo(name)], before=None)
    assert "page_match" in found


@pytest.mark.parametrize(
    ("name", "money"),
    [
        ("house", "586,000"),  # 3 → 5, the hardest of all
        ("house", "886,000"),
        ("house", "386,900"),
        ("house", "3,860,00"),
        ("residence", "75"),
        ("land", "2,590"),
        ("student", "9,340"),
        ("charger", "8,200"),
    ],
)
def test_another_amount_is_another_page(name: str, money: str) -> None:
    document = DOCUMENTS[name]
    altered = photo(document.with_facts(money=money), 50)
    for approved in (png(document), approved_photo(name)):
        assert examine(altered, pages=[approved], before=None) == ["page_mismatch"]


def test_another_amount_is_another_page_upside_down_too() -> None:
    document = DOCUMENTS["land"]
    altered = photo(document.with_facts(money="2,590"), 52, half_turn=True)
    assert examine(altered, pages=[png(document)], before=None) == ["page_mismatch"]


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("residence", {"name": "何春牛"}),
        ("student", {"grade": "高三(3)班"}),
        ("land", {"part": "8.2"}),
        ("charger", {"name": "昊远航"}),
    ],
)
def test_another_character_is_another_page(name: str, facts: dict[str, str]) -> None:
    document = DOCUMENTS[name]
    altered = photo(document.with_facts(**facts), 60)
    assert examine(altered, pages=[png(document)], before=None) == ["page_mismatch"]


def test_another_date_under_the_seal_is_another_page() -> None:
    document = DOCUMENTS["house"]
    altered = photo(replace(document, date="二〇二六年五月十二日"), 61, stamps=1)
    assert "page_mismatch" in examine(altered, pages=[png(document)], before=None)


@pytest.mark.parametrize("name", NAMES[:2])
def test_the_approved_page_turned_by_half_is_still_approved(name: str) -> None:
    document = DOCUMENTS[name]
    taken = photo(document, 70, half_turn=True)
    assert examine(taken, pages=[png(document)], before=None) == ["page_match"]
