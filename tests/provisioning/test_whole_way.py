"""From a token to a machine whose first entry the township has receipted, with real processes."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.provisioning.rig import NEW, Field
from tests.support.contents import DEVICE
from wire.record import entry, envelope
from wire.record.entry import Entry

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("provisioning")]
BUDGET_S = 3.0


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    made = Field.open(tmp_path_factory.mktemp("town"), "ingest", "work")
    yield made
    made.close()


@pytest.fixture
def field(town: Field) -> Iterator[Field]:
    yield town
    town.house.stop()


def _entries(field: Field, device: str) -> list[Entry]:
    """What the hub has logged of that machine."""
    rows = field.hub.rows(
        "SELECT envelope FROM ingest_record WHERE device = ? ORDER BY seq", device
    )
    return [entry.decode(envelope.parse(sent).payload) for (sent,) in rows]


def test_a_machine_joins_and_its_boot_entry_is_receipted(field: Field) -> None:
    text = field.add()
    began = time.monotonic()
    joined = field.provision(*field.words("-"), typed=f"{text}\n")
    took = time.monotonic() - began
    assert joined.returncode == 0, joined.stderr
    _, public = field.public_key()
    assert f"public_key  {public.hex()}" in joined.stdout
    assert f"device      {NEW}" in joined.stdout
    field.start("body", "lockd", "syncd")
    waiting = field.provision("--finish", "--wait", "2")
    assert waiting.returncode == 1
    assert "[unlisted]" in waiting.stderr
    assert public.hex() in waiting.stderr
    field.enlist(field.machine())
    began = time.monotonic()
    done = field.provision("--finish")
    took += time.monotonic() - began
    assert done.returncode == 0, done.stderr
    print(f"provisioning on loopback: {took / BUDGET_S:.2f} of 1.00 ({took:.2f} s)")
    boot = _entries(field, NEW)[0]
    assert (boot.seq, boot.kind) == (1, "boot")
    lines = (field.folder / "machine.toml").read_text().splitlines()
    assert lines[0] == f'device = "{NEW}"'
    assert "# the village hall" in lines
    again = field.provision(*field.words(text))
    assert again.returncode == 0, again.stderr


def test_a_machine_is_provisioned_again_while_lockd_runs(field: Field) -> None:
    field.start("body", "lockd")
    before = (field.folder / "tls" / "device.pem").read_bytes()
    key = field.public_key()
    field.join(field.token())
    assert (field.folder / "tls" / "device.pem").read_bytes() != before
    assert field.public_key() == key
    field.start("syncd")
    done = field.here("--finish")
    assert done.returncode == 0, done.stderr
    assert [one.kind for one in _entries(field, NEW)].count("boot") == 2


def test_a_machine_takes_a_broken_ones_place_and_names_its_last_entry(town: Field) -> None:
    old = town.hub.client(DEVICE)
    written = [town.hub.journal.write("heartbeat", unlatches=0, presses=0) for _ in range(3)]
    old.send(*written)
    old.receipted(written)
    old.link.stop()
    field = replace(town.another("spare"), device="sunrise-7")
    town.enlist(replace(town.hub.township.machine, state="suspended"))
    field.join(field.add("--replaces", DEVICE))
    town.enlist(field.machine())
    field.start("body", "lockd", "syncd")
    try:
        done = field.here("--finish")
        assert done.returncode == 0, done.stderr
    finally:
        field.house.stop()
    first, second, *_ = _entries(field, "sunrise-7")
    assert (first.kind, second.kind) == ("continued", "boot")
    last = written[-1]
    assert first.body == {"device": DEVICE, "seq": last.entry.seq, "entry": last.hash}
