"""The signing program shows what the county's signing page shows, in the same words."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from county.approve import sheet, words
from county.approve.sheet import Sheet
from tests.county.pages_rig import Rig, paper
from tests.county.test_approve import voided
from tests.support.sm2_people import equip
from wire.approval import by_file, correction, subject
from wire.approval.by_file import SigningRequest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def shown(house: Rig, data: bytes, pages: tuple[bytes, ...]) -> Sheet:
    """What the program makes of the same subject."""
    township = equip(house.township, {})
    asked = SigningRequest(data, "director", "yi", house.township.roster.version, pages)
    return sheet.check(by_file.encode_request(asked), sheet.register(township.package))


def agree(page: Page, found: Sheet) -> None:
    assert squeezed(page.locator("#lead").inner_text()) == squeezed(words.lead(found))
    for part, rows in (("facts", words.facts(found)), ("details", words.details(found))):
        theirs = page.locator(f"#{part} > div").evaluate_all(
            "all => all.map(one => [one.children[0].textContent, one.children[1].innerText])"
        )
        ours = [[f"{zh} {en}", content] for zh, en, content in rows]
        assert [list(map(squeezed, row)) for row in theirs] == [
            list(map(squeezed, row)) for row in ours
        ]
    assert squeezed(page.locator("#who").inner_text()) == squeezed(words.who(found))
    warned = page.locator(f".decide .warn[data-for={found.kind}]").inner_text()
    assert squeezed(warned) == squeezed(words.WARNINGS[found.kind])
    title = page.locator(f"h1[data-for={found.kind}]").inner_text()
    assert squeezed(title) == squeezed(words.TITLES[found.kind])


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_an_application(house: Rig, page: Page) -> None:
    picture = paper()
    for changes in (
        {"impressions": 3, "seams": 2, "operators": ("wu", "ji", "stranger")},
        {"title": "居住\u3164证明", "applicant_name": "辛八曦"},
        {"amount": 1_530_050, "resolution": "2026年3月1日村民代表会议\u3164第2项"},
        {"amount": 7},
    ):
        application = replace(house.application(picture), **changes)
        house.open(page, house.request(application, "director", "yi"))
        page.locator("details").evaluate("one => { one.open = true }")
        agree(page, shown(house, subject.encode(application), (picture,)))
        page.goto("about:blank")


def test_an_application_without_pages(house: Rig, page: Page) -> None:
    application = house.township.application(pages=())
    house.open(page, house.request(application, "director", "yi"))
    page.locator("details").evaluate("one => { one.open = true }")
    agree(page, shown(house, subject.encode(application), ()))
    assert page.locator("#pages .warn").inner_text() == words.WITHOUT_PAGES


def test_a_correction(house: Rig, page: Page) -> None:
    for made in (
        voided(house.township),
        replace(voided(house.township), state="lost", replacement=b"r" * 32),
    ):
        house.open(page, house.correction(made, "director", "yi"))
        page.locator("details").evaluate("one => { one.open = true }")
        agree(page, shown(house, correction.encode(made), ()))
        page.goto("about:blank")


def test_the_same_characters_are_spelt_out(house: Rig, page: Page) -> None:
    page.goto(f"{house.county}/sign/")
    theirs = page.evaluate(
        "() => { const found = []; for (let one = 0; one < 0x110000; one += 1)"
        " if ((one < 0xd800 || one > 0xdfff)"
        " && /[\\p{Default_Ignorable_Code_Point}\\u2800]/u.test(String.fromCodePoint(one)))"
        " found.push(one); return found; }"
    )
    ours = [one for one in range(0x110000) if words.visible(chr(one)) != chr(one)]
    assert ours == theirs
