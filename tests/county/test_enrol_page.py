"""The enrolment page in a real browser: the file it gives is one that the officers' tool takes."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from county import enrolment
from county.authority import AuthorityError
from county.difference import fingerprint
from tests.county.pages_rig import Rig
from tests.support.browser import (
    authenticator,
    axe,
    overflow,
    screenshot,
    small_targets,
)
from wire.lists.content import Passkey

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def page(house: Rig, page: Page) -> Page:
    page.goto(f"{house.county}/enrol/")
    return page


def test_the_file_it_gives_is_taken_by_the_officers_tool(
    house: Rig, page: Page, tmp_path: Path
) -> None:
    authenticator(page)
    _enrol(page, "yi", "bing")
    file = _saved(page, tmp_path)
    found = enrolment.read(file, house.township.authority.policy)
    assert (found.person, found.witness, found.alg) == ("yi", "bing", "ES256")
    digits = fingerprint(Passkey(found.credential, found.public_key))
    assert page.locator('[data-part="fingerprint"]').text_content() == digits
    screenshot(page, "enrol")
    assert not axe(page)
    assert not overflow(page)
    assert not small_targets(page)


def test_names_that_were_changed_in_the_file_do_not_fit(
    house: Rig, page: Page, tmp_path: Path
) -> None:
    authenticator(page)
    _enrol(page, "yi", "bing")
    fields = json.loads(_saved(page, tmp_path))
    for changed in ({"person": "jia"}, {"witness": "jia"}, {"time": fields["time"] + 1}):
        data = json.dumps({**fields, **changed}).encode()
        with pytest.raises(AuthorityError, match="other names"):
            enrolment.read(data, house.township.authority.policy)


def test_who_is_not_verified_is_not_enrolled(page: Page) -> None:
    authenticator(page).verifies(user=False)
    _fill(page, "yi", "bing")
    expect(page.locator("#state")).to_contain_text("没有登记成功")
    expect(page.locator("#made")).to_be_hidden()


def test_nobody_witnesses_himself(page: Page) -> None:
    authenticator(page)
    _fill(page, "yi", "yi")
    expect(page.locator("#state")).to_contain_text("见证人要是另一个人")
    expect(page.locator("#made")).to_be_hidden()


def _fill(page: Page, person: str, witness: str) -> None:
    page.get_by_label("审批人编号").fill(person)
    page.get_by_label("见证人编号").fill(witness)
    page.get_by_role("button", name="登记").click()


def _enrol(page: Page, person: str, witness: str) -> None:
    _fill(page, person, witness)
    expect(page.locator("#made")).to_be_visible()


def _saved(page: Page, folder: Path) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name="存成文件").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path.read_bytes()
