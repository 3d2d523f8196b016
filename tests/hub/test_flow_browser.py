"""An application's pages on a phone: they fit, axe finds nothing, and the slip's code is read."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page
from pytest_django.fixtures import Settings

from hub.applications import absence, acts, slip
from hub.applications.absence import DAY_MS
from hub.applications.limits import HOUR_MS, Limits
from hub.approvals.models import Subject
from hub.clock import now_ms
from hub.requests.models import Request
from tests.hub import flow_rig, papers
from tests.hub.flow_rig import approved, client, filed, person, sign, take
from tests.hub.page_rig import Answers, serve
from tests.hub.test_again import OTHER, returned, send
from tests.hub.test_requests import FORM, Villager, form
from tests.support import browser as browsers
from tests.support.browser import DESK, PHONE, Browser, axe, overflow
from tests.support.township import Township

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.django_db]
SIZES = {"360": PHONE, "1440": DESK}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsers.chromium() as made:
        yield made


@pytest.fixture
def township(db: None, settings: Settings, tmp_path: Path) -> Township:
    settings.ROOT_URLCONF = "hub.urls_staff"
    settings.STATE = tmp_path
    return flow_rig.opened(tmp_path)


def staff_page(name: str, path: str, fields: Mapping[str, Any] | None = None) -> Answers:
    """What that person gets there, with its pictures and style."""
    own = client(name)
    answer = own.get(path) if fields is None else own.post(path, fields)
    return with_pictures(answer, path, own.get, "hub/hub.css")


def with_pictures(answer: Any, path: str, get: Any, style: str) -> Answers:
    said = {path: (dict(answer.items()), answer.content)}
    for source in re.findall(r'<img[^>]* src="([^"]+)"', answer.content.decode()):
        found = get(source.replace("&amp;", "&"))
        said[source.split("?")[0]] = (dict(found.items()), found.content)
    data = (configured.BASE_DIR / "static" / style).read_bytes()
    said[f"/static/{style}"] = ({"Content-Type": "text/css"}, data)
    return said


def fits(chromium: Browser, answers: Answers, name: str) -> None:
    """At each size nothing sticks out, and axe finds nothing; a picture is kept of each."""
    path = next(iter(answers))
    for width, size in SIZES.items():
        with chromium.page(size) as page:
            serve(page, answers)
            page.goto(f"http://hub.localhost{path}")
            assert overflow(page) == [], (name, width)
            assert axe(page) == [], (name, width)
            page.screenshot(path=_file(f"flow-{name}-{width}"), full_page=True)


def _file(name: str) -> Path:
    browsers.SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return browsers.SCREENSHOTS / f"{name}.png"


def test_the_inbox(chromium: Browser, township: Township, villager: Villager) -> None:
    villager.send()
    found = filed()
    acts.remind(found, "geng", Limits(remind_h=1), now_ms() + HOUR_MS)
    away("yi")
    fits(chromium, staff_page("geng", "/"), "home-clerk")
    fits(chromium, staff_page("yi", "/"), "home-director")
    fits(chromium, staff_page("gui", "/"), "home-leader")


@pytest.fixture
def villager(township: Township, settings: Settings) -> Villager:
    return Villager(settings)


def away(name: str) -> None:
    now = now_ms()
    absence.state(
        name,
        person(name),
        start_ms=now - 1,
        end_ms=now + 3 * DAY_MS,
        words="到县里开会",
        now_ms=now,
    )


def test_an_application_that_nobody_can_sign(chromium: Browser, township: Township) -> None:
    found = filed()
    away("yi")
    fits(chromium, staff_page("geng", f"/applications/{found.pk}/"), "application-stuck")
    fits(chromium, staff_page("gui", "/absences/"), "absences")
    wrong = {"person": "yi", "start": "", "end": "", "words": ""}
    fits(chromium, staff_page("yi", "/absences/", wrong), "absences-wrong")


def test_an_application_that_came_back_and_comes_again(
    chromium: Browser, township: Township
) -> None:
    old = returned(township)
    fits(chromium, staff_page("yi", f"/applications/{old}/"), "application-returned")
    address = send(OTHER, purpose="办社保", again=str(old))
    fits(chromium, staff_page("yi", address), "application-again")


def test_the_form_with_everything_wrong(chromium: Browser, township: Township) -> None:
    fields = {"title": "", "purpose": "", "impressions": "x", "phone": "call", "pages": blank()}
    answers = staff_page("geng", "/items/residence/new", fields)
    fits(chromium, answers, "form-wrong")
    with chromium.page(PHONE) as page:
        serve(page, answers)
        page.goto("http://hub.localhost/items/residence/new")
        for name in ("title", "purpose", "phone", "pages"):
            assert described(page, name)


def blank() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", papers.plain(1240, 1754, "JPEG"), "image/jpeg")


def described(page: Page, name: str) -> str:
    """What a screen reader says is wrong with that field."""
    field = page.locator(f"#{name}")
    assert field.get_attribute("aria-invalid") == "true"
    return page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()


def test_the_slips_code_is_read_by_a_scanner(chromium: Browser, township: Township) -> None:
    found = approved(township)
    answers = staff_page("geng", f"/applications/{found.pk}/slip")
    fits(chromium, answers, "slip")
    with chromium.page(PHONE) as page:
        serve(page, answers)
        page.goto(f"http://hub.localhost/applications/{found.pk}/slip")
        page.emulate_media(media="print")
        assert not page.locator(".top").is_visible()
        page.screenshot(path=_file("flow-slip-print"), full_page=True)
        assert scanned(page).lower() == slip.code(found)


def scanned(page: Page) -> str:
    image = cv2.imdecode(
        np.frombuffer(page.locator(".code img").screenshot(), np.uint8), cv2.IMREAD_COLOR
    )
    assert image is not None
    return str(cv2.QRCodeDetector().detectAndDecode(image)[0])


def test_the_inspectors_pages(chromium: Browser, township: Township) -> None:
    found = filed()
    client("wu").post(f"/applications/{found.pk}/pressed")
    fits(chromium, staff_page("ren", "/pressed/"), "pressed")
    fits(chromium, staff_page("ren", f"/applications/{found.pk}/"), "application-pressed")


def test_a_villagers_way(chromium: Browser, township: Township, villager: Villager) -> None:
    style = "public/public.css"

    def shown(answer: Any, path: str, name: str) -> None:
        fits(chromium, with_pictures(answer, path, villager.get, style), name)

    shown(villager.get("/v/sunrise/"), "/v/sunrise/", "public-village")
    shown(villager.get(FORM), FORM, "public-apply")
    shown(villager.post(FORM, form(name="", phone="x")), FORM, "public-apply-wrong")
    shown(villager.post(FORM, form()), FORM, "public-check")
    shown(villager.post(FORM, villager.check()), FORM, "public-receipt")
    code = villager.send()
    shown(villager.get("/look/"), "/look/", "public-look")
    shown(villager.post("/look/", {"code": code}), "/look/", "public-found")
    shown(villager.post("/look/", {"code": "1234"}), "/look/", "public-not-found")


def test_a_receipt_for_an_elder(chromium: Browser, township: Township) -> None:
    address = send(papers.PAPER, for_whom="何春生", phone="0577-6400000")
    assert address.endswith("/receipt")
    fits(chromium, staff_page("geng", address), "receipt")
    assert Request.objects.get().subject == Subject.objects.get()


def test_a_withdrawn_one_tells_its_story(chromium: Browser, township: Township) -> None:
    found = filed()
    take(township, found, sign(township, found, "director", "yi"))
    acts.withdraw(found, "geng", "名字写错了，要重新打印", now_ms())
    fits(chromium, staff_page("geng", f"/applications/{found.pk}/"), "application-recalled")
