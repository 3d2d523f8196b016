"""The public site in a real browser, out of its folder: on a phone, on a desk, from a stick."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page
from pytest_django.fixtures import Settings

from tests.hub import matters_rig, site_rig
from tests.hub import public_rig as hub
from tests.hub.journal_rig import COUNTERS, Journal
from tests.hub.site_rig import Site
from tests.support import browser as browsers
from tests.support.browser import DESK, PHONE, axe, overflow, small_targets
from tests.support.contents import DAY, NOW

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db,
]
GRANT = b"g" * 32
SEAL = "v/sunrise/seal"
PAGES = {
    "township": "index.html",
    "front": "v/sunrise/index.html",
    "seal": f"{SEAL}/index.html",
    "month": f"{SEAL}/2026-10/index.html",
    "figures": f"{SEAL}/figures.html",
    "may": f"{SEAL}/may.html",
    "may-not": f"{SEAL}/may-not.html",
    "complain": f"{SEAL}/complain.html",
    "verify": "seal/index.html",
}
FIRST_PAGE = 50 * 1024
"""Bytes that a villager's first page may load, compressed."""


@pytest.fixture
def journal() -> Journal:
    """Stamps of two months, one void, one in an emergency, and what went wrong."""
    made = Journal()
    for day in range(22):
        made.stamp(GRANT, sheet=day % 3 + 1, wall_ms=NOW - (30 - day) * DAY)
    hub.correct(made, made.stamp(GRANT).entry.seq, replacement=b"h" * 32)
    hub.declare(made, b"e" * 32)
    made.stamp(b"e" * 32)
    for returned in (True, False):
        seq = made.authorise(GRANT).entry.seq
        made.write("aborted", authorised=seq, code="busy", returned=returned, **COUNTERS)
    hub.use_outside(made)
    return made


@pytest.fixture
def site(settings: Settings, tmp_path: Path, journal: Journal) -> Site:
    settings.STATE = tmp_path
    site_rig.keys(tmp_path)
    hub.township(journal)
    with (tmp_path / "hub.toml").open("a") as toml:
        toml.write('\n[hotline]\norigin = "https://hotline.example"\n')
    return site_rig.made(journal)


@pytest.fixture
def chromium(site: Site) -> Iterator[browsers.Browser]:
    with browsers.chromium() as made:
        yield made


def looked_at(page: Page, name: str) -> None:
    """Nothing sticks out, nothing is small, axe finds nothing; a picture is kept."""
    browsers.screenshot(page, f"site-{name}", whole=True)
    assert overflow(page) == [], name
    assert browsers.small_text(page, 20, 20) == [], name
    small = [one for one in small_targets(page) if not one.startswith("big ")]
    assert small == [], "what is seen of the switch is its label"
    assert axe(page) == [], name


def test_villagers_read_all_of_it_out_of_a_folder(
    chromium: browsers.Browser, site: Site, journal: Journal
) -> None:
    stamped = next(one for one in journal.written if one.entry.kind == "stamped")
    pages = PAGES | {"stamp": f"s/{stamped.hash.hex()}/index.html"}
    for size, width in ((PHONE, "360"), (DESK, "1440")):
        with chromium.page(size) as page:
            for name, path in pages.items():
                page.goto((site.root / path).as_uri())
                looked_at(page, f"{name}-{width}")
                if size == PHONE:
                    page.locator("#big").check()
                    assert (
                        page.locator("h1").evaluate("e => getComputedStyle(e).fontSize") == "52px"
                    )
                    looked_at(page, f"{name}-{width}-big")
                    page.locator("#big").uncheck()
    with chromium.page(PHONE, javascript=False) as page:
        page.goto((site.root / PAGES["seal"]).as_uri())
        page.locator("label.big").click()
        assert page.get_by_text("已盖章").first.is_visible()
        assert page.locator("#big").is_checked()


