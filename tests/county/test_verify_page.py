"""The verification page in a real browser: what a villager with a stamped paper is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.county.verify_rig import NUMBER, Log, Rig, answered, rig, upload
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.support import browser as browsers
from tests.support.browser import PHONE, Browser, axe, overflow, screenshot, small_targets
from tests.support.township import Township
from wire.stamp_code import StampCode, link

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
TABLET = (1024, 768)
GRANT = b"g" * 32


@pytest.fixture(scope="module")
def log() -> Log:
    return Log(Journal())


@pytest.fixture(scope="module")
def house(log: Log, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rig(tmp_path_factory.mktemp("county"), log.journal) as made:
        yield made


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["360", "1024"])
def test_a_genuine_stamp_is_green_and_says_what_to_compare(
    chromium: Browser, house: Rig, log: Log, size: tuple[int, int]
) -> None:
    stamped = log.journal.stamp(GRANT, sheet=2)
    house.publish(stamped, log.file(stamped))
    with chromium.page(size) as page:
        house.scan(page, stamped)
        assert _state(page) == "真实"
        facts = page.locator("main .facts").first.inner_text()
        for words in ("晨光村", "居住证明", "晨光村村民委员会章", "第 2 次", "67" * 8):
            assert words in facts, words
        assert "待县见证" not in page.inner_text("main")
        assert "和手里的纸对一对" in page.inner_text("main")
        _looks_right(page, f"verify-real-{size[0]}")
        page.locator("summary").click()
        assert "✓ 1 个（要求 1 个）" in page.inner_text("details")
        assert stamped.hash.hex() in page.inner_text("details")
        assert overflow(page) == []


def test_the_township_is_asked_for_nothing_but_the_proof(page: Page, house: Rig, log: Log) -> None:
    stamped = log.journal.stamp(GRANT)
    house.publish(stamped, log.file(stamped))
    house.asked.clear()
    house.scan(page, stamped)
    assert house.asked == [f"s/{stamped.hash.hex()}/proof.txt"]
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_head_that_no_witness_saw_is_pending(page: Page, house: Rig, log: Log) -> None:
    stamped = log.journal.stamp(GRANT)
    house.publish(stamped, Log(log.journal, witnesses=()).file(stamped))
    house.scan(page, stamped)
    assert _state(page) == "真实"
    assert "待县见证" in page.locator("#answer .verdict").inner_text()
    screenshot(page, "verify-pending-360")


def test_a_void_stamp_is_red_and_names_what_took_its_place(
    page: Page, house: Rig, log: Log
) -> None:
    stamped = log.journal.stamp(GRANT)
    hub.correct(log.journal, stamped.entry.seq, replacement=b"h" * 32)
    house.publish(stamped, log.file(stamped))
    house.scan(page, stamped)
    assert _state(page) == "不符"
    verdict = page.locator("#answer .verdict").inner_text()
    for words in ("已经作废", "原件已收回", "68" * 8):
        assert words in verdict, words
    _looks_right(page, "verify-void-360")


def test_a_machine_that_is_out_of_use_is_said_to_be_so(
    log: Log, chromium: Browser, tmp_path: Path
) -> None:
    stamped = log.journal.stamp(GRANT)
    with rig(tmp_path, log.journal) as house, chromium.page(PHONE) as page:
        suspended = Township.build(log.journal.key).suspend().package
        (house.folder / "package.cbor").write_bytes(suspended)
        house.publish(stamped, log.file(stamped))
        house.scan(page, stamped)
        assert _state(page) == "真实"
        assert "已经停用" in page.locator("#answer .verdict").inner_text()
        _looks_right(page, "verify-retired-360")


def test_the_number_on_the_paper_finds_the_same(page: Page, house: Rig, log: Log) -> None:
    stamped = log.journal.stamp(GRANT)
    house.publish(stamped, log.file(stamped))
    page.goto(f"{house.county}/verify/")
    _looks_right(page, "verify-start-360")
    page.fill("#number", StampCode.of(NUMBER, stamped.hash).spoken)
    page.get_by_role("button", name="查这个编号").click()
    answered(page)
    assert _state(page) == "真实"
    assert stamped.hash.hex() in page.locator("details").text_content()  # type: ignore[operator]


def test_full_width_digits_are_understood_and_a_wrong_one_is_noticed_at_once(
    page: Page, house: Rig, log: Log
) -> None:
    stamped = log.journal.stamp(GRANT)
    house.publish(stamped, log.file(stamped))
    right = StampCode.of(NUMBER, stamped.hash).digits
    wrong = str((int(right[0]) + 1) % 10) + right[1:]
    page.goto(f"{house.county}/verify/")
    page.fill("#number", wrong)
    house.asked.clear()
    page.keyboard.press("Enter")
    expect(page.locator("#wrong")).to_be_visible()
    assert house.asked == []
    assert axe(page) == []
    screenshot(page, "verify-wrong-number-360")
    page.fill("#number", right.translate({48 + n: 0xFF10 + n for n in range(10)}))
    page.keyboard.press("Enter")
    answered(page)
    assert _state(page) == "真实"
    expect(page.locator("#wrong")).to_be_hidden()


def test_a_downloaded_file_is_enough_and_never_leaves_the_phone(
    page: Page, house: Rig, log: Log
) -> None:
    stamped = log.journal.stamp(GRANT)
    page.goto(f"{house.county}/verify/")
    house.asked.clear()
    upload(page, log.file(stamped))
    assert _state(page) == "真实"
    assert house.asked == []


def test_what_the_township_does_not_know_is_yellow(page: Page, house: Rig, log: Log) -> None:
    stamped = log.journal.stamp(GRANT)
    house.scan(page, stamped)
    assert _state(page) == "无法核验"
    assert "可能是假的" in page.locator("#answer .verdict").inner_text()
    _looks_right(page, "verify-missing-360")
    offices = page.inner_text("#offices")
    assert "0577-5550100" in offices
    assert "清溪镇人民政府" in offices
    house.publish(stamped, b"two")
    page.reload()
    answered(page)
    assert "同一个编号" in page.locator("#answer .verdict").inner_text()


def test_a_township_without_connection_is_yellow(page: Page, house: Rig, log: Log) -> None:
    stamped = log.journal.stamp(GRANT)
    page.route("**/proof.txt", lambda route: route.abort())
    house.scan(page, stamped)
    assert _state(page) == "无法核验"
    assert "没有连上镇里" in page.locator("#answer .verdict").inner_text()
    upload(page, log.file(stamped))
    assert _state(page) == "真实"


def test_a_phone_without_ed25519_computes_it_itself(
    chromium: Browser, house: Rig, log: Log
) -> None:
    stamped = log.journal.stamp(GRANT)
    house.publish(stamped, log.file(stamped))
    with chromium.page(PHONE) as page:
        page.add_init_script(_NO_ED25519)
        house.scan(page, stamped)
        assert _state(page) == "真实"
        bent = bytearray(log.file(stamped))
        bent[-10] ^= 1
        house.publish(stamped, bytes(bent))
        page.reload()
        answered(page)
        assert _state(page) != "真实"


def test_a_phone_that_cannot_compute_it_says_so(chromium: Browser, house: Rig, log: Log) -> None:
    stamped = log.journal.stamp(GRANT)
    house.publish(stamped, log.file(stamped))
    with chromium.page(PHONE) as page:
        page.add_init_script(_NO_ED25519 + "delete globalThis.BigInt;")
        house.scan(page, stamped)
        assert _state(page) == "无法核验"
        assert "太旧" in page.locator("#answer .verdict").inner_text()
        screenshot(page, "verify-old-360")


def test_a_browser_that_does_not_start_the_script_is_told_whom_to_ask(
    chromium: Browser, house: Rig
) -> None:
    with chromium.page(PHONE) as page:
        page.route("**/verify/verify.js", lambda route: route.abort())
        page.clock.install()
        page.goto(f"{house.county}/verify/")
        expect(page.locator("#cannot")).to_be_hidden()
        page.clock.fast_forward(11_000)
        expect(page.locator("#cannot")).to_be_visible()
        assert "0577-5550100" in page.inner_text("#offices")
    with chromium.page(PHONE, javascript=False) as page:
        page.goto(f"{house.county}/verify/")
        expect(page.locator("#cannot")).to_be_visible()
        assert "12345" in page.inner_text("#offices")


def test_only_the_last_question_is_answered(page: Page, house: Rig, log: Log) -> None:
    first, second = log.journal.stamp(GRANT), log.journal.stamp(b"h" * 32)
    for one in (first, second):
        house.publish(one, log.file(one))
    house.scan(page, first)
    for one in (second, first, second):
        page.goto(link(house.county, NUMBER, one.hash))
    expect(page.locator("#answer")).to_contain_text("68" * 8)
    expect(page.locator("#answer")).to_have_attribute("aria-busy", "false")
    assert page.locator("#answer .verdict").count() == 1


def _state(page: Page) -> str:
    heading = page.locator("#answer .verdict h2").inner_text()
    return next(one for one in ("真实", "不符", "无法核验") if one in heading)


def _looks_right(page: Page, name: str) -> None:
    assert overflow(page) == []
    assert axe(page) == []
    assert [one for one in small_targets(page, 60) if not one.startswith("file ")] == []
    assert browsers.small_text(page, 20, 16) == []
    screenshot(page, name)
    browsers.screenshot(page, f"{name}-full", whole=True)


_NO_ED25519 = """
const known = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...rest) {
  const no = new DOMException("no", "NotSupportedError");
  if (algorithm.name === "Ed25519") return Promise.reject(no);
  return known.call(this, format, key, algorithm, ...rest);
};
"""
