"""`sealctl acceptance` at a machine: what is missing is said, what was done is cited."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sealctl import cli
from sealctl.doctor import examine
from tests.support import browser as browsers
from tests.support.office import PIN, Office
from wire import acceptance
from wire.acceptance import Acceptance
from wire.command_words import CHECKS
from wire.record import entry, envelope

pytestmark = [pytest.mark.processes, pytest.mark.browser, pytest.mark.xdist_group("acceptance")]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office.open(tmp_path_factory.mktemp("office"))
    yield made
    made.close()


def _accept(office: Office, out: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    config = str(office.folder / "machine.toml")
    words = ["acceptance", "--out", str(out), "--serial", "10000000abcdef01"]
    status = cli.main(["--config", config, "--json", *words])
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {"status": status, **said}


def _read(said: dict[str, Any], office: Office) -> Acceptance:
    return acceptance.verify(Path(said["sheet"]).read_bytes(), (office.township.machine.key,))


def _lacking(said: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["code"], one["about"]) for one in said["missing"]}


def test_a_machine_that_did_nothing_yet_lacks_stamps_and_receipts(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _accept(office, tmp_path, capsys)
    made = _read(said, office)
    names = [seal.name for seal in office.township.machine.seals]
    assert said["status"] == 1
    assert {("stamp_missing", name) for name in names} < _lacking(said)
    assert {("boot_unreceipted", "#1"), ("receipts_pending", str(made.unreceipted))} <= _lacking(
        said
    )
    assert {one.person: one.methods for one in made.people if one.methods} == {
        "wu": ("pin",),
        "bing": ("pin",),
    }
    assert said["sha256"] == hashlib.sha256(Path(said["sheet"]).read_bytes()).hexdigest()
    assert {Path(said[name]).stat().st_mode & 0o777 for name in ("sheet", "page")} == {0o600}


def test_a_stamp_by_a_grant_is_the_test_stamp_with_its_picture(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.ready_to_stamp(office.grant())
    office.ask("panel", "stamp")
    office.press()
    office.until("identified")
    office.ask("panel", "logout")
    said = _accept(office, tmp_path, capsys)
    made = _read(said, office)
    seal = next(one for one in made.seals if one.seal == "seal-committee")
    rows = office.ask("console", "journal", after=0, limit=256)
    hashes = {envelope.entry_hash(row["envelope"]): row["envelope"] for row in rows}
    assert seal.stamp is not None
    cited = entry.decode(envelope.parse(hashes[seal.stamp.entry]).payload)
    assert (cited.kind, cited.seq, seal.item) == ("stamped", seal.stamp.seq, "residence")
    assert all(one.entry in hashes for one, _ in acceptance.citations(made))
    assert seal.photo is not None
    assert "new_impression" in seal.findings
    assert ("stamp_missing", seal.name) not in _lacking(said)
    assert {about for code, about in _lacking(said) if code == "stamp_missing"} == {
        one.name for one in made.seals if one is not seal
    }


def test_making_a_sheet_leaves_no_entry_and_no_photo_and_opens_nothing(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, photos = office.kinds(), sorted((office.folder / "photos").iterdir())
    _accept(office, tmp_path, capsys)
    assert office.kinds() == before
    assert sorted((office.folder / "photos").iterdir()) == photos


def test_only_the_console_may_ask_for_a_sheet(office: Office) -> None:
    told: dict[str, Any] = {"serial": "", "certificate": None, "findings": {}}
    for role in ("panel", "courier", "camera"):
        assert office.refused(role, "accept", **told) == "bad_request"
    assert office.refused("console", "accept", **told, village="sunset") == "bad_request"
    assert office.refused("console", "accept", **{**told, "serial": "x" * 65}) == "bad_request"


def test_the_page_shows_it_in_chinese_on_a4_and_nothing_is_cut(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _accept(office, tmp_path, capsys)
    page_ = Path(said["page"])
    with browsers.chromium() as browser, browser.page((794, 1123), javascript=False) as page:
        page.goto(page_.as_uri())
        browsers.screenshot(page, "acceptance")
        shown = page.inner_text("body")
        browsers.screenshot(page, "acceptance-full", whole=True)
        page.pdf(path=browsers.SCREENSHOTS / "acceptance.pdf", prefer_css_page_size=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= 794
        assert page.locator("figure img").count() == 1
        assert page.evaluate("[...document.images].every(one => one.naturalWidth > 0)")
    for words in ("现场验收单", "晨光村", "尚不能验收", "没有试盖", "居住证明", "戊五", "村负责人"):
        assert words in shown, words
    assert said["sha256"] in re.sub(r"\s", "", shown)
    assert PIN not in page_.read_text("utf-8")


def test_every_check_of_the_doctor_has_a_name_on_the_page() -> None:
    assert CHECKS.keys() == set(examine.names())
