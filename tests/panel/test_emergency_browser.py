"""The emergency's screen: whole, large, readable, and asking lockd for what two people typed."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.panel import cast
from tests.panel.rig import Rig, panel
from tests.panel.test_screens_browser import faults
from tests.support import browser
from wire.refusals import REFUSALS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("panel_screens")]

CHOICES: dict[str, Any] = {
    "people": [
        {"person": "wu", "name": "戊五辉"},
        {"person": "bing", "name": "丙三晴"},
        {"person": "ding", "name": "丁四朗"},
    ],
    "matters": [
        {
            "item": "disaster",
            "zh": "受灾救助申请",
            "seal": "seal-committee",
            "seal_name": "晨光村村民委员会章",
        }
    ],
    "silence_s": 26 * 3600,
    "after_s": 24 * 3600,
    "no_contact": True,
    "left": 3,
}


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
    rig.lockd.on["emergency_choices"] = lambda _: CHOICES


def asked(rig: Rig) -> list[dict[str, Any]]:
    return [given for verb, given in rig.lockd.calls if verb == "emergency"]


def touch(screen: Page, text: str) -> None:
    for character in text:
        screen.locator(f".em-step:visible .em-key[data-char='{character}']").click()


def person(screen: Page, name: str, field: str, pin: str, code: str) -> None:
    """One of the two, on the screen's own keys."""
    screen.locator(".em-step:visible").get_by_label(name).check()
    touch(screen, pin)
    screen.locator(f"[name={field}_code]").focus()
    touch(screen, code)


def fill(screen: Page) -> None:
    screen.get_by_role("button", name="下一步").click()
    person(screen, "戊五辉", "operator", "246810", "AAAABBBBCCCCDDDD")
    screen.get_by_role("button", name="下一步").click()
    person(screen, "丙三晴", "second", "864203", "GGGGHHHHIIIIJJJJ")


def test_each_step_is_whole_large_and_readable(rig: Rig, screen: Page) -> None:
    screen.goto(f"{rig.url}/emergency")
    for number in (1, 2, 3):
        browser.screenshot(screen, f"panel-emergency-{number}")
        assert faults(screen) == []
        if number < 3:
            if number == 2:
                person(screen, "戊五辉", "operator", "1", "A")
            screen.get_by_role("button", name="下一步").click()


def test_what_two_people_type_reaches_lockd(rig: Rig, screen: Page) -> None:
    rig.lockd.on["emergency"] = lambda _: rig.lockd.show(cast.chosen())
    screen.goto(f"{rig.url}/emergency")
    fill(screen)
    screen.get_by_role("button", name="两人确认").click()
    screen.wait_for_url(f"{rig.url}/")
    (given,) = asked(rig)
    assert given == {
        "item": "disaster",
        "seal": "seal-committee",
        "title": "受灾救助申请",
        "reason": "断网或停机，事情今天到期，等不得",
        "impressions": 1,
        "operator": "wu",
        "operator_pin": "246810",
        "operator_code": "AAAABBBBCCCCDDDD",
        "second": "bing",
        "second_pin": "864203",
        "second_code": "GGGGHHHHIIIIJJJJ",
    }


def test_a_refusal_is_said_and_no_secret_comes_back(rig: Rig, screen: Page) -> None:
    rig.lockd.on["emergency"] = cast.refuse("emergency_code_wrong")
    screen.goto(f"{rig.url}/emergency")
    fill(screen)
    screen.get_by_role("button", name="两人确认").click()
    screen.get_by_text(REFUSALS["emergency_code_wrong"].zh).wait_for()
    assert "AAAABBBB" not in screen.content()
    assert faults(screen) == []


def test_a_blocked_machine_shows_the_way(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.blocked("list_expired"))
    screen.goto(rig.url)
    screen.get_by_role("link", name="应急用印").click()
    screen.get_by_text("已失联 26 小时，还可盖 3 次").wait_for()
    rig.lockd.show(cast.blocked("device_suspended"))
    screen.goto(rig.url)
    assert screen.get_by_role("link", name="应急用印").count() == 0


def test_without_codes_or_items_there_is_no_form(rig: Rig, screen: Page) -> None:
    rig.lockd.on["emergency_choices"] = lambda _: {**CHOICES, "people": []}
    screen.goto(f"{rig.url}/emergency")
    screen.get_by_text("这台机器不能应急用印").wait_for()
    assert faults(screen) == []


def test_while_somebody_stamps_it_cannot_be_reached(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.chosen())
    screen.goto(f"{rig.url}/emergency")
    assert screen.url == f"{rig.url}/"


def test_without_a_camera_the_screen_says_that_there_is_no_picture(rig: Rig, screen: Page) -> None:
    rig.lockd.show({**cast.chosen(), "emergency": {"blind": True}})
    rig.lockd.on["stamp"] = lambda _: None
    screen.goto(rig.url)
    screen.get_by_text("这次盖章没有照片").wait_for()
    assert faults(screen) == []
    screen.get_by_role("button", name="开锁盖章").click()
    assert ("stamp", {}) in rig.lockd.calls


ROWS: list[dict[str, Any]] = [
    {
        "id": bytes([number]) * 32,
        "stamped": 40 + number,
        "state": state,
        "reason": "姓名写错",
        "item_zh": "居（租）住证明",
        "wall_ms": 1_793_577_600_000,
    }
    for number, state in enumerate(("cancelled", "lost"))
]


def test_a_correction_is_chosen_proved_and_written(rig: Rig, screen: Page) -> None:
    left = list(ROWS)
    rig.lockd.on["corrections"] = lambda _: left
    rig.lockd.on["correct"] = lambda _: left.pop()
    rig.lockd.show({**cast.idle(), "corrections": 2})
    screen.goto(rig.url)
    screen.get_by_role("link", name="作废 2").click()
    browser.screenshot(screen, "panel-corrections-1")
    assert faults(screen) == []
    screen.get_by_label("原件遗失").check()
    screen.get_by_role("button", name="下一步").click()
    screen.locator(".em-step:visible").get_by_label(rig.lockd.people[0]["name"]).check()
    touch(screen, "246810")
    browser.screenshot(screen, "panel-corrections-2")
    assert faults(screen) == []
    screen.get_by_role("button", name="拍照，记作废").click()
    screen.wait_for_url(f"{rig.url}/corrections")
    given = {"correction": ROWS[1]["id"], "person": rig.lockd.people[0]["person"], "pin": "246810"}
    assert ("correct", given) in rig.lockd.calls


def test_a_correction_refused_says_why(rig: Rig, screen: Page) -> None:
    rig.lockd.on["corrections"] = lambda _: ROWS
    rig.lockd.on["correct"] = cast.refuse("camera_unavailable")
    screen.goto(f"{rig.url}/corrections")
    screen.get_by_role("button", name="下一步").click()
    screen.locator(".em-step:visible").get_by_label(rig.lockd.people[0]["name"]).check()
    touch(screen, "246810")
    screen.get_by_role("button", name="拍照，记作废").click()
    screen.get_by_text(REFUSALS["camera_unavailable"].zh).wait_for()
    assert faults(screen) == []


def test_without_corrections_there_is_nothing_to_do(rig: Rig, screen: Page) -> None:
    rig.lockd.on["corrections"] = lambda _: []
    screen.goto(f"{rig.url}/corrections")
    screen.get_by_text("没有要记的作废").wait_for()
    assert faults(screen) == []
