"""Forty rows of a sheet, two machines by their labels, and each accepted where it stands."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sealctl.signer import FileSigner
from tests.provisioning import depot_rig as depot
from tests.provisioning.depot_rig import BOARDS
from tests.provisioning.rig import Field
from tests.support import browser as browsers
from tests.support.broker import until
from tests.support.office import OPERATOR, PAGE, WITNESS, Office
from wire import acceptance
from wire.lists.content import Seal

pytestmark = [
    pytest.mark.drill,
    pytest.mark.processes,
    pytest.mark.browser,
    pytest.mark.xdist_group("depot"),
]
SEAL = Seal("seal-committee", "committee", "晨光村村民委员会章", 2, "E200-0002", "active")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    made = Field.open(tmp_path_factory.mktemp("town"), "ingest", "work", "blobs")
    yield made
    made.close()


def _office(town: Field, field: Field) -> Office:
    """The machine as people in its village find it."""
    return Office(field.folder, town.hub.township, 0, field.house)


def _accept(field: Field, device: str) -> dict[str, Any]:
    """`sealctl acceptance` as a process of its own, and its exit status."""
    config, out = str(field.folder / "machine.toml"), str(field.folder / "handed over")
    command = [sys.executable, "-m", "sealctl.cli", "--config", config, "--json", "acceptance"]
    command += ["--out", out, "--serial", BOARDS[device]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    return {"status": done.returncode, **json.loads(done.stdout)}


def _stamp(town: Field, office: Office, device: str, kid: bytes) -> None:
    """By an application that two people approved on the hub; its list comes by the broker."""
    township = town.hub.township
    application = township.application(
        id=sha256(device.encode()).digest(),
        device=device,
        machine=kid,
        title="试盖",
        purpose="现场验收",
        pages=(sha256(PAGE).digest(),),
    )
    name = sha256(PAGE).hexdigest()
    kept = town.hub.state / "blobs" / name[:2] / name
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(PAGE)
    grant = township.grant(application)
    town.hub.approve(grant)
    until(lambda: office.ask("console", "grants"), "the grant arrives", seconds=30)
    page = office.folder / "pages" / name
    until(page.exists, "the approved page arrives", seconds=30)
    office.ask("body", "lay", png=PAGE)
    office.ready_to_stamp(grant)
    office.ask("panel", "stamp")
    office.press()
    office.until("identified")
    office.ask("panel", "logout")


def test_from_a_sheet_of_forty_rows_to_machines_that_are_accepted(town: Field) -> None:
    labels = depot.printed(town, most=2)
    fields = {device: replace(town.another(device), device=device) for device in labels}
    with ExitStack() as open_:
        for device, field in fields.items():
            scanner = open_.enter_context(depot.scanner())
            held = (labels[device], town.root_sha256)
            done = depot.hold(field, scanner, held, "--serial", BOARDS[device])
            assert done.returncode == 0, done.stderr
            open_.callback(field.house.stop)
        machines = [replace(one.machine(), seals=(SEAL,)) for one in fields.values()]
        town.enlist(*machines)
        for machine in machines:
            _is_accepted(town, fields[machine.device], machine.device, machine.kid)
    _only_what_it_signed_of_what_is_logged_holds(town, fields["depot-01"])
    said = town.hub.run("device", "list")
    assert all(f"{device:<32} 在用 active" in said for device in labels)


def _is_accepted(town: Field, field: Field, device: str, kid: bytes) -> None:
    field.start("body", "lockd", "camerad", "syncd")
    office = _office(town, field)
    done = field.here("--finish")
    assert done.returncode == 0, done.stderr
    office.enrol(WITNESS, "jia")
    first = _accept(field, device)
    assert first["status"] == 1
    codes = {one["code"] for one in first["missing"]} - {"receipts_pending"}
    assert codes == {"stamp_missing", "operator_missing"}
    refused = town.hub.command("device", "accepted", first["sheet"])
    assert (refused.returncode, "没有试盖" in refused.stderr) == (1, True)
    office.enrol(OPERATOR, WITNESS)
    _stamp(town, office, device, kid)
    until(lambda: office.state()["courier"]["unreceipted"] == 0, "all is receipted", seconds=30)
    last = _accept(field, device)
    assert (last["status"], last["missing"]) == (0, [])
    assert _sheets_of_paper(Path(last["page"])) == 2
    said = town.hub.run("device", "accepted", last["sheet"])
    assert last["sha256"] in said
    made = acceptance.read(Path(last["sheet"]).read_bytes())
    assert (made.serial, made.village, made.certificate is not None) == (
        BOARDS[device],
        "sunrise",
        True,
    )


def _sheets_of_paper(page_: Path) -> int:
    """One to sign, one with the specimens."""
    with browsers.chromium() as browser, browser.page((794, 1123)) as page:
        page.goto(page_.as_uri())
        assert "可以验收" in page.inner_text("body")
        printed = browsers.SCREENSHOTS / "accepted.pdf"
        return page.pdf(path=printed, prefer_css_page_size=True).count(b"/Type /Page\n")


def _only_what_it_signed_of_what_is_logged_holds(town: Field, field: Field) -> None:
    sheet = field.folder / "handed over" / "depot-01.acceptance"
    data = sheet.read_bytes()
    made = acceptance.read(data)
    key = load_pem_private_key((field.folder / "keys" / "record.pem").read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    unlogged = replace(made, boot=replace(made.boot, entry=bytes(32)))
    at = data.index("晨光村".encode())
    for bent, why in (
        (data[:at] + "晨光乡".encode() + data[at + 9 :], "不是清单上的机器签出"),
        (b"no sheet", "不是清单上的机器签出"),
        (FileSigner(key).sign(acceptance.encode(unlogged)), "日志里没有它所说的第 1 号记录"),
    ):
        sheet.write_bytes(bent)
        refused = town.hub.command("device", "accepted", str(sheet))
        assert (refused.returncode, why in refused.stderr) == (1, True), refused.stderr
