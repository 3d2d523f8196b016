"""A report for the county from the phone to the county's screen, through the real processes.

The browser's own sealing is held against the figures of RFC 9180.
"""

from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from playwright.sync_api import Page

from county.cli import main
from hub.clock import now_ms
from tests.hub.hotline_rig import CODE, WORDS
from tests.support import browser
from tests.support.broker import listening, until
from tests.support.hub import Hub
from tests.support.ports import free_port
from tests.support.sealed_report import RFC

pytestmark = [pytest.mark.processes, pytest.mark.browser, pytest.mark.xdist_group("browser")]
ACCUSED = "示例镇镇长甲某"
CONTACT = "林小满 0570 1234567"
SEAL = """async ({info, pkRm, plain, aad, pair}) => {
  const {seal} = await import("/static/hotline/hpke.js");
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (one) => parseInt(one, 16));
  const curve = {name: "ECDH", namedCurve: "P-256"};
  const privateKey = await crypto.subtle.importKey("jwk", pair, curve, false, ["deriveBits"]);
  const publicKey = await crypto.subtle.importKey("jwk", {...pair, d: undefined}, curve, true, []);
  const own = {privateKey, publicKey};
  const made = await seal(bytes(pkRm), bytes(info), bytes(plain), bytes(aad), own);
  return Array.from(made, (one) => one.toString(16).padStart(2, "0")).join("");
}"""


def test_a_report_reaches_the_county_and_nobody_before_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub, port, key = Hub.build(tmp_path, now_ms(), broker=False), free_port(), tmp_path / "key.pem"
    try:
        assert main(["report", "key", str(key)]) == 0
        (hub.state / "county.pub").write_bytes((tmp_path / "key.pem.pub").read_bytes())
        with (hub.state / "hub.toml").open("a") as toml:
            toml.write('\n[hotline]\ncounty_key = "county.pub"\n')
        hub.start("hotline", "--listen", f"127.0.0.1:{port}")
        until(lambda: listening(port), "the hotline listens")
        with browser.chromium() as chromium, chromium.page(browser.PHONE) as page:
            sent = typed(page, f"http://localhost:{port}")
        hub.run("county-reports", str(tmp_path / "reports"))
    finally:
        hub.close()
    kept = b"".join(one.read_bytes() for one in hub.state.rglob("*") if one.is_file())
    seen = {"state folder": kept, "log": hub.said("hotline").read_bytes(), "requests": sent}
    for where, data in seen.items():
        for secret in (WORDS, WORDS[4:8], ACCUSED, "林小满", "1234567", "镇书记、镇长"):
            assert secret.encode() not in data, where
    assert main(["report", "open", str(tmp_path / "reports"), "--key", str(key)]) == 0
    said = capsys.readouterr().out
    assert all(one in said for one in (WORDS, ACCUSED, CONTACT, "镇书记、镇长"))


def typed(page: Page, site: str) -> bytes:
    """The way of somebody who reports; all that his phone sent."""
    sent = bytearray()
    page.on("request", lambda one: sent.extend(one.url.encode() + (one.post_data_buffer or b"")))
    page.goto(f"{site}/report/?concern=leader")
    as_the_rfc_does(page)
    page.get_by_role("button", name="锁好，交给县里").click()
    assert page.locator("#words-error").inner_text() == "请写下是什么事。"
    browser.screenshot(page, "hotline-county-empty", whole=True)
    page.locator("#accused").fill(ACCUSED)
    page.locator("#words").fill(WORDS)
    page.locator("#contact").fill(CONTACT)
    browser.screenshot(page, "hotline-county-typed", whole=True)
    for _ in ("24 px", "40 px"):
        assert browser.axe(page) == []
        assert browser.overflow(page) == []
        assert browser.small_text(page, 20, 20) == []
        page.locator("label.big").click()
    page.route("**/county/", lambda route: route.abort(), times=1)
    page.get_by_role("button", name="锁好，交给县里").click()
    page.get_by_text("您写的还在这里").wait_for()
    assert page.locator("#words").input_value() == WORDS
    page.get_by_role("button", name="锁好，交给县里").click()
    code = CODE.search(page.locator(".receipt").inner_text())
    assert code is not None
    browser.screenshot(page, "hotline-county-receipt", whole=True)
    page.goto(f"{site}/look/")
    page.locator("#code").fill(code[0])
    page.get_by_role("button", name="查", exact=True).click()
    page.get_by_text("等着交给县里").wait_for()
    browser.screenshot(page, "hotline-county-look", whole=True)
    return bytes(sent)


def as_the_rfc_does(page: Page) -> None:
    """A.3.1: with the RFC's own key for once, the page's script seals to the same bytes."""
    own, point = bytes.fromhex(RFC["skEm"]), bytes.fromhex(RFC["pkEm"])
    parts = {"d": own, "x": point[1:33], "y": point[33:]}
    pair = {name: urlsafe_b64encode(one).decode().rstrip("=") for name, one in parts.items()}
    given = {
        **{one: RFC[one] for one in ("info", "pkRm", "aad")},
        "plain": RFC["pt"],
        "pair": {"kty": "EC", "crv": "P-256", **pair},
    }
    assert page.evaluate(SEAL, given) == RFC["sealed"]
