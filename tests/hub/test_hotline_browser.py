"""The hotline's pages in a real browser, on a phone, in both sizes of letters, without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django
from django.test import Client
from playwright.sync_api import Page
from pytest_django.fixtures import Settings

from tests.hub import papers
from tests.hub.hotline_rig import BOTH, VOICE, Reporter, newest, prepare, staff, upload
from tests.hub.page_rig import Answers, ask, look, serve
from tests.support import browser
from tests.support.browser import PHONE, axe, overflow, small_targets, small_text
from tests.support.township import Township

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(databases=BOTH),
]
STYLES = ("site/site.css", "hotline/hotline.css")
SITE = """
[hotline]
origin = "http://hotline.localhost"
county_name = "示例县纪委监委"
county_address = "示例县城示例路 1 号信访室"
township_address = "示例镇示例街 2 号监察站"

[hotline.telephones]
"镇监察站" = "0570 1234567"
"""


def at(url: str, client: Client, verb: str, path: str, fields: dict[str, Any]) -> Any:
    django.ROOT_URLCONF, before = url, django.ROOT_URLCONF
    try:
        return getattr(client, verb)(path, fields)
    finally:
        django.ROOT_URLCONF = before


@pytest.fixture
def pages(township: Township, settings: Settings, tmp_path: Path) -> Answers:
    """What the hotline answers on a report's whole way, each under a path of its own."""
    with (tmp_path / "hub.toml").open("a") as toml:
        toml.write(SITE)
    prepare(tmp_path)
    reporter = Reporter(settings)
    code = reporter.report(
        who="named",
        name="林小满",
        files=[upload(papers.located(), "a.jpg"), upload(VOICE, "b.amr")],
    )
    number = newest().pk
    for what, words in (
        ("accepted", "属于受理范围。"),
        ("forwarded", "转镇经管站核对账目。"),
        ("closed", "账目已核对。"),
        ("answered", "查实多付工程款 3,000 元，已退回村账户，公开栏已公示。"),
    ):
        staff("ren").post(f"/hotline/{number}/act", {"what": what, "words": words})
    reporter.report(about=f"stamp:{'ab' * 32}")
    form = reporter.form()
    said = {
        "/index": reporter.get(f"/?about=stamp:{'ab' * 32}"),
        "/index-wrong": reporter.get("/report/", 400),
        "/report": reporter.get("/report/?concern=head&village=sunrise"),
        "/report-wrong": reporter.post("/report/", {**form, "words": "", "who": "named"}, 400),
        "/receipt": reporter.post("/report/", form),
        "/kept": reporter.post("/typed/", {"shown": code, "code": code}),
        "/look": reporter.get("/look/"),
        "/look-wrong": reporter.look("123", 404),
        "/told": reporter.look(code),
        "/county": reporter.get("/report/?concern=inspection"),
        "/sheet": reporter.get("/sheet/"),
        "/opened": reporter.get("/opened/"),
    }
    answers: Answers = {
        path: ({"Content-Type": "text/html; charset=utf-8"}, text.encode())
        for path, text in said.items()
    }
    return {**answers, **ask(Client(), (), STYLES)}


@pytest.fixture
def desk(pages: Answers) -> Answers:
    """The staff's pages about the same reports."""
    number = newest().pk - 2
    asked = staff("ren").post(f"/hotline/{number}/ask", {"reason": "要当面核实"})
    styles = ("hub/hub.css", "records/records.css")
    inspector, superior = staff("ren"), staff("gui")
    found = ask(inspector, ("/hotline/", f"/hotline/{number}/", f"/hotline/{number + 1}/"), styles)
    photo = re.search(r'src="(/hotline/\d+/photos/\d+)"', found[f"/hotline/{number}/"][1].decode())
    assert photo is not None
    found |= ask(inspector, (photo[1],), ())
    found |= ask(superior, ("/hotline/openings/",), ())
    found["/asked"] = (dict(asked.items()), asked.content)
    return found


@pytest.fixture
def chromium(pages: Answers) -> Iterator[browser.Browser]:
    """Begins once the database was asked everything: an event loop runs from then on."""
    with browser.chromium() as made:
        yield made


@pytest.mark.parametrize("big", [False, True], ids=["24", "40"])
def test_villagers_can_use_every_page_without_scripts(
    pages: Answers, chromium: browser.Browser, big: bool
) -> None:
    with chromium.page(PHONE) as page:
        serve(page, pages)
        for path in (one for one in pages if not one.startswith("/static/")):
            page.goto(f"http://hotline.localhost{path}")
            if big:
                page.locator("label.big").click()
            page.screenshot(
                path=browser.SCREENSHOTS
                / f"hotline{path.replace('/', '-')}-{40 if big else 24}.png",
                full_page=True,
            )
            assert overflow(page) == [], path
            assert axe(page) == [], path
            assert small_text(page, 20, 20) == [], path
            assert targets(page) == [], path


def targets(page: Page) -> list[str]:
    """Too small to be hit; a choice is hit by its whole line."""
    return [one for one in small_targets(page) if not re.match(r"(\w* ?32 32|big 1 1| ?1 1)", one)]


def test_the_inspectors_pages_hold(desk: Answers) -> None:
    paths = [one for one in desk if not one.startswith("/static/") and "/photos/" not in one]
    look(desk, {str(n): path for n, path in enumerate(paths)}, "desk")
