"""Every screen of the panel as people see it: 1024×600, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.panel import cast
from tests.panel.rig import Rig, panel
from tests.support import browser
from wire.refusals import REFUSALS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("panel_screens")]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with panel(tmp_path_factory.mktemp("panel")) as made:
        yield made


@pytest.fixture(scope="module")
def screen(rig: Rig) -> Iterator[Page]:
    with browser.chromium() as chromium, chromium.page(browser.PANEL) as page:
        yield page


@pytest.fixture(autouse=True)
def _fresh(rig: Rig, screen: Page) -> None:
    rig.reset()
    screen.context.clear_cookies()


def enlarge(rig: Rig, screen: Page, size: str) -> int:
    """Switch to that size, mute; the least size of text, 18 pt or 30 pt, in CSS pixels."""
    chosen = {"size": size, "voice": "off"}
    screen.context.add_cookies(
        [{"name": name, "value": value, "url": rig.url} for name, value in chosen.items()]
    )
    return {"normal": 24, "large": 40}[size]


SIZES = ("normal", "large")


SIXTY = cast.grant("年度土地承包合同", impressions=60, presses=63, used=37, pages=60)
SEAM = cast.grant("年度土地承包合同", impressions=60, presses=63, used=60, pages=60)

MATTER = "matter=item-1/committee"
EMERGENCY = f"/emergency?{MATTER}&operator=p-3&second=p-2"
TWO = "&operator=p-1&witness=p-3"
SCREENS: dict[str, tuple[cast.State, str, str]] = {
    "readers": (cast.at_the_readers(), "/", "请刷卡或按手指"),
    "readers-or-name": (cast.at_the_readers(logins=["card_pin", "pin"]), "/", "请刷卡"),
    "readers-card": (cast.at_the_readers(logins=["card_pin"]), "/", "刷卡以后再输入密码"),
    "readers-finger": (cast.at_the_readers(logins=["fingerprint"]), "/", "把手指放在"),
    "readers-none": (cast.at_the_readers(logins=[]), "/", "没有可用的登录方式"),
    "readers-offline": (cast.offline(cast.at_the_readers()), "/", "断网"),
    "readers-all": ({**cast.offline(cast.at_the_readers()), "corrections": 12}, "/", "作废 12"),
    "readers-held": (cast.at_the_readers(held=cast.HELD), "/", cast.HELD["name"]),
    "enrol-who": (cast.at_the_readers(), "/enrol?page=2", "给谁登记"),
    "enrol-how": (cast.at_the_readers(), "/enrol?person=p-0", "换卡"),
    "enrol-how-first": (cast.at_the_readers(), "/enrol?person=p-4", "先登记密码"),
    "enrol-how-set": (cast.at_the_readers(), "/enrol?person=p-3&set=pin", "密码登记好了"),
    "enrol-how-gone": (cast.at_the_readers(), "/enrol?person=p-17", "已经不在任"),
    "enrol-witness": (cast.at_the_readers(), "/enrol?person=p-0&method=card", "谁来见证"),
    "enrol-pins": (
        cast.at_the_readers(),
        "/enrol?person=p-0&method=card&witness=p-3",
        "见证人",
    ),
    "enrol-pins-new": (
        cast.at_the_readers(),
        "/enrol?person=p-3&method=pin&witness=p-11",
        "新密码",
    ),
    "enrolling-hold": (cast.enrolling("hold", "card"), "/", "请刷卡"),
    "enrolling-wait": (cast.enrolling("wait"), "/", "请稍等"),
    "enrolling-lay": (cast.enrolling("lay"), "/", "请按下手指"),
    "enrolling-lift": (cast.enrolling("lift"), "/", "请抬起手指"),
    "enrolling-again": (cast.enrolling("again"), "/", "再按一次同一个手指"),
    "enrolling-done": (cast.enrolling("done"), "/", "登记好了"),
    "enrolling-failed": (cast.enrolling("failed"), "/", "没有登记成功"),
    "unenrol-what": (cast.at_the_readers(), "/unenrol?person=p-17", "全部取消"),
    "unenrol-who": (cast.at_the_readers(), "/unenrol?person=p-17&method=all", "谁来取消"),
    "unenrol-pins": (
        cast.at_the_readers(),
        f"/unenrol?person=p-17&method=fingerprint{TWO}",
        "取消指纹",
    ),
    "unenrolled": (cast.at_the_readers(), "/unenrol?done=all", "已经取消登记"),
    "emergency": (cast.blocked(), "/emergency", "已失联 26 小时，还可盖 3 次"),
    "emergency-2": (cast.blocked(), "/emergency?page=2", "丧葬补助申请"),
    "emergency-who": (cast.offline(cast.idle()), f"/emergency?{MATTER}", "谁来盖印"),
    "emergency-second": (cast.blocked(), f"/emergency?{MATTER}&operator=p-3", "在场的第二人"),
    "emergency-why": (cast.blocked(), EMERGENCY, "为什么等不得"),
    "blind": (cast.emergency(blind=True), "/", "这次盖章没有照片"),
    "blind-more": (
        cast.emergency(
            blind=True,
            grant=cast.long_grant(),
            done={"seq": 1287, "receipted": False, "answered": False},
        ),
        "/",
        "请换下一张纸",
    ),
    "blind-read-last": (cast.emergency(blind=True), "/read?n=99", "在场的两人"),
    "emergency-confirm": (cast.emergency(blind=False), "/", "对，拍照"),
    "corrections": (cast.idle(), "/corrections", "作废哪一张"),
    "corrections-done": (cast.idle(), "/corrections?done=yes&page=2", "还有哪一张"),
    "correct-who": (cast.idle(), f"/corrections?correction={'00' * 32}", "谁来办"),
    "correct-pin": (
        cast.idle(),
        f"/corrections?correction={'00' * 32}&person=p-1",
        "原件划掉放好",
    ),
    "correct-pin-lost": (
        cast.idle(),
        f"/corrections?correction={'01' * 32}&person=p-2",
        "原件遗失",
    ),
    "draft-who": (cast.identified(), "/draft/house/who?page=2", "给谁办"),
    "idle": (cast.idle(), "/", "请按您的名字"),
    "idle-offline": (cast.offline(cast.idle(list=None)), "/", "还没有清单"),
    "pin": (cast.idle(), "/pin?person=p-2", "请输入您的密码"),
    "grants": (cast.identified(), "/", "请按要盖章的事项"),
    "grants-2": (cast.identified(), "/grants?page=2", "年度分红方案"),
    "grants-offline": (cast.offline(cast.identified()), "/", "断网，自 11月23日"),
    "confirm": (cast.chosen(grant=cast.grant(impressions=1, presses=1)), "/", "对，拍照"),
    "confirm-many": (cast.chosen(), "/", "第 2 张，共 3 张"),
    "confirm-long": (cast.chosen(grant=cast.long_grant()), "/", "阿卜杜热合曼"),
    "confirm-seam": (
        cast.chosen(grant=SEAM, sheet={"use": "seam", "next": 1, "total": 3}),
        "/",
        "把 1–20 页捻开",
    ),
    "more": (
        cast.more(SIXTY, {"use": "full", "next": 38, "total": 60}),
        "/",
        "第 38 张，共 60 张",
    ),
    "more-seam": (
        cast.more(SEAM, {"use": "seam", "next": 2, "total": 3}, receipted=False),
        "/",
        "把 21–40 页捻开",
    ),
    "read": (cast.chosen(), "/read", "村民建房用地申请"),
    "read-long": (cast.chosen(grant=cast.long_grant()), "/read?n=3", "用完后原件"),
    "read-last": (cast.chosen(), "/read?n=99", "都对，去拍照"),
    "photographed": (
        cast.photographed("page_match", "impression:1"),
        "/",
        "照片合格，可以盖章",
    ),
    "photographed-bad": (
        cast.photographed("unsharp", "page_mismatch", "impression:2", grant=cast.long_grant()),
        "/",
        "这张纸和批准的不一样",
    ),
    "opening": (cast.chosen("opening"), "/", "正在开锁"),
    "open": (cast.opened(), "/", "现在按下印章"),
    "open-long": (cast.opened(grant=cast.long_grant()), "/", "现在按下印章"),
    "closing": (cast.chosen("closing"), "/", "正在上锁"),
    "done": (cast.done(receipted=True), "/", "盖好了"),
    "done-waiting": (
        cast.done(receipted=False, grant=cast.long_grant()),
        "/",
        "正在等镇里的回执",
    ),
    "done-pending": (
        cast.done(receipted=False, answered=True, grant=cast.long_grant()),
        "/",
        "尚待县级见证",
    ),
    "refusal": (cast.refused("page_mismatch"), "/", "现在怎么办"),
    "refusal-forbidden": (cast.refused("item_forbidden"), "/", "去哪里办"),
    "gone": (cast.chosen(grant=None, sheet=None), "/", "机器里没有这份用印申请"),
    "blocked": (cast.blocked("hardware_fault"), "/", "机器现在不能用"),
    "items": (cast.idle(), "/items", "农村宅基地用地审核"),
    "items-forbidden": (cast.idle(), "/items?cls=forbidden", "公证处"),
    "items-escalate": (cast.identified(), "/items?cls=escalate", "镇农村集体资产管理办公室"),
    "item": (cast.idle(), "/items/house", "可以盖章"),
    "item-forbidden": (cast.idle(), "/items/crime", "0577-0000000"),
    "item-escalate": (cast.idle(), "/items/loan", "要先上报"),
    "demanded": (cast.idle(), "/items/crime/demanded", "是谁要您开这个证明"),
    "noted": (cast.idle(), "/items/crime/noted", "已经记下了"),
    "draft": (cast.identified(), "/draft", "请按要申请的事项"),
    "draft-pages": (cast.identified(), "/draft/house", "拍第 1 页"),
    "draft-what": (cast.identified(), "/draft/house/what", "用来做什么"),
    "draft-sent": (cast.identified(), "/draft/house/sent", "送往镇平台"),
    "register": (cast.identified(), "/register", "登记簿 2026年11月"),
    "register-empty": (cast.identified(), "/register?month=2026-08", "这个月没有用印"),
}


HEADER = """() => [...document.querySelectorAll('header p, header strong')]
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => 'header ' + e.textContent)"""


def faults(page: Page, least: int = 24) -> list[str]:
    """All that an old person at the screen would trip over."""
    header: list[str] = page.evaluate(HEADER)
    return [
        *header,
        *browser.axe(page),
        *browser.overflow(page),
        *browser.spills(page),
        *browser.cut_below(page),
        *browser.half_lines(page),
        *browser.overlaps(page),
        *browser.small_targets(page),
        *browser.small_text(page, least, least),
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_whole_large_and_readable(rig: Rig, screen: Page, name: str, size: str) -> None:
    state, path, says = SCREENS[name]
    least = enlarge(rig, screen, size)
    rig.lockd.show(state)
    screen.goto(rig.url + path)
    screen.get_by_text(says).first.wait_for()
    browser.screenshot(screen, f"panel-{name}-{size}")
    assert faults(screen, least) == []
    assert chinese_faces(screen) != set()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [0, 8, 18])
def test_any_number_of_names_fits(rig: Rig, screen: Page, count: int, size: str) -> None:
    least = enlarge(rig, screen, size)
    rig.lockd.people = cast.people(count)
    rig.lockd.show(cast.at_the_readers())
    screen.goto(f"{rig.url}/?page=2")
    browser.screenshot(screen, f"panel-names-{count}-{size}")
    assert faults(screen, least) == []
    assert screen.locator(".name").count() == min(count, 8)


def test_a_list_without_grants_says_so(rig: Rig, screen: Page) -> None:
    rig.lockd.grants = []
    rig.lockd.show(cast.identified())
    screen.goto(rig.url)
    screen.get_by_text("现在没有可以盖章的事项").wait_for()
    assert faults(screen) == []


@pytest.mark.parametrize("size", SIZES)
def test_every_refusal_fits_with_its_next_step(rig: Rig, screen: Page, size: str) -> None:
    enlarge(rig, screen, size)
    for code, refusal in REFUSALS.items():
        states = (cast.refused(code), cast.blocked(code))
        for state in states[size == "large" :]:
            rig.lockd.show(state)
            screen.goto(rig.url)
            told = screen.locator("main").inner_text()
            assert refusal.zh in told
            assert refusal.next_zh in told
            assert f"镇里电话 {cast.PHONE}" in told
            found = [*browser.cut_below(screen), *browser.overflow(screen), *browser.spills(screen)]
            assert found == [], (code, state["state"])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("code", ["credential_wrong", "credential_locked", "operator_unknown"])
def test_a_refused_pin_is_explained_beside_the_keys(
    rig: Rig, screen: Page, code: str, size: str
) -> None:
    least = enlarge(rig, screen, size)
    rig.lockd.on["login"] = cast.refuse(code)
    screen.goto(f"{rig.url}/pin?person=p-0")
    for key in "1234":
        screen.get_by_role("button", name=key, exact=True).click()
    screen.locator("#enter").click()
    screen.get_by_text(REFUSALS[code].zh).first.wait_for()
    browser.screenshot(screen, f"panel-pin-{code}-{size}")
    assert faults(screen, least) == []


def test_without_lockd_the_screen_says_what_to_do(rig: Rig, screen: Page) -> None:
    hidden = rig.panel_sock.with_suffix(".away")
    rig.panel_sock.rename(hidden)
    try:
        screen.goto(rig.url)
        screen.get_by_text(REFUSALS["unavailable"].zh).first.wait_for()
        browser.screenshot(screen, "panel-unavailable")
        assert faults(screen) == []
    finally:
        hidden.rename(rig.panel_sock)
    screen.get_by_text("请按您的名字").wait_for()


def chinese_faces(page: Page) -> set[str]:
    """The installed faces that draw the screen's Chinese headline; boxes have none."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "main"})["nodeId"]
    for selector in ("h1", "strong"):
        found = session.send("DOM.querySelector", {"nodeId": node, "selector": selector})
        if found["nodeId"]:
            fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": found["nodeId"]})
            session.detach()
            return {
                font["familyName"]
                for font in fonts["fonts"]
                if "CJK" in font["familyName"] or "WenQuanYi" in font["familyName"]
            }
    return set()
