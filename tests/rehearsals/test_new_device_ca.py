"""Another device CA for a running township, in peace and after a theft: real processes all."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from county.edit import rules
from hub.devices import ca
from sealctl import cli
from sync import config as machines
from tests.provisioning.rig import Field
from tests.support.broker import until
from tests.support.broker_clients import Pair, Raw, RefusedError

pytestmark = [
    pytest.mark.drill,
    pytest.mark.processes,
    pytest.mark.xdist_group("rehearsals_new_device_ca"),
]


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    """A machine at work, the only one that the officers have in use."""
    made = Field.open(tmp_path, "ingest", "work", "blobs")
    try:
        made.join(made.token())
        made.enlist(replace(made.hub.township.machine, state="suspended"), made.machine())
        made.start("body", "lockd", "syncd")
        done = made.here("--finish")
        assert done.returncode == 0, done.stderr
        yield made
    finally:
        made.close()


def tls(field: Field) -> Path:
    return field.hub.state / "tls"


def next_ca(field: Field) -> tuple[bytes, bytes]:
    """The CA in use and the next, as `sealhub ca next` makes it."""
    old = ca.certificate(tls(field))
    said = field.hub.run("ca", "next")
    assert "The broker has read it." in said
    return old, Path(said.splitlines()[0]).read_bytes()


def name(field: Field, *cas: bytes) -> None:
    """The officers' next list names these."""
    town = field.hub.township
    named = rules.name_cas(town.authority, cas)
    policy = replace(named.policy, version=named.policy.version + 1)
    field.hub.import_package(town.sign(replace(named, policy=policy)))


def retire(field: Field, *options: str) -> str:
    """The old CA is gone, and what the operator restarts has been restarted."""
    said = field.hub.run("ca", "retire", *options)
    for one in ("ingest", "work"):
        field.hub.stop(one)
    field.hub.broker.stop()
    field.hub.broker.start()
    for one in ("ingest", "work"):
        field.hub.start(one)
    return said


def boots(field: Field) -> int:
    """Starts of the machine's lockd that stand in the township's log."""
    rows = field.hub.rows(
        "SELECT count(*) FROM ingest_record WHERE device = ? AND leaf_index NOT NULL", field.device
    )
    return int(rows[0][0])


def is_heard(field: Field) -> None:
    """What the machine writes now is logged."""
    before = boots(field)
    lockd = next(one for one in field.house.processes if one.name == "lockd")
    assert lockd.popen is not None
    lockd.popen.terminate()
    lockd.popen.wait(15)

    def arrives() -> bool:
        field.house.tend()
        return boots(field) > before

    until(arrives, "the next boot entry is logged", seconds=60)


def tended(field: Field, condition: str) -> bool:
    """Whether `sealhub ca status` says so, syncd being restarted as systemd would."""
    field.house.tend()
    return condition in field.hub.run("ca", "status")


def admitted(field: Field, pair: Pair) -> str:
    """What the broker says to that certificate."""
    try:
        with Raw(field.hub.broker.port, tls(field) / "ca.pem", pair) as line:
            line.connect()
    except RefusedError as error:
        return error.reason
    return "admitted"


def end(field: Field, process: str) -> None:
    for one in [one for one in field.house.processes if one.name == process]:
        assert one.popen is not None
        one.popen.terminate()
        one.popen.wait(15)
        field.house.processes.remove(one)


def test_in_peace_every_machine_goes_over_before_the_old_one_ends(field: Field) -> None:
    config = machines.load(field.folder / "machine.toml")
    old, new = next_ca(field)
    assert field.hub.command("ca", "next").returncode == 1
    refused = field.hub.command("ca", "retire")
    assert "does not name the next authority" in refused.stderr
    _refuse_a_strangers(field)
    name(field, old, new)
    before = Pair(config.certificate, config.key)
    until(lambda: tended(field, "无 none"), "the machine has gone over", seconds=60)
    assert ca.is_by(tls(field) / ca.NEXT, config.renewed.read_bytes())
    is_heard(field)
    assert admitted(field, before) == "admitted"
    field.token("sunrise-9")
    assert "make new ones: sunrise-9." in retire(field)
    assert ca.certificate(tls(field)) == new
    assert not (tls(field) / ca.NEXT).exists()
    is_heard(field)
    name(field, new)
    until(lambda: _believes(field, new), "the old one is believed no more", seconds=60)
    is_heard(field)
    assert "unknown_ca" in admitted(field, before)


def test_after_a_theft_the_old_one_ends_at_once_and_a_list_brings_machines_back(
    field: Field,
) -> None:
    """A machine that was away learns it from the stick, and recovers by its record key."""
    thief = field.folder.parent / "thief"
    thief.mkdir()
    for file in ("ca.pem", "ca.key"):
        (thief / file).write_bytes((tls(field) / file).read_bytes())
    end(field, "syncd")
    _, new = next_ca(field)
    name(field, new)
    refused = field.hub.command("ca", "retire")
    assert field.device in refused.stderr
    assert field.device in retire(field, "--now")
    ca.issue_client(thief, ca.INGEST)
    stolen = Pair(thief / f"{ca.INGEST}.pem", thief / f"{ca.INGEST}.key")
    assert "unknown_ca" in admitted(field, stolen)
    stick = field.folder.parent / "stick"
    stick.mkdir()
    for _ in range(2):
        toml = str(field.folder / "machine.toml")
        assert cli.main(["--config", toml, "carry", str(stick)]) == 0
        field.hub.command("carry", str(stick))
    field.start("syncd")
    until(lambda: _believes(field, new), "the list is followed", seconds=60)
    is_heard(field)
    assert field.hub.run("device", "show", field.device).count("certificate ") == 2


def test_after_a_theft_a_token_brings_back_a_machine_that_no_list_reached(field: Field) -> None:
    end(field, "syncd")
    _, new = next_ca(field)
    name(field, new)
    retire(field, "--now")
    field.join(field.token())
    field.start("syncd")
    is_heard(field)


def _believes(field: Field, new: bytes) -> bool:
    field.house.tend()
    config = machines.load(field.folder / "machine.toml")
    return config.followed.exists() and config.followed.read_bytes() == new


def _refuse_a_strangers(field: Field) -> None:
    """No list is taken by which no machine could know the hub any more."""
    town = field.hub.township
    stranger = field.folder.parent / "stranger"
    ca.create_ca(stranger)
    named = rules.name_cas(town.authority, [ca.certificate(stranger)])
    made = town.sign(replace(named, policy=replace(named.policy, version=9)))
    file = field.folder.parent / "p.cbor"
    file.write_bytes(made.package)
    refused = field.hub.command("list", "import", str(file))
    assert refused.returncode == 1
    assert "is not this hub's" in refused.stderr
    assert "Traceback" not in refused.stderr
