"""The panel by keyboard and scanner alone: no touch, no mouse."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.panel import cast
from tests.panel.rig import Rig, panel
from tests.panel.test_session_browser import play
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


@pytest.fixture
def screen(rig: Rig, chromium: browser.Browser) -> Iterator[Page]:
    rig.reset()
    play(rig)
    with chromium.page(browser.PANEL) as page:
        yield page


def tab_to(screen: Page, wanted: str, most: int = 14) -> None:
    """Tab until the focus is on the control of that id or text, and see that it shows."""
    screen.wait_for_load_state("load")
    for _ in range(most):
        screen.keyboard.press("Tab")
        if wanted in screen.evaluate(FOCUSED):
            outline = screen.evaluate("() => getComputedStyle(document.activeElement).outlineWidth")
            assert float(outline.removesuffix("px")) >= 3
            return
    raise AssertionError(f"no way to {wanted} by Tab")


FOCUSED = """() => document.activeElement === document.body ? ""
  : document.activeElement.id + " " + document.activeElement.textContent.trim()"""


def test_one_stamp_by_keyboard_alone(rig: Rig, screen: Page) -> None:
    screen.goto(rig.url)
    tab_to(screen, "钱七")
    screen.keyboard.press("Enter")
    expect(screen.locator("#pin")).to_be_focused()
    screen.keyboard.type("2468")
    screen.keyboard.press("Enter")
    screen.get_by_text("请按要盖章的事项").wait_for()
    tab_to(screen, "村民建房用地申请")
    screen.keyboard.press("Enter")
    screen.get_by_role("button", name="对，拍照").wait_for()
    tab_to(screen, "对，拍照")
    screen.keyboard.press("Enter")
    screen.get_by_text("和批准的那一页相符").wait_for()
    tab_to(screen, "开锁盖章")
    screen.keyboard.press("Enter")
    screen.get_by_text("正在开锁").wait_for()
    assert rig.lockd.calls == [
        ("login", {"person": "p-0", "pin": "2468"}),
        ("choose", {"grant": rig.lockd.grants[0]["id"]}),
        ("photograph", {}),
        ("stamp", {}),
    ]


def test_the_focus_goes_through_a_screen_from_top_to_bottom(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.chosen())
    screen.goto(rig.url)
    tops = []
    for _ in range(6):
        screen.keyboard.press("Tab")
        tops.append(
            screen.evaluate("() => document.activeElement.getBoundingClientRect().y < 80 ? 0 : 1")
        )
    assert tops == [0, 0, 0, 1, 1, 1]


def test_a_scanned_line_chooses_its_grant(rig: Rig, screen: Page) -> None:
    """A keyboard-wedge scanner types the code and Enter, wherever the person looks."""
    wanted = rig.lockd.grants[3]
    rig.lockd.show(cast.identified())
    screen.goto(rig.url)
    expect(screen.locator("#code")).to_be_focused()
    screen.keyboard.type(wanted["id"].hex()[:16].upper())
    screen.keyboard.press("Enter")
    screen.get_by_role("button", name="对，拍照").wait_for()
    assert rig.lockd.calls == [("choose", {"grant": wanted["id"]})]


@pytest.mark.parametrize("code", ["123", "ffffffffffffffff", "钱七", "' or 1=1"])
def test_a_code_of_no_grant_is_explained(rig: Rig, screen: Page, code: str) -> None:
    rig.lockd.show(cast.identified())
    screen.goto(rig.url)
    screen.locator("#code").fill(code)
    screen.keyboard.press("Enter")
    screen.get_by_text(REFUSALS["grant_unknown"].zh).first.wait_for()
    assert rig.lockd.calls == []


def test_the_field_for_the_scanner_has_the_focus_when_the_screen_comes_by_itself(
    rig: Rig, screen: Page
) -> None:
    screen.goto(rig.url)
    rig.lockd.show(cast.identified())
    expect(screen.locator("#code")).to_be_focused()
