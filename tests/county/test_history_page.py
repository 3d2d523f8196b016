"""The history page in a real browser: who may see what, and what somebody does who was deceived."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from county.history.tickets import challenge
from county.pages_server import create_app
from demo.authenticator import Authenticator
from tests.county.history_rig import ADDRESS, PHONE, HistoryRig
from tests.county.pages_rig import free_socket, octets, running, text
from tests.support import browser as browsers
from tests.support.browser import DESK, Browser, authenticator, axe, overflow
from tests.support.browser import PHONE as SMALL
from tests.support.contents import RP_ID

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsers.chromium() as made:
        yield made


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[HistoryRig]:
    with free_socket() as listening:
        origin = f"http://county.localhost:{listening.getsockname()[1]}"
        made = HistoryRig.build(tmp_path, origin, seen_s=int(time.time()))
        stamped = made.grant(title="居住证明", impressions=2)
        demanded = {"amount": 1_530_050, "resolution": "村民代表会议第2项"}
        open_ = made.grant(title="入学用的居住证明", seams=1, **demanded)
        digest = made.publish(stamped, open_)
        made.journal.stamp(stamped.id, list_sha256=digest)
        made.move()
        chair = made.application(item="contract", seal="seal-cooperative", title="山林承包合同")
        given = [made.township.approve(chair, "chair", "ding", origin=origin)]
        made.publish(made.township.grant(chair, given))
        made.settle()
        with running(create_app(made.config), listening):
            yield made


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.page(SMALL) as made:
        yield made


def hold(page: Page, device: Authenticator) -> browsers.Authenticator:
    """The page's device has this person's passkeys."""
    made = authenticator(page)
    for one in device.credentials:
        made.add(one.id, one.pkcs8, RP_ID)
    return made


def ask(page: Page, rig: HistoryRig, name: str) -> None:
    page.goto(f"{rig.origin}/history/")
    page.get_by_label("您是哪一位").select_option(label=name)
    page.get_by_role("button", name="用我的钥匙查看").click()


@pytest.mark.parametrize("size", [SMALL, DESK], ids=["360", "1440"])
def test_he_sees_all_that_his_key_signed(
    rig: HistoryRig, chromium: Browser, size: tuple[int, int]
) -> None:
    with chromium.page(size) as page:
        hold(page, rig.person("yi"))
        page.goto(f"{rig.origin}/history/")
        page.get_by_label("您是哪一位").select_option(label="乙二亮")
        looks_right(page, f"county-history-ask-{size[0]}")
        page.get_by_role("button", name="用我的钥匙查看").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("乙二亮在清溪镇签过的")
        said = page.locator("#answer").inner_text()
        for words in (
            *("一共 2 次", "镇日志里您签过的都在这里", "居住证明", "入学用的居住证明", "晨光村"),
            *("2 次，文件 1 页", "骑缝 1 次", "辛××", "村委会主任", "1 次：", "还没有盖"),
            *("15,300.50 元", "村民代表会议第2项"),
        ):
            assert words in said, words
        assert "山林承包合同" not in page.content()
        looks_right(page, f"county-history-{size[0]}")


def looks_right(page: Page, name: str) -> None:
    browsers.screenshot(page, name)
    browsers.screenshot(page, f"{name}-full", whole=True)
    assert axe(page) == []
    assert overflow(page) == []
    assert browsers.overlaps(page) == []
    assert browsers.small_targets(page) == []
    assert browsers.small_text(page, 20, 16) == []


def test_another_persons_key_opens_nothing_of_his(rig: HistoryRig, page: Page) -> None:
    """Whoever takes his name from the list is asked for his key, and has another."""
    hold(page, rig.person("ding"))
    ask(page, rig, "乙二亮")
    expect(page.get_by_role("alert")).to_contain_text("没有完成确认")
    ask(page, rig, "丁四朗")
    expect(page.locator("#answer")).to_contain_text("山林承包合同")
    assert "居住证明" not in page.locator("#answer").inner_text()


def test_who_is_not_on_the_list_asks_by_the_key_alone(rig: HistoryRig, page: Page) -> None:
    hold(page, rig.person("yi"))
    ask(page, rig, "名单上没有我")
    expect(page.locator("#answer")).to_contain_text("一共 2 次")


def test_a_key_that_nobody_enrolled_is_told_nothing(rig: HistoryRig, page: Page) -> None:
    stranger = Authenticator()
    stranger.create(RP_ID)
    hold(page, stranger)
    ask(page, rig, "名单上没有我")
    expect(page.get_by_role("alert")).to_contain_text("没有认出这把钥匙")
    assert axe(page) == []


def test_an_unverified_user_and_a_cancelled_question_can_be_repeated(
    rig: HistoryRig, page: Page
) -> None:
    device = hold(page, rig.person("yi"))
    device.verifies(user=False)
    ask(page, rig, "乙二亮")
    expect(page.get_by_role("alert")).to_contain_text("什么也没有打开")
    device.verifies(user=True)
    page.get_by_role("button", name="用我的钥匙查看").click()
    expect(page.locator("#answer")).to_contain_text("一共 2 次")


def test_an_answer_that_was_listened_to_opens_nothing_again(rig: HistoryRig, page: Page) -> None:
    hold(page, rig.person("yi"))
    with page.expect_request("**/history/show") as sent:
        ask(page, rig, "乙二亮")
    expect(page.locator("#answer")).to_contain_text("一共 2 次")
    again = httpx.post(f"{rig.address}/history/show", content=sent.value.post_data)
    assert (again.status_code, again.json()) == (403, {"code": "ticket"})


def test_what_a_foreign_page_had_signed_opens_nothing(rig: HistoryRig) -> None:
    """The relay: a page elsewhere fetched a ticket and had it signed under its own origin."""
    for origin in ("https://county-example.evil.example", "http://hub.localhost:8700"):
        answer = _show(rig, origin)
        assert (answer.status_code, answer.json()) == (403, {"code": "unknown"})
    assert _show(rig, rig.origin).json()["townships"][0]["total"] == 2


def _show(rig: HistoryRig, origin: str) -> httpx.Response:
    asked = httpx.post(
        f"{rig.address}/history/ask", json={"township": 7, "village": "sunrise", "person": "yi"}
    ).json()
    ticket = octets(asked["ticket"])
    signed = rig.person("yi").get_assertion(RP_ID, origin, challenge(ticket))
    names = ("credential", "authenticator_data", "client_data", "signature")
    fields = {name: text(getattr(signed, name)) for name in names}
    return httpx.post(
        f"{rig.address}/history/show", json={**fields, "ticket": asked["ticket"], "every": True}
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"township": 7, "village": "\\ud800", "person": "yi"}',
        b'{"township": true, "village": "sunrise", "person": "yi"}',
        b"[" * 10_000,
        b" " * 20_000,
    ],
)
def test_what_is_no_question_is_refused(rig: HistoryRig, body: bytes) -> None:
    for path in ("ask", "show"):
        answer = httpx.post(f"{rig.address}/history/{path}", content=body)
        assert (answer.status_code, answer.json()) == (400, {"code": "malformed"})


def test_a_signature_given_here_is_no_approval(rig: HistoryRig, page: Page) -> None:
    """Even where the county's server chooses the ticket: the page signs the hash of a history."""
    digest = bytes(range(32))

    def chosen(route: Any) -> None:
        route.fulfill(json={"ticket": text(digest), "credentials": []})

    page.route("**/history/ask", chosen)
    hold(page, rig.person("yi"))
    with page.expect_request("**/history/show") as sent:
        ask(page, rig, "乙二亮")
    expect(page.get_by_role("alert")).to_contain_text("过了时间")
    signed = json.loads(octets(json.loads(sent.value.post_data or "")["client_data"]))
    assert signed["challenge"] == text(challenge(digest)) != text(digest)


