"""The broker lets each speak and listen in his own name only."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.devices import ca
from hub.mqtt import Address, Connected, Link, Message
from sync.enrol import new_request
from tests.support.broker import Broker, until
from tests.support.ports import free_port

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("broker")]
CONNECT = bytes.fromhex("101000044d5154540502003c00000361626300")
"""MQTT 5, as client `abc`."""
UP, DOWN = "seal/v1/{}/up/entry", "seal/v1/{}/down/{}"


class Client:
    """A connection that keeps what it hears."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.heard: list[tuple[str, bytes]] = []
        self.connections = 0
        link.start()
        self.until(lambda: self.connections > 0, "connected")

    def until(self, condition: object, what: str) -> None:
        def holds() -> bool:
            while not self.link.events.empty():
                event = self.link.events.get()
                if isinstance(event, Connected):
                    self.connections += 1
                elif isinstance(event, Message):
                    self.link.acknowledge(event)
                    self.heard.append((event.topic, event.payload))
            return bool(callable(condition) and condition())

        until(holds, what)


class Township:
    """A broker with the hub's configuration, its certificates, and whoever connects."""

    def __init__(self, folder: Path) -> None:
        self.tls = folder / "tls"
        ca.create_ca(self.tls)
        ca.issue_server(self.tls, ["127.0.0.1"])
        for name in (ca.INGEST, ca.WORK):
            ca.issue_client(self.tls, name)
        self.broker = Broker(folder / "broker", self.tls, free_port())
        self.broker.start()
        self.clients: list[Client] = []

    def machine(self, name: str, client_id: str = "", *topics: str) -> Client:
        folder = self.tls.parent / name
        request = new_request(folder, name)
        (folder / "tls" / "device.pem").write_bytes(ca.sign_csr(self.tls, request, name))
        pair = folder / "tls" / "device.pem", folder / "tls" / "device.key"
        return self._connect(pair, client_id or name, *topics)

    def process(self, name: str, *topics: str) -> Client:
        return self._connect((self.tls / f"{name}.pem", self.tls / f"{name}.key"), name, *topics)

    def close(self) -> None:
        for client in self.clients:
            client.link.stop()
        self.broker.stop()

    def _connect(self, pair: tuple[Path, Path], client_id: str, *topics: str) -> Client:
        address = Address("127.0.0.1", self.broker.port, self.tls / "ca.pem", *pair)
        self.clients.append(Client(Link(address, client_id, topics)))
        return self.clients[-1]


@pytest.fixture
def township(tmp_path: Path) -> Iterator[Township]:
    made = Township(tmp_path)
    yield made
    made.close()


def test_a_machine_speaks_on_its_own_topics_only(township: Township) -> None:
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


def test_a_machine_hears_what_is_for_it_only(township: Township) -> None:
    nosy = township.machine("sunset-1", "", "seal/v1/#", "#", "seal/v1/+/down/+")
    work, ingest = township.process(ca.WORK), township.process(ca.INGEST)
    for device in ("sunrise-1", "sunset-1"):
        work.link.publish(DOWN.format(device, "list"), device.encode(), retain=True)
        ingest.link.publish(DOWN.format(device, "receipt"), device.encode())
    township.machine("sunrise-1").link.publish(UP.format("sunrise-1"), b"secret")
    nosy.until(lambda: len(set(nosy.heard)) == 2, "its list and its receipt")
    assert {payload for _, payload in nosy.heard} == {b"sunset-1"}


def test_ingest_gives_no_list_and_work_no_receipt(township: Township) -> None:
    machine = township.machine("sunrise-1", "", "seal/v1/sunrise-1/down/+")
    work, ingest = township.process(ca.WORK), township.process(ca.INGEST)
    ingest.link.publish(DOWN.format("sunrise-1", "list"), b"wrong")
    work.link.publish(DOWN.format("sunrise-1", "receipt"), b"wrong")
    work.link.publish(UP.format("sunrise-1"), b"wrong")
    ingest.link.publish(DOWN.format("sunrise-1", "receipt"), b"right")
    work.link.publish(DOWN.format("sunrise-1", "list"), b"right")
    machine.until(lambda: len(machine.heard) == 2, "a list and a receipt")
    assert {payload for _, payload in machine.heard} == {b"right"}


def test_nobody_takes_anothers_session_by_its_client_id(township: Township) -> None:
    ingest = township.process(ca.INGEST, "seal/v1/+/up/#")
    thief = township.machine("sunset-1", ca.INGEST, "seal/v1/+/up/#")
    machine = township.machine("sunrise-1")
    machine.link.publish(UP.format("sunrise-1"), b"for the hub")
    ingest.until(lambda: ingest.heard, "the entry")
    assert ingest.connections == 1
    assert thief.heard == []


def test_without_the_townships_certificate_nobody_connects(
    township: Township, tmp_path: Path
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


def _refused(township: Township, name: Path | None) -> bool:
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
