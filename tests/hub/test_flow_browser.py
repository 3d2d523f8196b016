"""An application's pages on a phone: they fit, axe finds nothing, and the slip's code is read."""

import re
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page
from pytest_django.fixtures import Settings

from hub.applications import acts, slip
from hub.applications.limits import HOUR_MS, Limits
from hub.clock import now_ms
from hub.days import today
from hub.duty import plan
from tests.hub import papers
from tests.hub import public_rig as hub
from tests.hub.flow_rig import approved, client, filed, person
from tests.hub.journal_rig import Journal
from tests.hub.page_rig import Answers, serve
from tests.hub.test_again import OTHER, returned, send
from tests.hub.test_requests import FORM, Villager, form
from tests.support import browser as browsers
from tests.support.browser import DESK, PHONE, hold, overflow
from tests.support.township import Township

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.django_db]
SIZES = {"360": PHONE, "1440": DESK}


def staff_page(name: str, path: str, fields: Mapping[str, Any] | None = None) -> Answers:
    """What that person gets there, with its pictures and style."""
    own = client(name)
    answer = own.get(path) if fields is None else own.post(path, fields)
    return with_pictures(answer, path, own.get)


def with_pictures(answer: Any, path: str, get: Any) -> Answers:
    said = {path: (dict(answer.items()), answer.content)}
    for source in re.findall(r'<img[^>]* src="([^"]+)"', answer.content.decode()):
        found = get(source.replace("&amp;", "&"))
        said[source.split("?")[0]] = (dict(found.items()), found.content)
    for style in re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', answer.content.decode()):
        data = (configured.BASE_DIR / "static" / style).read_bytes()
        kind = "text/javascript" if style.endswith(".js") else "text/css"
        said[f"/static/{style}"] = ({"Content-Type": kind}, data)
    return said


def look(pages: Mapping[str, Answers], *, switch: bool = False) -> None:
    """At each size nothing sticks out, and axe finds nothing; a picture is kept of each. Pages with
    the switch are looked at with large letters, too.
    """
    with browsers.chromium() as chromium:
        for width, size in SIZES.items():
            with chromium.page(size) as page:
                for name, answers in pages.items():
                    page.unroute_all()
                    serve(page, answers)
                    page.goto(f"http://hub.localhost{next(iter(answers))}")
                    hold(page, f"flow-{name}-{width}")
                    if switch and size == PHONE:
                        page.locator("label.big").click()
                        browsers.screenshot(page, f"flow-{name}-{width}-big", whole=True)
                        assert overflow(page) == [], (name, "big")


@pytest.fixture
def villager(township: Township, settings: Settings) -> Villager:
    return Villager(settings)


def test_what_staff_see_of_an_applications_way(township: Township, villager: Villager) -> None:
    villager.send()
    old = returned(township)
    pages = {"application-returned": staff_page("yi", f"/applications/{old}/")}
    again = send(OTHER, purpose="办社保", again=str(old))
    pages["application-again"] = staff_page("yi", again)
    receipt = send(papers.PAPER, for_whom="何春生", phone="0577-6400000")
    pages["receipt"] = staff_page("geng", receipt)
    pages["form-wrong"] = staff_page("geng", "/items/residence/new", wrong())
    found = filed()
    path = f"/applications/{found.pk}/"
    client("wu").post(f"{path}pressed")
    pages["pressed"] = staff_page("ren", "/pressed/")
    pages["application-pressed"] = staff_page("ren", path)
    acts.remind(found, "geng", Limits(remind_h=1), now_ms() + HOUR_MS)
    plan.say_away("yi", today(now_ms()), today(now_ms()), person("yi"), now_ms())
    pages["application-stuck"] = staff_page("geng", path)
    names = {"clerk": "geng", "director": "yi", "leader": "gui"}
    pages |= {f"home-{role}": staff_page(name, "/") for role, name in names.items()}
    acts.withdraw(found, person("geng"), "名字写错了，要重新打印", now_ms())
    pages["application-recalled"] = staff_page("geng", path)
    look(pages)


def test_what_staff_see_beside_an_applications_way(township: Township, journal: Journal) -> None:
    found = approved(township)
    void = journal.stamp(bytes(found.hash), wall_ms=now_ms())
    hub.store(journal.written)
    path = f"/corrections/new/{void.hash.hex()}"
    pages = {
        "refused": staff_page("geng", "/records/"),
        "form-check": staff_page("geng", "/items/residence/new", complete()),
        "correction-new": staff_page("geng", path),
        "correction-wrong": staff_page("geng", path, {"reason": "", "replacement": "x"}),
    }
    proposed = client("geng").post(path, {"state": "lost", "reason": "姓名写错"})["Location"]
    pages |= {f"correction-{name}": staff_page(name, proposed) for name in ("geng", "yi")}
    client("ren").get("/records/?kind=stamped")
    pages["searches"] = staff_page("gui", "/searches/")
    look(pages)


def complete() -> dict[str, Any]:
    """A form with everything right."""
    page = SimpleUploadedFile("page.png", papers.PAPER, "image/png")
    return {
        "title": "居住证明",
        "purpose": "子女入学",
        "seal": "seal-committee",
        "impressions": "1",
        "seams": "0",
        "operators": ["wu"],
        "pages": page,
    }


def wrong() -> dict[str, Any]:
    """A form with everything wrong."""
    blank = SimpleUploadedFile("a.jpg", papers.plain(1240, 1754, "JPEG"), "image/jpeg")
    return {"title": "", "purpose": "", "impressions": "x", "phone": "call", "pages": blank}


def test_the_slips_code_is_read_by_a_scanner(township: Township) -> None:
    found = approved(township)
    path, code = f"/applications/{found.pk}/slip", slip.code(found)
    answers = staff_page("geng", path)
    look({"slip": answers})
    with browsers.chromium() as chromium, chromium.page(PHONE) as page:
        serve(page, answers)
        page.goto(f"http://hub.localhost{path}")
        page.emulate_media(media="print")
        assert not page.locator(".top").is_visible()
        browsers.screenshot(page, "flow-slip-print", whole=True)
        assert scanned(page).lower() == code


def test_what_a_villager_sees(township: Township, villager: Villager) -> None:
    def shown(answer: Any, path: str) -> Answers:
        return with_pictures(answer, path, villager.get)

    code = villager.send()
    look(
        {
            "public-apply": shown(villager.get(FORM), FORM),
            "public-apply-wrong": shown(villager.post(FORM, form(name="", phone="x")), FORM),
            "public-check": shown(villager.post(FORM, form()), FORM),
            "public-receipt": shown(villager.post(FORM, villager.check()), FORM),
            "public-look": shown(villager.get("/look/"), "/look/"),
            "public-found": shown(villager.post("/look/", {"code": code}), "/look/"),
            "public-not-found": shown(villager.post("/look/", {"code": "1234"}), "/look/"),
        },
        switch=True,
    )


def scanned(page: Page) -> str:
    image = cv2.imdecode(
        np.frombuffer(page.locator(".code img").screenshot(), np.uint8), cv2.IMREAD_COLOR
    )
    assert image is not None
    return str(cv2.QRCodeDetector().detectAndDecode(image)[0])
