"""Emergencies and corrections at the screen: every step whole and said, and what reaches lockd."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sealctl.panel.phrases import PHRASES
from tests.panel import cast
from tests.panel.rig import Rig, panel
from tests.panel.test_keyboard_browser import tab_to
from tests.panel.test_screens_browser import EMERGENCY, SIZES, enlarge, faults
from tests.support import browser
from wire.refusals import REFUSALS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("panel_screens")]

CODES = ("ABCD2345EFGH6723", "QRST7654UVWX2345")
DECLARED = {
    "item": "item-1",
    "seal": "committee",
    "title": cast.choices()["matters"][1]["zh"],
    "reason": "断网或停机，事情今天到期，等不得",
    "impressions": 2,
    "operator": "p-3",
    "operator_pin": "246810",
    "operator_code": "ABCD-2345-EFGH-6723",
    "second": "p-2",
    "second_pin": "864203",
    "second_code": "QRST-7654-UVWX-2345",
}
LOST = f"/corrections?correction={'01' * 32}&person=p-0"


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with panel(tmp_path_factory.mktemp("panel")) as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[browser.Browser]:
    with browser.chromium() as started:
        yield started


@pytest.fixture(scope="module")
def screen(chromium: browser.Browser) -> Iterator[Page]:
    with chromium.page(browser.PANEL) as page:
        yield page


@pytest.fixture(autouse=True)
def _fresh(rig: Rig, screen: Page) -> None:
    rig.reset()
    screen.context.clear_cookies()


def declared(rig: Rig) -> list[dict[str, Any]]:
    return [given for verb, given in rig.lockd.calls if verb == "emergency"]


def touch(screen: Page, text: str) -> None:
    for character in text:
        screen.locator(f".step:visible .key[data-key='{character}']").click()


def said(screen: Page) -> str:
    return screen.locator("body").get_attribute("data-say") or ""


def two_pins(screen: Page) -> None:
    touch(screen, "246810")
    screen.locator("#witness-pin").click()
    touch(screen, "864203")


def fill(screen: Page) -> None:
    """Everything by touch, as far as the last button."""
    screen.locator("#why-enter").wait_for()
    expect(screen.locator("#pin")).to_be_hidden()
    screen.get_by_role("button", name="多一次").click()
    screen.locator("#why-enter").click()
    two_pins(screen)
    screen.locator("#enter").click()
    touch(screen, CODES[0])
    screen.locator("#operator-enter").click()
    touch(screen, CODES[1])


@pytest.mark.parametrize("size", SIZES)
def test_each_step_of_the_form_is_whole_and_has_its_line(rig: Rig, screen: Page, size: str) -> None:
    least = enlarge(rig, screen, size)
    screen.goto(rig.url + EMERGENCY)
    lines = []
    for enter in ("why", "", "operator", "second"):
        if enter == "":
            two_pins(screen)
        elif enter != "why":
            touch(screen, CODES[0])
        browser.screenshot(screen, f"panel-emergency-step-{enter or 'pins'}-{size}")
        assert faults(screen, least) == []
        lines.append(said(screen))
        if enter != "second":
            screen.locator(f"#{enter}-enter" if enter else "#enter").click()
    assert lines == ["emergency-why", "emergency-pins", "emergency-code", "emergency-code-second"]
    assert set(lines) <= PHRASES.keys()


def test_what_two_people_touch_reaches_lockd(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.blocked())
    rig.lockd.on["emergency"] = lambda _: rig.lockd.show(cast.emergency(blind=False))
    screen.goto(rig.url)
    screen.get_by_role("link", name="应急用印").click()
    screen.get_by_role("link", name=DECLARED["title"]).click()
    screen.get_by_role("link", name=cast.people(4)[3]["name"]).click()
    assert screen.get_by_role("link", name=cast.people(4)[3]["name"]).count() == 0
    screen.get_by_role("link", name=cast.people(3)[2]["name"]).click()
    fill(screen)
    screen.get_by_role("button", name="两人确认").click()
    screen.get_by_role("button", name="对，拍照").wait_for()
    assert declared(rig) == [DECLARED]


def test_two_people_declare_by_keyboard_alone(rig: Rig, screen: Page) -> None:
    """Enter goes on; codes may be typed in small letters and without their hyphens."""
    rig.lockd.on["emergency"] = lambda _: rig.lockd.show(cast.emergency(blind=False))
    screen.goto(rig.url + EMERGENCY)
    tab_to(screen, "+")
    screen.keyboard.press("Enter")
    tab_to(screen, "why-enter")
    screen.keyboard.press("Enter")
    for field, text in (
        ("pin", "246810"),
        ("witness-pin", "864203"),
        ("operator-code", CODES[0].lower()),
        ("second-code", CODES[1].lower()),
    ):
        expect(screen.locator(f"#{field}")).to_be_focused()
        screen.keyboard.type(text)
        screen.keyboard.press("Enter")
    screen.get_by_role("button", name="对，拍照").wait_for()
    assert declared(rig) == [DECLARED]


def test_a_code_stands_in_groups_and_a_wrong_key_is_taken_back(rig: Rig, screen: Page) -> None:
    screen.goto(rig.url + EMERGENCY)
    screen.locator("#why-enter").click()
    two_pins(screen)
    screen.locator("#enter").click()
    field = screen.locator("#operator-code")
    touch(screen, "ABCDE")
    expect(field).to_have_value("ABCD-E")
    screen.locator(".step:visible [data-key=back]").click()
    expect(field).to_have_value("ABCD")
    screen.locator("#operator-enter").click()
    expect(field).to_be_focused()
    screen.locator(".step:visible [data-key=clear]").click()
    touch(screen, CODES[0] + "ZZ")
    expect(field).to_have_value("ABCD-2345-EFGH-6723")
    screen.locator("#operator-back").click()
    expect(screen.locator("#pin")).to_be_focused()
    assert said(screen) == "emergency-pins"


def test_a_refusal_is_said_and_no_secret_comes_back(rig: Rig, screen: Page) -> None:
    rig.lockd.on["emergency"] = cast.refuse("emergency_code_wrong")
    screen.goto(rig.url + EMERGENCY)
    fill(screen)
    screen.get_by_role("button", name="两人确认").click()
    screen.get_by_text(REFUSALS["emergency_code_wrong"].zh).first.wait_for()
    assert said(screen).startswith("refused refusal-emergency_code_wrong")
    assert "ABCD-" not in screen.content()
    screen.locator("#again-link").click()
    screen.get_by_text("为什么等不得").wait_for()
    assert screen.locator("#operator-code").input_value() == ""
    assert screen.locator("#pin").input_value() == ""


def test_without_javascript_it_is_one_long_form(rig: Rig, chromium: browser.Browser) -> None:
    rig.lockd.on["emergency"] = lambda _: rig.lockd.show(cast.emergency(blind=False))
    fields = {"#operator-code": CODES[0], "#second-code": CODES[1]}
    with chromium.page(browser.PANEL, javascript=False) as plain:
        plain.goto(rig.url + EMERGENCY)
        for field, text in {"#pin": "246810", "#witness-pin": "864203", **fields}.items():
            plain.locator(field).fill(text)
        plain.get_by_role("button", name="两人确认").click()
        plain.get_by_role("button", name="对，拍照").wait_for()
    (given,) = declared(rig)
    assert (given["operator_code"], given["second_code"]) == CODES


def test_a_blocked_machine_shows_the_way(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.blocked("list_expired"))
    screen.goto(rig.url)
    screen.get_by_role("link", name="应急用印").click()
    screen.get_by_text("已失联 26 小时，还可盖 3 次").wait_for()
    rig.lockd.show(cast.blocked("device_suspended"))
    screen.goto(rig.url)
    assert screen.get_by_role("link", name="应急用印").count() == 0


def test_a_failed_camera_shows_the_way_while_contact_is_there(rig: Rig, screen: Page) -> None:
    screen.goto(rig.url)
    assert screen.locator("#emergency").count() == 0
    rig.eye.gone = True
    rig.lockd.choices = cast.choices(no_contact=False, silence_s=0)
    screen.goto(rig.url)
    screen.locator("#emergency").click()
    screen.get_by_text("摄像头坏了才能用").wait_for()
    screen.goto(rig.url + EMERGENCY)
    expect(screen.get_by_label("摄像头坏了，事情等不得")).to_be_checked()


@pytest.mark.parametrize("size", SIZES)
def test_without_codes_or_items_there_is_no_form(rig: Rig, screen: Page, size: str) -> None:
    least = enlarge(rig, screen, size)
    for change in ("people", "matters"):
        rig.lockd.choices = cast.choices(**{change: []})
        screen.goto(f"{rig.url}/emergency")
        screen.get_by_text("这台机器不能应急用印").wait_for()
        assert faults(screen, least) == []
        assert said(screen) == "emergency-none"


def test_while_somebody_stamps_it_cannot_be_reached(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.chosen())
    for path in ("/emergency", "/corrections"):
        screen.goto(rig.url + path)
        assert screen.url == f"{rig.url}/"


def test_without_a_camera_each_sheet_is_stamped_without_a_picture(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.emergency(blind=True))
    rig.lockd.on["stamp"] = lambda _: None
    screen.goto(rig.url)
    screen.get_by_text("这次盖章没有照片").wait_for()
    rig.lockd.show(
        cast.emergency(blind=True, done={"seq": 7, "receipted": False, "answered": False})
    )
    screen.get_by_text("请换下一张纸").wait_for()
    assert screen.get_by_role("button", name="拍照").count() == 0
    screen.get_by_role("button", name="开锁盖章").click()
    screen.get_by_text("这次盖章没有照片").wait_for()
    assert ("stamp", {}) in rig.lockd.calls


def test_whoever_is_accompanied_reads_and_has_twice_the_time(rig: Rig, screen: Page) -> None:
    rig.lockd.on["emergency"] = lambda _: rig.lockd.show(cast.emergency(blind=True))
    idle = {}
    for helper in ("off", "on"):
        screen.context.add_cookies([{"name": "helper", "value": helper, "url": rig.url}])
        for path in ("/emergency", EMERGENCY, "/corrections", LOST):
            screen.goto(rig.url + path)
            idle[helper, path] = int(screen.locator("body").get_attribute("data-idle-s") or 0)
    for path in ("/emergency", EMERGENCY, "/corrections", LOST):
        assert idle["on", path] == 2 * idle["off", path] > 0
    screen.goto(rig.url + EMERGENCY)
    fill(screen)
    screen.get_by_role("button", name="两人确认").click()
    screen.get_by_role("heading", name="文件名称").wait_for()


def test_a_correction_is_chosen_proved_and_written(rig: Rig, screen: Page) -> None:
    row = rig.lockd.corrections[1]
    rig.lockd.on["correct"] = lambda _: rig.lockd.corrections.remove(row)
    rig.lockd.show({**cast.idle(), "corrections": 4})
    screen.goto(rig.url)
    screen.get_by_role("link", name="作废 4").click()
    screen.get_by_role("link", name="原件遗失").click()
    screen.get_by_role("link", name="钱七").click()
    for key in "246810":
        screen.get_by_role("button", name=key, exact=True).click()
    screen.get_by_role("button", name="记作废").click()
    screen.get_by_text("记下了").wait_for()
    assert said(screen) == "correct-done correct-which"
    given = {"correction": row["id"], "person": "p-0", "pin": "246810"}
    assert rig.lockd.calls == [("correct", given)]


def test_a_correction_by_keyboard_is_refused_and_tried_again(rig: Rig, screen: Page) -> None:
    rig.lockd.on["correct"] = cast.refuse("camera_unavailable")
    screen.goto(rig.url + LOST)
    expect(screen.locator("#pin")).to_be_focused()
    screen.keyboard.type("246810")
    screen.keyboard.press("Enter")
    screen.get_by_text(REFUSALS["camera_unavailable"].zh).first.wait_for()
    tab_to(screen, "again-link")
    screen.keyboard.press("Enter")
    expect(screen.locator("#pin")).to_be_focused()
    assert screen.url == rig.url + LOST


@pytest.mark.parametrize("size", SIZES)
def test_without_corrections_there_is_nothing_to_do(rig: Rig, screen: Page, size: str) -> None:
    least = enlarge(rig, screen, size)
    rig.lockd.corrections = []
    for path, told in (("", "没有要记的作废"), ("?done=yes", "作废已经记下")):
        screen.goto(f"{rig.url}/corrections{path}")
        screen.get_by_text(told).wait_for()
        assert faults(screen, least) == []
