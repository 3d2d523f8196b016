"""One stamp on the public site: its page, its number, and the proof file that a phone verifies."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client
from pytest_django.fixtures import Settings

from hub.ingest.models import Record
from hub.log.keys import LogKey
from hub.log.sequencer import Sequencer
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal, Written
from tests.support import contents
from wire import stamp_proof
from wire.record.entry import open_entry
from wire.stamp_code import StampCode
from wire.tlog import proof_file, tree
from wire.tlog.proof import verify_inclusion
from wire.tlog.proof_file import ProofFile

pytestmark = pytest.mark.django_db
NAME = "town.example/log"


@pytest.fixture
def journal(settings: Settings, tmp_path: Path) -> Journal:
    settings.ROOT_URLCONF = "hub.urls_public"
    settings.STATE = tmp_path
    hub.write_config(tmp_path)
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    (tmp_path / "log.pem").write_bytes(pem)
    made = Journal()
    hub.township(made)
    return made


@pytest.fixture
def log(journal: Journal, tmp_path: Path) -> LogKey:
    return LogKey.load(NAME, tmp_path / "log.pem")


def test_the_proof_file_holds_both_entries_and_proves_them(
    journal: Journal, log: LogKey, tmp_path: Path
) -> None:
    stamped = journal.stamp(b"g" * 32, sheet=2)
    _logged(journal, tmp_path)
    proof, parts = stamp_proof.decode(_file(stamped))
    head = proof_file.verify(proof, stamped.hash, log=log.verifier, witnesses=[], quorum=0)
    assert parts.stamped == stamped.envelope
    opening = open_entry(parts.authorised.entry, journal.key)
    assert opening.seq == stamped.entry.body["authorised"]
    verify_inclusion(
        tree.leaf_hash(parts.authorised.entry),
        parts.authorised.index,
        head.size,
        parts.authorised.hashes,
        head.root,
    )
    assert parts.correction is None


def test_the_proof_file_tells_nothing_about_people(journal: Journal, tmp_path: Path) -> None:
    stamped = journal.stamp(b"g" * 32)
    _logged(journal, tmp_path)
    _, parts = stamp_proof.decode(_file(stamped))
    told = parts.stamped + parts.authorised.entry
    for person in contents.NAMES:
        assert f"\x62{person}".encode() not in told
    for name in contents.NAMES.values():
        assert name.encode() not in told


def test_a_void_stamps_file_says_so(journal: Journal, log: LogKey, tmp_path: Path) -> None:
    stamped = journal.stamp(b"g" * 32)
    other = journal.stamp(b"h" * 32)
    void = hub.correct(journal, stamped.entry.seq, replacement=b"h" * 32)
    _logged(journal, tmp_path)
    proof, parts = stamp_proof.decode(_file(stamped))
    assert parts.correction is not None
    assert parts.correction.entry == void.envelope
    shown = ProofFile(parts.correction.index, parts.correction.hashes, proof.checkpoint)
    proof_file.verify(shown, void.hash, log=log.verifier, witnesses=[], quorum=0)
    assert stamp_proof.decode(_file(other))[1].correction is None
    assert "已作废，原件已收回" in _page(stamped)


def test_there_is_no_file_while_a_correction_is_not_in_the_log(
    journal: Journal, tmp_path: Path
) -> None:
    stamped = journal.stamp(b"g" * 32)
    void = hub.correct(journal, stamped.entry.seq)
    _logged(journal, tmp_path, unlogged=void)
    assert Client().get(f"/s/{stamped.hash.hex()}/proof.txt").status_code == 404
    assert "凭证生成中" in _page(stamped)


def test_it_is_found_by_its_number(journal: Journal, tmp_path: Path) -> None:
    stamped = journal.stamp(b"g" * 32)
    _logged(journal, tmp_path)
    number = StampCode.of(1, stamped.hash)
    reply = Client().get(f"/c/{number.digits}/proof.txt")
    assert reply.content == _file(stamped)
    assert reply["Access-Control-Allow-Origin"] == "*"
    assert number.spoken in _page(stamped)


def test_a_number_of_two_stamps_finds_neither(journal: Journal, tmp_path: Path) -> None:
    first, second = journal.stamp(b"g" * 32), journal.stamp(b"h" * 32)
    _logged(journal, tmp_path)
    twin = first.hash[:5] + second.hash[5:]
    Record.objects.bulk_create([_copy(second, seq=99, entry_hash=twin)])
    reply = Client().get(f"/c/{StampCode.of(1, first.hash).digits}/proof.txt")
    assert reply.status_code == 409
    assert reply["Access-Control-Allow-Origin"] == "*"


def test_what_is_no_stamp_here_is_not_found(journal: Journal, tmp_path: Path) -> None:
    stamped = journal.stamp(b"g" * 32)
    _logged(journal, tmp_path)
    other = StampCode.of(2, stamped.hash).digits
    opening = journal.written[0].hash.hex()
    for path in (
        f"/s/{'0' * 64}/proof.txt", f"/s/{opening}/proof.txt", f"/c/{other}/proof.txt",
        "/c/0000000000000000/proof.txt", "/c/<script>/proof.txt", "/s/x/proof.txt",
    ):  # fmt: skip
        reply = Client().get(path)
        assert reply.status_code == 404, path
        assert reply["Access-Control-Allow-Origin"] == "*", path
    for path in (f"/s/{opening}/", "/s/x/", f"/s/{'0' * 64}/qr.svg"):
        assert Client().get(path).status_code == 404, path


def test_the_village_page_leads_there_for_stamps_alone(journal: Journal, tmp_path: Path) -> None:
    stamped = journal.stamp(b"g" * 32)
    journal.authorise(b"h" * 32)
    _logged(journal, tmp_path)
    page = Client().get("/v/sunrise/").content.decode()
    assert page.count("去县里核验 <") == 1
    assert f'href="/s/{stamped.hash.hex()}/"' in page
    shown = _page(stamped)
    for words in ("居住证明", "晨光村村民委员会章", "2026年11月2日", "67" * 8):
        assert words in shown, words
    assert 'href="http://county.localhost/verify/#01.' in shown


def _copy(written: Written, **changes: Any) -> Record:
    entry = written.entry
    fields = {
        "device": entry.device, "village": contents.VILLAGE, "seq": entry.seq,
        "entry_hash": written.hash, "envelope": written.envelope, "kind": entry.kind,
        "wall_ms": entry.time.wall, "leaf_index": None, "received_ms": entry.time.wall,
    }  # fmt: skip
    return Record(**{**fields, **changes})


def _logged(journal: Journal, folder: Path, *, unlogged: Written | None = None) -> None:
    """Every entry but that one stands in a real log."""
    in_log = [one for one in journal.written if one is not unlogged]
    hub.store(in_log)
    if unlogged is not None:
        hub.store([unlogged], logged=False)
    config: Any = SimpleNamespace(state=folder, log_name=NAME, log_key=folder / "log.pem")
    with Sequencer.open(config) as sequencer:
        sequencer.append([one.envelope for one in in_log])


def _file(stamped: Written) -> bytes:
    reply = Client().get(f"/s/{stamped.hash.hex()}/proof.txt")
    assert reply.status_code == 200
    assert reply["Content-Type"] == "text/plain; charset=utf-8"
    return bytes(reply.content)


def _page(stamped: Written) -> str:
    reply = Client().get(f"/s/{stamped.hash.hex()}/")
    assert reply.status_code == 200
    return str(reply.content.decode())
