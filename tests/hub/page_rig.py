"""A Django site inside a real browser: its answers are asked for first, then served by the browser.

Calls Django's test client and Playwright. No port, no thread: the browser sees the hub's own
headers and bytes at the addresses that a test has asked for.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, Route

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


def serve(page: Page, answers: Answers) -> None:
    """Let the page find these answers at every host, and nothing else anywhere."""

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        whole = f"{asked.path}?{asked.query}"
        path = whole if whole in answers else asked.path
        headers, body = answers.get(path, ({}, b""))
        route.fulfill(status=200 if path in answers else 404, headers=headers, body=body)

    page.route("**/*", answer)
