"""Ingest killed before and after each of its effects: receipts are for what stays only."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import transaction

from hub.ingest import process, spool
from hub.ingest.batch import Batch
from hub.ingest.models import Openings, Record
from hub.ingest.spool import Spooled
from hub.ingest.waiting import Waiting
from hub.log import published, sequencer
from hub.log.keys import LogKey
from hub.log.models import Leaf
from hub.log.second import SecondStore
from hub.log.sequencer import Sequencer
from hub.mqtt import Message
from tests.hub.journal_rig import COUNTERS, Journal, Written
from tests.support.contents import DEVICE, NOW, machines
from wire import messages, topics
from wire.tlog import checkpoint, note, proof_file, tree

pytestmark = pytest.mark.django_db
NAME = "town.example/log"


class KilledError(BaseException):
    """kill -9: no handler of the code under test may see it as its own."""


class Fate:
    """Kills at effect number `at`; effects are counted before and after they happen."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.count = 0

    def tick(self) -> None:
        self.count += 1
        if self.count == self.at:
            raise KilledError

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.tick()
            result = call(*args, **kwargs)
            self.tick()
            return result

        return wrapped


class Broker:
    """Keeps what was not acknowledged; hands receipts to the machine."""

    def __init__(self, fate: Fate, folder: Path, *, on_foot: bool) -> None:
        self.folder = folder
        self.on_foot = on_foot
        self.kept: dict[int, Message] = {}
        self.taken = 0
        self.receipts: dict[int, bytes] = {}
        self.acknowledge = fate.around(self._acknowledge)
        self.publish = fate.around(self._publish)

    def take(self, what: str, payload: bytes) -> None:
        self.taken += 1
        if self.on_foot:
            spool.put(self.folder, DEVICE, what, payload, self.taken)
            return
        self.kept[self.taken] = Message(topics.up(DEVICE, what), payload, self.taken, 1, 1)

    def _acknowledge(self, message: Message) -> None:
        for written in messages_of(message):
            assert Record.objects.filter(entry_hash=written).exists()
        self.kept.pop(message.number, None)

    def _publish(self, topic: str, payload: bytes) -> None:
        assert topic == topics.down(DEVICE, "receipt")
        given = dict(messages.decode_receipts(payload))
        durable = SecondStore.open(self.folder / "second" / "leaves").count
        for data in given.values():
            head = checkpoint.decode(note.parse(proof_file.decode(data).checkpoint).text)
            assert head.size <= durable
            public = (self.folder / "public" / "log" / "checkpoint").read_bytes()
            assert head.size <= checkpoint.decode(note.parse(public).text).size
        self.receipts |= given


def _only_what_is_stored(done: Callable[[Spooled], None]) -> Callable[[Spooled], None]:
    def checked(spooled: Spooled) -> None:
        for written in messages_of(spooled):
            assert Record.objects.filter(entry_hash=written).exists()
        done(spooled)

    return checked


def messages_of(message: Message | Spooled) -> list[bytes]:
    """Hashes of the entries in it."""
    if not message.topic.endswith("/entry"):
        return []
    return [tree.leaf_hash(one) for one in messages.decode_entries(message.payload)]


@pytest.fixture
def journal() -> Journal:
    made = Journal(now_ms=NOW)
    made.write("boot", version="1", **COUNTERS)
    for _ in range(3):
        made.stamp(b"g" * 32)
    return made


@pytest.mark.parametrize("on_foot", [False, True], ids=["broker", "stick"])
def test_every_moment_of_a_batch_can_be_the_last(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, on_foot: bool
) -> None:
    at, alive = 0, False
    while not alive:
        at += 1
        folder = tmp_path / str(at)
        folder.mkdir()
        with monkeypatch.context() as patch, transaction.atomic():
            alive = _live(folder, journal, Fate(at), patch, on_foot=on_foot)
            transaction.set_rollback(True)
    assert at > 30


def _live(
    folder: Path, journal: Journal, fate: Fate, patch: pytest.MonkeyPatch, *, on_foot: bool
) -> bool:
    """One life of ingest up to its end by fate, and another; whether fate had no chance."""
    settings = config(folder)
    patch.setattr(spool, "done", _only_what_is_stored(spool.done))
    for owner, name in (
        (Batch, "commit"),
        (SecondStore, "append"),
        (sequencer, "_swap"),
        (published, "write"),
        (spool, "done"),
    ):
        patch.setattr(owner, name, fate.around(getattr(owner, name)))
    broker = Broker(fate, folder, on_foot=on_foot)
    first, rest = journal.written[:4], journal.written[4:]
    killed = False
    for part in (first, rest, []):
        _send(broker, part)
        try:
            with Sequencer.open(settings) as log:
                _work(log, broker, journal)
        except KilledError:
            killed = True
    _check(folder, settings, broker, journal.written)
    return not killed


def _send(broker: Broker, written: list[Written]) -> None:
    if written:
        broker.take("entry", messages.encode_entries([one.envelope for one in written]))
        openings = [one.openings for one in written if one.openings is not None]
        if openings:
            broker.take("opening", messages.encode_openings(openings))


def _work(log: Sequencer, broker: Broker, journal: Journal) -> None:
    """Everything the broker keeps, then what the machine sends again for want of a receipt."""
    for _ in range(2):
        arrived = list(broker.kept.values())
        carried = list(spool.waiting(broker.folder))
        batch = Batch(_machines(journal), Waiting(), NOW)
        process._handle(log, broker, arrived, batch, carried)  # type: ignore[arg-type]
        last = max(Record.objects.values_list("seq", flat=True), default=0)
        _send(broker, [o for o in journal.written[:last] if o.entry.seq not in broker.receipts])


def _check(folder: Path, settings: Any, broker: Broker, written: list[Written]) -> None:
    assert not list(spool.waiting(folder))
    assert broker.receipts.keys() == {one.entry.seq for one in written}
    assert list(Record.objects.order_by("seq").values_list("seq", flat=True)) == [
        one.entry.seq for one in written
    ]
    assert Openings.objects.count() == sum(one.openings is not None for one in written)
    log = LogKey.load(NAME, settings.log_key).verifier
    leaves = [bytes(one.data) for one in Leaf.objects.order_by("index")]
    assert list(SecondStore.open(folder / "second" / "leaves").leaves()) == leaves
    hashes = [tree.leaf_hash(one) for one in leaves]
    for one in written:
        proof = proof_file.decode(broker.receipts[one.entry.seq])
        head = proof_file.verify(proof, one.hash, log=log, witnesses=(), quorum=0)
        assert head.root == tree.root_of(hashes[: head.size])


def _machines(journal: Journal) -> Any:
    return machines(journal.key).machines


def config(folder: Path) -> Any:
    """As much of a hub's configuration as its log needs, with a new key in that folder."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    (folder / "log.pem").write_bytes(pem)
    return SimpleNamespace(state=folder, log_name=NAME, log_key=folder / "log.pem")
