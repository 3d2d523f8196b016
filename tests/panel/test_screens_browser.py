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
def _fresh(rig: Rig) -> None:
    rig.reset()


SCREENS: dict[str, tuple[cast.State, str, str]] = {
    "idle": (cast.idle(), "/", "请按您的名字"),
    "idle-offline": (cast.offline(cast.idle(list=None)), "/", "还没有收到审批清单"),
    "pin": (cast.idle(), "/pin?person=p-2", "请输入您的密码"),
    "grants": (cast.identified(), "/", "请按要盖章的事项"),
    "grants-2": (cast.identified(), "/grants?page=2", "充电桩安装同意书"),
    "confirm": (cast.chosen(), "/", "村民建房用地申请"),
    "confirm-long": (cast.chosen(grant=cast.long_grant()), "/", "阿卜杜热合曼"),
    "lay": (cast.chosen(), "/lay", "把纸放平"),
    "lay-long": (cast.chosen(grant=cast.long_grant()), "/lay", "把纸放平"),
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
    "done-more": (cast.done(receipted=False, used=1), "/", "还要盖 2 次"),
    "refusal": (cast.refused("page_mismatch"), "/", "现在怎么办"),
    "blocked": (cast.blocked("hardware_fault"), "/", "机器现在不能用"),
    "items": (cast.idle(), "/items", "农村宅基地用地审核"),
    "items-forbidden": (cast.idle(), "/items?cls=forbidden", "公证处"),
    "items-escalate": (cast.identified(), "/items?cls=escalate", "镇农村集体资产管理办公室"),
}


HEADER = """() => [...document.querySelectorAll('header p, header strong')]
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => 'header ' + e.textContent)"""


def faults(page: Page) -> list[str]:
    """All that an old person at the screen would trip over."""
    header: list[str] = page.evaluate(HEADER)
    return [
        *header,
        *browser.axe(page),
        *browser.overflow(page),
        *browser.spills(page),
        *browser.cut_below(page),
        *browser.overlaps(page),
        *browser.small_targets(page),
        *browser.small_text(page),
    ]


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_whole_large_and_readable(rig: Rig, screen: Page, name: str) -> None:
    state, path, says = SCREENS[name]
    rig.lockd.show(state)
    screen.goto(rig.url + path)
    screen.get_by_text(says).first.wait_for()
    browser.screenshot(screen, f"panel-{name}")
    assert faults(screen) == []
    assert chinese_faces(screen) != set()


@pytest.mark.parametrize("count", [0, 8, 11])
def test_any_number_of_names_fits(rig: Rig, screen: Page, count: int) -> None:
    rig.lockd.people = cast.people(count)
    screen.goto(rig.url)
    browser.screenshot(screen, f"panel-names-{count}")
    assert faults(screen) == []
    assert screen.locator(".name").count() == min(count, 8)


def test_a_list_without_grants_says_so(rig: Rig, screen: Page) -> None:
    rig.lockd.grants = []
    rig.lockd.show(cast.identified())
    screen.goto(rig.url)
    screen.get_by_text("现在没有可以盖章的事项").wait_for()
    assert faults(screen) == []


def test_every_refusal_fits_with_its_next_step(rig: Rig, screen: Page) -> None:
    for code, refusal in REFUSALS.items():
        for state in (cast.refused(code), cast.blocked(code)):
            rig.lockd.show(state)
            screen.goto(rig.url)
            screen.get_by_text(refusal.zh).first.wait_for()
            screen.get_by_text(refusal.next_zh).first.wait_for()
            found = [*browser.cut_below(screen), *browser.overflow(screen), *browser.spills(screen)]
            assert found == [], (code, state["state"])


@pytest.mark.parametrize("code", ["credential_wrong", "credential_locked", "operator_unknown"])
def test_a_refused_pin_is_explained_beside_the_keys(rig: Rig, screen: Page, code: str) -> None:
    rig.lockd.on["login"] = cast.refuse(code)
    screen.goto(f"{rig.url}/pin?person=p-0")
    for key in "1234":
        screen.get_by_role("button", name=key, exact=True).click()
    screen.locator("#enter").click()
    screen.get_by_text(REFUSALS[code].zh).wait_for()
    browser.screenshot(screen, f"panel-pin-{code}")
    assert faults(screen) == []


def test_without_lockd_the_screen_says_what_to_do(rig: Rig, screen: Page) -> None:
    hidden = rig.panel_sock.with_suffix(".away")
    rig.panel_sock.rename(hidden)
    try:
        screen.goto(rig.url)
        screen.get_by_text(REFUSALS["unavailable"].zh).wait_for()
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
