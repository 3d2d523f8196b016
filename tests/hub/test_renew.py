"""A hub that lost leaves begins a new log after the old one's last head, and goes on with that."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, connection

from hub import config as configs
from hub import renew
from hub.append_only import lifted
from hub.config import Origins
from hub.init import new_key, toml
from hub.log import published, store
from hub.log.keys import LogKey
from hub.log.models import Ahead, Cosigned, Head, Leaf, Node
from hub.log.sequencer import LogBrokenError, Sequencer
from wire.lists import renewal
from wire.tlog import note, tiles
from wire.tlog.checkpoint import open_checkpoint

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "town.example/log"


@pytest.fixture
def config(tmp_path: Path) -> Any:
    origins = Origins("http://a.localhost", "http://b.localhost", "http://c.localhost")
    (tmp_path / "hub.toml").write_text(toml(origins, log_name=NAME), "utf-8")
    new_key(tmp_path / "keys" / "log.pem")
    return configs.read(tmp_path)


def leaf(index: int) -> bytes:
    return b"leaf %d" % index


def grown(config: Any, size: int) -> bytes:
    """The head of a log of so many leaves."""
    with Sequencer.open(config) as log:
        log.append([leaf(index) for index in range(store.size(), size)])
    return bytes((config.state / "public/log/checkpoint").read_bytes())


def lost(config: Any, size: int, left: int) -> bytes:
    """A log of `size` leaves whose hub has `left` of them, and no second store; its last head."""
    grown(config, left)
    copy = config.state / "copy"
    shutil.copytree(config.state / "public", copy)
    rows = list(Leaf.objects.order_by("index").values_list("data", flat=True))
    head = grown(config, size)
    with lifted(renew._TABLES):
        for table in (Leaf, Node, Head):
            table.objects.all().delete()
        store.add([bytes(one) for one in rows])
    for name in ("public", "second"):
        shutil.rmtree(config.state / name)
    shutil.move(copy, config.state / "public")
    return head


def again(config: Any) -> Any:
    """The configuration as the next process reads it."""
    return configs.read(config.state)


def test_the_new_log_begins_with_the_old_head_and_has_what_was_left(config: Any) -> None:
    head = lost(config, 9, 4)
    old = LogKey.load(NAME, config.log_key)
    made = renew.begin(config, head, (), 0)
    now = again(config)
    assert (now.log_name, made.kept) == (f"{NAME}-2", 4)
    published_head = (config.state / "public/log/checkpoint").read_bytes()
    assert open_checkpoint(published_head, note.verifier(made.vkey)).size == 5
    first = renewal.decode(bytes(Leaf.objects.get(index=0).data))
    assert (first.former, first.head) == (old.vkey, head)
    assert renew.follows() == made.former == renewal.last_head(old.vkey, head, (), 0)
    assert [bytes(one.data) for one in Leaf.objects.order_by("index")][1:] == list(
        map(leaf, range(4))
    )
    assert grown(now, 6)


def test_the_old_log_stays_where_everybody_reads_it(config: Any) -> None:
    head = lost(config, 300, 280)
    old = LogKey.load(NAME, config.log_key).verifier
    renew.begin(config, head, (), 0)
    folder = config.state / "public" / "former" / "1"
    assert open_checkpoint((folder / "checkpoint").read_bytes(), old).size == 280
    assert len(tiles.decode_entries((folder / tiles.entries_path(0, 256)).read_bytes())) == 256


def test_a_log_that_can_go_on_is_not_given_up(config: Any) -> None:
    head = grown(config, 5)
    with pytest.raises(renew.RenewalError, match="--anyway"):
        renew.begin(config, head, (), 0)
    assert again(config).log_name == NAME
    assert renew.begin(config, head, (), 0, anyway=True).kept == 5


def test_what_the_second_store_has_is_replayed_first(config: Any) -> None:
    head = lost(config, 9, 4)
    second = config.state / "second" / "leaves"
    second.parent.mkdir()
    second.write_bytes(b"".join(len(leaf(i)).to_bytes(4) + leaf(i) for i in range(9)))
    with pytest.raises(renew.RenewalError, match="replay"):
        renew.begin(config, head, (), 0)


@pytest.mark.parametrize("wrong", ["key", "witness", "older"])
def test_only_the_last_head_that_witnesses_saw_will_do(config: Any, wrong: str) -> None:
    head = lost(config, 9, 4)
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    witness = note.verifier(note.vkey("county.example/w", other, note.COSIGNATURE))
    if wrong == "older":
        Cosigned.objects.create(id=1, checkpoint=head, size=9, seen_s=1)
        head = (config.state / "public/log/checkpoint").read_bytes()
    quorum, former = int(wrong == "witness"), note.vkey(NAME, other) if wrong == "key" else None
    with pytest.raises(renew.RenewalError):
        renew.begin(config, head, (witness,), quorum, former=former)
    assert again(config).log_name == NAME
    assert not (config.state / "renewal.json").exists()


class _PowerCut(Exception):  # noqa: N818
    pass


STEPS = ("lifted", "_put_aside", "_configure", "_decide", "_exchange")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_a_power_cut_leaves_the_old_or_the_new_log_whole(
    config: Any, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    head = lost(config, 9, 4)
    with monkeypatch.context() as patch:
        real = getattr(renew, step)

        def cut(*arguments: Any) -> Any:
            if after:
                real(*arguments)
            raise _PowerCut

        patch.setattr(renew, step, cut)
        with pytest.raises(_PowerCut):
            renew.begin(config, head, (), 0)
    if not (config.state / "renewal.json").exists():
        assert again(config).log_name == NAME
        made = renew.begin(config, head, (), 0)
    else:
        with pytest.raises(LogBrokenError, match="log renew"):
            Sequencer.open(again(config))
        with pytest.raises(renew.RenewalError, match="not finished"):
            renew.begin(again(config), head, (), 0)
        made = renew.finish(again(config))
    assert (made.kept, again(config).log_name) == (4, f"{NAME}-2")
    assert store.size() == 5
    assert (config.state / "public/former/1/checkpoint").exists()
    Sequencer.open(again(config)).close()


def test_a_second_loss_names_the_second_log(config: Any) -> None:
    renew.begin(config, lost(config, 9, 4), (), 0)
    first = renew.follows()
    head = lost(again(config), 12, 8)
    made = renew.begin(again(config), head, (), 0)
    assert again(config).log_name == f"{NAME}-3"
    assert first is not None
    assert renew.follows() == made.former != first
    assert made.kept == 7
    assert published.read_checkpoint(config.state / "public/former/2")


def test_tables_are_append_only_afterwards_and_evidence_of_the_old_log_stays(config: Any) -> None:
    head = lost(config, 9, 4)
    Ahead.objects.create(checkpoint=head, witness="county.example/w", found_ms=1)
    renew.begin(config, head, (), 0)
    assert Ahead.objects.count() == 1
    for change in ("DELETE FROM log_leaf", "DELETE FROM log_node", "UPDATE log_leaf SET data = ''"):
        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute(change)


def test_a_hub_of_nothing_begins_after_the_former_key_that_it_is_told(config: Any) -> None:
    """All was lost, the key too: `sealhub init` made another hub."""
    old = replace(config, log_key=config.state / "keys" / "lost.pem")
    new_key(old.log_key)
    key = LogKey.load(NAME, old.log_key)
    head = key.sign(7, bytes(32))
    made = renew.begin(config, head, (), 0, former=key.vkey)
    assert (made.kept, made.former.size) == (0, 7)
    assert store.size() == 1
