"""The report's page in a real browser, from a file: it verifies itself, and finds each lie."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from inspector.cli import main
from tests.inspector import storied
from tests.inspector.test_erased import erase_openings
from tests.support import browser as browsers
from tests.support.browser import Browser, axe, overflow
from tests.support.sealed_log import SealedLog

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SIZES = ((1280, 900), (390, 844))
WITHOUT_ED25519 = """
const importKey = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (format, key, algorithm, ...rest) => algorithm.name === "Ed25519"
  ? Promise.reject(new DOMException("", "NotSupportedError"))
  : importKey(format, key, algorithm, ...rest);
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The honest page."""
    folder = tmp_path_factory.mktemp("report")
    rig = storied.machine(folder / "machine")
    bundle = SealedLog.of(rig).write(folder / "bundle")
    assert main(["report", str(bundle), "--out", str(folder / "out")]) == 0
    return (folder / "out/report.html").read_text("utf-8")


@pytest.fixture(scope="module")
def nameless(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a log whose openings were erased in time."""
    folder = tmp_path_factory.mktemp("nameless")
    rig = storied.machine(folder / "machine", photos_days=1, openings_days=2)
    log = SealedLog.of(rig)
    erase_openings(log, rig)
    assert main(["report", str(log.write(folder / "bundle")), "--out", str(folder / "out")]) == 0
    return (folder / "out/report.html").read_text("utf-8")


@pytest.fixture(scope="module")
def chromium(report: str, nameless: str) -> Iterator[Browser]:
    """Started after the report is made: the machine runs an event loop of its own."""
    with browsers.chromium() as started:
        yield started


def opened(page: Page, text: str, folder: Path) -> str:
    """How the page, once opened from that folder, judges itself: good, bad or unknown."""
    file = folder / "report.html"
    file.write_text(text, "utf-8")
    page.goto(file.as_uri())
    page.wait_for_function(
        "!document.getElementById('browser-word').textContent.includes('还没有')"
    )
    judged = page.locator("#browser").get_attribute("class") or ""
    return judged.removeprefix("verdict ")


@pytest.mark.parametrize("size", SIZES, ids=["1280", "390"])
def test_an_honest_page_verifies_itself_and_can_be_read(
    chromium: Browser, report: str, tmp_path: Path, size: tuple[int, int]
) -> None:
    with chromium.page(size) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        assert opened(page, report, tmp_path) == "good"
        assert page.locator("td.checked.good").count() == 6
        assert page.get_by_text("<script>alert(1)</script>").first.is_visible()
        page.locator("summary").click()
        assert axe(page) == []
        assert overflow(page) == []
        assert asked == [(tmp_path / "report.html").as_uri()]
        browsers.screenshot(page, f"inspector-report-{size[0]}", whole=True)


def _evidence(change: Callable[[dict[str, Any]], None]) -> Callable[[str], str]:
    """A page whose carried bytes are changed."""

    def bend(text: str) -> str:
        found = re.search(r'id="evidence">(.*?)</script>', text, re.DOTALL)
        assert found is not None
        carried = json.loads(found[1])
        change(carried)
        return text.replace(found[1], json.dumps(carried))

    return bend


def _flip(text: str, at: int = -1) -> str:
    data = bytearray(base64.b64decode(text))
    data[at] ^= 1
    return base64.b64encode(data).decode()


def _entry_edited(carried: dict[str, Any]) -> None:
    leaf = next(iter(carried["leaves"].values()))
    leaf["data"] = _flip(leaf["data"])


def _moved(carried: dict[str, Any]) -> None:
    first, second = list(carried["leaves"])[:2]
    carried["leaves"][first]["proof"] = carried["leaves"][second]["proof"]


def _other_head(carried: dict[str, Any]) -> None:
    text = base64.b64decode(carried["checkpoint"])
    carried["checkpoint"] = base64.b64encode(text.replace(b"\n12", b"\n13", 1)).decode()


def _other_machine_key(carried: dict[str, Any]) -> None:
    key = next(iter(carried["keys"].values()))
    key[2] = _flip(key[2])


def _other_operator(carried: dict[str, Any]) -> None:
    leaf = next(one for one in carried["leaves"].values() if one.get("opened"))
    leaf["opened"][1] = "jia"


def _other_application(carried: dict[str, Any]) -> None:
    name = next(iter(carried["subjects"]))
    carried["subjects"][name] = _flip(carried["subjects"][name])


def _approval(change: Callable[[dict[str, Any]], None]) -> Callable[[str], str]:
    """A page on which one approval is changed."""
    return _evidence(lambda carried: change(next(iter(carried["approvals"].values()))))


def _signature(held: dict[str, Any]) -> None:
    held["approvals"][0]["signature"] = _flip(held["approvals"][0]["signature"])


