"""Whom the hub asks for cosignatures, when, and what it takes for one; witnesses in memory."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from county.witness.key import WitnessKey
from county.witness.service import Witness as County
from county.witness.store import Store
from hub.cosign import collector as collectors
from hub.cosign.asking import Answer, Failed, Holds, Lines
from hub.cosign.collector import Collector
from hub.devices import authority
from hub.log import store
from hub.log.keys import LogKey
from hub.log.models import Ahead, Cosigned, Head, Witness
from tests.support.contents import NOW
from tests.support.sealed_log import KEY, NAME, VKEY
from tests.support.township import Township
from wire.tlog import cosignature, note, submission, tree
from wire.tlog.submission import Submission

pytestmark = pytest.mark.django_db
NAMES = ("a.example/w", "b.example/w", "c.example/w")
LOG = LogKey(NAME, KEY)
MAX_AGE_S = 1000


@dataclass
class Peer:
    """A real witness asked by a call; `answer` is what it says instead."""

    county: County
    key: WitnessKey
    answer: Answer | None = None
    asked: list[Submission] = field(default_factory=list)

    def ask(self, asked: Submission, size: int) -> Answer:
        self.asked.append(asked)
        if self.answer is not None:
            return self.answer
        reply = self.county.add_checkpoint(submission.encode(asked))
        if reply.status == 200:
            return Lines(reply.body)
        if reply.status == 409:
            held = submission.decode_size(reply.body)
            return Holds(held, self._shown() if held > size else None)
        return Holds(None, self._shown()) if reply.status == 422 else Failed("refused", "")

    def _shown(self) -> bytes | None:
        reply = self.county.latest(sha256(NAME.encode()).hexdigest())
        return reply.body if reply.status == 200 else None

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Town:
    """A log in the database, three witnesses, and the collector between them."""

    peers: dict[str, Peer]
    collector: Collector
    clock: list[int]

    def grow(self, count: int = 1) -> int:
        """So many leaves more, and their signed head; its size."""
        first = store.size()
        store.add([f"leaf {first + n}".encode() for n in range(count)])
        size = first + count
        data = LOG.sign(size, tree.root(size, store.hashes))
        Head.objects.update_or_create(id=1, defaults={"checkpoint": data, "size": size})
        return size

    def settle(self) -> None:
        """Until nothing is under way any more."""
        self.collector.step(5)
        while self.collector.step(5):
            pass

    def later(self, seconds: float) -> None:
        self.clock[0] += int(seconds * 1000)
        self.settle()

    def seen(self) -> tuple[int, set[str]]:
        """Size of the head that a quorum saw, and which of the witnesses say so."""
        found = Cosigned.objects.filter(id=1).first()
        if found is None:
            return 0, set()
        signed = note.parse(bytes(found.checkpoint))
        keys = {name: peer.key.verifier for name, peer in self.peers.items()}
        return found.size, {n for n, key in keys.items() if cosignature.count(signed, [key])}

    def problem(self, name: str) -> str:
        return Witness.objects.get(name=name).problem


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    clock, stores, peers = [NOW], [], {}
    for name in NAMES:
        folder = tmp_path / name.replace("/", "-")
        folder.mkdir()
        kept = Store.create(folder)
        kept.add_log(note.verifier(VKEY))
        stores.append(kept)
        key = WitnessKey.create(folder, name)
        peers[name] = Peer(County(key, kept, lambda: clock[0] // 1000), key)
    policy = {
        "log_origin": NAME,
        "log_key": VKEY,
        "witnesses": tuple(peer.key.vkey for peer in peers.values()),
        "quorum": 2,
        "witness_max_age_s": MAX_AGE_S,
    }
    made = Township.build(policy=policy)
    authority.import_package(made.package, root_sha256=sha256(made.roots[0]).digest())
    monkeypatch.setattr(collectors, "Asking", lambda url, _: peers[url])
    monkeypatch.setattr(collectors, "ThreadPoolExecutor", _AtOnce)
    town = Town(peers, Collector({name: name for name in NAMES}, lambda: clock[0]), clock)
    with closing(town.collector):
        yield town
    for kept in stores:
        kept.close()


class _AtOnce:
    """A pool whose work is done before it is asked for: witnesses here have one thread."""

    def __init__(self, **_: object) -> None:
        pass

    def submit(self, call: Callable[..., Answer], *arguments: object) -> "Future[Answer]":
        made: Future[Answer] = Future()
        made.set_result(call(*arguments))
        return made

    def shutdown(self, **_: object) -> None:
        """Nothing is under way."""


def test_all_are_asked_and_every_line_is_kept(town: Town) -> None:
    size = town.grow(5)
    town.settle()
    assert town.seen() == (size, set(NAMES))
    size = town.grow(300)
    town.settle()
    assert town.seen() == (size, set(NAMES))
    assert [one.old for one in town.peers[NAMES[0]].asked] == [0, 5]


def test_a_quorum_is_enough_and_less_is_not(town: Town) -> None:
    town.peers[NAMES[0]].answer = Failed("unreachable", "")
    size = town.grow()
    town.settle()
    assert town.seen() == (size, set(NAMES[1:]))
    town.peers[NAMES[1]].answer = Failed("unreachable", "")
    town.grow()
    town.settle()
    assert town.seen()[0] == size
    assert town.problem(NAMES[1]) == "unreachable"
    town.peers[NAMES[1]].answer = None
    town.later(1)
    assert town.seen() == (size + 1, set(NAMES[1:]))
    assert town.problem(NAMES[1]) == ""


def test_one_that_fails_is_asked_at_growing_intervals(town: Town) -> None:
    town.peers[NAMES[0]].answer = Failed("unreachable", "")
    town.grow()
    town.settle()
    asked = []
    for second in range(200):
        before = len(town.peers[NAMES[0]].asked)
        town.later(1)
        asked += [second] * (len(town.peers[NAMES[0]].asked) - before)
    gaps = [b - a for a, b in pairwise(asked)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == 60


def test_a_quiet_log_is_seen_again_after_half_of_the_maximum_age(town: Town) -> None:
    town.grow()
    town.settle()
    before = Cosigned.objects.get(id=1).seen_s
    town.later(MAX_AGE_S // 2 - 2)
    assert Cosigned.objects.get(id=1).seen_s == before
    town.later(3)
    assert Cosigned.objects.get(id=1).seen_s == town.clock[0] // 1000


def test_a_line_that_is_not_of_the_witness_counts_for_nothing(town: Town) -> None:
    town.grow()
    foreign = WitnessKey(town.peers[NAMES[0]].key.verifier, KEY)
    text = note.parse(bytes(Head.objects.get(id=1).checkpoint)).text
    for name in NAMES[:2]:
        town.peers[name].answer = Lines(note.lines([foreign.cosign(text, NOW // 1000)]))
    town.settle()
    assert town.seen() == (0, set())
    assert {town.problem(name) for name in NAMES[:2]} == {"false"}


def test_one_that_forgot_is_proven_to_from_where_it_stands(town: Town, tmp_path: Path) -> None:
    town.grow(5)
    town.settle()
    Witness.objects.filter(name=NAMES[0]).update(size=3)
    town.collector = Collector({name: name for name in NAMES}, lambda: town.clock[0])
    size = town.grow(4)
    town.settle()
    assert [one.old for one in town.peers[NAMES[0]].asked] == [0, 3, 5]
    assert town.seen() == (size, set(NAMES))


def test_a_head_of_our_own_that_we_do_not_have_is_kept_as_evidence(town: Town) -> None:
    town.grow(3)
    private = LOG.sign(7, bytes(32))
    town.peers[NAMES[0]].county.add_checkpoint(submission.encode(Submission(0, (), private)))
    town.settle()
    kept = Ahead.objects.get()
    assert (bytes(kept.checkpoint), kept.witness) == (private, NAMES[0])
    assert town.problem(NAMES[0]) == "ahead"
    town.later(5)
    assert Ahead.objects.count() == 1


def test_a_witness_without_an_address_is_said_to_have_none(town: Town) -> None:
    town.collector = Collector({name: name for name in NAMES[1:]}, lambda: town.clock[0])
    size = town.grow()
    town.settle()
    assert town.seen() == (size, set(NAMES[1:]))
    assert town.problem(NAMES[0]) == "no_address"
