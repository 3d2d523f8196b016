"""The signing page in a real browser: what an approver sees, and what his passkey then signs."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.county.pages_rig import Rig, octets, paper, text
from tests.support import absences
from tests.support import browser as browsers
from tests.support.browser import DESK, PHONE, Browser, axe, overflow, screenshot
from tests.support.contents import DAY, NAMES, RP_ID, VILLAGE
from tests.support.township import asserted
from wire import cbor, release
from wire.approval import absence, assertion, correction, decision, exit_sheet, review, subject
from wire.approval.absence import SignedAbsence
from wire.approval.assertion import Assertion
from wire.approval.chain import judge
from wire.approval.correction import Correction, Stamp
from wire.approval.decision import Approval
from wire.approval.exit_sheet import ExitSheet, Party, SheetLine
from wire.approval.subject import Application
from wire.release import Attachment, Column, Release, Shown

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def application(house: Rig) -> Application:
    return house.application(paper())


def test_an_approval_signed_here_opens_the_machine(
    house: Rig, page: Page, application: Application
) -> None:
    house.hold(page, "yi")
    house.open(page, house.request(application, "director", "yi"))
    page.get_by_role("button", name="同意并签名").click()
    page.wait_for_url(f"{house.hub}/approvals/return#*")
    reply = _reply(page)
    approval = _approval(reply)
    digest = subject.subject_hash(subject.encode(application))
    assertion.verify(
        asserted(approval),
        challenge=decision.challenge_of("application", digest, approval),
        public_key=house.township.roster.persons["yi"].passkeys[0].public_key,
        rp_id=RP_ID,
        origins=[house.county],
    )
    assert octets(str(reply["subject_hash"])) == digest
    assert (approval.step, approval.person, approval.decision) == ("director", "yi", "approve")
    assert "returned" not in reply
    secretary = house.township.approve(application, "secretary", "jia", origin=house.county)
    judge(application, subject.encode(application), [approval, secretary], house.township.lists())


def test_returning_is_signed_as_well(house: Rig, page: Page, application: Application) -> None:
    house.hold(page, "yi")
    house.open(page, house.request(application, "director", "yi"))
    page.get_by_role("button", name="退回").click()
    page.wait_for_url(f"{house.hub}/approvals/return#*")
    reply = _reply(page)
    approval = _approval(reply)
    digest = subject.subject_hash(subject.encode(application))
    assert (approval.decision, reply["returned"]) == ("return", True)
    assertion.verify(
        asserted(approval),
        challenge=decision.challenge("application", digest, "director", "yi", "return", 1),
        public_key=house.township.roster.persons["yi"].passkeys[0].public_key,
        rp_id=RP_ID,
        origins=[house.county],
    )


def test_a_cancelled_confirmation_signs_nothing_and_can_be_repeated(
    house: Rig, page: Page, application: Application
) -> None:
    device = house.hold(page, "yi")
    device.verifies(user=False)
    house.open(page, house.request(application, "director", "yi"))
    page.get_by_role("button", name="同意并签名").click()
    expect(page.locator("#state")).to_contain_text("还没有签名")
    device.verifies(user=True)
    page.get_by_role("button", name="同意并签名").click()
    page.wait_for_url(f"{house.hub}/approvals/return#*")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1440"])
def test_the_approver_sees_all_that_he_signs(
    house: Rig, chromium: Browser, application: Application, size: tuple[int, int]
) -> None:
    application = replace(application, seams=2, operators=("wu", "ji"), impressions=3)
    with chromium.page(size) as page:
        house.open(page, house.request(application, "director", "yi"))
        said = page.locator("#sheet").inner_text()
        for words in (
            *("居住证明", "子女入学", "辛八曦", "晨光村", "晨光村村民委员会章", "3 次", "2 次"),
            *("1 页", "戊五辉、己六晓", "2026年11月1日 08:00", "2026年11月9日 08:00", "乙二亮"),
            *("村委会主任", "已核对"),
        ):
            assert words in said, words
        assert page.locator("#pages img").evaluate("image => image.naturalWidth") == 595
        assert overflow(page) == []
        assert axe(page) == []
        for button in ("同意并签名", "退回", "放大看"):
            box = page.get_by_role("button", name=button).bounding_box()
            assert box is not None
            assert box["height"] >= 60
        screenshot(page, f"county-sign-{size[0]}")
        page.locator(".decide").scroll_into_view_if_needed()
        screenshot(page, f"county-sign-{size[0]}-decide")
        browsers.screenshot(page, f"county-sign-{size[0]}-full", whole=True)


@pytest.fixture
def wrong(house: Rig) -> Correction:
    machine = house.township.machine
    return Correction(
        id=bytes(32),
        village=machine.village,
        device=machine.device,
        machine=machine.kid,
        item="residence",
        stamped=41,
        entry=sha256(b"entry 41").digest(),
        state="cancelled",
        reason="姓名写错",
        replacement=sha256(b"another application").digest(),
        created=house.township.now_ms,
    )


def test_a_correction_signed_here_holds(house: Rig, page: Page, wrong: Correction) -> None:
    house.hold(page, "yi")
    house.open(page, house.correction(wrong, "director", "yi"))
    page.get_by_role("button", name="同意并签名").click()
    page.wait_for_url(f"{house.hub}/approvals/return#*")
    approval = _approval(_reply(page))
    stamp = Stamp(wrong.stamped, wrong.entry, wrong.item, "wu")
    data = correction.encode(wrong)
    assert correction.judge(data, approval, stamp, house.township.lists()) == wrong


def test_the_approver_sees_what_becomes_void(
    house: Rig, chromium: Browser, wrong: Correction
) -> None:
    assert wrong.replacement is not None
    with chromium.page(PHONE) as page:
        house.open(page, house.correction(wrong, "director", "yi"))
        said = page.locator("#sheet").inner_text()
        for words in (
            *("作废一次盖章", "第 41 条", "居住证明", "姓名写错", "原件已收回", "乙二亮"),
            *(wrong.replacement.hex(), "公开写明已作废", "2026年11月2日 08:00"),
        ):
            assert words in said, words
        for words in ("开锁盖章", "要盖章的文件", "没有附文件图片"):
            assert words not in said, words
        assert overflow(page) == []
        assert axe(page) == []


@pytest.mark.parametrize(
    "change",
    [{"state": "undone"}, {"stamped": 0}, {"replacement": b"short"}, {"reason": "一\u202e二"}],
)
def test_a_correction_of_another_form_is_refused(
    house: Rig, page: Page, wrong: Correction, change: dict[str, Any]
) -> None:
    request = house.correction(wrong, "director", "yi")
    fields = {**cbor.decode(correction.encode(wrong), limit=4096), **change}
    house.open(page, {**request, "subject": text(cbor.encode(fields))})
    expect(page.locator("#refusal")).to_contain_text("不能签名")


def party(person: str) -> Party:
    return Party(VILLAGE, person, NAMES[person])


@pytest.fixture
def leaving(house: Rig) -> ExitSheet:
    words = {"seals": ("村委会章一枚", "印模清楚"), "papers": ("登记簿缺 2019 年一册",)}
    lines = tuple(
        SheetLine(part, "missing" if part == "papers" else "handed", words.get(part, ("无误",)))
        for part in exit_sheet.PARTS
    )
    return ExitSheet(
        *(VILLAGE, "晨光村", house.township.now_ms + DAY, house.township.now_ms, 1),
        *(party("yi"), party("geng"), replace(party("bing"), village="sunset"), lines),
    )


def test_an_exit_sheet_signed_here_holds(house: Rig, page: Page, leaving: ExitSheet) -> None:
    house.hold(page, "yi")
    house.open(page, house.exit_sheet(leaving, "gives", "yi"))
    page.get_by_role("button", name="同意并签名").click()
    page.wait_for_url(f"{house.hub}/handovers/return#*")
    approval, data = _approval(_reply(page)), exit_sheet.encode(leaving)
    township = house.township
    found = exit_sheet.judge(data, approval, township.roster, township.authority.policy)
    assert (found, approval.step) == (leaving, "gives")


def test_who_signs_an_exit_sheet_sees_every_line_of_it(
    house: Rig, chromium: Browser, leaving: ExitSheet
) -> None:
    with chromium.page(PHONE) as page:
        house.open(page, house.exit_sheet(leaving, "watches", "bing"))
        said = page.locator("#sheet").inner_text()
        for words in (
            *("移交清单", "乙二亮 离任", "庚七晨", "村委会章一枚", "印模清楚", "有缺，见说明"),
            *("登记簿缺 2019 年一册", "2026年11月3日", "您是 丙三晴，以监交人的身份", "当面点清"),
        ):
            assert words in said, words
        for words in ("开锁盖章", "要盖章的文件", "申请内容", "退回"):
            assert words not in said, words
        assert overflow(page) == []
        assert axe(page) == []
        screenshot(page, "county-sign-exit-sheet")
        browsers.screenshot(page, "county-sign-exit-sheet-full", whole=True)


def test_a_statement_of_absence_signed_here_lets_a_substitute_sign(house: Rig, page: Page) -> None:
    house.hold(page, "yi")
    made = absences.statement(house.township, "yi")
    house.open(page, house.absence(made, "yi"))
    page.get_by_role("button", name="签名").click()
    page.wait_for_url(f"{house.hub}/approvals/return#*")
    said = SignedAbsence(absence.encode(made), _approval(_reply(page)))
    lists = house.township.lists()
    lists = replace(lists, policy=replace(lists.policy, absence_days=absences.LONGEST))
    asked = house.township.application()
    given = [
        house.township.approve(asked, step, person, origin=house.county)
        for step, person in (("director", "ding"), ("secretary", "jia"))
    ]
    judge(asked, subject.encode(asked), given, lists, [said])


def test_who_says_so_sees_of_whom_and_for_how_long(house: Rig, chromium: Browser) -> None:
    made = absences.statement(house.township, "yi")
    with chromium.page(PHONE) as page:
        for by, words in (
            ("yi", "您是 乙二亮，说的是您自己"),
            ("jia", "您是 甲一明，替 乙二亮 说"),
        ):
            house.open(page, house.absence(made, by))
            said = page.locator("#sheet").inner_text()
            for one in (
                *("乙二亮 从 2026年10月31日 08:00 到 2026年11月3日 08:00 不在", "晨光村"),
                *("由名册上的替补代签", words),
            ):
                assert one in said, one
            for one in ("开锁盖章", "要盖章的文件", "公开写明已作废"):
                assert one not in said, one
            assert page.get_by_role("button", name="退回").count() == 0
            page.goto("about:blank")
        house.open(page, house.absence(made, "jia"))
        assert overflow(page) == []
        assert axe(page) == []
        browsers.screenshot(page, "county-sign-absence-360", whole=True)


@pytest.mark.parametrize(
    "change",
    [
        {"takes": {"village": VILLAGE, "id": "yi", "name": "乙二亮"}},
        {"gives": {"village": VILLAGE, "id": "yi", "name": "乙\u202e亮"}},
        {"gives": {"village": VILLAGE, "id": "yi", "name": "乙二亮", "office": "x"}},
        {"lines": []},
        {"lines": [{"part": "seals", "state": "handed", "text": ["一\u2066二"]}] * 6},
        {"note": "more"},
    ],
)
def test_an_exit_sheet_of_another_form_is_refused(
    house: Rig, page: Page, leaving: ExitSheet, change: dict[str, Any]
) -> None:
    fields = {**cbor.decode(exit_sheet.encode(leaving)), **change}
    request = house.exit_sheet(leaving, "gives", "yi")
    house.open(page, {**request, "subject": text(cbor.encode(fields))})
    expect(page.locator("#refusal")).to_contain_text("不能签名")


def test_nobody_is_asked_to_sign_what_the_sheet_has_for_another(
    house: Rig, page: Page, leaving: ExitSheet
) -> None:
    for role, person in (("gives", "geng"), ("made", "yi")):
        house.open(page, house.exit_sheet(leaving, role, person))
        expect(page.locator("#refusal")).to_contain_text("不能签名")
        page.goto("about:blank")


@pytest.mark.parametrize(
    "change",
    [
        {"until": 0},
        {"until": absence.LAST_MS + 1},
        {"first": -1},
        {"person": "Yi"},
        {"reason": "病"},
        {"township": ""},
    ],
)
def test_a_statement_of_another_form_is_refused(
    house: Rig, page: Page, change: dict[str, Any]
) -> None:
    made = absences.statement(house.township, "yi")
    fields = {**cbor.decode(absence.encode(made), limit=4096), **change}
    house.open(page, {**house.absence(made, "yi"), "subject": text(cbor.encode(fields))})
    expect(page.locator("#refusal")).to_contain_text("不能签名")


@pytest.fixture
def publishing(house: Rig) -> Release:
    """With a picture, a name that stands for ten days and one that is masked."""
    picture = paper("修路")
    house.pictures = {sha256(picture).hexdigest(): picture}
    columns = (
        *(Column("household", "户主", "name"), Column("amount", "金额", "amount")),
        Column("signed", "经办人", "name"),
    )
    rows = (("周示例", 80_050, "钱示例"), ("吴示例", -100, None))
    return Release(
        *(b"r" * 32, VILLAGE, "relief-grants", "2026-Q3", 2, b"f" * 32, "金额写错了", "救助名单"),
        *(("两户。",), columns, rows, (Attachment(sha256(picture).digest(), "现场照片"),)),
        *(Shown(("household",), "示例依据", 10), house.township.now_ms, "geng"),
    )


@pytest.mark.parametrize(("button", "verdict"), [("同意并签名", "approve"), ("退回", "return")])
def test_a_release_reviewed_here_holds(
    house: Rig, page: Page, publishing: Release, button: str, verdict: str
) -> None:
    house.hold(page, "bing")
    house.open(page, house.release(publishing, "village.supervisor", "bing"))
    page.get_by_role("button", name=button).click()
    page.wait_for_url(f"{house.hub}/affairs/return#*")
    approval, township = _approval(_reply(page)), house.township
    found = review.judge(
        release.encode(publishing), approval, township.roster, township.authority.policy
    )
    assert (found, approval.decision) == (publishing, verdict)


def test_who_reviews_a_release_sees_every_row_and_which_names_stand(
    house: Rig, chromium: Browser, publishing: Release
) -> None:
    with chromium.page(PHONE) as page:
        house.open(page, house.release(publishing, "village.supervisor", "bing"))
        said = page.locator("#sheet").inner_text()
        for words in (
            *("救助名单", "第 2 版", "金额写错了", "2 行", "周示例", "800.50 元", "−1.00 元"),
            *("户主 公示 10 天", "示例依据", "吴示例", "两户。", "现场照片", "一笔一笔看清楚"),
        ):
            assert words in said, words
        assert page.locator("#pages img").count() == 1
        for words in ("盖章", "作废", "移交"):
            assert words not in said, words
        assert overflow(page) == []
        assert axe(page) == []
        browsers.screenshot(page, "county-sign-release-full", whole=True)


@pytest.mark.parametrize(
    "change",
    [
        {"edition": 1},
        {"replaces": None},
        {"rows": [["周示例", "800.50", "钱示例"]]},
        {"rows": [["周示例", 80_050]]},
        {"rows": [["周\u202e示例", 80_050, None]]},
        {"shown": {"columns": ["amount"], "basis": "x", "days": 10}},
        {"attachments": []},
        {"note": "more"},
    ],
)
def test_a_release_of_another_form_is_refused(
    house: Rig, page: Page, publishing: Release, change: dict[str, Any]
) -> None:
    fields = {**cbor.decode(release.encode(publishing)), **change}
    request = house.release(publishing, "village.supervisor", "bing")
    house.open(page, {**request, "subject": text(cbor.encode(fields))})
    expect(page.locator("#refusal")).to_contain_text("不能签名")


def test_the_page_without_a_request_says_where_to_go(house: Rig, page: Page) -> None:
    page.goto(f"{house.county}/")
    expect(page.get_by_role("alert")).to_contain_text("回到镇里的系统")
    assert axe(page) == []


def _reply(page: Page) -> dict[str, object]:
    reply: dict[str, object] = json.loads(octets(page.url.partition("#")[2]))
    return reply


def _approval(reply: dict[str, object]) -> Approval:
    made = Assertion(
        credential=octets(str(reply["credential"])),
        authenticator_data=octets(str(reply["authenticator_data"])),
        client_data=octets(str(reply["client_data"])),
        signature=octets(str(reply["signature"])),
    )
    assert reply["v"] == 1
    assert isinstance(reply["roster"], int)
    return Approval(
        str(reply["step"]), str(reply["person"]), str(reply["decision"]), reply["roster"], made
    )
