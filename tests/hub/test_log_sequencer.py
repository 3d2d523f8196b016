"""The township's log only grows, and what a crash interrupts is completed, never forked."""

from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from hub.log import published, store
from hub.log.keys import LogKey
from hub.log.models import Head
from hub.log.second import SecondStore
from hub.log.sequencer import LogBrokenError, Sequencer
from wire.tlog import proof_file, tiles, tree
from wire.tlog.checkpoint import open_checkpoint

pytestmark = pytest.mark.django_db
NAME = "town.example/log"


@pytest.fixture
def config(tmp_path: Path) -> Any:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "log.pem").write_bytes(pem)
    return SimpleNamespace(state=tmp_path, log_name=NAME, log_key=tmp_path / "log.pem")


@pytest.fixture
def verifier(config: Any) -> Any:
    return LogKey.load(NAME, config.log_key).verifier


def opened(config: Any) -> Sequencer:
    """As a new process would: the former one and its lock are gone."""
    return Sequencer.open(config)


def leaf(index: int) -> bytes:
    return b"leaf %d" % index


def check(config: Any, verifier: Any, size: int) -> None:
    """Every leaf has a proof, a place in the second store, and a published tile."""
    data = (config.state / "public" / "log" / "checkpoint").read_bytes()
    assert open_checkpoint(data, verifier).size == size == store.size()
    assert list(SecondStore.open(config.state / "second" / "leaves").leaves()) == [
        leaf(i) for i in range(size)
    ]
    made = store.proof_files(range(size))
    for index, data in made.items():
        proof = proof_file.decode(data)
        wanted = tree.leaf_hash(leaf(index))
        proof_file.verify(proof, wanted, log=verifier, witnesses=[], quorum=0)
    for level, index, width in tiles.hash_tiles(size):
        found = (config.state / "public/log" / tiles.hash_path(level, index, width)).read_bytes()
        span = 256**level
        firsts = range(index * 256 * span, (index * 256 + width) * span, span)
        assert found == b"".join(
            tree.root_of([tree.leaf_hash(leaf(i)) for i in range(first, first + span)])
            for first in firsts
        )
    for index, width in tiles.entry_tiles(size):
        found = (config.state / "public/log" / tiles.entries_path(index, width)).read_bytes()
        first = index * 256
        assert tiles.decode_entries(found) == [leaf(i) for i in range(first, first + width)]


def test_leaves_are_provable_durable_twice_and_published(config: Any, verifier: Any) -> None:
    with opened(config) as log:
        check(config, verifier, 0)
        for first, end in [(0, 1), (1, 4), (4, 255), (255, 300), (300, 600)]:
            assert log.append([leaf(i) for i in range(first, end)]) == first
    check(config, verifier, 600)
    with pytest.raises(store.NotLoggedError):
        store.proof_file(600)


class _PowerCut(Exception):  # noqa: N818
    pass


@pytest.mark.parametrize("where", ["second", "torn", "signed", "tiles", "checkpoint"])
def test_whatever_a_crash_left_is_completed(
    config: Any, verifier: Any, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    with opened(config) as log, monkeypatch.context() as patch:
        log.append([leaf(i) for i in range(300)])
        _cut(patch, where)
        with pytest.raises(_PowerCut):
            log.append([leaf(i) for i in range(300, 700)])
    with opened(config) as log:
        check(config, verifier, 700)
        log.append([leaf(700)])
    check(config, verifier, 701)


def _cut(patch: pytest.MonkeyPatch, where: str) -> None:
    def die(*_: object, **__: object) -> None:
        raise _PowerCut

    def tear(self: SecondStore, leaves: list[bytes]) -> None:
        with self._path.open("ab") as file:
            file.write(len(leaves[0]).to_bytes(4) + leaves[0] + (99).to_bytes(4) + b"half")
        raise _PowerCut

    write = published.write
    patches: dict[str, tuple[object, str, object]] = {
        "second": (SecondStore, "append", die),
        "torn": (SecondStore, "append", tear),
        "signed": (LogKey, "sign", die),
        "tiles": (published, "write", die),
        "checkpoint": (
            published,
            "write",
            lambda path, data: die() if path.name == "checkpoint" else write(path, data),
        ),
    }
    patch.setattr(*patches[where])


def test_an_older_database_is_refused_and_nothing_changes(config: Any, verifier: Any) -> None:
    with opened(config) as log:
        log.append([leaf(0)])
        log.append([leaf(1), leaf(2)])
    _lose_leaves(1)
    witnesses = [
        config.state / "second" / "leaves",
        config.state / "public" / "log" / "checkpoint",
    ]
    for witness in witnesses:
        with pytest.raises(LogBrokenError, match="fewer than"):
            opened(config)
        witness.unlink()
    with pytest.raises(LogBrokenError, match="fewer than head"):
        opened(config)
    assert store.size() == 1


def _lose_leaves(first: int) -> None:
    """As if an older copy of the database had been restored: no trigger stops that."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS log_leaf_keep")
        cursor.execute('DELETE FROM log_leaf WHERE "index" >= %s', [first])


def test_another_story_of_the_same_length_is_refused(config: Any) -> None:
    with opened(config) as log:
        log.append([leaf(0), leaf(1)])
    path = config.state / "second" / "leaves"
    path.write_bytes(path.read_bytes().replace(b"leaf 1", b"leaf X"))
    with pytest.raises(LogBrokenError, match="Leaf 1"):
        opened(config)


def test_a_signed_head_over_other_leaves_is_refused(config: Any) -> None:
    with opened(config) as log:
        log.append([leaf(0)])
    key = LogKey.load(NAME, config.log_key)
    Head.objects.update(checkpoint=key.sign(1, bytes(32)))
    with pytest.raises(LogBrokenError, match="fork"):
        opened(config)


def test_a_key_that_was_never_the_logs_ends_with_a_sentence(config: Any) -> None:
    with opened(config) as log:
        log.append([leaf(0)])
    stranger = Ed25519PrivateKey.generate()
    config.log_key.write_bytes(
        stranger.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    with pytest.raises(LogBrokenError, match="another key"):
        opened(config)


def test_only_one_process_writes(config: Any) -> None:
    with opened(config) as log:
        with pytest.raises(LogBrokenError, match="Another ingest"):
            opened(config)
        log.append([leaf(0)])


@given(st.lists(st.binary(max_size=300), max_size=20), st.integers(0, 5000))
def test_the_second_store_keeps_whole_leaves_only(leaves: list[bytes], cut: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "leaves"
        SecondStore.open(path).append(leaves)
        data = path.read_bytes()
        path.write_bytes(data[: len(data) - cut] if cut else data)
        kept = SecondStore.open(path)
        found = list(kept.leaves())
        assert found == leaves[: len(found)]
        assert kept.count == len(found)
        kept.append([b"next"])
        assert list(SecondStore.open(path).leaves()) == [*found, b"next"]


def test_a_leaf_altered_behind_the_logs_back_is_not_signed(config: Any, verifier: Any) -> None:
    log = opened(config)
    log.append([leaf(0)])
    store.add([leaf(1)])
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER log_leaf_freeze")
        cursor.execute('UPDATE log_leaf SET data = %s WHERE "index" = 1', [b"forged"])
    with pytest.raises(LogBrokenError, match="Leaf 1"):
        log.advance()
    assert Head.objects.get().size == 1
    log.close()
