"""One stamp on the public site: its page, its number, and the proof file that a phone verifies."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from hub.config import config
from hub.ingest.models import Record
from hub.log.keys import LogKey
from hub.log.models import Cosigned, Head
from tests.hub import public_rig as hub
from tests.hub import site_rig
from tests.hub.journal_rig import Journal, Written
from tests.hub.site_rig import Site
from tests.support import contents
from wire import stamp_proof
from wire.record.entry import open_entry
from wire.stamp_code import StampCode
from wire.tlog import proof_file, tree
from wire.tlog.proof import verify_inclusion
from wire.tlog.proof_file import ProofFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(settings: Settings, tmp_path: Path) -> Journal:
    settings.ROOT_URLCONF = "hub.urls_public"
    settings.STATE = tmp_path
    site_rig.keys(tmp_path)
    made = Journal()
    hub.township(made)
    return made


@pytest.fixture
def site(journal: Journal) -> Site:
    return site_rig.site()


@pytest.fixture
def log(journal: Journal) -> LogKey:
    return LogKey.load(config().log_name, config().log_key)


def test_the_proof_file_holds_both_entries_and_proves_them(
    journal: Journal, log: LogKey, site: Site
) -> None:
    stamped = journal.stamp(b"g" * 32, sheet=2)
    built(journal, site)
    proof, parts = stamp_proof.decode(_file(site, stamped))
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


def test_the_proof_file_tells_nothing_about_people(journal: Journal, site: Site) -> None:
    stamped = journal.stamp(b"g" * 32)
    built(journal, site)
    _, parts = stamp_proof.decode(_file(site, stamped))
    told = parts.stamped + parts.authorised.entry
    for person in contents.NAMES:
        assert f"\x62{person}".encode() not in told
    for name in contents.NAMES.values():
        assert name.encode() not in told


def test_a_void_stamps_file_says_so(journal: Journal, log: LogKey, site: Site) -> None:
    stamped = journal.stamp(b"g" * 32)
    other = journal.stamp(b"h" * 32)
    void = hub.correct(journal, stamped.entry.seq, replacement=b"h" * 32)
    built(journal, site)
    proof, parts = stamp_proof.decode(_file(site, stamped))
    assert parts.correction is not None
    assert parts.correction.entry == void.envelope
    shown = ProofFile(parts.correction.index, parts.correction.hashes, proof.checkpoint)
    proof_file.verify(shown, void.hash, log=log.verifier, witnesses=[], quorum=0)
    assert stamp_proof.decode(_file(site, other))[1].correction is None
    assert "已作废，原件已收回" in _page(site, stamped)


def test_there_is_no_file_while_a_correction_is_not_in_the_log(
    journal: Journal, site: Site
) -> None:
    stamped = journal.stamp(b"g" * 32)
    site_rig.log(journal.written)
    hub.store([hub.correct(journal, stamped.entry.seq)], logged=False)
    site.build()
    assert f"s/{stamped.hash.hex()}/proof.txt" not in site
    assert "凭证生成中" in _page(site, stamped)
    assert Client().get(f"/s/{stamped.hash.hex()}/proof.txt").status_code == 404


def test_what_a_file_holds_is_proved_under_one_head(
    journal: Journal, log: LogKey, site: Site
) -> None:
    """The county saw the stamp, and not yet what made it void."""
    stamped = journal.stamp(b"g" * 32)
    built(journal, site)
    seen = bytes(Head.objects.get().checkpoint)
    Cosigned.objects.create(id=1, checkpoint=seen, size=len(journal.written), seen_s=1)
    void = hub.correct(journal, stamped.entry.seq)
    site_rig.log([void])
    site.build()
    proof, parts = stamp_proof.decode(_file(site, stamped))
    assert parts.correction is not None
    for entry, index, hashes in (
        (stamped.envelope, proof.index, proof.hashes),
        (parts.authorised.entry, parts.authorised.index, parts.authorised.hashes),
        (void.envelope, parts.correction.index, parts.correction.hashes),
    ):
        one = ProofFile(index, hashes, proof.checkpoint)
        proof_file.verify(one, tree.leaf_hash(entry), log=log.verifier, witnesses=[], quorum=0)


def test_it_is_found_by_its_number(journal: Journal, site: Site) -> None:
    stamped = journal.stamp(b"g" * 32)
    built(journal, site)
    number = StampCode.of(1, stamped.hash)
    reply = Client().get(f"/c/{number.digits}/proof.txt")
    assert reply.content == _file(site, stamped)
    assert reply["Access-Control-Allow-Origin"] == "*"
    assert number.spoken in _page(site, stamped)


def test_a_number_of_two_stamps_finds_neither(journal: Journal, site: Site) -> None:
    first, second = journal.stamp(b"g" * 32), journal.stamp(b"h" * 32)
    built(journal, site)
    number = StampCode.of(1, first.hash).digits
    assert f"c/{number}/proof.txt" in site
    twin = first.hash[:5] + second.hash[5:]
    Record.objects.bulk_create([_copy(second, seq=99, entry_hash=twin)])
    site.build()
    assert f"c/{number}/proof.txt" not in site
    reply = Client().get(f"/c/{number}/proof.txt")
    assert reply.status_code == 409
    assert reply["Access-Control-Allow-Origin"] == "*"
    assert Client().get(f"/s/{first.hash.hex()}/proof.txt").status_code == 200


def test_what_is_no_stamp_here_is_not_found(journal: Journal, site: Site) -> None:
    stamped = journal.stamp(b"g" * 32)
    built(journal, site)
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


def test_the_village_page_leads_there_for_stamps_alone(journal: Journal, site: Site) -> None:
    stamped = journal.stamp(b"g" * 32)
    journal.authorise(b"h" * 32)
    built(journal, site)
    page = site.text("v/sunrise/seal/")
    assert page.count("查这次盖章的真假") == 1
    assert f'href="../../../s/{stamped.hash.hex()}/index.html"' in page
    shown = _page(site, stamped)
    for words in ("居住证明", "晨光村村民委员会章", "2026年11月2日", "67" * 8):
        assert words in shown, words
    assert 'href="http://county.localhost/verify/#01.' in shown


def test_a_stamps_page_is_made_once_and_again_when_something_became_of_it(
    journal: Journal, site: Site
) -> None:
    stamped, other = journal.stamp(b"g" * 32), journal.stamp(b"h" * 32)
    built(journal, site)
    kept = {name: (site.root / "s" / name) for name in (stamped.hash.hex(), other.hash.hex())}
    before = {name: (one / "index.html").stat().st_mtime_ns for name, one in kept.items()}
    site_rig.log([hub.correct(journal, stamped.entry.seq)])
    site.build()
    after = {name: (one / "index.html").stat().st_mtime_ns for name, one in kept.items()}
    assert [before[name] == after[name] for name in kept] == [False, True]
    assert "已作废，原件已收回" in _page(site, stamped)
    (_, parts) = stamp_proof.decode(_file(site, stamped))
    assert parts.correction is not None


def _copy(written: Written, **changes: Any) -> Record:
    entry = written.entry
    fields = {
        "device": entry.device, "village": contents.VILLAGE, "seq": entry.seq,
        "entry_hash": written.hash, "envelope": written.envelope, "kind": entry.kind,
        "wall_ms": entry.time.wall, "leaf_index": None, "received_ms": entry.time.wall,
    }  # fmt: skip
    return Record(**{**fields, **changes})


def built(journal: Journal, site: Site) -> None:
    """Every entry stands in a real log, and the site tells of it."""
    site_rig.log(journal.written)
    site.build()


def _file(site: Site, stamped: Written) -> bytes:
    """As the application gives it out, for every origin to read."""
    reply = Client().get(f"/s/{stamped.hash.hex()}/proof.txt")
    assert reply.status_code == 200
    assert reply["Content-Type"] == "text/plain; charset=utf-8"
    assert reply["Access-Control-Allow-Origin"] == "*"
    assert reply.content == (site.root / f"s/{stamped.hash.hex()}/proof.txt").read_bytes()
    return bytes(reply.content)


def _page(site: Site, stamped: Written) -> str:
    return site.text(f"s/{stamped.hash.hex()}/")
