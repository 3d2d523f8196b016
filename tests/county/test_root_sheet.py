"""The printed sheet of the county root, as it comes out of a browser."""

import os
from pathlib import Path

import cv2
import pytest

from county import root_sheet
from county.ceremony import new_root, sign_root
from tests.support import browser as browsers
from tests.support.browser import DESK, axe, screenshot
from tests.support.contents import NOW, YEAR
from tests.support.township import Keys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_scanner_reads_the_hash_off_the_sheet(tmp_path: Path) -> None:
    keys = Keys.generate()
    root = new_root(keys.keyholders(), expires_ms=NOW + YEAR)
    for holder in keys.holders[:2]:
        root = sign_root(root, holder)
    made = root_sheet.made_of(root)
    (tmp_path / "root.html").write_bytes(made[root_sheet.SHEET])
    with browsers.chromium() as chromium, chromium.page(DESK) as page:
        page.goto((tmp_path / "root.html").as_uri())
        picture = cv2.imread(os.fspath(screenshot(page, "root-sheet")))
        assert not axe(page)
    assert picture is not None
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(picture)
    assert text == made[root_sheet.HASH].decode().strip().upper()
