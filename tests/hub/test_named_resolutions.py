"""Applications that name a resolution of the register: chosen, shown to approvers, refused."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from hub.applications import file
from hub.blobs import store
from hub.clock import now_ms
from hub.devices import authority
from hub.people.roster import find
from hub.registers.five import DECIDING
from hub.registers.naming import text as named
from tests.hub import public_rig as hub
from tests.hub.flow_rig import client
from tests.hub.journal_rig import Journal
from tests.hub.page_rig import ask, walk
from tests.hub.papers import PAPER
from tests.hub.test_resolutions import PAGE, at, decided, settled
from tests.hub.test_staff_rules import draft, filed
from tests.support.contents import catalogue
from tests.support.township import Township

pytestmark = pytest.mark.django_db


@pytest.fixture
def demanding(settings: Settings, tmp_path: Path) -> Township:
    """The residence item demands a resolution."""
    settings.STATE = tmp_path
    hub.write_config(tmp_path)
    made = hub.township(Journal())
    items = {**catalogue().items}
    items["residence"] = replace(items["residence"], resolution=True)
    changed = made.change(catalogue=replace(catalogue(), version=2, items=items))
    authority.import_package(changed.package, root_sha256=sha256(made.roots[0]).digest())
    return changed


def asked(**other: Any) -> dict[str, Any]:
    return {
        "title": "装修合同", "purpose": "签合同", "impressions": "1", "seams": "0",
        "seal": "seal-committee", "operators": "wu",
        "pages": SimpleUploadedFile("paper.png", PAPER, "image/png"), **other,
    }  # fmt: skip


def test_an_application_names_one_and_its_approvers_see_the_minutes(demanding: Township) -> None:
    row, clerk = settled(), client("geng")
    page = clerk.get("/items/residence/new").content.decode()
    assert f"决议{row.pk}号 村文化礼堂装修工程" in page
    answer = clerk.post("/items/residence/new", asked(register=str(row.pk))).content.decode()
    assert "请核对，然后提交" in answer
    kept = answer.split('name="page" value="')[1].split('"')[0]
    name = answer.split('name="resolution" value="')[1].split('"')[0]
    filed = clerk.post(
        "/items/residence/new",
        asked(register=str(row.pk), resolution=name, pages="", page=kept, confirmed="yes"),
    )
    assert filed.status_code == 302
    seen = client("yi").get(filed["Location"]).content.decode()
    assert name in seen
    assert f"{at(row)}photos/{PAGE}" in seen
    assert "应到 30" in seen


def test_one_that_lacks_something_is_told_beside_its_field(demanding: Township) -> None:
    row, clerk = decided(decision={"agreed": 10}), client("geng")
    for why, words in ((row, "过半数同意"), (decided(), "还没有定稿")):
        page = clerk.post("/items/residence/new", asked(register=str(why.pk))).content.decode()
        beside = page[page.index('id="register-error"') :].split("</div>")[0]
        assert words in beside
    page = clerk.post("/items/residence/new", asked(register="999")).content.decode()
    assert "登记簿里没有这份决议" in page


def test_free_words_stay_good_and_a_false_name_does_not(demanding: Township) -> None:
    row, clerk = settled(), client("geng")
    free = asked(resolution="2026年3月1日村民代表会议第2项")
    assert "请核对" in clerk.post("/items/residence/new", free).content.decode()
    for false in (
        f"决议{row.pk}号 0000-0000-0000-0000 另一件事",
        f"{named(str(row.pk), row.village)}，外加一件",
        "决议 7 号 ABCD-abcd-0000-0000 写得像",
    ):
        page = clerk.post("/items/residence/new", asked(resolution=false)).content.decode()
        beside = page[page.index('id="resolution-error"') :].split("</div>")[0]
        assert "和登记簿里的决议不一样" in beside, false


def test_approvers_are_told_that_free_words_are_the_applicants(demanding: Township) -> None:
    geng = find("geng", now_ms())
    assert geng is not None
    row, told = settled(), "登记簿里没有，是申请人写的"
    for words, own in (("第2项", True), (named(str(row.pk), row.village), False)):
        made = file.submit(
            draft(resolution=words), geng, random_id=token_bytes(32), now_ms=now_ms()
        )
        page = client("yi").get(f"/applications/{made.pk}/").content.decode()
        assert (told in page) is own


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_form_and_application_on_a_phone_and_on_a_desk(demanding: Township) -> None:
    minutes = store.put(PAPER, "signed", "geng").hex()
    row = settled(decided(**{name: {"pages": [minutes]} for name in DECIDING}))
    decided(decision={"agreed": 10})
    clerk = client("geng")
    made = filed(resolution=named(str(row.pk), row.village))
    paths = {"form": "/items/residence/new", "application": f"/applications/{made.pk}/"}
    answers = ask(
        clerk,
        [*paths.values(), f"{at(row)}photos/{minutes}"],
        ["hub/hub.css", "registers/registers.css"],
    )
    for page in walk(answers, paths, "named"):
        assert page.get_by_text("应到 30").first.is_visible()
