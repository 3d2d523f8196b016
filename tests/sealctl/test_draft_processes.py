"""An application begun at the panel by real processes, approved, and stamped on that very page."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.office import OPERATOR, PAGE, PIN, Office

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("office")]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office.open(tmp_path)
    yield opened
    opened.close()


def test_the_page_photographed_for_a_draft_is_known_again_under_the_seal(office: Office) -> None:
    office.ask("body", "lay", png=PAGE)
    office.ask("panel", "login", person=OPERATOR, pin=PIN)
    office.ask("panel", "draft_page")
    assert office.ask("panel", "drafting") == {"pages": 1}
    asked = {"item": "residence", "applicant": "林小满", "purpose": "学校报名", "impressions": 1}
    office.ask("panel", "draft", **asked)
    assert office.kinds()[-1] == "drafted"
    (page,) = office.ask("courier", "photos")["pending"]
    jpeg = (office.folder / "photos" / f"{page.hex()}.jpg").read_bytes()
    assert hashlib.sha256(jpeg).digest() == page

    application = office.township.application(pages=(page,))
    office.version += 1
    grant = office.township.grant(application)
    bundle = office.township.bundle((grant,), version=office.version)
    office.ask("courier", "list", bundle=bundle)
    office.ask("courier", "page", data=jpeg)
    office.ask("body", "lay", png=PAGE)
    office.ask("panel", "choose", grant=grant.id)
    office.ask("panel", "photograph")
    assert office.state()["photo"]["findings"] == ["page_match"]
    office.ask("panel", "stamp")
    office.press()
    assert office.until("identified")["done"] is not None
