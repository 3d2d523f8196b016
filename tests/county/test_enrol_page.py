"""The enrolment page in a real browser: the file it gives is one that the officers' tool takes."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from county import enrolment, second_officer
from county.difference import fingerprint
from tests.county.pages_rig import Rig
from tests.support.browser import (
    authenticator,
    axe,
    overflow,
    screenshot,
    small_targets,
)
from tests.support.contents import RP_ID

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def page(house: Rig, page: Page) -> Page:
    page.goto(f"{house.county}/enrol/")
    return page


def test_the_file_it_gives_is_taken_by_the_officers_tool(
    house: Rig, page: Page, tmp_path: Path
) -> None:
    phone = authenticator(page)
    _fill(page, "yi", "bing")
    expect(page.locator("#keys li")).to_have_count(1)
    screenshot(page, "enrol-one")
    page.get_by_role("button", name="再登记一把").click()
    expect(page.locator("#state")).to_contain_text("请换另一把")
    phone.away()
    drawer = authenticator(page, transport="usb")
    page.get_by_role("button", name="再登记一把").click()
    expect(page.locator("#keys li")).to_have_count(2)
    drawer.away()
    house.hold(page, "bing")
    page.get_by_role("button", name="用第二人自己的钥匙确认").click()
    expect(page.locator("#made")).to_be_visible()
    lists = house.township.authority
    found = enrolment.read(_saved(page, tmp_path), lists.policy)
    second_officer.check(found, lists, lists, time.time_ns() // 1_000_000, second_officer.DAYS)
    assert (found.person, found.witness, found.paper) == ("yi", "bing", "id_card")
    digits = [fingerprint(one.passkey) for one in found.keys]
    assert page.locator("#keys li").all_text_contents() == digits
    screenshot(page, "enrol")
    assert not axe(page)
    assert not overflow(page)
    assert not small_targets(page)


def test_without_the_second_officers_own_key_there_is_no_file(house: Rig, page: Page) -> None:
    phone = authenticator(page)
    _fill(page, "yi", "bing")
    expect(page.locator("#keys li")).to_have_count(1)
    key = house.township.authenticators["jia"].passkey(RP_ID)
    phone.add(key.id, key.pkcs8, RP_ID)
    page.get_by_role("button", name="用第二人自己的钥匙确认").click()
    expect(page.locator("#state")).to_contain_text("没有成功")
    expect(page.locator("#made")).to_be_hidden()


def test_who_is_not_verified_is_not_enrolled(page: Page) -> None:
    authenticator(page).verifies(user=False)
    _fill(page, "yi", "bing")
    expect(page.locator("#state")).to_contain_text("没有成功")
    expect(page.locator("#confirming")).to_be_hidden()


def test_nobody_is_his_own_second_officer(page: Page) -> None:
    authenticator(page)
    _fill(page, "bing", "bing")
    expect(page.locator("#state")).to_contain_text("第二人要是另一个人")
    expect(page.locator("#confirming")).to_be_hidden()


def test_only_those_whose_office_may_witness_are_offered(page: Page) -> None:
    offered = page.locator("#officer option")
    expect(offered).to_have_count(2)
    assert offered.evaluate_all("all => all.map(one => one.value)") == ["jia", "bing"]


def _fill(page: Page, person: str, officer: str) -> None:
    page.get_by_label("本人编号").fill(person)
    page.get_by_label("第二人（见证）").select_option(officer)
    page.get_by_role("button", name="登记第一把").click()


def _saved(page: Page, folder: Path) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name="存成文件").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path.read_bytes()