def test_from_a_stick_the_way_leads_from_the_township_to_a_stamp(
    chromium: browsers.Browser, site: Site, tmp_path: Path
) -> None:
    """The folder was moved elsewhere, and there is no server."""
    moved = site.root.rename(tmp_path / "公开")
    with chromium.page(PHONE) as page:
        page.goto((moved / "index.html").as_uri())
        page.get_by_role("link", name="晨光村").click()
        page.locator("label.big").click()
        page.get_by_role("link", name="用印公开").click()
        assert page.locator("#big").is_checked()
        page.get_by_role("link", name="2026年10月").click()
        assert page.locator(".lines li").count() == 22
        page.get_by_role("link", name="查这次盖章的真假").last.click()
        assert "晨光村的一次盖章" in page.inner_text("h1")
        page.get_by_role("link", name="晨光村", exact=True).click()
        page.get_by_role("link", name="不该盖的事").click()
        assert "亲属关系证明" in page.inner_text(".may-not")


def test_the_first_page_is_small_with_all_that_it_loads(site: Site) -> None:
    for first in ("index.html", "v/sunrise/index.html", f"{SEAL}/index.html"):
        loaded = [first, *(f"static/{name}" for name in site_rig.SHARED), "static/hub/icon.svg"]
        loaded += ["v/sunrise/qr.svg"] if "qr.svg" in site.text(first) else []
        sizes = [len(gzip.compress((site.root / one).read_bytes(), 6)) for one in loaded]
        assert sum(sizes) <= FIRST_PAGE, first


def test_the_qr_code_leads_to_this_page(chromium: browsers.Browser, site: Site) -> None:
    with chromium.page(PHONE) as page:
        page.goto((site.root / "v/sunrise/index.html").as_uri())
        code = page.locator(".code img")
        code.scroll_into_view_if_needed()
        png = np.frombuffer(code.screenshot(), np.uint8)
        image = cv2.imdecode(png, cv2.IMREAD_COLOR)
        assert image is not None
        found, _, _ = cv2.QRCodeDetector().detectAndDecode(image)
        assert found == page.locator(".address").inner_text()
        assert found.endswith("/v/sunrise/")


def test_from_a_stick_the_way_leads_to_a_notice_its_paper_and_its_voice(
    settings: Settings, tmp_path: Path, journal: Journal
) -> None:
    hub.staff_site(settings, tmp_path)
    site_rig.keys(tmp_path)
    matters_rig.fill(hub.township(journal), tmp_path)
    site_rig.log(journal.written)
    root = matters_rig.built().root.rename(tmp_path / "公开")
    with browsers.chromium() as chromium, chromium.page(PHONE, javascript=False) as page:
        page.goto((root / "index.html").as_uri())
        page.get_by_role("link", name="晨光村").click()
        page.get_by_role("link", name="三务公开").click()
        page.get_by_role("link", name="十月回音壁").click()
        for link in [*page.get_by_role("link", name="PDF").all(), page.locator("audio")]:
            address = link.get_attribute("href") or link.get_attribute("src") or ""
            path = Path(unquote(urlsplit(page.url).path)).parent / address
            assert path.resolve().is_file(), address
    with browsers.chromium() as chromium, chromium.page(PHONE) as page:
        for name, one in _of_all_matters(root).items():
            page.goto((root / one).as_uri())
            looked_at(page, f"{name}-360")
            page.locator("#big").check()
            looked_at(page, f"{name}-360-big")
            page.locator("#big").uncheck()


def _of_all_matters(root: Path) -> dict[str, str]:
    """One page of each kind; the release is the one with paper and voice."""
    village = root / "v/sunrise"
    voice = next((village / "affairs/r").rglob("*.mp3"))
    span = min(one.name for one in (village / "affairs/time").iterdir())
    theme = min(one.name for one in (village / "services").glob("theme-*"))
    return {
        "township": "index.html",
        "front": "v/sunrise/index.html",
        "affairs": "v/sunrise/affairs/index.html",
        "affairs-class": "v/sunrise/affairs/finance/index.html",
        "affairs-span": f"v/sunrise/affairs/time/{span}/index.html",
        "release": voice.with_name("index.html").relative_to(root).as_posix(),
        "answers": "v/sunrise/answers/index.html",
        "catalogue": "affairs/catalogue/index.html",
        "relief": "v/sunrise/relief/index.html",
        "services": "v/sunrise/services/index.html",
        "services-theme": f"v/sunrise/services/{theme}",
        "services-points": "v/sunrise/services/points.html",
        "services-no-stamp": "v/sunrise/services/no-stamp.html",
    }
