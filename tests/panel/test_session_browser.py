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


TOUCHES = """document.addEventListener("pointerdown", (event) => {
  const what = event.target.closest(".key") ? "digits" : "touches";
  sessionStorage[what] = 1 + Number(sessionStorage[what] || 0);
}, true)"""


def test_one_stamp_takes_five_touches_besides_the_digits_of_the_pin(rig: Rig, screen: Page) -> None:
    """Each touch on the screen counts, the PIN's own confirmation too; its digits are counted
    apart, as they are what the person knows and no step of the way. The seal's lever is no screen.
    """
    play(rig)
    screen.context.add_init_script(TOUCHES)
    screen.goto(rig.url)
    screen.get_by_role("link", name="钱七").click()
    for key in "246813":
        screen.get_by_role("button", name=key, exact=True).click()
    screen.locator("#enter").click()
    screen.get_by_role("button", name="村民建房用地申请").click()
    screen.get_by_role("button", name="对，拍照").click()
    screen.get_by_role("button", name="开锁盖章").click()
    screen.get_by_text("正在开锁").wait_for()
    assert [verb for verb, _ in rig.lockd.calls] == ["login", "choose", "photograph", "stamp"]
    counted = screen.evaluate("() => ({...sessionStorage})")
    assert counted == {"touches": "5", "digits": "6"}


def test_one_stamp_by_touch_alone(rig: Rig, screen: Page) -> None:
    play(rig)
    screen.goto(rig.url)
    screen.get_by_role("link", name="钱七").click()
    for key in ("2", "4", "清空", "2", "4", "6", "9", "退格", "8"):
        screen.get_by_role("button", name=key, exact=True).click()
    screen.locator("#enter").click()
    screen.get_by_role("button", name="村民建房用地申请").click()
    screen.get_by_role("button", name="对，拍照").click()
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
        page.get_by_role("button", name="对，拍照").click()
        page.get_by_role("button", name="开锁盖章").click()
        page.get_by_text("正在开锁").wait_for()
    assert [verb for verb, _ in rig.lockd.calls] == ["login", "choose", "photograph", "stamp"]


def test_the_screen_follows_lockd_without_a_touch(rig: Rig, screen: Page) -> None:
    screen.goto(rig.url)
    screen.get_by_text("请按您的名字").wait_for()
    rig.lockd.show(cast.blocked("journal_full"))
    screen.get_by_text(REFUSALS["journal_full"].zh).first.wait_for()
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
    screen.get_by_text(REFUSALS["page_mismatch"].zh).first.wait_for()
    rig.lockd.show(cast.offline(cast.refused("page_mismatch")))
    screen.get_by_text("断网").wait_for()
    screen.get_by_role("button", name="知道了").click()
    screen.get_by_role("button", name="对，拍照").wait_for()


def test_nothing_hides_the_countdown_not_even_an_unread_refusal(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.refused("photo_unsharp"))
    screen.goto(rig.url)
    screen.get_by_text(REFUSALS["photo_unsharp"].zh).first.wait_for()
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


def test_nobody_is_logged_out_during_an_opening(rig: Rig, screen: Page) -> None:
    play(rig)
    screen.clock.install()
    for state in (cast.chosen("opening"), cast.opened(), cast.chosen("closing")):
        rig.lockd.show(state)
        screen.goto(rig.url)
        screen.clock.fast_forward(3_600_000)
        expect(screen.get_by_text("您还在吗")).to_be_hidden()
    assert rig.lockd.calls == []


def test_a_job_of_sixty_says_what_comes_next_and_takes_two_touches_a_sheet(
    rig: Rig, screen: Page
) -> None:
    grant = cast.grant("土地承包合同", impressions=60, presses=63, used=37, pages=60)
    rig.lockd.show(cast.more(grant, {"use": "full", "next": 38, "total": 60}))
    rig.lockd.on = {
        "photograph": lambda _: rig.lockd.show(cast.photographed("page_match", grant=grant)),
        "stamp": lambda _: rig.lockd.show(cast.chosen("opening", grant=grant)),
    }
    screen.goto(rig.url)
    screen.get_by_text("第 38 张，共 60 张").wait_for()
    screen.get_by_role("button", name="换好了，拍照").click()
    screen.get_by_role("button", name="开锁盖章").click()
    screen.get_by_text("正在开锁").wait_for()
    grant = {**grant, "used": 60}
    for group, pages in (("1", "1–20"), ("2", "21–40"), ("3", "41–60")):
        sheet = {"use": "seam", "next": int(group), "total": 3}
        rig.lockd.show(cast.more(grant, sheet))
        screen.get_by_text(f"骑缝章第 {group} 组，共 3 组").wait_for()
        screen.get_by_text(f"把 {pages} 页捻开").wait_for()