def _another_person(held: dict[str, Any]) -> None:
    held["approvals"][0]["person"] = "bing"


def _one_for_two(held: dict[str, Any]) -> None:
    held["approvals"][1] = held["approvals"][0]


def _none(held: dict[str, Any]) -> None:
    held["approvals"] = []


def _other_page(held: dict[str, Any]) -> None:
    held["origins"] = ["https://elsewhere.example"]


def _no_witness(carried: dict[str, Any]) -> None:
    carried["quorum"] = 1


LIES: dict[str, Callable[[str], str]] = {
    "a time changed": lambda text: text.replace("2026-11-02 08:00:0", "2026-11-02 09:00:0"),
    "an operator changed": lambda text: text.replace("（wu）", "（ji）"),
    "a title changed": lambda text: text.replace("居住证明（子女入学）", "居住证明（贷款）"),
    "a state changed": lambda text: text.replace(">已盖章<", ">已中止<"),
    "a finding changed": lambda text: text.replace(">与批准的页一致<", ">印迹 1<"),
    "an applicant changed": lambda text: text.replace(storied.RARE, "吉田"),
    "a count changed": lambda text: text.replace(">2/2<", ">1/2<"),
    "a row of another stamp": lambda text: re.sub(r'data-end="\d+"', 'data-end="12"', text),
    "an entry edited": _evidence(_entry_edited),
    "a proof of another leaf": _evidence(_moved),
    "another head": _evidence(_other_head),
    "another machine's key": _evidence(_other_machine_key),
    "an operator that was not committed to": _evidence(_other_operator),
    "another application": _evidence(_other_application),
    "an approval whose signature is none": _approval(_signature),
    "an approval in another's name": _approval(_another_person),
    "one approval twice": _approval(_one_for_two),
    "no approval": _approval(_none),
    "approved on another page": _approval(_other_page),
    "fewer witnesses than the policy asks for": _evidence(_no_witness),
}


def test_each_lie_turns_the_page_red(chromium: Browser, report: str, tmp_path: Path) -> None:
    with chromium.page(SIZES[0]) as page:
        for name, bend in LIES.items():
            bent = bend(report)
            assert bent != report, name
            assert opened(page, bent, tmp_path) == "bad", name


def _by_sm2(held: dict[str, Any]) -> None:
    one = held["approvals"][0]
    kept = {name: one[name] for name in ("step", "person", "decision", "roster")}
    held["approvals"][0] = {**kept, "sm2": one["signature"]}


def test_of_an_approval_by_sm2_it_says_that_it_cannot_tell(
    chromium: Browser, report: str, tmp_path: Path
) -> None:
    """What it can check beside it still turns it red."""

    def and_a_lie(held: dict[str, Any]) -> None:
        _by_sm2(held)
        held["approvals"][1]["signature"] = _flip(held["approvals"][1]["signature"])

    with chromium.page(SIZES[0]) as page:
        assert opened(page, _approval(_by_sm2)(report), tmp_path) == "unknown"
        assert page.get_by_text("签名算法或公钥这里没有，请用 sealinspect").is_visible()
        assert page.locator("td.checked.bad").count() == 0
        assert opened(page, _approval(and_a_lie)(report), tmp_path) == "bad"


def test_a_browser_without_ed25519_says_that_it_cannot(
    chromium: Browser, report: str, tmp_path: Path
) -> None:
    with chromium.page(SIZES[0]) as page:
        page.add_init_script(WITHOUT_ED25519)
        assert opened(page, report, tmp_path) == "unknown"
        assert page.get_by_text("不能在这里核验").is_visible()


def test_no_script_but_its_own_runs(chromium: Browser, report: str, tmp_path: Path) -> None:
    foreign = report.replace("</main>", "<script>document.title = 'mine'</script></main>")
    with chromium.page(SIZES[0]) as page:
        assert opened(page, foreign, tmp_path) == "good"
        assert page.title() == "用印记录核验报告"


def _erasure_left_out(carried: dict[str, Any]) -> None:
    for leaf in carried["leaves"].values():
        leaf.pop("erased", None)


def _erasure_by_an_entry(carried: dict[str, Any]) -> None:
    """A leaf that is in the log, too, and erases nothing."""
    for number, leaf in carried["leaves"].items():
        if "erased" in leaf:
            leaf["erased"] = number


def test_a_page_without_names_verifies_itself_by_the_leaf_that_erased_them(
    chromium: Browser, nameless: str, tmp_path: Path
) -> None:
    with chromium.page(SIZES[0]) as page:
        assert opened(page, nameless, tmp_path) == "good"
        assert page.get_by_text("—（—）").first.is_visible()
        for lie in (_erasure_left_out, _erasure_by_an_entry):
            assert opened(page, _evidence(lie)(nameless), tmp_path) == "bad"
