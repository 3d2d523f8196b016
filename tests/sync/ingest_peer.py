"""The hub's ingest in memory: stores what comes, and answers with receipts of a real log.

Calls only `wire` and paho.
"""

import base64
import ssl
import threading
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.sync.pki import Identity
from wire import messages, topics
from wire.messages import Status
from wire.record import envelope
from wire.record.entry import Entry, decode
from wire.tlog import checkpoint, note, proof, proof_file, tree
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.note import Signature, Verifier

ORIGIN = "township.test/log"


class TownshipLog:
    """A growing log and its signed heads."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.verifier: Verifier = note.verifier(note.vkey(ORIGIN, public))
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._places: dict[bytes, int] = {}

    def append(self, leaf: bytes) -> int:
        """Its place; the same leaf has one place only."""
        digest = tree.leaf_hash(leaf)
        if digest not in self._places:
            size = len(self._places)
            for level, index, value in tree.new_nodes(size, digest, self._at):
                self._nodes[level, index] = value
            self._places[digest] = size
        return self._places[digest]

    def head(self) -> bytes:
        size = len(self._places)
        text = checkpoint.encode(Checkpoint(ORIGIN, size, tree.root(size, self._at)))
        signed = Signature(ORIGIN, self.verifier.key_id, self._key.sign(text))
        return note.assemble(text, [signed])

    def proofs(self, places: list[int]) -> list[bytes]:
        head, size = self.head(), len(self._places)
        return [
            proof_file.encode(
                proof_file.ProofFile(one, tuple(proof.inclusion(one, size, self._at)), head)
            )
            for one in places
        ]

    def _at(self, level: int, index: int) -> bytes:
        return self._nodes[level, index]


class Ingest:
    """`silent` keeps the receipts back; `times` counts how often each seq came."""

    def __init__(self, identity: Identity, port: int, log: TownshipLog | None = None) -> None:
        self.log = log or TownshipLog()
        self.silent = False
        self.order: list[int] = []
        self.times: dict[int, int] = {}
        self.openings: list[bytes] = []
        self.statuses: list[tuple[bool, Status]] = []
        self.answers: list[bytes] = []
        self._ready = threading.Event()
        self._client = Client(
            CallbackAPIVersion.VERSION2, "hub-ingest", protocol=MQTTProtocolVersion.MQTTv5
        )
        context = ssl.create_default_context(cafile=str(identity.ca))
        context.load_cert_chain(identity.certificate, identity.key)
        self._client.tls_set_context(context)
        self._client.reconnect_delay_set(1, 1)
        self._client.max_queued_messages_set(0)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port, 30)
        self._client.loop_start()
        assert self._ready.wait(5)

    @property
    def seqs(self) -> set[int]:
        return set(self.times)

    def publish(self, device: str, what: str, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(topics.down(device, what), payload, qos=1, retain=retain)

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: Client, *_: Any) -> None:
        client.subscribe("seal/v1/+/up/#", 1)

    def _on_message(self, _: Client, __: Any, message: MQTTMessage) -> None:
        topic, payload = topics.parse(message.topic), bytes(message.payload)
        if topic.what == "entry":
            self._entries(topic.device, messages.decode_entries(payload))
        elif topic.what == "opening":
            self.openings += messages.decode_openings(payload)
        elif topic.what == "answer":
            self.answers.append(payload)
        else:
            self.statuses.append((message.retain, messages.decode_status(payload)))

    def _entries(self, device: str, envelopes: tuple[bytes, ...]) -> None:
        entries: list[Entry] = [decode(envelope.parse(one).payload) for one in envelopes]
        for entry in entries:
            if entry.seq not in self.times:
                self.order.append(entry.seq)
            self.times[entry.seq] = self.times.get(entry.seq, 0) + 1
        proofs = self.log.proofs([self.log.append(one) for one in envelopes])
        if not self.silent:
            receipts = [(entry.seq, one) for entry, one in zip(entries, proofs, strict=True)]
            self.publish(device, "receipt", messages.encode_receipts(receipts))


def not_cbor() -> list[bytes]:
    """What nobody should ever send."""
    return [
        b"",
        b"\xff",
        b"\x00" * 4096,
        base64.b64encode(b"list"),
        messages.encode_openings([b"x"]),
    ]
