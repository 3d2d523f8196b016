"""From the township's page of a stamp to the county's answer, in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client
from playwright.sync_api import Page
from pytest_django.fixtures import Settings

from hub.config import FILE, Origins
from hub.init import toml
from hub.log.sequencer import Sequencer
from tests.county.verify_rig import NUMBER, Rig, answered, rig
from tests.hub import public_rig as hub
from tests.hub import site_rig
from tests.hub.journal_rig import Journal, Written
from tests.hub.page_rig import Answers, ask, serve
from tests.support import browser as browsers
from tests.support.browser import PHONE, Browser, axe, overflow, screenshot
from tests.support.sealed_log import KEY, NAME

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.django_db]
TABLET = (1024, 768)


@pytest.fixture
def house(journal: Journal, tmp_path: Path) -> Iterator[Rig]:
    with rig(tmp_path, journal) as made:
        yield made


@pytest.fixture
def stamped(journal: Journal, house: Rig, settings: Settings, tmp_path: Path) -> Written:
    """A stamp in the log of a hub of that county."""
    settings.ROOT_URLCONF = "hub.urls_public"
    settings.STATE = tmp_path
    origins = Origins("http://hub.localhost", "http://public.localhost", house.county)
    (tmp_path / FILE).write_text(toml(origins, township=NUMBER), "utf-8")
    pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "log.pem").write_bytes(pem)
    hub.township(journal)
    made = journal.stamp(b"g" * 32)
    hub.store(journal.written)
    config: Any = SimpleNamespace(state=tmp_path, log_name=NAME, log_key=tmp_path / "log.pem")
    with Sequencer.open(config) as sequencer:
        sequencer.append([one.envelope for one in journal.written])
    site_rig.site().build()
    return made


@pytest.fixture
def answers(stamped: Written, house: Rig) -> Answers:
    """The township's pages in the browser, and its proof file where the county's page asks."""
    path = f"/s/{stamped.hash.hex()}/"
    said = ask(Client(), (path, f"{path}qr.svg", f"{path}proof.txt"), site_rig.SHARED)
    house.publish(stamped, said[f"{path}proof.txt"][1])
    return said


@pytest.fixture
def chromium(answers: Answers) -> Iterator[Browser]:
    with browsers.chromium() as made:
        yield made


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["360", "1024"])
def test_the_township_sends_people_to_the_county(
    chromium: Browser, answers: Answers, stamped: Written, size: tuple[int, int]
) -> None:
    with chromium.page(size) as page:
        serve(page, answers)
        page.goto(f"http://public.localhost/s/{stamped.hash.hex()}/")
        assert overflow(page) == []
        assert axe(page) == []
        assert browsers.small_text(page, 20, 20) == []
        screenshot(page, f"stamp-{size[0]}")
        browsers.screenshot(page, f"stamp-{size[0]}-full", whole=True)
        page.emulate_media(media="print")
        assert not page.get_by_text("本页是镇里的").is_visible()
        assert page.locator(".big-number").is_visible()
        browsers.screenshot(page, f"stamp-{size[0]}-print", whole=True)


def test_what_the_camera_reads_is_verified_by_the_county(
    chromium: Browser, answers: Answers, stamped: Written, house: Rig
) -> None:
    with chromium.page(PHONE) as page:
        serve(page, answers)
        page.goto(f"http://public.localhost/s/{stamped.hash.hex()}/")
        scanned = _scanned(page)
        number = page.locator(".big-number").inner_text()
        assert scanned == page.locator("a.go").get_attribute("href")
    with chromium.page(PHONE) as page:
        house.open(page, scanned)
        assert "真实" in page.locator("#answer .verdict h2").inner_text()
        assert "居住证明" in page.inner_text("#answer")
    with chromium.page(PHONE) as page:
        page.goto(f"{house.county}/verify/")
        page.fill("#number", number)
        page.keyboard.press("Enter")
        answered(page)
        assert "真实" in page.locator("#answer .verdict h2").inner_text()


def _scanned(page: Page) -> str:
    code = page.locator(".code img")
    code.scroll_into_view_if_needed()
    image = cv2.imdecode(np.frombuffer(code.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return str(cv2.QRCodeDetector().detectAndDecode(image)[0])
