"""Whoever connects to a township's broker, honest or not: the hub's own client, and bare sockets.

Calls `hub.devices.ca`, `hub.mqtt`, `sync.enrol` and `tests.support.broker`. `Brokered` is a broker
with the configuration that `sealhub broker config` writes, and its certificates. `Raw` speaks
MQTT 5 (OASIS, 2019) by hand, says what no library lets one say, and reads the broker's reason.
"""

import socket
import ssl
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from hub.devices import ca
from hub.mqtt import Address, Connected, Link, Message
from sync.enrol import new_request
from tests.support.broker import Broker, until
from tests.support.ports import free_port

CONNACK: Final = 2
PUBACK: Final = 4
SUBACK: Final = 9
DISCONNECT: Final = 14
REASONS: Final = {0x00: "success", 0x10: "no_matching_subscribers", 0x87: "not_authorized",
                  0x82: "protocol_error", 0x95: "packet_too_large"}  # fmt: skip
"""Reason codes of MQTT 5 (section 2.4); others are told by their number."""
TIMEOUT_S: Final = 10.0


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


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path


class Brokered:
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

    def pair(self, name: str) -> Pair:
        """A machine's certificate of this township, or that of one of the hub's processes."""
        folder = self.tls if name.startswith(ca.RESERVED) else self.tls.parent / name / "tls"
        file = name if name.startswith(ca.RESERVED) else "device"
        if not (folder / f"{file}.pem").exists():
            request = new_request(folder.parent, name)
            (folder / "device.pem").write_bytes(ca.sign_csr(self.tls, request, name))
        return Pair(folder / f"{file}.pem", folder / f"{file}.key")

    def machine(self, name: str, client_id: str = "", *topics: str) -> Client:
        return self._connect(self.pair(name), client_id or name, *topics)

    def process(self, name: str, *topics: str) -> Client:
        return self._connect(self.pair(name), name, *topics)

    def raw(self, pair: Pair | None) -> "Raw":
        """A bare connection with this certificate, or with none."""
        return Raw(self.broker.port, self.tls / "ca.pem", pair)

    def close(self) -> None:
        for client in self.clients:
            client.link.stop()
        self.broker.stop()

    def _connect(self, pair: Pair, client_id: str, *topics: str) -> Client:
        ca_file, port = self.tls / "ca.pem", self.broker.port
        address = Address("127.0.0.1", port, ca_file, pair.certificate, pair.key)
        self.clients.append(Client(Link(address, client_id, topics)))
        return self.clients[-1]


class RefusedError(Exception):
    """The broker sent this client away; `reason` is the TLS alert or MQTT reason that it gave."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Raw:
    """One MQTT 5 connection by hand; every method raises RefusedError where it is sent away."""

    def __init__(self, port: int, ca_file: Path, pair: Pair | None) -> None:
        context = ssl.create_default_context(cafile=str(ca_file))
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # its handshake ends with the alert
        if pair is not None:
            context.load_cert_chain(pair.certificate, pair.key)
        plain = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        try:
            self._line = context.wrap_socket(plain, server_hostname="127.0.0.1")
        except ssl.SSLError as error:
            plain.close()
            raise RefusedError(_alert(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._line.close()

    def connect(self, client_id: str = "raw") -> None:
        body = _text("MQTT") + bytes([5, 2]) + struct.pack(">H", 60) + b"\0" + _text(client_id)
        self.send(0x10, body)
        kind, answer = self.read()
        if kind != CONNACK or answer[1]:
            raise RefusedError(_reason(answer[1] if kind == CONNACK else answer[0]))

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> str:
        """The reason that the broker gives for taking it, or for not taking it (QoS 1)."""
        self.send(0x32 | retain, _text(topic) + b"\0\1\0" + payload)
        return self.acknowledged()

    def acknowledged(self) -> str:
        """The reason in the answer to what was published."""
        answer = self._expect(PUBACK)
        return _reason(answer[2] if len(answer) > 2 else 0)

    def subscribe(self, topic: str) -> str:
        self.send(0x82, b"\0\2\0" + _text(topic) + b"\1")
        reason = self._expect(SUBACK)[-1]
        return _reason(0 if reason <= 2 else reason)

    def send(self, kind: int, body: bytes, *, claimed: int | None = None) -> None:
        """One packet; `claimed` is the length that it says it has."""
        length = _length(len(body) if claimed is None else claimed)
        try:
            self._line.sendall(bytes([kind]) + length + body)
        except OSError as error:
            raise RefusedError(_alert(error)) from error

    def read(self) -> tuple[int, bytes]:
        """The next packet: its kind and body."""
        (first,) = self._exactly(1)
        size = shift = 0
        while True:
            (byte,) = self._exactly(1)
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return first >> 4, self._exactly(size)

    def _expect(self, wanted: int) -> bytes:
        kind, body = self.read()
        if kind == wanted:
            return body
        if kind == DISCONNECT:
            raise RefusedError(_reason(body[0] if body else 0))
        return self._expect(wanted)

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            try:
                part = self._line.recv(count - len(data))
            except OSError as error:
                raise RefusedError(_alert(error)) from error
            if not part:
                raise RefusedError("closed")
            data += part
        return data


def reissue(tls: Path, pair: Pair, target: Path, *, days: int) -> Pair:
    """That certificate again by the same authority, ending so many days from now; same key."""
    old = x509.load_pem_x509_certificate(pair.certificate.read_bytes())
    key = load_pem_private_key((tls / "ca.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    ends = datetime.now(UTC) + timedelta(days=days)
    builder = (
        x509.CertificateBuilder()
        .subject_name(old.subject)
        .issuer_name(old.issuer)
        .public_key(old.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=30))
        .not_valid_after(ends)
    )
    for one in old.extensions:
        builder = builder.add_extension(one.value, one.critical)
    signed = builder.sign(key, hashes.SHA256())
    target.write_bytes(signed.public_bytes(Encoding.PEM))
    return Pair(target, pair.key)


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def _length(size: int) -> bytes:
    out = bytearray()
    while True:
        size, low = divmod(size, 128)
        out.append(low | (128 if size else 0))
        if not size:
            return bytes(out)


def _reason(code: int) -> str:
    return REASONS.get(code, f"0x{code:02x}")


def _alert(error: OSError) -> str:
    """The TLS alert's name; `closed` where the line was cut without one."""
    reason = getattr(error, "reason", None)
    return str(reason).lower() if isinstance(error, ssl.SSLError) and reason else "closed"
