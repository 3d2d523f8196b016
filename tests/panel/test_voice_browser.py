"""What the panel says: every phrase has a clip, each screen plays its own, mute is mute."""

import re
import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from sealctl.panel import clips, numerals
from sealctl.panel.phrases import PHRASES, WORDS
from tests.panel import cast
from tests.panel.rig import Rig, panel
from tests.panel.test_screens_browser import EMERGENCY, SCREENS
from tests.panel.test_session_browser import play
from tests.support import browser
from wire.refusals import REFUSALS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("panel_voice")]

HEARD = """{
  const start = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    this.playbackRate = 16;
    this.addEventListener("ended", () => heard(new URL(this.src).pathname.split("/").pop()));
    return start.call(this);
  };
}"""
"""Notes each clip that was played to its end, sixteen times as fast."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    assert clips.make(folder) == len(PHRASES)
    return folder


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory, own: Path, made: Path) -> Iterator[Rig]:
    with panel(tmp_path_factory.mktemp("panel"), (own, made)) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[browser.Browser]:
    with browser.chromium() as started:
        yield started


@pytest.fixture
def told() -> list[str]:
    """The clips heard so far."""
    return []


@pytest.fixture
def screen(rig: Rig, chromium: browser.Browser, told: list[str]) -> Iterator[Page]:
    rig.reset()
    play(rig)
    with chromium.page(browser.PANEL) as page:
        page.expose_function("heard", lambda phrase: told.append(phrase))
        page.context.add_init_script(HEARD)
        yield page


@pytest.fixture
def http(rig: Rig) -> Iterator[httpx.Client]:
    port = httpx.URL(rig.url).port
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield client


def hears(screen: Page, told: list[str], *phrases: str) -> None:
    """Wait until these were the last to be heard, and forget them."""
    for _ in range(500):
        if told[-len(phrases) :] == [*phrases]:
            told.clear()
            return
        screen.wait_for_timeout(20)
    raise AssertionError(f"{phrases} expected, {told} heard")


def test_every_phrase_has_a_clip_that_sounds(made: Path) -> None:
    for phrase in PHRASES:
        with wave.open(str(clips.find([made], phrase)), "rb") as clip:
            seconds = clip.getnframes() / clip.getframerate()
            loudest = max(memoryview(clip.readframes(clip.getnframes())).cast("h"))
        assert seconds > 0.25, phrase
        assert loudest > 4_000, phrase


def test_every_refusal_has_its_words_and_only_changed_words_are_made_again(made: Path) -> None:
    for code, refusal in REFUSALS.items():
        assert PHRASES[f"refusal-{code}"] == refusal.zh + refusal.next_zh
    told = made / "words.txt"
    lines = told.read_text("utf-8").splitlines()
    told.write_text("\n".join(["idle\tsomething else", *lines[1:]]), "utf-8")
    changed = lines[0].split("\t")[0]
    assert clips.make(made) == 1
    assert clips.find([made], changed) is not None
    assert clips.make(made) == 0


def test_words_that_espeak_misreads_are_spelt() -> None:
    for word, pinyin in WORDS.items():
        assert _phonemes(clips.spelt(word)) == _phonemes(pinyin.strip())
        assert _phonemes(word) != _phonemes(pinyin.strip())


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_says_what_has_a_clip(rig: Rig, http: httpx.Client, name: str) -> None:
    state, path, _ = SCREENS[name]
    rig.reset()
    rig.lockd.show(state)
    said = re.findall(r'data-say="([^"]*)"', http.get(path).text)[0].split()
    assert said
    assert set(said) <= PHRASES.keys()


@pytest.mark.parametrize(
    ("logins", "said"),
    [
        (["pin"], "请按您的名字"),
        (["card_pin", "fingerprint", "pin"], "请刷卡 或者按手指 或者按您的名字"),
        (["fingerprint", "pin"], "请按手指 或者按您的名字"),
        (["card_pin"], "请刷卡，再输入密码"),
        (["card_pin", "fingerprint"], "请刷卡，再输入密码 或者按手指"),
        ([], "现在没有可用的登录方式，请联系镇里的管理员"),
    ],
)
def test_the_first_screen_says_how_people_log_in(
    rig: Rig, http: httpx.Client, logins: list[str], said: str
) -> None:
    rig.reset()
    rig.lockd.show(cast.at_the_readers(logins=logins))
    phrases = re.findall(r'data-say="([^"]*)"', http.get("/").text)[0].split()
    assert " ".join(PHRASES[one] for one in phrases) == said


def test_an_enrolment_is_said_step_by_step(rig: Rig, screen: Page, told: list[str]) -> None:
    rig.lockd.show(cast.enrolling("lay"))
    screen.goto(rig.url)
    hears(screen, told, "enrolling-lay")
    for step in ("lift", "again", "done"):
        rig.lockd.show(cast.enrolling(step))
        hears(screen, told, f"enrolling-{step}")


def test_each_step_of_a_stamp_is_said_when_its_screen_comes(
    rig: Rig, screen: Page, told: list[str]
) -> None:
    screen.goto(rig.url)
    hears(screen, told, "idle")
    screen.get_by_role("link", name="钱七").click()
    hears(screen, told, "pin")
    expect(screen.locator("#pin")).to_be_focused()
    screen.keyboard.type("2468")
    screen.keyboard.press("Enter")
    hears(screen, told, "grants")
    screen.get_by_role("button", name="村民建房用地申请").click()
    hears(screen, told, "confirm", "no", "n2", "sheet-of", "n3", "sheets")
    screen.get_by_role("button", name="对，拍照").click()
    hears(screen, told, "photo-good")
    screen.get_by_role("button", name="开锁盖章").click()
    hears(screen, told, "opening")
    for state, phrase in ((cast.opened(), "open"), (cast.chosen("closing"), "closing")):
        rig.lockd.show(state)
        hears(screen, told, phrase)
    rig.lockd.show(cast.done(receipted=False))
    hears(screen, told, "done")


def test_a_seam_group_and_a_refusal_are_said_in_full(
    rig: Rig, screen: Page, told: list[str]
) -> None:
    grant = cast.grant("土地承包合同", impressions=60, presses=63, used=60, pages=60)
    rig.lockd.show(cast.more(grant, {"use": "seam", "next": 1, "total": 3}))
    screen.goto(rig.url)
    fan = ["seam-from", "n1", "seam-to", "n2", "ten", "seam-fan"]
    hears(screen, told, "more-seam", "no", "n1", "seam-of", "n3", "seams", *fan)
    rig.lockd.show(cast.refused("page_mismatch"))
    number = ["phone-town", *numerals.digits(cast.PHONE)]
    hears(screen, told, "refused", "refusal-page_mismatch", *number)
    rig.lockd.show(cast.blocked("case_open"))
    screen.goto(rig.url)
    hears(screen, told, "blocked", "refusal-case_open", *number)


def test_a_refused_paper_is_said_with_its_telephone(
    rig: Rig, screen: Page, told: list[str]
) -> None:
    screen.goto(f"{rig.url}/items/crime")
    hears(screen, told, "item-forbidden", "phone", "n0", "n5", "n7", "n7", *["n0"] * 7)


def test_after_a_complaint_the_telephone_is_said(rig: Rig, screen: Page, told: list[str]) -> None:
    screen.goto(f"{rig.url}/items/crime/noted")
    hears(screen, told, "noted", "phone", "n0", "n5", "n7", "n7", *["n0"] * 7)


def test_each_step_of_a_form_is_said_when_it_comes(rig: Rig, screen: Page, told: list[str]) -> None:
    screen.goto(rig.url + EMERGENCY)
    hears(screen, told, "emergency-why")
    screen.locator("#why-enter").click()
    hears(screen, told, "emergency-pins")
    screen.locator("#back").click()
    hears(screen, told, "emergency-why")
    screen.get_by_role("button", name="再听").click()
    hears(screen, told, "emergency-why")


def test_mute_stays_and_again_speaks_all_the_same(rig: Rig, screen: Page, told: list[str]) -> None:
    screen.goto(rig.url)
    hears(screen, told, "idle")
    screen.get_by_role("button", name="静音").click()
    screen.get_by_role("button", name="出声").wait_for()
    told.clear()
    screen.get_by_role("link", name="钱七").click()
    screen.get_by_text("请输入您的密码").wait_for()
    assert screen.locator("body").get_attribute("data-voice") == "off"
    screen.get_by_role("button", name="再听").click()
    hears(screen, told, "pin")
    assert told == []
    screen.get_by_role("button", name="出声").click()
    screen.get_by_role("button", name="静音").wait_for()
    hears(screen, told, "pin")


def test_news_that_change_nothing_are_not_said_again(
    rig: Rig, screen: Page, told: list[str]
) -> None:
    rig.lockd.show(cast.done(receipted=False))
    screen.goto(rig.url)
    hears(screen, told, "done")
    rig.lockd.show(cast.done(receipted=True))
    screen.get_by_text("镇里已收到").wait_for()
    expect(screen.locator("body")).to_have_attribute("data-say", "done")
    screen.wait_for_timeout(500)
    assert told == []


def test_the_warning_before_log_out_is_said(rig: Rig, screen: Page) -> None:
    rig.lockd.show(cast.identified())
    screen.clock.install()
    screen.goto(rig.url)
    screen.get_by_text("请按要盖章的事项").wait_for()
    with screen.expect_request("**/voice/still-there"):
        screen.clock.fast_forward(91_000)


def test_the_village_replaces_a_clip_by_its_name(http: httpx.Client, own: Path, made: Path) -> None:
    spoken = (made / "n7.wav").read_bytes()
    (own / "idle.wav").write_bytes(spoken)
    try:
        answer = http.get("/voice/idle")
        assert (answer.content, answer.headers["content-type"]) == (spoken, "audio/wav")
        assert http.get("/voice/pin").content != spoken
    finally:
        (own / "idle.wav").unlink()


@pytest.mark.parametrize("phrase", ["nothing", "..%2f..%2fetc%2fpasswd", "words.txt", "idle.wav"])
def test_what_is_no_phrase_has_no_clip(http: httpx.Client, phrase: str) -> None:
    assert http.get(f"/voice/{phrase}").status_code == 404


def _phonemes(text: str) -> str:
    command = ["espeak-ng", "-v", clips.VOICE, "-q", "-x", "--", text]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
