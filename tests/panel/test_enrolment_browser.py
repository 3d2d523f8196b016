"""Cards, fingers, enrolment and the roster at the screen, in a real browser."""

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from tests.panel import cast
from tests.panel.rig import Rig, panel
from tests.panel.test_keyboard_browser import tab_to
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
def _fresh(rig: Rig, screen: Page) -> None:
    rig.reset()
    screen.context.clear_cookies()


PINS = "/enrol?person=p-0&method={}&witness=p-1"


def test_a_card_brings_its_persons_pin_and_another_card_anothers(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers())
    screen.goto(f"{rig.url}/pin?person=p-0")
    screen.locator("#pin").wait_for()
    rig.lockd.show(cast.at_the_readers(held=cast.HELD))
    screen.get_by_role("heading", name=cast.HELD["name"]).wait_for()
    rig.lockd.on["login"] = lambda _: rig.lockd.show(cast.identified())
    for key in "123456":
        screen.get_by_role("button", name=key, exact=True).click()
    screen.locator("#enter").click()
    screen.get_by_text("请按要盖章的事项").wait_for()
    assert rig.lockd.calls == [("login", {"person": "p-3", "pin": "123456"})]


def test_whoever_took_the_wrong_card_goes_back(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers(held=cast.HELD))
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
        screen.get_by_role("heading", name=REFUSALS["card_unknown"].zh).wait_for()
        screen.locator("#seen").click()
        screen.get_by_text("或按您的名字").wait_for()


def test_a_refused_enrolment_says_why(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers())
    rig.lockd.on["enrol_card"] = cast.refuse("witness_unfit")
    screen.goto(rig.url + PINS.format("card"))
    for field in ("#pin", "#witness-pin"):
        screen.locator(field).fill("123456")
    screen.locator("#enter").click()
    screen.get_by_role("heading", name=REFUSALS["witness_unfit"].zh).wait_for()
    screen.locator("#again-link").click()
    screen.get_by_label("见证人").wait_for()
    assert screen.url == rig.url + PINS.format("card")


def by_keys(screen: Page, *wanted: str) -> None:
    """Tab to each and press Enter."""
    for one in wanted:
        tab_to(screen, one)
        screen.keyboard.press("Enter")


def test_a_pin_is_set_by_keyboard_alone_and_said_to_be_set(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers())
    rig.lockd.on["enrol"] = lambda _: rig.lockd.enrollable[4].update(methods=["pin"])
    screen.goto(rig.url)
    by_keys(screen, "enrol ")
    screen.get_by_text("给谁登记").wait_for()
    by_keys(screen, "孙八")
    screen.get_by_text("登记什么").wait_for()
    by_keys(screen, "登记密码")
    screen.get_by_text("谁来见证").wait_for()
    by_keys(screen, "郑十一")
    expect(screen.locator("#pin")).to_be_focused()
    screen.keyboard.type("123456")
    screen.keyboard.press("Enter")
    expect(screen.locator("#witness-pin")).to_be_focused()
    screen.keyboard.type("654321")
    screen.keyboard.press("Enter")
    screen.get_by_text("密码登记好了").wait_for()
    given = {"person": "p-4", "pin": "123456", "witness": "p-1", "witness_pin": "654321"}
    assert rig.lockd.calls == [("enrol", given)]


def test_a_held_cards_pin_is_sent_by_enter(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers(held=cast.HELD))
    rig.lockd.on["login"] = lambda _: rig.lockd.show(cast.identified())
    screen.goto(rig.url)
    expect(screen.locator("#pin")).to_be_focused()
    screen.keyboard.type("123456")
    screen.keyboard.press("Enter")
    screen.get_by_text("请按要盖章的事项").wait_for()
    assert rig.lockd.calls == [("login", {"person": "p-3", "pin": "123456"})]


