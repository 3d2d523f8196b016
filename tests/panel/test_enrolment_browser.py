"""Cards, fingers and enrolment at the screen, 1024×600, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.panel import cast
from tests.panel.rig import Rig, panel
from tests.panel.test_screens_browser import faults
from tests.support import browser
from wire.refusals import REFUSALS, to_dict

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("panel_enrolment")]


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


HELD = {"person": "p-1", "name": cast.people(2)[1]["name"]}
PINS = "/enrol?person=p-0&method={}&witness=p-1"
SCREENS: dict[str, tuple[cast.State, str, str]] = {
    "readers": (cast.at_the_readers(), "/", "请刷卡或按手指，或按您的名字"),
    "readers-card": (cast.at_the_readers(logins=["card_pin"]), "/", "刷卡以后再输入密码"),
    "readers-finger": (cast.at_the_readers(logins=["fingerprint"]), "/", "把手指放在"),
    "readers-none": (cast.at_the_readers(logins=[]), "/", "没有可用的登录方式"),
    "readers-held": (cast.at_the_readers(held=HELD), "/", HELD["name"]),
    "enrol-who": (cast.at_the_readers(), "/enrol", "给谁登记"),
    "enrol-how": (cast.at_the_readers(), "/enrol?person=p-0", "换卡"),
    "enrol-how-first": (cast.at_the_readers(), "/enrol?person=p-4", "先登记密码"),
    "enrol-witness": (cast.at_the_readers(), "/enrol?person=p-0&method=card", "谁见证"),
    "enrol-pins": (cast.at_the_readers(), PINS.format("card"), "见证人"),
    "enrol-pins-new": (cast.at_the_readers(), PINS.format("pin"), "新密码"),
    "enrolling-hold": (cast.enrolling("hold", "card"), "/", "请刷卡"),
    "enrolling-lay": (cast.enrolling("lay"), "/", "请按下手指"),
    "enrolling-again": (cast.enrolling("again"), "/", "再按一次同一个手指"),
    "enrolling-done": (cast.enrolling("done"), "/", "登记好了"),
    "enrolling-failed": (cast.enrolling("failed"), "/", "没有登记成功"),
}


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_whole_large_and_readable(rig: Rig, screen: Page, name: str) -> None:
    state, path, says = SCREENS[name]
    rig.lockd.show(state)
    screen.goto(rig.url + path)
    screen.get_by_text(says).first.wait_for()
    browser.screenshot(screen, f"panel-{name}")
    assert faults(screen) == []


def test_a_card_brings_its_persons_pin_and_another_card_anothers(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers())
    screen.goto(f"{rig.url}/pin?person=p-0")
    screen.locator("#pin").wait_for()
    rig.lockd.show(cast.at_the_readers(held=HELD))
    screen.get_by_role("heading", name=HELD["name"]).wait_for()
    rig.lockd.on["login"] = lambda _: rig.lockd.show(cast.identified())
    for key in "123456":
        screen.get_by_role("button", name=key, exact=True).click()
    screen.locator("#enter").click()
    screen.get_by_text("请按要盖章的事项").wait_for()
    assert rig.lockd.calls == [("login", {"person": "p-1", "pin": "123456"})]


def test_whoever_took_the_wrong_card_goes_back(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers(held=HELD))
    rig.lockd.on["logout"] = lambda _: rig.lockd.show(cast.at_the_readers())
    screen.goto(rig.url)
    screen.locator("#back").click()
    screen.get_by_text("或按您的名字").wait_for()


def test_a_finger_is_enrolled_by_touch_alone(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers())
    rig.lockd.on["enrol_finger"] = lambda _: rig.lockd.show(cast.enrolling("lay"))
    rig.lockd.on["enrol_cancel"] = lambda _: rig.lockd.show(cast.at_the_readers())
    screen.goto(rig.url)
    screen.locator("#enrol").click()
    screen.locator(".name").first.click()
    screen.locator("#method-fingerprint").click()
    screen.locator(".name").first.click()
    for field, pin in (("#pin", "123456"), ("#witness-pin", "654321")):
        screen.locator(field).click()
        for key in pin:
            screen.get_by_role("button", name=key, exact=True).click()
    screen.locator("#enter").click()
    screen.get_by_text("请按下手指").wait_for()
    rig.lockd.show(cast.enrolling("lift"))
    screen.get_by_text("请抬起手指").wait_for()
    rig.lockd.show(cast.enrolling("done"))
    screen.get_by_text("登记好了").wait_for()
    screen.locator("#end").click()
    screen.get_by_text("或按您的名字").wait_for()
    given = {"person": "p-0", "pin": "123456", "witness": "p-1", "witness_pin": "654321"}
    assert rig.lockd.calls == [("enrol_finger", given), ("enrol_cancel", {})]


def test_a_refused_card_is_shown_each_time(rig: Rig, screen: Page) -> None:
    refused = {**cast.at_the_readers(), "refusal": to_dict("card_unknown")}
    rig.lockd.on["logout"] = lambda _: rig.lockd.show(cast.at_the_readers())
    screen.goto(rig.url)
    for _ in range(2):
        rig.lockd.show(refused)
        screen.get_by_text(REFUSALS["card_unknown"].zh).wait_for()
        screen.locator("#seen").click()
        screen.get_by_text("或按您的名字").wait_for()


def test_a_refused_enrolment_says_why(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers())
    rig.lockd.on["enrol_card"] = cast.refuse("witness_unfit")
    screen.goto(rig.url + PINS.format("card"))
    for field in ("#pin", "#witness-pin"):
        screen.locator(field).fill("123456")
    screen.locator("#enter").click()
    screen.get_by_text(REFUSALS["witness_unfit"].zh).wait_for()
