"""The connection to the township's broker: MQTT 5 over mutual TLS. Calls only `paho`.

The one file here that knows paho. One thread runs it and is the only one that touches paho's
client: others leave messages with `publish` and wake it. Every connection is a new client under
the same id and session, so that nothing of a lost one lingers; sending again is the outbox's work.
"""

import logging
import select
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

log = logging.getLogger(__name__)

KEEPALIVE_S: Final = 30
SESSION_S: Final = 7 * 24 * 3600
LONGEST_MESSAGE: Final = 5 << 20
TICK_S: Final = 1.0
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 20.0
CONNECT_S: Final = 5.0


@dataclass(frozen=True)
class Address:
    """Where the broker is and as whom it is spoken to."""

    host: str
    port: int
    device: str


@dataclass(frozen=True)
class Message:
    """What is published: QoS 1 always."""

    topic: str
    payload: bytes
    retain: bool = False


class Handler(Protocol):
    """Who uses the connection; all are called by the thread that runs it."""

    def topics(self) -> list[str]:
        """What to subscribe to."""

    def will(self) -> Message:
        """What the broker says for us when we are gone."""

    def connected(self) -> None: ...

    def lost(self) -> None: ...

    def received(self, topic: str, payload: bytes) -> None: ...


class Link:
    """`tls` says who speaks and whom to believe.

    `jitter` gives a factor for each pause before another try, so that machines do not throng.
    `beat` is called each time `run` comes round, every few seconds at the latest but for a
    connection that is being made.
    """

    def __init__(
        self,
        address: Address,
        tls: ssl.SSLContext,
        handler: Handler,
        jitter: Callable[[], float],
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._address = address
        self._handler = handler
        self._jitter = jitter
        self._beat = beat
        self._tls = tls
        self._ear, self._bell = socket.socketpair()
        self._ear.setblocking(False)
        self._bell.setblocking(False)
        self._posted: deque[Message] = deque()
        self._stopping = False
        self._asking = False
        self._up = False

    def publish(self, *messages: Message) -> None:
        """Send these now; without a connection they are dropped. Any thread may call it."""
        self._posted.extend(messages)
        self._ring()

    def ask_again(self) -> None:
        """Have the broker send what it retains for us once more. Any thread may call it."""
        self._asking = True
        self._ring()

    def stop(self) -> None:
        """End `run`; safe in a signal handler."""
        self._stopping = True
        self._ring()

    def run(self) -> None:
        """Keep the connection up until stopped; raises what the handler raises."""
        pause_s = FIRST_PAUSE_S
        while not self._stopping:
            self._beat()
            client = self._client()
            try:
                client.connect(self._address.host, self._address.port, KEEPALIVE_S, **_SESSION)
                self._drive(client)
            except OSError as error:
                log.warning("broker: %s", error)
            pause_s = FIRST_PAUSE_S if self._up else min(2 * pause_s, LONGEST_PAUSE_S)
            self._end(client)
            self._pause(pause_s * self._jitter())

    def _drive(self, client: Client) -> None:
        """Move bytes until the connection is lost or we are to stop."""
        while not self._stopping:
            self._beat()
            raw = client.socket()
            if raw is None:
                return
            waiting = isinstance(raw, ssl.SSLSocket) and raw.pending() > 0
            writers = [raw] if client.want_write() else []
            timeout = 0.0 if waiting else TICK_S
            readable, writable, _ = select.select([raw, self._ear], writers, [], timeout)
            self._hush()
            if (waiting or raw in readable) and client.loop_read() != _GOOD:
                return
            if not self._send(client) or (writable and client.loop_write() != _GOOD):
                return
            if client.loop_misc() != _GOOD:
                return

    def _send(self, client: Client) -> bool:
        if self._up and self._asking:
            self._subscribe(client)
        while self._up and self._posted:
            one = self._posted.popleft()
            sent = client.publish(one.topic, one.payload, qos=1, retain=one.retain)
            if sent.rc not in (_GOOD, MQTTErrorCode.MQTT_ERR_AGAIN):
                return False
        return True

    def _end(self, client: Client) -> None:
        if self._up:
            self._up = False
            if self._stopping:
                client.disconnect(reasoncode=_LEAVE_THE_WILL)
            log.info("broker: disconnected")
            self._handler.lost()
        raw = client.socket()
        if raw is not None:
            raw.close()

    def _pause(self, seconds: float) -> None:
        """Wait, or until something is said."""
        end = time.monotonic() + seconds
        while not self._stopping and (left := end - time.monotonic()) > 0:
            self._beat()
            heard, _, _ = select.select([self._ear], [], [], min(left, TICK_S))
            self._hush()
            if heard:
                return

    def _client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._address.device,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_S
        client.tls_set_context(self._tls)
        will = self._handler.will()
        client.will_set(will.topic, will.payload, qos=1, retain=will.retain)
        client.on_socket_open = _without_delay
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, client: Client, _: Any, __: Any, reason: ReasonCode, ___: Properties | None
    ) -> None:
        if reason.is_failure:
            log.warning("broker: refused: %s", reason)
            return
        self._subscribe(client)
        self._posted.clear()
        self._up = True
        log.info("broker: connected")
        self._handler.connected()

    def _subscribe(self, client: Client) -> None:
        self._asking = False
        client.subscribe([(topic, 1) for topic in self._handler.topics()])

    def _on_message(self, _: Client, __: Any, message: MQTTMessage) -> None:
        self._handler.received(message.topic, bytes(message.payload))

    def _ring(self) -> None:
        try:
            self._bell.send(b"!")
        except BlockingIOError:
            return

    def _hush(self) -> None:
        try:
            self._ear.recv(4096)
        except BlockingIOError:
            return


def _without_delay(_: Client, __: Any, opened: Any) -> None:
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _session() -> dict[str, Any]:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = SESSION_S
    properties.MaximumPacketSize = LONGEST_MESSAGE
    return {"clean_start": False, "properties": properties}


_GOOD: Final = MQTTErrorCode.MQTT_ERR_SUCCESS
_SESSION: Final = _session()
_LEAVE_THE_WILL: Final = ReasonCode(PacketTypes.DISCONNECT, "Disconnect with will message")
