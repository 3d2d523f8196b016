"""The county's pages, a browser, and a phone's page of it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.county.pages_rig import Rig, rig
from tests.support import browser as browsers
from tests.support.browser import PHONE, Browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rig(tmp_path_factory.mktemp("county")) as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsers.chromium() as made:
        yield made


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.page(PHONE) as made:
        yield made
