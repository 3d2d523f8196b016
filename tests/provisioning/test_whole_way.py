"""From a token to a machine whose first entry the township has receipted, with real processes."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.provisioning.rig import NEW, Field
from wire.record import entry, envelope

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("provisioning")]
BUDGET_S = 3.0


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    made = Field.open(tmp_path, "ingest", "work")
    yield made
    made.close()


def test_a_machine_joins_and_its_boot_entry_is_receipted(field: Field) -> None:
    token = field.token()
    began = time.monotonic()
    joined = field.provision(*field.words(token))
    assert joined.returncode == 0, joined.stderr
    took = time.monotonic() - began
    _, public = field.public_key()
    assert f"public_key  {public.hex()}" in joined.stdout
    assert "device      sunrise-2" in joined.stdout
    field.start("body", "lockd", "syncd")
    waiting = field.provision("--finish", "--wait", "2")
    assert waiting.returncode == 1
    assert "[unlisted]" in waiting.stderr
    assert public.hex() in waiting.stderr
    field.enlist(field.machine())
    began = time.monotonic()
    done = field.provision("--finish")
    assert done.returncode == 0, done.stderr
    took += time.monotonic() - began
    print(f"provisioning on loopback: {took / BUDGET_S:.2f} of 1.00 ({took:.2f} s)")
    ((sent,),) = field.hub.rows("SELECT envelope FROM ingest_record WHERE device = ?", NEW)[:1]
    boot = entry.decode(envelope.parse(sent).payload)
    assert (boot.seq, boot.kind) == (1, "boot")
    assert (field.folder / "machine.toml").read_text().startswith(f'device = "{NEW}"\n')
    assert "# the village hall" in (field.folder / "machine.toml").read_text()