def test_a_log_that_leaves_an_entry_out_is_not_called_complete(rig: HistoryRig, page: Page) -> None:
    """The hub's log as it was pulled is not the one that the witness saw."""
    rig.publish(rig.grant(title="瞒着的合同"))
    rig.pull()
    checkpoint = (rig.trust.copy / "checkpoint").read_bytes()
    rig.pull([*rig.leaves[:-2], *rig.leaves[:2]])
    (rig.trust.copy / "checkpoint").write_bytes(checkpoint)
    assert rig.take() == 1
    hold(page, rig.person("yi"))
    ask(page, rig, "乙二亮")
    expect(page.locator(".copy.bad")).to_contain_text("不能保证这是全部")
    expect(page.locator(".copy.bad")).to_contain_text("与县见证过的日志不一致")
    assert "都在这里" not in page.content()
    looks_right(page, "county-history-incomplete-360")


def test_an_old_copy_is_called_old(rig: HistoryRig, page: Page) -> None:
    rig.seen_s -= 4 * 86_400
    rig.settle()
    hold(page, rig.person("yi"))
    ask(page, rig, "乙二亮")
    expect(page.locator(".copy.old")).to_contain_text("县里规定不超过 3 天")
    assert axe(page) == []


def test_who_was_deceived_sees_it_and_knows_what_to_do(rig: HistoryRig, page: Page) -> None:
    """Hub and signing page showed him another paper than his key signed."""
    false = rig.application(item="contract", seal="seal-cooperative", title="转让集体林地三十亩")
    given = [rig.township.approve(false, "chair", "yi", origin=rig.origin)]
    grant = rig.township.grant(false, given)
    rig.publish(grant)
    rig.settle()
    hold(page, rig.person("yi"))
    ask(page, rig, "乙二亮")
    row = page.locator("article", has_text="转让集体林地三十亩")
    row.get_by_role("button", name="这不是我签的").click()
    report = page.locator("#report")
    expect(report.get_by_role("link", name=PHONE)).to_have_attribute(
        "href", f"tel:{PHONE.replace('-', '')}"
    )
    for words in (grant.id.hex(), ADDRESS, "停用这把钥匙", "转让集体林地三十亩"):
        expect(report).to_contain_text(words)
    looks_right(page, "county-history-report-360")
    with page.expect_download() as download:
        report.get_by_role("link", name="存成文件").click()
    saved = Path(download.value.path()).read_text("utf-8")
    assert download.value.suggested_filename.endswith(f"{grant.id.hex()[:16]}.txt")
    assert grant.id.hex() in saved
    page.emulate_media(media="print")
    browsers.screenshot(page, "county-history-report-print")
    assert page.locator("#answer").is_hidden()
    assert page.get_by_role("button", name="打印这份报告").is_hidden()
    page.emulate_media(media="screen")
    report.get_by_role("button", name="回到列表").click()
    expect(row.get_by_role("button", name="这不是我签的")).to_be_focused()


def test_it_is_used_without_a_mouse(rig: HistoryRig, page: Page) -> None:
    hold(page, rig.person("yi"))
    page.goto(f"{rig.origin}/history/")
    expect(page.get_by_label("您是哪一位").locator("option")).to_have_count(9)
    page.get_by_label("您是哪一位").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_be_focused()
    expect(page.locator("#answer")).to_contain_text("一共 2 次")
    for _ in range(6):
        page.keyboard.press("Tab")
        if "这不是我签的" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#report")).to_be_focused()


def test_a_county_without_copies_says_so(tmp_path: Path, page: Page) -> None:
    config = tmp_path / "pages.json"
    config.write_text(json.dumps({"rp_id": RP_ID, "hubs": ["http://h.localhost"], "offices": {}}))
    with free_socket() as listening, running(create_app(config), listening):
        page.goto(f"http://county.localhost:{listening.getsockname()[1]}/history/")
        expect(page.get_by_role("alert")).to_contain_text("还没有开通")
        expect(page.get_by_role("button", name=re.compile("查看"))).to_be_disabled()
        assert axe(page) == []
