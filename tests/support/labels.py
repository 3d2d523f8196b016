"""A depot's printed labels, read off a picture of the paper as a scanner does.

Calls `tests.support.browser` and OpenCV.
"""

from pathlib import Path

import cv2
import numpy as np

from tests.support import browser as browsers

A4 = (794, 1123)
"""CSS pixels."""
_CUT = """() => [...document.querySelectorAll('.label')].filter(
    e => e.scrollHeight > e.clientHeight || e.scrollWidth > e.clientWidth).length"""


def read(folder: Path, *, most: int = 1000, picture: str = "") -> list[str]:
    """What the first codes say; AssertionError where a label is cut or the paper does not fit."""
    with browsers.chromium() as browser, browser.page(A4) as page:
        page.goto((folder / "labels.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= A4[0]
        assert page.evaluate(_CUT) == 0
        printed = page.pdf(prefer_css_page_size=True, print_background=True)
        assert printed.count(b"/Type /Page\n") == page.locator(".sheet").count()
        page.evaluate("document.body.style.zoom = 2")
        if picture:
            path = browsers.SCREENSHOTS / f"{picture}.png"
            page.locator(".sheet").first.screenshot(path=path)
        return [_decoded(one.screenshot()) for one in page.locator(".label").all()[:most]]


def _decoded(png: bytes) -> str:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return str(cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0])
