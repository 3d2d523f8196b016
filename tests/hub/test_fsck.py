"""`sealhub fsck` finds each thing that no longer fits, says where, and changes nothing."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection

from hub.blobs import store as blobs
from hub.commands import examination
from hub.devices import authority
from hub.ingest.batch import Batch
from hub.ingest.waiting import Waiting
from hub.log import store
from hub.log.keys import LogKey
from hub.log.models import Ahead, Head
from hub.log.sequencer import Sequencer
from hub.operate.fsck.faults import NOTES, WORDS
from hub.operate.fsck.run import examine
from hub.site.files import File
from hub.site.folder import Folder
from hub.site.settings import settings as settings_of
from tests.hub import public_rig
from tests.hub.journal_rig import COUNTERS, Journal, Written
from wire import messages, topics
from wire.lists import renewal
from wire.lists.renewal import RenewalLeaf
from wire.tlog import tiles

pytestmark = pytest.mark.django_db(databases=["default", "hotline"])
NAME = "town.example/log"
PHOTO = b"\xff\xd8\xff a page"


@pytest.fixture
def config(tmp_path: Path, settings: Any) -> Any:
    settings.STATE = tmp_path
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "log.pem").write_bytes(pem)
    return SimpleNamespace(state=tmp_path, log_name=NAME, log_key=tmp_path / "log.pem", site={})


@pytest.fixture
def hub(config: Any) -> Any:
    """300 entries, a stamp with its openings among them, a list, and a photo."""
    journal = Journal()
    township = public_rig.township(journal)
    public_rig.publish(township, ())
    journal.stamp(b"g" * 32)
    for _ in range(300):
        journal.write("heartbeat", **COUNTERS)
    _ingest(journal.written, openings=True)
    blobs.put(PHOTO, "photo", "sunrise-1")
    Sequencer.open(config).close()
    own = settings_of(config)
    Folder(own.folder, own.beside).put("township", [File("index.html", b"whole")])
    return config


def _ingest(written: list[Written], *, openings: bool) -> None:
    batch = Batch(authority.machines(), Waiting(), 0, authority.record_keys())
    for one in written:
        batch.add(topics.up("sunrise-1", "entry"), messages.encode_entries([one.envelope]))
        if one.openings is not None and openings:
            batch.add(topics.up("sunrise-1", "opening"), messages.encode_openings([one.openings]))
    batch.commit(store.Hashes())


def _faults(config: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in examine(config):
        assert one.sentence.startswith("!" if one.code in NOTES else "✗")
        found.setdefault(one.code, []).append(one.place)
    return found


def _sql(statement: str, *values: bytes) -> Callable[[Any], None]:
    """What somebody with the database's file can do: no trigger keeps him."""

    def change(_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute(statement, values)

    return change


def _file(path: str, change: Callable[[bytes], bytes | None]) -> Callable[[Any], None]:
    def apply(config: Any) -> None:
        target = config.state / path
        data = change(target.read_bytes())
        target.unlink()
        if data is not None:
            target.write_bytes(data)

    return apply


def _swapped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def _gone(_: bytes) -> None:
    return None


def _ahead(config: Any) -> None:
    signed = LogKey.load(NAME, config.log_key).sign(999, bytes(32))
    Ahead.objects.create(checkpoint=signed, witness="county.example/witness", found_ms=1)


def _rival_head(config: Any) -> None:
    size = store.size()
    Head.objects.update(checkpoint=LogKey.load(NAME, config.log_key).sign(size, bytes(32)))


def _half(config: Any) -> None:
    with (config.state / "second" / "leaves").open("ab") as file:
        file.write(b"\0\0\1\0half")


def _late(_: Any) -> None:
    """A machine's entry whose openings are still under way."""


SECOND = "second/leaves"
NAMED = sha256(PHOTO).hexdigest()
BLOB = f"blobs/{NAMED[:2]}/{NAMED}"
PARTIAL = tiles.hash_path(0, 1, 48)
CASES: list[tuple[Callable[[Any], None], str, str]] = [
    (_file("public/site/index.html", lambda _: b"who"), "site_torn", "index.html"),
    (_file("public/site/index.html", _gone), "site_torn", "index.html"),
    (_sql('DELETE FROM log_leaf WHERE "index" = 7'), "leaf_gap", "leaf 7"),
    (_sql('UPDATE log_leaf SET data = %s WHERE "index" = 7', b"x"), "leaf_altered", "leaf 7"),
    (_sql('UPDATE log_node SET hash = %s WHERE level = 3 AND "index" = 2', bytes(32)),
     "node_differs", "level 3 node 2"),
    (_sql("DELETE FROM log_head"), "head_missing", "log_head"),
    (_sql("UPDATE log_head SET checkpoint = %s", b"nothing"), "head_false", "log_head"),
    (_rival_head, "head_differs", "log_head 304"),
    (_file("public/log/checkpoint", _gone), "head_unpublished", "checkpoint"),
    (_sql("INSERT INTO log_told (id, size, started_ms) VALUES (1, 5, 0)"), "told_beyond", "leaf 4"),
    (_ahead, "witness_ahead", "county.example/witness 999"),
    (_file(f"public/log/{tiles.hash_path(0, 0)}", _swapped), "tile_differs", tiles.hash_path(0, 0)),
    (_file(f"public/log/{PARTIAL}", _gone), "tile_missing", PARTIAL),
    (_file(SECOND, lambda data: data[:-10]), "second_short", "leaf 303"),
    (_file(SECOND, _swapped), "second_differs", "leaf 303"),
    (_half, "second_cut", "leaves byte"),
    (_sql("UPDATE ingest_record SET leaf_index = NULL WHERE seq = 9"), "record_unlogged",
     "sunrise-1/9"),
    (_sql("UPDATE ingest_record SET leaf_index = NULL WHERE seq = 9"), "leaf_unknown", "leaf 9"),
    (_sql("UPDATE ingest_record SET envelope = %s WHERE seq = 9", b"x"), "record_differs",
     "leaf 9"),
    (_sql("UPDATE ingest_record SET envelope = %s WHERE seq = 9", b"x"), "record_false",
     "sunrise-1/9"),
    (_sql("DELETE FROM ingest_record WHERE seq = 9"), "record_chain", "sunrise-1/10"),
    (_sql("UPDATE ingest_openings SET data = %s", b"x"), "openings_false", "sunrise-1/1"),
    (_sql("DELETE FROM ingest_openings"), "openings_waiting", "sunrise-1/1"),
    (_sql("INSERT INTO ingest_erased (what, device, first_seq, last_seq, newest_ms, at_ms, "
          "leaf_index) VALUES ('openings', 'sunrise-1', 1, 9, 1, 1, 9999)"),
     "erased_here", "sunrise-1/1"),
    (_sql("UPDATE devices_listversion SET bundle = %s", b"x"), "list_differs", "sunrise-1/list/1"),
    (_sql("UPDATE devices_listversion SET bundle = %s", b""), "list_lost", "sunrise-1/list/1"),
    (_sql("UPDATE log_node SET hash = %s WHERE level = 5", bytes(32)), "receipt_false",
     "sunrise-1/303"),
    (_file(BLOB, _gone), "blob_missing", NAMED),
    (_file(BLOB, _swapped), "blob_spoilt", NAMED),
    (_sql("DELETE FROM blobs_blob"), "blob_unlisted", NAMED),
    (_late, "photo_waiting", "sunrise-1/1 "),
]  # fmt: skip


def test_a_sound_hub_waits_for_photos_at_most(hub: Any) -> None:
    before = _state(hub.state)
    assert _faults(hub).keys() <= {"photo_waiting"}
    assert _state(hub.state) == before


@pytest.mark.parametrize(("change", "code", "place"), CASES)
def test_each_fault_is_found_at_its_place(
    hub: Any, change: Callable[[Any], None], code: str, place: str
) -> None:
    change(hub)
    found = _faults(hub)
    assert code in found, found
    assert any(one.startswith(place) for one in found[code]), found[code]


def test_a_log_that_follows_another_is_sound(config: Any) -> None:
    former = LogKey.load(NAME, config.log_key)
    head = former.sign(7, bytes(32))
    store.add([renewal.leaf(RenewalLeaf(former.vkey, head))])
    config.log_name = f"{NAME}-2"
    Ahead.objects.create(checkpoint=head, witness="county.example/witness", found_ms=1)
    Sequencer.open(config).close()
    assert _faults(config) == {}


def test_what_a_witness_showed_is_no_fault_once_it_is_here(hub: Any) -> None:
    head = bytes(Head.objects.get().checkpoint)
    Ahead.objects.create(checkpoint=head, witness="county.example/witness", found_ms=1)
    assert "witness_ahead" not in _faults(hub)


def test_a_log_that_lost_its_end_is_told_from_its_signed_head(hub: Any) -> None:
    _sql('DELETE FROM log_leaf WHERE "index" > 299')(hub)
    assert "log_head 304" in _faults(hub)["head_beyond"]


def test_every_fault_has_words_and_every_word_a_case() -> None:
    elsewhere = {"cosigned_short", "report_spoilt"}
    assert {code for _, code, _ in CASES} | {"head_beyond"} | elsewhere == WORDS.keys()


def test_the_status_says_whether_anything_is_wrong(
    hub: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _status(hub, monkeypatch) == 0
    assert "everything fits together" in capsys.readouterr().out
    _file(BLOB, _gone)(hub)
    assert _status(hub, monkeypatch, as_json=True) == 1
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"code": "blob_missing", "place": NAMED, "note": False} in said
    (hub.state / "log.pem").unlink()
    assert _status(hub, monkeypatch) == 2
    assert "Cannot be examined" in capsys.readouterr().err


def _status(config: Any, patch: pytest.MonkeyPatch, *, as_json: bool = False) -> int:
    patch.setattr("hub.config.config", lambda: config)
    patch.setattr("hub.commands.parts.django", lambda: None)
    try:
        examination._fsck(SimpleNamespace(json=as_json))  # type: ignore[arg-type]
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _state(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in _files(folder)}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
