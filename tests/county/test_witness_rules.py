"""What the witness decides, and that no order of requests makes it vouch for two trees."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from county.witness import rules
from county.witness.key import WitnessKey
from county.witness.rules import ANSWERS, CLOCK_SLACK_S, NONE, Head, refusal
from county.witness.service import Witness
from county.witness.store import FILE, MOST_FORKS, Store
from tests.support.witness import Log
from wire.tlog import checkpoint, cosignature, note, tree
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.submission import Submission

NOW = 1_793_592_000
MOST = 6
MEMORY = "/dev/shm"
"""Nothing here is about power cuts."""
TREES = (Log.of(MOST), Log.of(MOST, forked_at=2), Log.of(MOST, forked_at=4))


class Bench:
    """A witness in this process whose clock is `now`; `again` is a restart."""

    def __init__(self, state: Path) -> None:
        self.state, self.now = state, NOW
        self.key = WitnessKey.create(state, "county.example/witness")
        self.store = Store.create(state)
        self.store.add_log(note.verifier(TREES[0].vkey))
        self.witness = Witness(self.key, self.store, lambda: self.now)

    def again(self) -> None:
        self.store.close()
        self.store = Store.open(self.state)
        self.witness = Witness(WitnessKey.load(self.state), self.store, lambda: self.now)

    def ask(self, log: Log, old: int, new: int) -> int:
        return self.witness.add_checkpoint(log.asks(old, new)).status

    def cosigned(self, log: Log, old: int, new: int) -> int | None:
        """The time of the cosignature that this submission brings, if any."""
        reply = self.witness.add_checkpoint(log.asks(old, new))
        if reply.status != 200:
            return None
        whole = note.Note(log.text(new), note.parse_lines(reply.body))
        return cosignature.count(whole, [self.key.verifier])[0]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.store.close()


def head(log: Log, size: int) -> Head:
    return Head(size, tree.root_of(log.leaves[:size]), log.head(size))


HONEST, FORKED, _ = TREES
AT5 = head(HONEST, 5)
WRONG = (bytes(32),)
EMPTY = Checkpoint(HONEST.name, 0, tree.EMPTY_ROOT)


@pytest.mark.parametrize(
    ("held", "old", "proof", "offered", "reason"),
    [
        (NONE, 0, (), (HONEST, 5), None),
        (NONE, 0, (), EMPTY, None),
        (head(HONEST, 0), 0, (), EMPTY, None),
        (head(HONEST, 0), 0, (), (HONEST, 5), None),
        (AT5, 5, (), (HONEST, 5), None),
        (AT5, 5, HONEST.proof(5, 6), (HONEST, 6), None),
        (AT5, 6, (), (HONEST, 5), "old_above_size"),
        (NONE, 6, (), (HONEST, 5), "old_above_size"),
        (NONE, 5, (), (HONEST, 5), "conflict"),
        (AT5, 0, (), (HONEST, 5), "conflict"),
        (AT5, 4, HONEST.proof(4, 5), (HONEST, 5), "conflict"),
        (AT5, 4, HONEST.proof(4, 6), (HONEST, 6), "conflict"),
        (AT5, 4, (), (FORKED, 5), "conflict"),
        (NONE, 0, (), Checkpoint(HONEST.name, 0, bytes(32)), "empty_root"),
        (NONE, 0, WRONG, EMPTY, "proof_unwanted"),
        (NONE, 0, WRONG, (HONEST, 5), "proof_unwanted"),
        (AT5, 5, (), (FORKED, 5), "fork"),
        (AT5, 5, WRONG, (FORKED, 5), "fork"),
        (AT5, 5, WRONG, (HONEST, 5), "inconsistent"),
        (AT5, 5, (), (HONEST, 6), "inconsistent"),
        (AT5, 5, FORKED.proof(5, 6), (FORKED, 6), "inconsistent"),
        (AT5, 5, (*HONEST.proof(5, 6), bytes(32)), (HONEST, 6), "inconsistent"),
        (AT5, 5, HONEST.proof(5, 6)[:-1], (HONEST, 6), "inconsistent"),
    ],
)  # fmt: skip
def test_the_table_of_answers(
    held: Head,
    old: int,
    proof: tuple[bytes, ...],
    offered: Checkpoint | tuple[Log, int],
    reason: str | None,
) -> None:
    if isinstance(offered, tuple):
        log, size = offered
        offered = checkpoint.decode(log.text(size))
    assert refusal(held, Submission(old, proof, b""), offered) == reason
    assert reason is None or reason in ANSWERS


ACTION = st.tuples(
    st.sampled_from(TREES),
    st.none() | st.integers(0, MOST),
    st.integers(-1, 3),
    st.integers(-90, 150),
    st.booleans(),
)
"""Which tree; the old size, or None for the right one; growth; s passed; a restart before."""


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTION, min_size=6, max_size=25))
def test_every_head_begins_with_the_one_before_and_no_time_goes_back(
    actions: list[tuple[Log, int | None, int, int, bool]],
) -> None:
    """Whatever logs with one key ask in whatever order, over restarts and with a bad clock.

    So there are never two roots of one size, nor a head that shrinks.
    """
    with TemporaryDirectory(dir=MEMORY) as folder:
        bench = Bench(Path(folder))
        leaves: tuple[bytes, ...] = ()
        newest = 0
        for log, old, grown, passed, restarted in actions:
            bench.now += passed
            if restarted:
                bench.again()
            held = (bench.store.head(log.name) or NONE).size
            new = min(max(held + grown, 0), MOST)
            time_s = bench.cosigned(log, held if old is None else old, new)
            if time_s is not None:
                assert log.leaves[:new][: len(leaves)] == leaves
                assert time_s >= newest
                leaves, newest = log.leaves[:new], time_s
        bench.store.close()


def test_a_clock_set_back_a_little_is_waited_for_and_more_stops_the_signing(bench: Bench) -> None:
    assert bench.cosigned(HONEST, 0, 3) == NOW
    bench.now = NOW - CLOCK_SLACK_S
    assert bench.cosigned(HONEST, 3, 4) == NOW
    bench.now -= 1
    reply = bench.witness.add_checkpoint(HONEST.asks(4, 5))
    assert (reply.status, "时钟" in reply.body.decode()) == (503, True)
    bench.again()
    assert bench.ask(HONEST, 4, 5) == 503, "a restart does not forget the time"
    bench.now = NOW + 5
    assert bench.cosigned(HONEST, 4, 4) == NOW + 5, "and nothing was taken in the meantime"


def test_what_cannot_be_written_is_not_told(bench: Bench) -> None:
    with closing(sqlite3.connect(bench.state / FILE)) as pen:
        pen.execute(
            "CREATE TRIGGER full BEFORE INSERT ON head BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        assert bench.ask(HONEST, 0, 3) == 503
        pen.execute("DROP TRIGGER full")
    assert bench.ask(FORKED, 0, 5) == 200, "nothing of the first was kept"


def test_evidence_is_bounded(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_FORKS >= 100
    monkeypatch.setattr("county.witness.store.MOST_FORKS", 1)
    bench.ask(HONEST, 0, 6)
    for other in TREES[1:]:
        assert bench.ask(other, 6, 6) == 422
    assert len(bench.store.forks()) == 1


def test_every_answer_speaks_both_languages() -> None:
    for answer in rules.ANSWERS.values():
        assert answer.zh.endswith("。")
        assert answer.en.endswith(".")