def test_a_job_resumes_where_it_stopped(rig: Rig, screen: Page) -> None:
    """After a power cut the operator logs in anew and finds the next sheet, not the first."""
    play(rig)
    half = cast.grant("土地承包合同", impressions=60, presses=63, used=37, pages=60)
    rig.lockd.grants = [half]
    sheet = {"use": "full", "next": 38, "total": 60}
    rig.lockd.on["choose"] = lambda _: rig.lockd.show(cast.chosen(grant=half, sheet=sheet))
    rig.lockd.show(cast.identified())
    screen.goto(rig.url)
    screen.get_by_text("还盖 26 次").wait_for()
    screen.get_by_role("button", name="土地承包合同").click()
    screen.get_by_text("第 38 张，共 60 张").wait_for()


def test_a_grant_that_the_list_dropped_leads_back(rig: Rig, screen: Page) -> None:
    play(rig)
    rig.lockd.show(cast.chosen(grant=None, sheet=None))
    screen.goto(rig.url)
    screen.get_by_role("button", name="知道了").click()
    screen.get_by_text("请按要盖章的事项").wait_for()
    assert rig.lockd.calls == [("cancel", {})]


def test_large_type_stays_over_log_out_and_idle_reset(rig: Rig, screen: Page) -> None:
    play(rig)
    rig.lockd.show(cast.identified())
    screen.goto(f"{rig.url}/grants?page=2")
    screen.get_by_role("button", name="大字").click()
    expect(screen.locator("body.large")).to_be_visible()
    assert screen.url == f"{rig.url}/grants?page=2"
    screen.get_by_role("button", name="退出").click()
    screen.get_by_text("请按您的名字").wait_for()
    expect(screen.locator("body.large")).to_be_visible()
    screen.get_by_role("button", name="小字").click()
    expect(screen.locator("body.large")).to_have_count(0)


def test_a_refusal_can_be_enlarged_and_is_still_there(rig: Rig, screen: Page) -> None:
    play(rig)

    def refuse(given: cast.State) -> object:
        rig.lockd.show(cast.identified(refusal=cast.refused("grant_spent")["refusal"]))
        return cast.refuse("grant_spent")(given)

    rig.lockd.on["choose"] = refuse
    rig.lockd.show(cast.identified())
    screen.goto(rig.url)
    screen.get_by_role("button", name="村民建房用地申请").click()
    screen.get_by_text(REFUSALS["grant_spent"].zh).first.wait_for()
    screen.get_by_role("button", name="大字").click()
    expect(screen.locator("body.large")).to_be_visible()
    expect(screen.get_by_role("heading", level=1)).to_contain_text(REFUSALS["grant_spent"].zh)


def test_in_helper_mode_two_people_read_every_word_before_the_picture(
    rig: Rig, screen: Page
) -> None:
    play(rig)
    grant = cast.long_grant()
    rig.lockd.on["choose"] = lambda _: rig.lockd.show(cast.chosen(grant=grant))
    screen.goto(rig.url)
    screen.get_by_role("button", name="有人陪我办").click()
    expect(screen.locator("body.large.helper")).to_be_visible()
    rig.lockd.show(cast.identified())
    screen.get_by_role("button", name="村民建房用地申请").click()
    read = ""
    for _ in range(12):
        read += screen.locator(".read-text").inner_text()
        last = screen.get_by_role("link", name="都对，去拍照")
        if last.count():
            last.click()
            break
        before = screen.locator(".read-n").inner_text()
        screen.get_by_role("link", name="对，下一条").click()
        expect(screen.locator(".read-n")).not_to_have_text(before)
    for fact in ("title", "purpose", "applicant_name", "seal_name"):
        assert grant[fact] in read
    screen.get_by_role("button", name="对，拍照").wait_for()


