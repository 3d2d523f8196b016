"""The inspectors' pages in a real browser, on a phone and on a desk, with the hub's own headers."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Route
from pytest_django.fixtures import Settings

from demo.authenticator import Authenticator
from hub.alarms import act, ledger, process
from hub.alarms.limits import HOUR_MS, read
from hub.alarms.models import Alarm
from hub.applications.models import Filed
from hub.blobs import store as blobs
from hub.cases import act as cases
from hub.checks import act as checks
from hub.checks.models import CheckSignature
from hub.checks.rules import Found, SealFound
from hub.clock import now_ms
from hub.devices import authority
from hub.ingest.models import Conflict, Record
from hub.people.login import add_login_key
from hub.reading.models import Reading
from hub.records.models import Review
from tests.hub import public_rig as hub
from tests.hub.alarm_rig import approve
from tests.hub.journal_rig import COUNTERS, Journal, Written
from tests.hub.page_rig import Answers, ask, serve, walk
from tests.support import browser as browsers
from tests.support.browser import PHONE, hold
from tests.support.contents import DEVICE, NOW

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db,
]


SHORT = 110
"""Pixels of the head: a row with the name, one with three links and a button."""


@pytest.fixture
def written(settings: Settings, tmp_path: Path) -> Written:
    """The stamp of a journal that also holds an alarm, a refusal and a disputed entry."""
    hub.staff_site(settings, tmp_path)
    journal = Journal()
    township = hub.township(journal)
    grant = township.grant(township.application(title="居住证明(给学校)"))
    hub.publish(township, [grant])
    journal.write("alarm", alarm="case_opened", detail="", **COUNTERS)
    journal.write(
        "refused", code="item_forbidden", action="choose", grant=None, operator="wu", detail=""
    )
    journal.write("demanded", item="kinship", demander="某银行县城支行", operator=None)
    declared = hub.declare(journal, b"e" * 32)
    Review.objects.create(
        entry_hash=declared.hash,
        person="another",
        verdict="irregular",
        words="登记本与照片不符，已约谈",
        made_ms=NOW,
    )
    photo = blobs.put(_photo(), "photo", DEVICE)
    filed = approve(township, impressions=2, pages=(photo,))
    journal.authorise(bytes(filed.subject.hash), before=photo, unlatches=1, presses=1)
    seq, counters = len(journal.written), {"unlatches": 2, "presses": 3}
    journal.write(
        "stamped", authorised=seq, grant=bytes(filed.subject.hash), after=photo,
        findings=["new_impression", "impression:1"], **counters,
    )  # fmt: skip
    journal.write("relocked", authorised=seq, **counters)
    stamped = journal.stamp(grant.id, before=photo)
    hub.store(journal.written)
    Reading.objects.create(
        entry_hash=journal.written[seq - 1].hash,
        photo=photo,
        word="differs",
        differences=[
            [
                "租金〔1,000〕元，租期三年，自签字之日起算",
                "租金〔9,000〕元，租期三年，自签字之日起算",
            ]
        ],
        read_ms=NOW,
    )
    rival = Journal(signer=journal.signer).authorise(grant.id)
    Conflict.objects.create(
        device=DEVICE, seq=1, envelope=rival.envelope, reason="fork", received_ms=NOW
    )
    process.arrived(read({}), now_ms() - 30 * HOUR_MS)
    ledger.escalate(read({}), now_ms())
    act.settle(
        Alarm.objects.get(rule="text_differs"), "another", "irregular", "金额被改，已立案", NOW
    )
    return stamped


@pytest.fixture
def emergency(written: Written) -> str:
    """The page of the emergency that one inspector has reviewed."""
    return f"/records/{bytes(Record.objects.get(kind='emergency').entry_hash).hex()}/"


@pytest.fixture
def pages(written: Written, emergency: str) -> dict[str, str]:
    """Name → address of what is looked at."""
    grant = bytes(Filed.objects.get().subject.hash).hex()
    now = now_ms()
    stamp = Record.objects.get(entry_hash=written.hash)
    case = cases.open_with("晨光村 11 月 2 日多盖一次", stamp, "ren", now)
    cases.add(case, Alarm.objects.get(rule="count_mismatch", told__pressed=2), "ren", now)
    cases.add_words(case, "statement", "戊五辉，盖印员", "当天停电。\n手按了两次。", "ren", now)
    ended = cases.open_case("查过的一件", "ren", now)
    cases.end(ended, "unfounded", "与登记本一致", "ren", now)
    seen = Found({"seal-committee": SealFound("missing", "X9")}, 1, 2, "登-001", 3, "封条完好")
    check = checks.keep(authority.machines()[DEVICE], seen, "ren", "bing", now)
    alarms = {one.rule: f"/alarms/{one.pk}/" for one in Alarm.objects.all()}
    return {
        "list": "/records/",
        "demands": "/records/demands/",
        "detail": f"/records/{written.hash.hex()}/",
        "review": emergency,
        "story": f"/records/stamps/{grant}/",
        "alarms": "/alarms/",
        "alarm": alarms["count_mismatch"],
        "alarm-conflict": alarms["conflict"],
        "alarm-settled": alarms["text_differs"],
        "daily": "/daily/",
        "cases": "/cases/",
        "case": f"/cases/{case.pk}/",
        "case-ended": f"/cases/{ended.pk}/",
        "gather": f"/cases/gather?record={emergency.split('/')[2]}",
        "checks": "/checks/",
        "check-new": f"/checks/new/{DEVICE}",
        "check": f"/checks/{check.pk}/",
        "figures": "/daily/figures/",
    }


@pytest.fixture
def answers(pages: dict[str, str]) -> Answers:
    client = Client()
    hub.sign_in(client, "ren")
    photo = blobs.put(_photo(), "photo", DEVICE).hex()
    photos = [f"/records/photos/{photo}", f"{pages['alarm']}photos/{photo}"]
    styles = ["hub/hub.css", "records/records.css"]
    return ask(client, [*pages.values(), *photos], styles)


def test_inspectors_can_read_it(answers: Answers, pages: dict[str, str]) -> None:
    for page in walk(answers, pages, "records"):
        page.goto("http://hub.localhost/records/")
        alert = page.get_by_role("alert")
        assert alert.evaluate("box => getComputedStyle(box).borderColor") == "rgb(166, 27, 27)"
        assert alert.bounding_box() is not None
        photo = page.get_by_alt_text("盖前照片").first
        photo.scroll_into_view_if_needed()
        photo.evaluate("image => image.decode()")
        page.goto(f"http://hub.localhost{pages['detail']}")
        assert page.evaluate(_NARROW) == []


def test_the_menu_is_short_and_opens_by_keyboard(answers: Answers) -> None:
    for page in walk(answers, {"figures": "/daily/figures/"}, "menu"):
        assert page.locator(".top").bounding_box()["height"] < SHORT  # type: ignore[index]
        page.get_by_text("更多").focus()
        page.keyboard.press("Enter")
        hold(page, f"menu-open-{page.viewport_size['width']}")  # type: ignore[index]
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "事项清单"
        page.get_by_role("link", name="每日必看", exact=True).press("Enter")
        page.wait_for_url("**/daily/")


def test_checker_and_witness_sign_on_one_device(pages: dict[str, str], answers: Answers) -> None:
    client = Client()
    hub.sign_in(client, "ren")
    said: dict[str, Any] = {}
    keys = {person: Authenticator().create("hub.localhost") for person in ("bing", "ren")}
    for person, key in keys.items():
        add_login_key(person, key.id, key.public_key)
    asked = {
        person: client.post(
            f"{pages['check']}options", {"person": person}, content_type="application/json"
        ).content
        for person in keys
    }
    for script in ("hub/passkeys.js", "checks/sign.js"):
        data = (settings.BASE_DIR / "static" / script).read_bytes()
        answers[f"/static/{script}"] = ({"Content-Type": "text/javascript"}, data)

    def options(route: Route) -> None:
        route.fulfill(status=200, body=asked[_posted(route)["person"]])

    def sign(route: Route) -> None:
        fields = _posted(route)
        said[fields["person"]] = fields
        route.fulfill(status=200, body="{}")

    with browsers.chromium() as made, made.page(PHONE) as page:
        serve(page, answers)
        page.route("**/options", options)
        page.route("**/sign", sign)
        page.goto(f"http://hub.localhost{pages['check']}")
        device = browsers.authenticator(page)
        for person, role in (("bing", "见证人"), ("ren", "检查人")):
            device.add(keys[person].id, keys[person].pkcs8, "hub.localhost", person.encode())
            with page.expect_navigation():
                page.get_by_role("button", name=f"{role}用自己的通行密钥签名").click()
    for fields in said.values():
        path = f"{pages['check']}sign"
        assert client.post(path, fields, content_type="application/json").status_code == 200
    assert {one.person for one in CheckSignature.objects.all()} == {"bing", "ren"}


def _posted(route: Route) -> dict[str, str]:
    fields: dict[str, str] = json.loads(route.request.post_data or "")
    return fields


# A column of single characters is what a grid inside another grid once made of the detail page.
_NARROW = """() => [...document.querySelectorAll("main dd")]
  .filter(e => e.getBoundingClientRect().width < 200).map(e => e.textContent.trim())"""


def _photo() -> bytes:
    made = BytesIO()
    Image.new("RGB", (240, 320), "#8899aa").save(made, "JPEG")
    return made.getvalue()
