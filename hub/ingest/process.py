"""`sealhub ingest`: the loop from message to receipt.

Calls `hub.ingest`, `hub.log.sequencer`, `hub.mqtt`, `hub.devices` and `hub.config`. Per batch:
verify → commit records and leaves → second store → signed head → published → acknowledge →
receipts. What was carried in on foot (`hub.ingest.spool`) goes the same way, also while the broker
is away. Receipts go out at once, and again when the county's witnesses have seen the head
(`hub.ingest.witnessed`). Whatever fails ends the process: a machine keeps what has no receipt.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from hub.config import Broker, Config
from hub.devices import authority
from hub.devices.ca import INGEST
from hub.devices.models import ListVersion
from hub.ingest import erased, receipts, spool, witnessed
from hub.ingest.batch import Batch
from hub.ingest.spool import Spooled
from hub.ingest.waiting import Waiting
from hub.ingest.witnessed import Witnessed
from hub.log.sequencer import Sequencer
from hub.mqtt import Address, Connected, Event, Failed, Link, Message
from hub.operate.pulse import Pulse
from wire.topics import PREFIX

MOST: Final = 256
MOST_BYTES: Final = 4 << 20
GATHER_S: Final = 0.002
IDLE_S: Final = 0.05
TOPICS: Final = (f"{PREFIX}/+/up/+",)


class IngestError(Exception):
    """The connection cannot be kept; the process ends."""


def run(config: Config, now_ms: Callable[[], int], stopping: threading.Event) -> None:
    """Until `stopping`; prints a line with `ready` when the broker listens to it."""
    witnessed.await_word(config, now_ms())
    with Sequencer.open(config) as log:
        following = Witnessed(log)
        link = Link(_address(config.broker), INGEST, TOPICS)
        link.start()
        waiting, pulse = Waiting(), Pulse(config.state, "ingest")
        while not stopping.is_set():
            pulse.beat()
            messages, connected = _gather(link.events)
            pulse.count("messages", len(messages))
            if connected:
                print("ingest: ready", flush=True)
            spooled = list(spool.waiting(config.state))
            if messages or spooled or _is_planned():
                batch = Batch(authority.machines(), waiting, now_ms(), authority.record_keys())
                _handle(log, link, messages, batch, spooled)
            for topic, payload in following.step():
                link.publish(topic, payload)
                pulse.count("receipts")
        link.stop()


def _is_planned() -> bool:
    """Whether a list, or what is to be erased, has no place in the log yet."""
    return ListVersion.objects.filter(leaf_index=None).exists() or erased.is_waiting()


def _handle(
    log: Sequencer,
    link: Link,
    messages: list[Message],
    batch: Batch,
    spooled: Sequence[Spooled] = (),
) -> None:
    arrived: list[Message | Spooled] = [*messages, *spooled]
    for one in arrived:
        batch.add(one.topic, one.payload)
    batch.commit(log.hashes)
    log.advance()
    for message in messages:
        link.acknowledge(message)
    for carried in spooled:
        spool.done(carried)
    for topic, payload in receipts.due(batch.due, log.hashes):
        link.publish(topic, payload)


def _gather(events: "queue.SimpleQueue[Event]") -> tuple[list[Message], bool]:
    """What arrives within a moment of the first, and whether a connection was made."""
    found: list[Message] = []
    connected, size = False, 0
    deadline = time.monotonic() + IDLE_S
    while len(found) < MOST and size < MOST_BYTES:
        try:
            event = events.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        if isinstance(event, Failed):
            raise IngestError(event.reason)
        if isinstance(event, Connected):
            connected = True
            break
        if not found:
            deadline = time.monotonic() + GATHER_S
        found.append(event)
        size += len(event.payload)
    return found, connected


def _address(broker: Broker) -> Address:
    return Address(broker.host, broker.port, broker.ca, broker.ingest_cert, broker.ingest_key)