def test_who_asked_for_a_refused_paper_is_told_in_three_touches(rig: Rig, screen: Page) -> None:
    rig.lockd.on["demanded"] = lambda _: None
    screen.goto(f"{rig.url}/items?cls=forbidden")
    screen.get_by_role("link", name="有无违法犯罪记录证明").click()
    for told in ("县公安局政务服务窗口", "0577-0000000", "民发〔2020〕20号"):
        screen.locator(".matter").get_by_text(told).wait_for()
    screen.get_by_role("link", name="是谁要您开的").click()
    screen.get_by_role("button", name="用人单位").click()
    screen.get_by_text("已经记下了").wait_for()
    screen.goto(f"{rig.url}/items/crime/demanded")
    screen.get_by_label("单位名称").fill("示例保险公司县城营业部")
    screen.keyboard.press("Enter")
    screen.get_by_text("已经记下了").wait_for()
    asked = [given for verb, given in rig.lockd.calls if verb == "demanded"]
    assert asked == [
        {"item": "crime", "demander": "用人单位"},
        {"item": "crime", "demander": "示例保险公司县城营业部"},
    ]


def test_an_application_is_begun_with_the_machines_camera(rig: Rig, screen: Page) -> None:
    lockd = rig.lockd

    def take(_: object) -> None:
        lockd.drafting += 1

    lockd.on = {"draft_page": take, "draft": lambda _: None}
    lockd.show(cast.identified())
    screen.goto(rig.url)
    screen.get_by_role("link", name="新申请").click()
    screen.get_by_role("link", name="居住情况证明").click()
    screen.get_by_role("button", name="拍第 1 页").click()
    screen.get_by_text("已拍 1 页").wait_for()
    browser.screenshot(screen, "panel-draft-taken")
    screen.get_by_role("button", name="拍第 2 页").click()
    screen.get_by_text("已拍 2 页").wait_for()
    screen.get_by_role("link", name="拍完了").click()
    screen.get_by_label("给谁办").fill("林小满")
    screen.keyboard.press("Enter")
    screen.get_by_role("button", name="多一张").click()
    screen.get_by_role("button", name="上学").click()
    screen.get_by_text("送往镇平台").wait_for()
    asked = {"item": "residence", "applicant": "林小满", "purpose": "上学", "impressions": 2}
    assert lockd.calls == [("draft_page", {}), ("draft_page", {}), ("draft", asked)]


def test_a_page_that_is_not_sharp_is_taken_again(rig: Rig, screen: Page) -> None:
    rig.lockd.on["draft_page"] = cast.refuse("photo_unsharp")
    rig.lockd.show(cast.identified())
    screen.goto(f"{rig.url}/draft/residence")
    screen.get_by_role("button", name="拍第 1 页").click()
    screen.get_by_text(REFUSALS["photo_unsharp"].zh).first.wait_for()
    screen.get_by_role("link", name="知道了").click()
    screen.get_by_role("button", name="拍第 1 页").wait_for()


def test_nobody_begins_an_application_without_logging_in(rig: Rig, screen: Page) -> None:
    for path in ("/draft", "/draft/residence", "/draft/residence/what"):
        screen.goto(rig.url + path)
        screen.get_by_text("请按您的名字").wait_for()


def test_a_camera_that_is_gone_is_said_on_the_picture(rig: Rig, screen: Page) -> None:
    rig.eye.gone = True
    rig.lockd.show(cast.chosen())
    screen.goto(rig.url)
    screen.get_by_text("暂时没有画面").wait_for()
    rig.eye.gone = False
    expect(screen.get_by_text("暂时没有画面")).to_be_hidden()


def test_lockd_may_go_and_come_back(rig: Rig, screen: Page) -> None:
    screen.goto(rig.url)
    screen.get_by_text("请按您的名字").wait_for()
    hidden = rig.panel_sock.with_suffix(".away")
    rig.panel_sock.rename(hidden)
    rig.lockd.show(cast.idle())
    screen.get_by_text(REFUSALS["unavailable"].zh).first.wait_for()
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
