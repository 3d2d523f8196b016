"""The broker lets each speak and listen in his own name only."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.devices import ca
from tests.attacks import broker
from tests.attacks.__main__ import play
from tests.attacks.model import Attack, Stage
from tests.support.broker_clients import Brokered

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("broker")]
CONNECT = bytes.fromhex("101000044d5154540502003c00000361626300")
"""MQTT 5, as client `abc`."""
UP, DOWN = "seal/v1/{}/up/entry", "seal/v1/{}/down/{}"


@pytest.fixture
def township(tmp_path: Path) -> Iterator[Brokered]:
    made = Brokered(tmp_path)
    yield made
    made.close()


def test_a_machine_speaks_on_its_own_topics_only(township: Brokered) -> None:
    ingest = township.process(ca.INGEST, "seal/v1/+/up/#")
    machine = township.machine("sunrise-1")
    for topic in (
        UP.format("sunset-1"),
        DOWN.format("sunrise-1", "list"),
        DOWN.format("sunset-1", "receipt"),
        "seal/v1/sunrise-1/up/entry/more",
    ):
        machine.link.publish(topic, b"not mine")
    machine.link.publish(UP.format("sunrise-1"), b"mine")
    ingest.until(lambda: ingest.heard, "its own entry")
    assert ingest.heard == [(UP.format("sunrise-1"), b"mine")]


def test_a_machine_hears_what_is_for_it_only(township: Brokered) -> None:
    nosy = township.machine("sunset-1", "", "seal/v1/#", "#", "seal/v1/+/down/+")
    work, ingest = township.process(ca.WORK), township.process(ca.INGEST)
    for device in ("sunrise-1", "sunset-1"):
        work.link.publish(DOWN.format(device, "list"), device.encode(), retain=True)
        ingest.link.publish(DOWN.format(device, "receipt"), device.encode())
    township.machine("sunrise-1").link.publish(UP.format("sunrise-1"), b"secret")
    nosy.until(lambda: len(set(nosy.heard)) == 2, "its list and its receipt")
    assert {payload for _, payload in nosy.heard} == {b"sunset-1"}


def test_ingest_gives_no_list_and_work_no_receipt(township: Brokered) -> None:
    machine = township.machine("sunrise-1", "", "seal/v1/sunrise-1/down/+")
    work, ingest = township.process(ca.WORK), township.process(ca.INGEST)
    ingest.link.publish(DOWN.format("sunrise-1", "list"), b"wrong")
    work.link.publish(DOWN.format("sunrise-1", "receipt"), b"wrong")
    work.link.publish(UP.format("sunrise-1"), b"wrong")
    ingest.link.publish(DOWN.format("sunrise-1", "receipt"), b"right")
    work.link.publish(DOWN.format("sunrise-1", "list"), b"right")
    machine.until(lambda: len(machine.heard) == 2, "a list and a receipt")
    assert {payload for _, payload in machine.heard} == {b"right"}


def test_nobody_takes_anothers_session_by_its_client_id(township: Brokered) -> None:
    ingest = township.process(ca.INGEST, "seal/v1/+/up/#")
    thief = township.machine("sunset-1", ca.INGEST, "seal/v1/+/up/#")
    machine = township.machine("sunrise-1")
    machine.link.publish(UP.format("sunrise-1"), b"for the hub")
    ingest.until(lambda: ingest.heard, "the entry")
    assert ingest.connections == 1
    assert thief.heard == []


def test_without_the_townships_certificate_nobody_connects(
    township: Brokered, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    ca.create_ca(other)
    ca.issue_client(other, ca.INGEST)
    assert not _refused(township, township.tls / f"{ca.INGEST}")
    assert _refused(township, None)
    assert _refused(township, other / ca.INGEST)
    assert _refused(township, township.tls / "server")
    with socket.create_connection(("127.0.0.1", township.broker.port)) as plain:
        plain.sendall(CONNECT)
        assert _closed(plain)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("broker")) as made:
        yield made


@pytest.mark.parametrize("attack", broker.ATTACKS, ids=lambda one: one.name)
def test_what_a_raw_client_tries_is_refused_by_the_broker_itself(
    stage: Stage, attack: Attack
) -> None:
    assert play(stage, attack).wrong == ""


def _refused(township: Brokered, name: Path | None) -> bool:
    """Whether a client with the certificate <name>.pem is sent away."""
    context = ssl.create_default_context(cafile=str(township.tls / "ca.pem"))
    if name is not None:
        context.load_cert_chain(name.with_suffix(".pem"), name.with_suffix(".key"))
    raw = socket.create_connection(("127.0.0.1", township.broker.port))
    try:
        with context.wrap_socket(raw, server_hostname="127.0.0.1") as connection:
            connection.sendall(CONNECT)
            return _closed(connection)
    except OSError:
        return True


def _closed(connection: socket.socket) -> bool:
    connection.settimeout(5)
    try:
        return connection.recv(1) == b""
    except OSError:
        return True
