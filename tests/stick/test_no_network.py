"""A village without any network: a real machine, a real hub, and a stick that goes back and forth.

No broker is started, no TLS, no courier process: only `sealctl carry` and `sealhub carry`.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from demo.processes import Supervisor
from hardware.sim.body import SEALS
from hub.clock import now_ms
from sealctl import cli
from sealctl.commands import furnish
from tests.support.broker import until
from tests.support.hub import Hub
from tests.support.office import OPERATOR, PAGE, PIN, WITNESS, Office
from tests.support.township import Township
from tests.support.witness import WitnessProcess
from wire.lists.content import Grant
from wire.sig import PublicKey

pytestmark = [pytest.mark.drill, pytest.mark.processes, pytest.mark.xdist_group("carrier")]

MOST_UNRECEIPTED = 12
HANDS = {"operator": OPERATOR, "operator_pin": PIN, "witness": WITNESS, "witness_pin": PIN}
HUB = """
[hub]
mqtt_host = "nowhere.invalid"
mqtt_port = 1
blobs = "https://nowhere.invalid"
ca = "{ca}"
certificate = "tls/device.pem"
key = "tls/device.key"
"""


@dataclass
class Valley:
    """The village's office, the township's hub, and the stick between them."""

    office: Office
    hub: Hub
    stick: Path
    capsys: pytest.CaptureFixture[str]
    witness: WitnessProcess

    def to_machine(self) -> Any:
        """The stick is put into the machine; what the command says to programs."""
        config = ["--config", str(self.office.folder / "machine.toml"), "--json"]
        status = cli.main([*config, "carry", str(self.stick)])
        said = self.capsys.readouterr()
        done = json.loads(said.out)
        assert (status, done["problems"]) == (0, []), said
        return done

    def to_hub(self) -> str:
        """The stick is put into the township's computer."""
        return self.hub.run("carry", str(self.stick))

    def approved(self, number: int) -> Grant:
        """An application approved at the township, its page kept there, on the newest list."""
        page = hashlib.sha256(PAGE).digest()
        application = self.office.township.application(
            id=hashlib.sha256(str(number).encode()).digest(), pages=(page,)
        )
        grant = self.office.township.grant(application)
        kept = self.hub.state / "blobs" / page.hex()[:2] / page.hex()
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(PAGE)
        before = self.version()
        self.hub.approve(grant)
        until(lambda: self.version() > before, "the list is published")
        return grant

    def version(self) -> int:
        found = self.hub.rows("SELECT max(version) FROM devices_listversion")
        return int(found[0][0] or 0)

    def stamp(self, grant: Grant) -> None:
        self.office.ask("body", "lay", png=PAGE)
        self.office.ready_to_stamp(grant)
        self.office.ask("panel", "stamp")
        self.office.press()
        self.office.until("identified")
        self.office.ask("panel", "logout")

    def unreceipted(self) -> int:
        return int(self.office.state()["courier"]["unreceipted"])


@pytest.fixture
def valley(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Valley]:
    folder, stick = tmp_path / "machine", tmp_path / "stick"
    stick.mkdir()
    public = furnish.provision(folder)
    witness = WitnessProcess.build(tmp_path)
    hub = Hub.build(tmp_path, now_ms(), broker=False, witness=witness)
    township = _of_this_machine(hub.township, PublicKey("EdDSA", public))
    hub.import_package(township)
    office = Office.furnish(folder, township, Supervisor(folder / "logs", {}))
    with (folder / "machine.toml").open("a") as toml:
        toml.write(HUB.format(ca=hub.state / "tls" / "ca.pem"))
    try:
        witness.start()
        for name in ("cosign", "ingest", "work"):
            hub.start(name)
        for name in ("body", "lockd", "camerad"):
            office.start(name)
        capsys.readouterr()
        yield Valley(office, hub, stick, capsys, witness)
    finally:
        office.close()
        hub.close()
        witness.stop()


def _of_this_machine(township: Township, key: PublicKey) -> Township:
    seals = tuple(
        replace(seal, rfid=own.rfid)
        for seal, own in zip(township.machine.seals, SEALS, strict=True)
    )
    policy = replace(township.authority.policy, receipts_max_count=MOST_UNRECEIPTED)
    changed = replace(township.machine, seals=seals, alg=key.alg, public_key=key.public)
    return township.change(machine=changed, policy=policy)


def test_a_machine_that_never_sees_a_network_is_listed_stamps_and_is_receipted(
    valley: Valley,
) -> None:
    office, hub = valley.office, valley.hub
    assert office.state()["refusal"]["code"] == "list_missing"
    assert valley.to_machine()["brought"] is False
    valley.to_hub()
    assert valley.to_machine()["list_version"] == valley.version()
    office.enrol(WITNESS, "jia")
    office.enrol(OPERATOR, WITNESS)

    first = valley.approved(1)
    valley.to_hub()
    assert valley.to_machine()["pages"] == 1
    valley.stamp(first)

    second = valley.approved(2)
    valley.to_machine()
    valley.to_hub()
    for one in office.ask("console", "journal", after=0, limit=256):
        assert hub.rows("SELECT 1 FROM ingest_record WHERE envelope = ?", one["envelope"])
    assert hub.rows("SELECT count(*) FROM blobs_blob WHERE kind = 'photo'") == [(2,)]
    done = valley.to_machine()
    assert (done["photos_held"], done["photos"]) == (2, 0)
    assert office.ask("courier", "photos")["pending"] == []
    valley.stamp(second)

    while valley.unreceipted() <= MOST_UNRECEIPTED:
        for state in ("begin", "end"):
            office.ask("console", "maintenance", state=state, reason="清洁", **HANDS)
    third = valley.approved(3)
    assert office.state()["refusal"]["code"] == "receipts_overdue"
    valley.to_machine()
    valley.to_hub()
    valley.to_machine()
    assert valley.unreceipted() <= 1  # the list that the stick brought
    valley.stamp(third)
    journal = office.ask("console", "journal", after=0, limit=256)
    assert [one["receipted"] for one in journal].count(False) == valley.unreceipted()


def test_what_the_witness_has_not_seen_comes_back_pending(valley: Valley) -> None:
    valley.witness.stop()
    valley.to_machine()
    valley.to_hub()
    valley.to_machine()
    assert re.search("pending county witness [1-9]", valley.to_hub())
    done = valley.to_machine()
    assert done["answered"] > done["receipted"] == 0
    valley.witness.start()
    seen = "SELECT count(*) FROM log_cosigned WHERE size = (SELECT size FROM log_head)"
    until(lambda: valley.hub.rows(seen) == [(1,)], "the witness saw it")
    assert "pending county witness 0" in valley.to_hub()
    assert valley.to_machine()["receipted"] == done["answered"]
