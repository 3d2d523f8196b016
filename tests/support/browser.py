"""Debian's Chromium for tests: start it, look at pages, press passkeys. Calls only Playwright.

`page` objects come from `Browser.page(...)`; no name but this machine's own can be resolved.
Pictures go to `var/screenshots/` to be looked at by people.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import CDPSession, Error, Page, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
SCREENSHOTS = ROOT / "var" / "screenshots"
AXE = ROOT / "tests" / "vectors" / "axe" / "axe.min.js"
MISSING = "browser tests need Debian's Chromium: install the Debian package 'chromium'"

PANEL = (1024, 600)
PHONE = (360, 740)
DESK = (1440, 900)

_LOOPBACK_ONLY = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, "
    "EXCLUDE 127.0.0.1"
)
_REFUSED = "Unable to capture screenshot"
"""What a Chromium short of processor answers now and then, and not when asked again."""
_AUTOPLAY = "--autoplay-policy=no-user-gesture-required"
"""As the kiosk's unit starts it."""
_TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]"


@dataclass(frozen=True)
class Browser:
    """A running Chromium; each page has a fresh profile, Chinese, in China's time zone."""

    chromium: Chromium

    @contextmanager
    def page(
        self, size: tuple[int, int], *, javascript: bool = True, agent: str | None = None
    ) -> Iterator[Page]:
        """A page of width × height CSS pixels; its console errors fail the test when it closes."""
        context = self.chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=javascript,
            user_agent=agent,
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        try:
            yield page
        finally:
            context.close()
        assert not errors, errors


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium headless; AssertionError naming the Debian package when it is absent."""
    assert CHROMIUM.exists(), MISSING
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            headless=True,
            args=["--no-sandbox", "--lang=zh-CN", _AUTOPLAY, _LOOPBACK_ONLY],
        )
        try:
            yield Browser(browser)
        finally:
            browser.close()


def screenshot(page: Page, name: str, *, whole: bool = False) -> Path:
    """Save what is on the screen, or the whole page, as var/screenshots/<name>.png."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    try:
        page.screenshot(path=path, full_page=whole)
    except Error as error:
        if _REFUSED not in error.message:
            raise
        page.screenshot(path=path, full_page=whole)
    return path


def axe(page: Page, *, disable: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds wrong, one line a finding; works under a CSP without inline script."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = {name: {"enabled": False} for name in disable}
    found: list[dict[str, Any]] = page.evaluate(
        """rules => axe.run(document, {rules, resultTypes: ['violations']})
             .then(result => result.violations)""",
        rules,
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """Elements that stick out of the window sideways, or whose text is cut without an ellipsis."""
    found: list[str] = page.evaluate(_OVERFLOW)
    return found


def cut_below(page: Page) -> list[str]:
    """On a screen that never scrolls: visible elements that reach below the window."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() &&
             e.getBoundingClientRect().bottom > innerHeight + 1 && !e.closest('svg'))
             .map(e => e.tagName + '.' + e.className + ' ' + e.textContent.trim().slice(0, 30))"""
    )
    return found


def spills(page: Page) -> list[str]:
    """Boxes whose content is taller or wider than they are and lies over what follows them."""
    found: list[str] = page.evaluate(_SPILLS)
    return found


def half_lines(page: Page) -> list[str]:
    """Shortened text whose last line is cut through its middle."""
    found: list[str] = page.evaluate(_HALF_LINES)
    return found


def overlaps(page: Page) -> list[str]:
    """Pairs of touch targets that lie on top of one another."""
    found: list[str] = page.evaluate(_OVERLAPS, _TARGETS)
    return found


def small_targets(page: Page, least: int = 60) -> list[str]:
    """Touch targets smaller than least × least CSS pixels."""
    found: list[str] = page.evaluate(_SMALL, [_TARGETS, least])
    return found


def hold(page: Page, name: str, *, tall: int = 44) -> None:
    """What every page of people at work keeps: nothing sticks out, axe finds nothing, what is
    pressed or typed into is so tall. The whole page is kept as var/screenshots/<name>.png.
    """
    screenshot(page, name, whole=True)
    assert overflow(page) == [], name
    assert axe(page) == [], name
    assert page.evaluate(_LOW, tall) == [], name


def small_text(page: Page, least: int = 24, least_english: int = 20) -> list[str]:
    """Visible text below `least` CSS pixels; second-language text (lang=en) has its own floor."""
    found: list[str] = page.evaluate(_SMALL_TEXT, [least, least_english])
    return found


@dataclass(frozen=True)
class Authenticator:
    """A virtual passkey device over CDP: user-verifying, present until it is taken away."""

    session: CDPSession
    id: str

    def add(self, credential: bytes, pkcs8: bytes, rp_id: str, user: bytes = b"user") -> None:
        """Put a credential with a P-256 private key (PKCS #8 DER) on the device."""
        self.session.send(
            "WebAuthn.addCredential",
            {
                "authenticatorId": self.id,
                "credential": {
                    "credentialId": _text(credential),
                    "isResidentCredential": True,
                    "rpId": rp_id,
                    "privateKey": _text(pkcs8),
                    "userHandle": _text(user),
                    "signCount": 0,
                },
            },
        )

    def verifies(self, *, user: bool) -> None:
        """Whether the device will say that it verified the user."""
        self.session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": user}
        )

    def away(self) -> None:
        """Take it away, with all that it holds."""
        self.session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.id})


