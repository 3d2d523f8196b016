"""A stamp by hand, from the clerk's form to the villager's phone, in Debian's Chromium.

The passkeys are Chromium's own virtual authenticator: the demo's script is kept out of the pages.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demo.body import Body
from demo.cast import VILLAGE
from demo.paper import DOCUMENTS, png
from tests.demo.house import House, until
from tests.support import browser as chrome
from tests.support.browser import DESK, PANEL, PHONE, Browser

pytestmark = [
    pytest.mark.drill,
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.xdist_group("house-browser"),
]

TITLE = "浏览器里的居住情况证明"
OPERATOR = "p-qian"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    opened = House.open(tmp_path_factory.mktemp("house"))
    yield opened
    opened.running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chrome.chromium() as started:
        yield started


@contextmanager
def person(kept: House, browser: Browser, name: str, size: tuple[int, int]) -> Iterator[Page]:
    """Somebody logged in to the staff site with the passkeys of that person only."""
    with browser.page(size) as page:
        page.route("**/authenticator.js", lambda route: route.abort())
        device = chrome.authenticator(page)
        for credential in kept.state.person(name).authenticator.credentials:
            device.add(credential.id, credential.pkcs8, credential.rp_id, credential.user_handle)
        page.goto(kept.state.origins["hub"] + "/")
        page.get_by_label("姓名或编号").fill(kept.state.person(name).name)
        page.get_by_role("button", name="用通行密钥登录").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("您好")
        yield page


def looks_right(page: Page, name: str) -> None:
    """axe finds nothing, nothing sticks out, and a picture is kept for people to look at."""
    for live in page.locator("img.live").all():
        live.evaluate(
            "async live => { while (!live.naturalWidth) await new Promise(done =>"
            " live.addEventListener('load', done, {once: true})); }"
        )
    chrome.screenshot(page, name)
    assert chrome.axe(page) == []
    assert chrome.overflow(page) == []
    assert chrome.overlaps(page) == []


def file_application(page: Page, picture: Path) -> None:
    page.get_by_role("link", name="新建用印申请").click()
    looks_right(page, "e2e-items-360")
    page.get_by_role("link", name="居（租）住证明").click()
    page.get_by_label("文件名称").fill(TITLE)
    page.get_by_label("用途").fill("子女入学")
    page.get_by_label("钱七").check()
    page.locator("input[type=file]").set_input_files(picture)
    looks_right(page, "e2e-form-360")
    page.get_by_role("button", name="下一步").click()
    looks_right(page, "e2e-check-360")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def approve(page: Page, kept: House, name: str) -> None:
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="去审批签名").click()
    expect(page).to_have_url(re.compile(re.escape(kept.state.origins["county"]) + "/sign/#.+"))
    expect(page.get_by_text(TITLE).first).to_be_visible()
    looks_right(page, f"e2e-sign-{name}")
    page.get_by_role("button", name="同意").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def heading(page: Page, text: str, *, seconds: float = 20) -> None:
    """Wait for the screen of that heading."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(text, timeout=seconds * 1000)


def stamp_at_the_panel(page: Page, kept: House) -> None:
    page.goto(kept.state.origins["panel"] + "/")
    heading(page, "按您的名字")
    looks_right(page, "e2e-panel-idle")
    page.get_by_text("钱七").click()
    heading(page, "请输入您的密码")
    for digit in kept.state.person(OPERATOR).pin or "":
        page.locator(f"[data-key='{digit}']").click()
    looks_right(page, "e2e-panel-pin")
    page.locator("#enter").click()
    heading(page, "请按要盖章的事项")
    looks_right(page, "e2e-panel-grants")
    Body(kept.sock("body")).lay("residence")
    page.get_by_role("button", name=TITLE).click()
    heading(page, TITLE)
    looks_right(page, "e2e-panel-confirm")
    page.locator("#photograph").click()
    heading(page, "照片合格")
    looks_right(page, "e2e-panel-photographed")
    page.locator("#stamp").click()
    heading(page, "盖好了", seconds=30)
    expect(page.locator(".receipt.good")).to_be_visible(timeout=15_000)
    looks_right(page, "e2e-panel-done")


def published(page: Page, kept: House) -> None:
    """From the village's first page to the stamp, which is there within moments."""

    def stamped() -> bool:
        page.goto(f"{kept.state.origins['public']}/v/{VILLAGE}/")
        page.get_by_role("link", name="用印公开").click()
        return page.get_by_text("居（租）住证明").count() > 0

    until(stamped)


def verify_on_the_countys_page(page: Page, kept: House) -> None:
    """A villager's phone goes from the township's page to the county's, and believes neither."""
    page.goto(f"{kept.state.origins['public']}/v/{VILLAGE}/seal/")
    page.get_by_role("link", name="查这次盖章的真假").first.click()
    looks_right(page, "e2e-stamp-360")
    page.get_by_role("link", name="到县里的网页核验").click()
    expect(page).to_have_url(re.compile(re.escape(kept.state.origins["county"]) + "/verify/#.+"))
    expect(page.locator("#answer .verdict.real")).to_contain_text("真实")
    expect(page.locator("#answer")).to_contain_text("居（租）住证明")
    looks_right(page, "e2e-verify-360")


def see_what_the_key_signed(page: Page, kept: House) -> None:
    """The approver asks the county, by his key, as soon as its copy has the stamp."""
    director = kept.state.person("p-li")
    row = page.locator("article", has_text=TITLE)

    def stamped() -> bool:
        page.goto(f"{kept.state.origins['county']}/sign/")
        page.get_by_role("link", name="看我的钥匙签过的每一次").click()
        page.get_by_label("您是哪一位").select_option(label=director.name)
        page.get_by_role("button", name="用我的钥匙查看").click()
        page.locator("#answer:visible, #refusal:visible").wait_for()
        return row.count() == 1 and "1 次：" in row.inner_text()

    until(stamped)
    expect(page.locator(".copy.whole")).to_contain_text("都在这里")
    looks_right(page, "e2e-history-360")


def test_a_stamp_by_hand_in_the_browser(kept: House, browser: Browser, tmp_path: Path) -> None:
    picture = tmp_path / "residence.png"
    picture.write_bytes(png(DOCUMENTS["residence"]))
    with person(kept, browser, "p-sun", PHONE) as page:
        file_application(page, picture)
        looks_right(page, "e2e-application-360")
    with person(kept, browser, "p-li", PHONE) as page:
        looks_right(page, "e2e-home-360")
        approve(page, kept, "p-li-360")
    with person(kept, browser, "p-zhang", DESK) as page:
        approve(page, kept, "p-zhang-1440")
        looks_right(page, "e2e-approved-1440")
    until(lambda: kept.machine("grants") != [])
    with browser.page(PANEL) as page:
        stamp_at_the_panel(page, kept)
    for size, name in ((PHONE, "360"), (DESK, "1440")):
        with browser.page(size, javascript=False) as page:
            published(page, kept)
            assert TITLE not in page.content()
            chrome.screenshot(page, f"e2e-public-{name}")
            assert chrome.overflow(page) == []
    with browser.page(PHONE) as page:
        verify_on_the_countys_page(page, kept)
    with person(kept, browser, "p-li", PHONE) as page:
        see_what_the_key_signed(page, kept)
    with person(kept, browser, "p-wu", DESK) as page:
        page.get_by_text("更多", exact=True).click()
        page.get_by_role("link", name="用印记录").click()
        expect(page.get_by_text(TITLE).first).to_be_visible()
        looks_right(page, "e2e-records-1440")
