"""A Django site inside a real browser: its answers are asked for first, then served by the browser.

Calls Django's test client, Playwright and `tests.support.browser`. No port, no thread: the browser
sees the hub's own headers and bytes at the addresses that a test has asked for.
"""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, Route

from tests.support import browser

Answers = dict[str, tuple[dict[str, str], bytes]]
"""Path, with its query or for any, → headers and body."""


def ask(client: Client, paths: Iterable[str], styles: Iterable[str]) -> Answers:
    """What the site says at each path, and its style sheets and scripts below static/."""
    said: Answers = {}
    for path in paths:
        reply = client.get(path)
        assert reply.status_code == 200, path
        said[path] = (dict(reply.items()), reply.content)
    for style in styles:
        data = (settings.BASE_DIR / "static" / style).read_bytes()
        kind = "text/javascript" if style.endswith(".js") else "text/css"
        said[f"/static/{style}"] = ({"Content-Type": kind}, data)
    return said


def walk(answers: Answers, pages: Mapping[str, str], group: str) -> Iterator[Page]:
    """Holds each page (name → address) to what all of them keep, on a phone and on a desk; gives
    the last one of each size, for more to be looked at.
    """
    with browser.chromium() as chromium:
        for size_name, size in (("phone", browser.PHONE), ("desk", browser.DESK)):
            with chromium.page(size) as page:
                serve(page, answers)
                for name, path in pages.items():
                    page.goto(f"http://hub.localhost{path}")
                    browser.hold(page, f"{group}-{name}-{size_name}")
                yield page


def look(answers: Answers, pages: Mapping[str, str], group: str) -> None:
    """The same, and nothing more."""
    for _ in walk(answers, pages, group):
        pass


def serve(page: Page, answers: Answers) -> None:
    """Let the page find these answers at every host, and nothing else anywhere."""

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        whole = f"{asked.path}?{asked.query}"
        path = whole if whole in answers else asked.path
        headers, body = answers.get(path, ({}, b""))
        route.fulfill(status=200 if path in answers else 404, headers=headers, body=body)

    page.route("**/*", answer)
