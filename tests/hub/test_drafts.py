"""An application begun at a machine: completed and filed at the hub, with exactly its photos."""

from dataclasses import replace

import pytest
from django.test import Client

from hub.applications import drafts
from hub.applications.models import DraftEnd, Filed
from hub.blobs import store as blobs
from hub.devices import authority
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal, Written
from tests.support.contents import DEVICE
from tests.support.township import Township
from wire.approval import draft, subject
from wire.approval.draft import Draft

pytestmark = pytest.mark.django_db
PAGES = [b"\xff\xd8\xff page one", b"\xff\xd8\xff page two"]


@pytest.fixture
def begun(journal: Journal, township: Township) -> Written:
    hashes = tuple(blobs.put(page, "photo", DEVICE) for page in PAGES)
    return write(journal, hashes)


def write(journal: Journal, pages: tuple[bytes, ...], item: str = "residence") -> Written:
    made = Draft(item, "seal-committee", "林小满", "居住证明", "学校报名", 1, pages)
    data = draft.encode(made)
    written = journal.write("drafted", item=item, pages=len(pages), draft=data, operator="wu")
    hub.store([written])
    return written


def form(begun: Written, **changes: object) -> dict[str, object]:
    fields = {
        "title": "居住证明",
        "purpose": "学校报名",
        "seal": "seal-committee",
        "impressions": "1",
        "seams": "0",
        "operators": ["wu"],
        "draft": begun.hash.hex(),
        "confirmed": "yes",
    }
    return {**fields, **changes}


def test_a_draft_waits_on_the_home_page_and_fills_the_form(clerk: Client, begun: Written) -> None:
    home = clerk.get("/").content.decode()
    assert "在机器上起草的" in home
    assert "林小满" in home
    page = clerk.get(f"/items/residence/new?draft={begun.hash.hex()}").content.decode()
    for told in ("居住证明", "学校报名（为林小满办理）", "在机器上拍的第 2 页"):
        assert told in page
    assert 'type="file"' not in page


def test_what_is_filed_has_exactly_its_photos(clerk: Client, begun: Written) -> None:
    other = blobs.put(b"\xff\xd8\xff another page", "page", "geng")
    answer = clerk.post("/items/residence/new", form(begun, page=[other.hex()]))
    assert answer.status_code == 302
    filed = subject.decode(bytes(Filed.objects.get().subject.data))
    assert filed.pages == tuple(blobs.put(page, "photo", DEVICE) for page in PAGES)
    shown = clerk.get(answer["Location"]).content.decode()
    for page in filed.pages:
        assert page.hex() in shown
    assert "在机器上起草的" not in clerk.get("/").content.decode()


def test_a_draft_is_filed_once(clerk: Client, begun: Written) -> None:
    assert clerk.post("/items/residence/new", form(begun)).status_code == 302
    assert clerk.post("/items/residence/new", form(begun)).status_code == 404
    assert (Filed.objects.count(), DraftEnd.objects.count()) == (1, 1)


def test_a_draft_waits_for_its_photos(clerk: Client, journal: Journal) -> None:
    begun = write(journal, (b"h" * 32,))
    assert "照片还没到" in clerk.get("/").content.decode()
    answer = clerk.post("/items/residence/new", form(begun))
    assert answer.status_code == 400
    assert "照片还没有到" in answer.content.decode()
    assert Filed.objects.count() == 0


def test_a_draft_can_be_dropped_and_its_entry_stays(clerk: Client, begun: Written) -> None:
    assert clerk.post(f"/drafts/{begun.hash.hex()}/drop").status_code == 302
    assert "在机器上起草的" not in clerk.get("/").content.decode()
    assert clerk.post("/items/residence/new", form(begun)).status_code == 404
    assert clerk.post(f"/drafts/{begun.hash.hex()}/drop").status_code == 404


def test_another_item_and_another_entry_are_no_draft(clerk: Client, begun: Written) -> None:
    assert clerk.get(f"/items/house/new?draft={begun.hash.hex()}").status_code == 404
    assert clerk.get(f"/items/residence/new?draft={'0' * 64}").status_code == 404
    assert clerk.get("/items/residence/new?draft=..").status_code == 404


def test_an_erased_draft_is_no_longer_offered(clerk: Client, begun: Written) -> None:
    hub.lose_openings()
    assert "在机器上起草的" not in clerk.get("/").content.decode()


def test_strangers_and_other_villages_see_no_draft(clerk: Client, journal: Journal) -> None:
    made = Draft("residence", "seal-committee", "林小满", "居住证明", "学校报名", 1, (bytes(32),))
    data = draft.encode(made)
    written = journal.write("drafted", item="residence", pages=1, draft=data, operator="wu")
    hub.store([written], village="sunset")
    drop = f"/drafts/{written.hash.hex()}/drop"
    assert clerk.post(drop).status_code == 404
    assert "在机器上起草的" not in clerk.get("/").content.decode()
    assert Client().post(drop).status_code in (302, 403)
    assert DraftEnd.objects.count() == 0


def test_two_who_end_a_draft_at_once_end_it_once(
    clerk: Client, begun: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other clerk's answer comes between looking for the draft and ending it."""
    waits = drafts.find(begun.hash.hex(), "sunrise")
    assert clerk.post("/items/residence/new", form(begun)).status_code == 302
    monkeypatch.setattr(drafts, "find", lambda *_: waits)
    answer = clerk.post("/items/residence/new", form(begun))
    assert (answer.status_code, "已经有人办理" in answer.content.decode()) == (400, True)
    assert clerk.post(f"/drafts/{begun.hash.hex()}/drop").status_code == 400
    assert (Filed.objects.count(), DraftEnd.objects.count()) == (1, 1)


def test_of_several_machines_the_drafts_own_is_asked_for(
    clerk: Client, begun: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = authority.machines()[DEVICE]
    both = {"sunrise-0": replace(own, device="sunrise-0"), DEVICE: own}
    monkeypatch.setattr(authority, "machines", lambda: both)
    assert clerk.post("/items/residence/new", form(begun)).status_code == 302
    assert Filed.objects.get().device == DEVICE
