"""What the printer gets: slips, and the register in its official columns, on paper and as PDF."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page

from sealctl.panel import pdf
from tests.panel import cast
from tests.panel.rig import Rig, panel
from tests.support import browser
from wire.refusals import REFUSALS
from wire.seal_register import COLUMNS, WIDTHS, lines

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("panel_session")]

PRINTS = "window.print = () => { window.printed = (window.printed || 0) + 1; }"


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
    with chromium.page(browser.PANEL) as page:
        page.add_init_script(PRINTS)
        yield page


def printed(screen: Page, name: str) -> str:
    """Press the button, and give the text that would be on the paper."""
    screen.get_by_role("button", name="打印").click()
    assert screen.evaluate("() => window.printed") == 1
    screen.emulate_media(media="print")
    browser.screenshot(screen, f"panel-paper-{name}")
    text = str(screen.evaluate("() => document.body.innerText"))
    screen.emulate_media(media="screen")
    return text


def test_the_register_prints_every_job_in_the_official_columns(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.identified())
    screen.goto(f"{rig.url}/register?month=2026-11&page=2")
    paper = printed(screen, "register")
    for column in COLUMNS:
        assert column in paper
    assert "示例镇晨光村用印登记簿" in paper
    for job in rig.lockd.jobs:
        assert job["title"] in paper
        assert job["grant"].hex()[:12] in paper
    assert "60+骑缝3" in paper
    assert "中断，请核对" in paper
    assert "上个月" not in paper
    assert "已联网" not in paper


def test_a_refused_paper_prints_rule_office_and_telephone(rig: Rig, screen: Page) -> None:
    screen.goto(f"{rig.url}/items/crime")
    paper = printed(screen, "item")
    for told in (
        "有无违法犯罪记录证明",
        "民发〔2020〕20号",
        "县公安局",
        "0577-0000000",
        "sunrise-1",
    ):
        assert told in paper


def test_a_refusal_and_a_stamp_print_a_slip(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.refused("page_mismatch"))
    screen.goto(rig.url)
    paper = printed(screen, "refusal")
    refusal = REFUSALS["page_mismatch"]
    for told in (refusal.zh, refusal.next_zh, "page_mismatch", "示例镇用印清单", cast.PHONE):
        assert told in paper
    rig.lockd.show(cast.done(receipted=True))
    screen.goto(f"{rig.url}/")
    paper = printed(screen, "done")
    for told in ("1287", "村民建房用地申请", "张三、李四、王五", "钱七", "林小满"):
        assert told in paper


def test_the_register_is_to_be_had_as_a_pdf(rig: Rig) -> None:
    rig.reset()
    rig.lockd.show(cast.identified())
    rig.lockd.jobs = cast.jobs(40)
    url = f"http://127.0.0.1:{httpx.URL(rig.url).port}/register.pdf?month=2026-11"
    answer = httpx.get(url, trust_env=False, timeout=60)
    assert answer.headers["content-type"] == "application/pdf"
    assert "register-2026-11.pdf" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"%PDF")
    assert answer.content.count(b"/MediaBox") >= 1


def test_a_long_register_goes_on_to_the_next_sheet() -> None:
    few, many = cast.jobs(2), cast.jobs(60)
    sheets = [
        pdf.table("用印登记簿", COLUMNS, WIDTHS, lines(jobs)).count(b"/MediaBox")  # type: ignore[arg-type]
        for jobs in (few, many, [])
    ]
    assert sheets[0] == sheets[2] == 1
    assert sheets[1] > 2
