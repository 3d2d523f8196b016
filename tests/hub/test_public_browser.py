"""The public pages in a real browser, on a phone and on a desk, with the hub's own headers."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.hub import public_rig as hub
from tests.hub.journal_rig import COUNTERS, Journal
from tests.hub.page_rig import Answers, ask, serve
from tests.support import browser as browsers
from tests.support.browser import DESK, PHONE, axe, overflow, screenshot
from tests.support.contents import DAY, NOW

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db,
]
GRANT = b"g" * 32
PATHS = ("/", "/v/sunrise/", "/v/sunrise/qr.svg")


@pytest.fixture
def answers(settings: Settings, tmp_path: Path) -> Answers:
    """What the public site says at each address of PATHS, and its style sheet."""
    settings.ROOT_URLCONF = "hub.urls_public"
    settings.STATE = tmp_path
    hub.write_config(tmp_path)
    journal = Journal()
    hub.township(journal)
    for day in range(22):
        journal.stamp(GRANT, sheet=day % 3 + 1, wall_ms=NOW - (30 - day) * DAY)
    for returned in (True, False):
        seq = journal.authorise(GRANT).entry.seq
        journal.write("aborted", authorised=seq, code="busy", returned=returned, **COUNTERS)
    hub.store(journal.written)
    return ask(Client(), PATHS, ["public/public.css"])


@pytest.fixture
def pages(answers: Answers) -> Iterator[browsers.Browser]:
    with browsers.chromium() as chromium:
        yield chromium


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1440"])
def test_villagers_can_read_it_without_scripts(
    pages: browsers.Browser,
    answers: Answers,
    size: tuple[int, int],
) -> None:
    with pages.page(size) as page:
        serve(page, answers)
        for name, path in (("index", "/"), ("village", "/v/sunrise/")):
            page.goto(f"http://public.localhost{path}")
            assert page.locator("script").count() == 0
            assert overflow(page) == []
            assert axe(page) == []
            screenshot(page, f"public-{name}-{size[0]}")
        assert page.locator(".lines li").count() == 20
        assert browsers.small_text(page, 20, 16) == []
        page.screenshot(path=browsers.SCREENSHOTS / f"public-{size[0]}-full.png", full_page=True)
    with pages.page(size, javascript=False) as page:
        serve(page, answers)
        page.goto("http://public.localhost/v/sunrise/")
        assert page.get_by_text("已盖章").first.is_visible()


def test_the_qr_code_leads_to_this_page(pages: browsers.Browser, answers: Answers) -> None:
    with pages.page(PHONE) as page:
        serve(page, answers)
        page.goto("http://public.localhost/v/sunrise/")
        code = page.locator(".code img")
        code.scroll_into_view_if_needed()
        png = np.frombuffer(code.screenshot(), np.uint8)
        image = cv2.imdecode(png, cv2.IMREAD_COLOR)
        assert image is not None
        found, _, _ = cv2.QRCodeDetector().detectAndDecode(image)
        assert found == page.locator(".address").inner_text()
        assert found.endswith("/v/sunrise/")
