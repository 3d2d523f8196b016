"""One person at the screen, from name to stamp, with touch alone, and what happens besides."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.panel import cast
from tests.panel.rig import Rig, eventually, panel
from tests.support import browser
from wire.refusals import REFUSALS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("panel_session")]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with panel(tmp_path_factory.mktemp("panel")) as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[browser.Browser]:
    with browser.chromium() as started:
        yield started


@pytest.fixture(autouse=True)
def _fresh(rig: Rig) -> None:
    rig.reset()


@pytest.fixture
def screen(rig: Rig, chromium: browser.Browser) -> Iterator[Page]:
    with chromium.page(browser.PANEL) as page:
        yield page


def play(rig: Rig) -> None:
    """lockd as a session goes well: each verb leads to the next state."""
    lockd = rig.lockd
    lockd.on = {
        "login": lambda _: lockd.show(cast.identified()),
        "choose": lambda _: lockd.show(cast.chosen()),
        "photograph": lambda _: lockd.show(cast.photographed("page_match")),
        "stamp": lambda _: lockd.show(cast.chosen("opening")),
        "cancel": lambda _: lockd.show(cast.identified()),
        "logout": lambda _: lockd.show(cast.idle()),
    }


def test_one_stamp_by_touch_alone(rig: Rig, screen: Page) -> None:
    play(rig)
    screen.goto(rig.url)
    screen.get_by_role("link", name="钱七").click()
    for key in ("2", "4", "清空", "2", "4", "6", "9", "退格", "8"):
        screen.get_by_role("button", name=key, exact=True).click()
    screen.locator("#enter").click()
    screen.get_by_role("button", name="村民建房用地申请").click()
    screen.get_by_role("link", name="对，就是这份").click()
    screen.get_by_role("button", name="拍照").click()
    screen.get_by_text("和批准的那一页相符").wait_for()
    screen.get_by_role("button", name="开锁盖章").click()
    screen.get_by_text("正在开锁").wait_for()
    assert rig.lockd.calls == [
        ("login", {"person": "p-0", "pin": "2468"}),
        ("choose", {"grant": rig.lockd.grants[0]["id"]}),
        ("photograph", {}),
        ("stamp", {}),
    ]
    rig.lockd.show(cast.opened(15_000))
    screen.get_by_text("现在按下印章").wait_for()
    first = int(screen.locator("#countdown").inner_text())
    eventually(lambda: int(screen.locator("#countdown").inner_text()) < first, "it counts down")
    rig.lockd.show(cast.chosen("closing"))
    screen.get_by_text("正在上锁").wait_for()
    rig.lockd.show(cast.done(receipted=False))
    screen.get_by_text("正在等镇里的回执").wait_for()
    rig.lockd.show(cast.done(receipted=True))
    screen.get_by_text("镇里已收到").wait_for()
    screen.get_by_role("button", name="退出").click()
    screen.get_by_text("请按您的名字").wait_for()
    assert rig.lockd.calls[-1] == ("logout", {})


def test_the_same_without_javascript(rig: Rig, chromium: browser.Browser) -> None:
    play(rig)
    with chromium.page(browser.PANEL, javascript=False) as page:
        page.goto(f"{rig.url}/pin?person=p-0")
        page.locator("#pin").fill("2468")
        page.locator("#enter").click()
        page.get_by_role("button", name="村民建房用地申请").click()
        page.get_by_role("link", name="对，就是这份").click()
        page.get_by_role("button", name="拍照").click()
        page.get_by_role("button", name="开锁盖章").click()
        page.get_by_text("正在开锁").wait_for()
    assert [verb for verb, _ in rig.lockd.calls] == ["login", "choose", "photograph", "stamp"]


def test_the_screen_follows_lockd_without_a_touch(rig: Rig, screen: Page) -> None:
    screen.goto(rig.url)
    screen.get_by_text("请按您的名字").wait_for()
    rig.lockd.show(cast.blocked("journal_full"))
    screen.get_by_text(REFUSALS["journal_full"].zh).wait_for()
    rig.lockd.show(cast.offline(cast.idle()))
    screen.get_by_text("断网，自 11月23日").wait_for()
    screen.get_by_role("link", name="钱七").wait_for()


def test_a_half_typed_pin_survives_news_of_the_courier(rig: Rig, screen: Page) -> None:
    screen.goto(f"{rig.url}/pin?person=p-0")
    screen.get_by_role("button", name="7", exact=True).click()
    rig.lockd.show(cast.offline(cast.idle()))
    screen.get_by_text("断网").wait_for()
    expect(screen.locator("#pin")).to_have_value("7")


def test_a_refusal_stays_until_it_is_read_and_is_not_shown_twice(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.refused("page_mismatch"))
    screen.goto(rig.url)
    screen.get_by_text(REFUSALS["page_mismatch"].zh).wait_for()
    rig.lockd.show(cast.offline(cast.refused("page_mismatch")))
    screen.get_by_text("断网").wait_for()
    screen.get_by_role("button", name="知道了").click()
    screen.get_by_role("link", name="对，就是这份").wait_for()


def test_nothing_hides_the_countdown_not_even_an_unread_refusal(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.refused("photo_unsharp"))
    screen.goto(rig.url)
    screen.get_by_text(REFUSALS["photo_unsharp"].zh).wait_for()
    rig.lockd.show(cast.opened(refusal=cast.refused("photo_unsharp")["refusal"]))
    screen.get_by_text("现在按下印章").wait_for()


def test_a_bad_photo_offers_no_stamp(rig: Rig, screen: Page) -> None:
    for word in ("blank", "unsharp", "no_page", "page_mismatch"):
        rig.lockd.show(cast.photographed(word))
        screen.goto(rig.url)
        screen.get_by_text("照片有问题").wait_for()
        assert screen.get_by_role("button", name="开锁盖章").count() == 0


def test_a_double_tap_stamps_once(rig: Rig, screen: Page) -> None:
    play(rig)
    rig.lockd.show(cast.photographed("page_match"))
    screen.goto(rig.url)
    screen.get_by_role("button", name="开锁盖章").dblclick()
    screen.get_by_text("正在开锁").wait_for()
    assert rig.lockd.calls == [("stamp", {})]


def test_whoever_walks_away_is_logged_out_after_a_warning(rig: Rig, screen: Page) -> None:
    play(rig)
    screen.clock.install()
    rig.lockd.show(cast.identified())
    screen.goto(rig.url)
    screen.get_by_text("请按要盖章的事项").wait_for()
    screen.clock.fast_forward(91_000)
    screen.get_by_text("您还在吗").wait_for()
    browser.screenshot(screen, "panel-still-there")
    assert browser.axe(screen) == []
    screen.get_by_role("button", name="我还在").click()
    screen.clock.run_for(1_000)
    expect(screen.get_by_text("您还在吗")).to_be_hidden()
    screen.clock.fast_forward(91_000)
    screen.get_by_text("您还在吗").wait_for()
    screen.clock.fast_forward(16_000)
    screen.get_by_text("请按您的名字").wait_for()
    assert rig.lockd.calls == [("logout", {})]


def test_a_camera_that_is_gone_is_said_on_the_picture(rig: Rig, screen: Page) -> None:
    rig.eye.gone = True
    rig.lockd.show(cast.chosen())
    screen.goto(f"{rig.url}/lay")
    screen.get_by_text("暂时没有画面").wait_for()
    rig.eye.gone = False
    expect(screen.get_by_text("暂时没有画面")).to_be_hidden()


def test_lockd_may_go_and_come_back(rig: Rig, screen: Page) -> None:
    screen.goto(rig.url)
    screen.get_by_text("请按您的名字").wait_for()
    hidden = rig.panel_sock.with_suffix(".away")
    rig.panel_sock.rename(hidden)
    rig.lockd.show(cast.idle())
    screen.get_by_text(REFUSALS["unavailable"].zh).wait_for()
    hidden.rename(rig.panel_sock)
    screen.get_by_text("请按您的名字").wait_for()


def test_a_foreign_page_in_the_same_browser_can_do_nothing(rig: Rig, screen: Page) -> None:
    play(rig)
    rig.lockd.show(cast.photographed("page_match"))
    action = f"{rig.url}/do/stamp"
    screen.set_content(f'<form method="post" action="{action}"><button>go</button></form>')
    screen.get_by_role("button", name="go").click()
    screen.get_by_text("只接受本机面板的操作").wait_for()
    assert rig.lockd.calls == []
