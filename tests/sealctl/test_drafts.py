"""An application begun at the panel: photographed, written down, and no way to open the lock."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest

from demo.paper import DOCUMENTS, png
from evidence.check import examine
from sealctl.journal import books
from sealctl.lockd import drafts
from sealctl.lockd.camera_verbs import CAMERA
from sealctl.lockd.changes import Changes
from sealctl.lockd.pages import Pages
from sealctl.lockd.panel_verbs import PANEL
from sealctl.lockd.verb import Served
from sealctl.session.model import Mode
from tests.support.machine import OPERATOR, PIN, Rig
from wire.approval import draft
from wire.record import commitment
from wire.refusals import Refused

ASKED = {"item": "residence", "applicant": "林小满", "purpose": "学校报名", "impressions": 1}


class Desk:
    """lockd's verbs over a rig, with camerad's part played as the socket would."""

    def __init__(self, rig: Rig, folder: Path) -> None:
        self.rig = rig
        changes = Changes()
        rig.core.changed = changes.bump
        self.served = Served(rig.core, changes, Pages(folder / "pages"))

    def do(self, verb: str, **given: Any) -> Any:
        async def ask() -> Any:
            return await PANEL[verb].call(self.served, given)

        return asyncio.run(ask())

    def page(self, *findings: str, code: str = "") -> None:
        """One photo of a page, answered by camerad with those findings or that failure."""

        async def both() -> None:
            asked = asyncio.ensure_future(PANEL["draft_page"].call(self.served, {}))
            await asyncio.sleep(0)
            job = (await CAMERA["next"].call(self.served, {"wait_ms": 1000}))["job"]  # type: ignore[index]
            assert (job["kind"], job["pages"], job["before"]) == ("page", [], None)
            if code:
                await CAMERA["failed"].call(self.served, {"id": job["id"], "code": code})
            else:
                await CAMERA["done"].call(self.served, self.photo(job, findings))
            await asked

        asyncio.run(both())

    def photo(self, job: dict[str, Any], findings: tuple[str, ...]) -> dict[str, Any]:
        jpeg = b"\xff\xd8\xff page %d" % job["id"]
        sha256 = hashlib.sha256(jpeg).digest()
        (self.rig.config.photos / f"{sha256.hex()}.jpg").write_bytes(jpeg)
        told = {"sha256": sha256, "findings": list(findings), "mono_ms": self.rig.clock.mono}
        return {"id": job["id"], "width": 1, "height": 1, **told}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    rig = Rig.build(tmp_path)
    rig.core.login(OPERATOR, PIN)
    return Desk(rig, tmp_path)


def test_pages_are_photographed_and_written_down_in_order(desk: Desk) -> None:
    for number in range(3):
        desk.page()
        assert desk.do("drafting") == {"pages": number + 1}
    desk.do("draft", **ASKED)
    entry = desk.rig.entries()[-1]
    assert (entry.kind, entry.body["item"], entry.body["pages"]) == ("drafted", "residence", 3)
    connection = desk.rig.core.journal.connection
    data = connection.execute("SELECT data FROM opening WHERE seq = ?", (entry.seq,)).fetchone()[0]
    values = {one.field: one.value for one in commitment.decode(data).openings}
    assert values["operator"] == OPERATOR
    assert isinstance(values["draft"], bytes)
    made = draft.decode(values["draft"])
    assert (made.applicant, made.seal, made.purpose) == ("林小满", "seal-committee", "学校报名")
    assert books.photos_to_send(connection)[-3:] == list(made.pages)
    assert desk.do("drafting") == {"pages": 0}
    assert desk.rig.body.memory.unlatches == 0


@pytest.mark.parametrize(
    ("finding", "code"),
    [("blank", "blank_page"), ("unsharp", "photo_unsharp"), ("no_page", "no_page")],
)
def test_a_page_that_cannot_be_read_is_refused(desk: Desk, finding: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        desk.page(finding)
    assert desk.do("drafting") == {"pages": 0}
    assert desk.rig.kinds()[-1] == "refused"


def test_a_camera_that_fails_loses_no_page(desk: Desk) -> None:
    desk.page()
    with pytest.raises(Refused, match="camera_unavailable"):
        desk.page(code="camera_unavailable")
    assert desk.do("drafting") == {"pages": 1}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"item": "nothing"}, "unknown_item"),
        ({"item": "kinship"}, "item_forbidden"),
        ({"impressions": 999}, "bad_request"),
    ],
)
def test_what_could_never_be_stamped_is_not_begun(
    desk: Desk, changes: dict[str, Any], code: str
) -> None:
    desk.page()
    with pytest.raises(Refused, match=code):
        desk.do("draft", **{**ASKED, **changes})
    assert "drafted" not in desk.rig.kinds()


def test_a_draft_needs_a_page_and_somebody_logged_in(desk: Desk) -> None:
    with pytest.raises(Refused, match="bad_request"):
        desk.do("draft", **ASKED)
    desk.page()
    desk.do("logout")
    for verb, given in (("draft", ASKED), ("draft_page", {}), ("draft_drop", {})):
        with pytest.raises(Refused, match="operator_unknown"):
            desk.do(verb, **given)


def test_another_operator_does_not_send_what_he_did_not_photograph(desk: Desk) -> None:
    desk.page()
    desk.do("logout")
    desk.rig.core.operators.enrol("ji", "864203")
    desk.rig.core.login("ji", "864203")
    assert desk.do("drafting") == {"pages": 0}
    with pytest.raises(Refused, match="bad_request"):
        desk.do("draft", **ASKED)


def test_a_page_is_no_photo_for_a_stamp(desk: Desk) -> None:
    """What camerad takes for a draft moves no session; and nothing is drafted during an opening."""
    grant = desk.rig.grant()
    desk.page()
    assert desk.rig.core.session.mode is Mode.IDENTIFIED
    assert desk.rig.core.session.photo is None
    desk.rig.ready_to_stamp(grant)
    desk.rig.core.stamp()
    for verb, given in (("draft", ASKED), ("draft_page", {})):
        with pytest.raises(Refused, match="busy"):
            desk.do(verb, **given)


@pytest.mark.parametrize("who", [OPERATOR, "ji"])
def test_one_photo_is_never_two_pages_nor_anothers(desk: Desk, who: str) -> None:
    """Asked for twice at once, by one who taps twice, or by the next who has logged in."""

    async def ask() -> tuple[object, object]:
        first = asyncio.ensure_future(PANEL["draft_page"].call(desk.served, {}))
        await asyncio.sleep(0)
        if who != OPERATOR:
            desk.rig.core.operators.enrol(who, PIN)
            desk.rig.core.desk.leave()
            desk.rig.core.login(who, PIN)
        second = asyncio.ensure_future(PANEL["draft_page"].call(desk.served, {}))
        await asyncio.sleep(0)
        job = (await CAMERA["next"].call(desk.served, {"wait_ms": 1000}))["job"]  # type: ignore[index]
        await CAMERA["done"].call(desk.served, desk.photo(job, ()))
        made = await asyncio.gather(first, second, return_exceptions=True)
        return made[0], made[1]

    first, second = asyncio.run(ask())
    assert (str(first), second) == ("busy", {})
    assert desk.served.drafting.operator == who
    assert len(desk.served.drafting.pages) == 1


def test_a_page_that_comes_after_the_log_out_is_nobodys(desk: Desk) -> None:
    async def ask() -> object:
        asked = asyncio.ensure_future(PANEL["draft_page"].call(desk.served, {}))
        await asyncio.sleep(0)
        job = (await CAMERA["next"].call(desk.served, {"wait_ms": 1000}))["job"]  # type: ignore[index]
        desk.rig.core.desk.leave()
        await CAMERA["done"].call(desk.served, desk.photo(job, ()))
        return await asked

    with pytest.raises(Refused, match="not_now"):
        asyncio.run(ask())
    assert desk.served.drafting.pages == ()


def test_the_machine_knows_again_the_page_that_it_photographed(desk: Desk) -> None:
    body = desk.rig.body
    photos = []
    for document in ("residence", "residence", "house"):
        body.lay(png(DOCUMENTS[document]))
        photos.append(body.camera.capture(0).jpeg)
    first, again, other = photos
    assert "page_match" in examine(again, pages=[first], before=None)
    assert "page_mismatch" in examine(other, pages=[first], before=None)


def test_a_page_photographed_keeps_the_operator_logged_in(desk: Desk) -> None:
    desk.rig.clock.advance(299_000)
    desk.page()
    since = desk.rig.core.session.since
    assert since == desk.rig.clock.mono
    assert drafts.pages(desk.rig.core, desk.served.drafting) == 1
