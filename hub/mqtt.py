"""The hub's connection to its broker: MQTT 5 over mutual TLS. The hub's only import of paho.

One thread runs paho; everything that arrives goes into one queue, from which the process takes it.
Nothing is acknowledged before the process says so.
"""

import logging
import queue
import socket
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

log = logging.getLogger(__name__)

KEEPALIVE_S: Final = 30
SESSION_S: Final = 30 * 24 * 3600
UNACKNOWLEDGED: Final = 512
QUEUED: Final = 2000


@dataclass(frozen=True)
class Address:
    """Where the broker is, and who speaks to it."""

    host: str
    port: int
    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Message:
    """One that arrived; `connection` counts the connections of this process."""

    topic: str
    payload: bytes
    number: int
    qos: int
    connection: int


@dataclass(frozen=True)
class Connected:
    """The broker was reached (again), and has accepted the subscriptions."""


@dataclass(frozen=True)
class Failed:
    """The connection's thread ended; the process has to end, too."""

    reason: str


Event = Message | Connected | Failed


class Link:
    """`name` is the client's common name; what it is about is told in `events`."""

    def __init__(self, address: Address, name: str, topics: Sequence[str] = ()) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._topics = [(topic, SubscribeOptions(qos=1)) for topic in topics]
        self._address = address
        self._connection = 0
        self._client = self._new_client(name)
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)

    def start(self) -> None:
        """Connect, and again whenever the connection is lost."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = UNACKNOWLEDGED
        self._client.connect_async(
            self._address.host,
            self._address.port,
            keepalive=KEEPALIVE_S,
            clean_start=False,
            properties=properties,
        )
        self._thread.start()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """At least once; while the broker is away a bounded number waits."""
        done = self._client.publish(topic, payload, qos=1, retain=retain)
        if done.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            log.warning("%s: dropped, too much waits for the broker", topic)

    def acknowledge(self, message: Message) -> None:
        """The broker may forget it; nothing for one of an earlier connection, which comes again."""
        if message.connection == self._connection:
            self._client.ack(message.number, message.qos)

    def stop(self) -> None:
        """Disconnect; unacknowledged messages wait at the broker."""
        self._client.disconnect()
        self._thread.join(5)

    def _new_client(self, name: str) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=name,
            protocol=MQTTProtocolVersion.MQTTv5,
            manual_ack=True,
        )
        tls = ssl.create_default_context(cafile=str(self._address.ca))
        tls.load_cert_chain(self._address.certificate, self._address.key)
        client.tls_set_context(tls)
        client.reconnect_delay_set(1, 5)
        client.max_queued_messages_set(QUEUED)
        client.on_socket_open = _no_delay
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _run(self) -> None:
        try:
            self._client.loop_forever(retry_first_connection=True)
        except Exception as error:
            log.exception("the connection's thread failed")
            self.events.put(Failed(str(error)))

    def _on_connect(
        self, client: Client, _data: Any, _flags: Any, code: ReasonCode, _properties: Any
    ) -> None:
        if code.is_failure:
            log.error("the broker refuses us: %s", code)
            return
        self._connection += 1
        if self._topics:
            client.subscribe(self._topics)
        else:
            self.events.put(Connected())

    def _on_subscribe(
        self, _client: Client, _data: Any, _mid: int, codes: list[ReasonCode], _properties: Any
    ) -> None:
        if any(code.is_failure for code in codes):
            self.events.put(Failed("the broker refuses the subscription"))
        else:
            self.events.put(Connected())

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: Any, code: ReasonCode, _properties: Any
    ) -> None:
        if code.is_failure:
            log.warning("the broker is gone: %s", code)

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self.events.put(
            Message(
                message.topic, bytes(message.payload), message.mid, message.qos, self._connection
            )
        )


def _no_delay(_client: Client, _data: Any, connection: Any) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