def test_two_people_take_back_a_third_ones_enrolment_in_two_touches_more(
    rig: Rig, screen: Page
) -> None:
    """Whose it was is out of office and not there; what and by whom are the touches more."""
    rig.lockd.show(cast.at_the_readers())
    rig.lockd.on["unenrol"] = lambda _: rig.lockd.enrollable.pop()
    screen.goto(rig.url)
    screen.locator("#enrol").click()
    screen.locator("#page-on").click()
    screen.locator("#page-on").click()
    screen.get_by_role("link", name="褚十三").click()
    screen.locator("#unenrol").click()
    screen.locator("#method-all").click()
    screen.get_by_role("link", name="钱七").click()
    screen.get_by_role("link", name="郑十一").click()
    for field, pin in (("#pin", "123456"), ("#witness-pin", "654321")):
        screen.locator(field).click()
        for key in pin:
            screen.get_by_role("button", name=key, exact=True).click()
    screen.locator("#enter").click()
    screen.get_by_text("已经取消登记").wait_for()
    proved = {"operator_pin": "123456", "witness_pin": "654321"}
    asked = {"person": "p-17", "method": "all", "operator": "p-0", "witness": "p-1"}
    assert rig.lockd.calls == [("unenrol", {**asked, **proved})]


def test_whoever_takes_an_enrolment_back_is_not_his_own_witness(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers())
    screen.goto(f"{rig.url}/unenrol?person=p-17&method=all&operator=p-1")
    screen.get_by_text("谁来见证").wait_for()
    assert screen.locator(".name").all_inner_texts() == [cast.HELD["name"]]


def test_a_refused_taking_back_leads_back_to_the_pins(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers())
    rig.lockd.on["unenrol"] = cast.refuse("credential_wrong")
    path = "/unenrol?person=p-0&method=card&operator=p-0&witness=p-1"
    screen.goto(rig.url + path)
    for field in ("#pin", "#witness-pin"):
        screen.locator(field).fill("123456")
    screen.locator("#enter").click()
    screen.get_by_role("heading", name=REFUSALS["credential_wrong"].zh).wait_for()
    screen.locator("#again-link").click()
    screen.locator("#witness-pin").wait_for()
    assert screen.url == rig.url + path


def test_where_nobody_can_witness_it_says_so(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers())
    for row in rig.lockd.enrollable:
        row["witness"] = False
    screen.goto(f"{rig.url}/enrol?person=p-0&method=card")
    screen.get_by_text("没有能见证的人").wait_for()
    assert screen.locator(".name").count() == 0


def test_an_applicant_is_chosen_from_the_roster_and_his_name_stands_in_no_address(
    rig: Rig, screen: Page
) -> None:
    rig.lockd.show(cast.identified())
    rig.lockd.drafting = 1
    rig.lockd.on["draft"] = lambda _: None
    screen.goto(f"{rig.url}/draft/residence/what")
    addresses: list[str] = []
    screen.on("request", lambda request: addresses.append(unquote(request.url)))
    screen.get_by_role("button", name="多一张").click()
    screen.get_by_role("link", name="名册").click()
    screen.get_by_text("给谁办").wait_for()
    screen.locator("#page-on").click()
    screen.get_by_text("2/3").wait_for()
    screen.locator("#page-on").click()
    screen.get_by_text("3/3").wait_for()
    assert "褚十三" not in screen.locator(".names").inner_text()
    screen.locator("#page-back").click()
    screen.locator("#page-back").click()
    screen.get_by_role("link", name=cast.HELD["name"]).click()
    expect(screen.get_by_label("给谁办")).to_have_value(cast.HELD["name"])
    screen.get_by_role("button", name="上学").click()
    screen.get_by_text("送往镇平台").wait_for()
    asked = {"item": "residence", "applicant": cast.HELD["name"], "purpose": "上学"}
    assert rig.lockd.calls == [("draft", {**asked, "impressions": 2})]
    assert not [one for one in addresses if cast.HELD["name"] in one]


def test_whoever_is_accompanied_has_large_type_and_twice_the_time(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.at_the_readers())
    screen.goto(rig.url + PINS.format("card"))
    alone = int(screen.locator("body").get_attribute("data-idle-s") or 0)
    screen.goto(rig.url)
    screen.get_by_role("button", name="有人陪我办").click()
    expect(screen.locator("body.large.helper")).to_be_visible()
    assert faults(screen, 40) == []
    for path in ("/enrol", PINS.format("card"), "/unenrol?person=p-17"):
        screen.goto(rig.url + path)
        assert int(screen.locator("body").get_attribute("data-idle-s") or 0) == 2 * alone
        assert faults(screen, 40) == []