def authenticator(page: Page, transport: str = "internal") -> Authenticator:
    """Give the page a virtual passkey device."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": transport,
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Authenticator(session, made["authenticatorId"])


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


_OVERFLOW = """() => {
  const name = e => e.tagName + '.' + e.className + ' ' + e.textContent.trim().slice(0, 30);
  const out = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) out.push('page ' + wide);
  for (const e of document.querySelectorAll('body *')) {
    if (!e.checkVisibility() || e.closest('svg') || e.closest('.hidden')) continue;
    const box = e.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.left < -1) out.push(name(e));
    const style = getComputedStyle(e);
    const ellipsis = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
    const clips = style.overflowX !== 'visible' || style.overflowY === 'hidden';
    const cut = e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1;
    if (clips && !ellipsis && e.tagName !== 'INPUT' && style.overflowX !== 'auto' && cut)
      out.push('cut ' + name(e));
  }
  return out;
}"""

_SPILLS = """() => {
  const out = [];
  for (const e of document.querySelectorAll('main, main *')) {
    const style = getComputedStyle(e);
    const inline = ['inline', 'contents'].includes(style.display);
    if (!e.checkVisibility() || inline || e.tagName === 'INPUT' || e.closest('svg, .hidden'))
      continue;
    const squeezed = e.clientHeight < parseFloat(style.lineHeight) - 1;
    const over = e.scrollHeight > e.clientHeight + 10 || e.scrollWidth > e.clientWidth + 10;
    if (over && (style.overflow === 'visible' || squeezed))
      out.push(`spills ${e.tagName}.${e.className} ${e.clientWidth}×${e.clientHeight}`);
  }
  return out;
}"""

_HALF_LINES = """() => [...document.querySelectorAll('main *')].filter(e => {
  const style = getComputedStyle(e), line = parseFloat(style.lineHeight);
  if (!e.checkVisibility() || style.webkitLineClamp === 'none' || !line) return false;
  const rest = e.clientHeight % line;
  return Math.min(rest, line - rest) > 3;
}).map(e => `half a line ${e.tagName}.${e.className} ${e.clientHeight}`)"""

_OVERLAPS = """targets => {
  const all = [...document.querySelectorAll(targets)].filter(e => e.checkVisibility());
  const boxes = all.map(e => e.getBoundingClientRect());
  const name = e => e.id || e.textContent.trim();
  const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const out = [];
  for (let i = 0; i < all.length; i++) for (let j = i + 1; j < all.length; j++) {
    if (all[i].contains(all[j]) || all[j].contains(all[i])) continue;
    if (over(boxes[i], boxes[j])) out.push(name(all[i]) + ' / ' + name(all[j]));
  }
  return out;
}"""

_SMALL = """([targets, least]) => [...document.querySelectorAll(targets)]
  .filter(e => e.checkVisibility())
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least)
  .map(([e, box]) => [e.id || e.textContent.trim(), Math.round(box.width), Math.round(box.height)]
    .join(' '))"""

_LOW = """least => [...document.querySelectorAll(
    'button, .button, select, textarea, summary, nav a, input:not([type=hidden])')]
  .filter(e => e.checkVisibility() && !['checkbox', 'radio'].includes(e.type))
  .filter(e => e.getBoundingClientRect().height < least - .5)
  .map(e => e.tagName + ' ' + (e.id || e.textContent.trim().slice(0, 30)))"""

_SMALL_TEXT = """([least, english]) => {
  const out = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), e = walker.currentNode.parentElement;
    if (!text || !e.checkVisibility() || e.closest('svg') || e.closest('.hidden')) continue;
    const size = parseFloat(getComputedStyle(e).fontSize);
    const floor = /[\\u4e00-\\u9fff]/.test(text) ? least : english;
    if (size < floor) out.push(size + ' ' + text.slice(0, 30));
  }
  return out;
}"""
