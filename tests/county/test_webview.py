"""Links from chat apps: a page that needs a passkey says how to open it in the phone's browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import county
import hub
from tests.county.pages_rig import Rig
from tests.support.browser import PHONE, Browser, axe, overflow, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AGENTS = {
    "微信": (
        "Mozilla/5.0 (Linux; Android 14; V2309A Build/UP1A.231005.007; wv) AppleWebKit/537.36 "
        "(KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 "
        "MMWEBSDK/20240501 MMWEBID/2221 MicroMessenger/8.0.50.2701(0x28003253) WeChat/arm64 "
        "Weixin NetType/WIFI Language/zh_CN ABI/arm64"
    ),
    "钉钉": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Mobile/21F79 AliApp(DingTalk/7.6.15) com.laiwang.DingTalk/38217493 Channel/201200 "
        "language/zh-Hans-CN UT4Aplus/0.0.6 WK"
    ),
    "企业微信": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Mobile/15E148 wxwork/4.1.27 MicroMessenger/7.0.1 Language/zh ColorScheme/Light"
    ),
}

HERE, HUBS = (
    Path(package.__file__).parent / name  # type: ignore[arg-type]
    for package, name in ((county, "pages/sign/webview.js"), (hub, "static/hub/webview.js"))
)


def test_county_and_hub_say_the_same() -> None:
    assert HERE.read_bytes() == HUBS.read_bytes()


def test_every_page_of_the_hub_with_passkeys_holds_it() -> None:
    static, templates = HUBS.parents[1], HUBS.parents[2] / "templates"
    scripts = {
        f"'{one.relative_to(static)}'"
        for one in static.rglob("*.js")
        if "passkeys.js" in one.read_text("utf-8")
    }
    found = list(templates.rglob("*.html"))
    texts = {str(one.relative_to(templates)): one.read_text("utf-8") for one in found}
    with_passkeys = {name for name, text in texts.items() if any(one in text for one in scripts)}
    assert {"staff/login.html", "staff/return.html", "checks/detail.html"} <= with_passkeys
    for name in with_passkeys:
        assert "'hub/webview.js'" in texts[name], name
        assert 'id="webview"' in texts[name], name


@pytest.fixture(params=AGENTS)
def app(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def inside(chromium: Browser, app: str) -> Iterator[Page]:
    with chromium.page(PHONE, agent=AGENTS[app]) as made:
        yield made


def test_a_page_opened_in_an_app_names_it_and_gives_its_link(
    house: Rig, inside: Page, app: str
) -> None:
    inside.context.grant_permissions(["clipboard-read", "clipboard-write"])
    inside.goto(f"{house.county}/enrol/")
    box = inside.locator("#webview")
    expect(box).to_contain_text(f"您现在是在{app}里打开的")
    expect(box.get_by_label("这一页的链接")).to_have_value(f"{house.county}/enrol/")
    box.get_by_role("button", name="复制链接").click()
    expect(box.get_by_role("status")).to_have_text("链接已复制。")
    screenshot(inside, f"webview-{'wechat' if app == '微信' else 'other'}")
    assert not axe(inside)
    assert not overflow(inside)


def test_the_link_of_a_signing_page_keeps_what_is_to_be_signed(
    house: Rig, chromium: Browser
) -> None:
    with chromium.page(PHONE, agent=AGENTS["微信"]) as page:
        house.open(page, house.request(house.application(b"-"), "director", "yi"))
        link = page.get_by_label("这一页的链接").input_value()
        assert link == page.url
        assert len(link.split("#")[1]) > 100


def test_a_browser_without_webauthn_says_so(house: Rig, chromium: Browser) -> None:
    with chromium.page(PHONE) as page:
        page.add_init_script("delete window.PublicKeyCredential")
        page.goto(f"{house.county}/enrol/")
        expect(page.locator("#webview")).to_contain_text("这个浏览器不能用通行密钥")


def test_the_phones_own_browser_is_told_nothing(house: Rig, page: Page) -> None:
    page.goto(f"{house.county}/enrol/")
    expect(page.locator("#add")).to_be_enabled()
    expect(page.locator("#webview")).to_be_hidden()
