"""A villager's receipt, from the link on the page to a proof that anybody can verify."""

import posixpath
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from hub.config import config
from hub.log.keys import LogKey
from tests.hub import public_rig as hub
from tests.hub import site_rig
from tests.hub.journal_rig import COUNTERS, Journal
from wire.errors import WireError
from wire.tlog import proof_file, tiles
from wire.tlog.checkpoint import open_checkpoint

pytestmark = pytest.mark.django_db
TEXT = "text/plain; charset=utf-8"


@pytest.fixture
def journal(settings: Settings, tmp_path: Path) -> Journal:
    """An opening without a stamp that stands in a real log, published below the public site."""
    settings.ROOT_URLCONF = "hub.urls_public"
    settings.STATE = tmp_path
    site_rig.keys(tmp_path)
    made = Journal()
    hub.township(made)
    seq = made.authorise(b"g" * 32).entry.seq
    made.write("aborted", authorised=seq, code="busy", returned=False, **COUNTERS)
    site_rig.made(made)
    return made


@pytest.fixture
def log(journal: Journal) -> LogKey:
    return LogKey.load(config().log_name, config().log_key)


def test_the_receipt_on_the_page_proves_the_opening(
    journal: Journal, log: LogKey, tmp_path: Path
) -> None:
    """From the file, as any server gives it out, and from the application, which has all leaves."""
    where = "/v/sunrise/seal/"
    page = Client().get(where).content.decode()
    link = page.split('<p class="links"><a href="')[1].split('"')[0]
    path = posixpath.normpath(posixpath.join(where, link))
    reply = Client().get(path)
    assert reply["Content-Type"] == TEXT
    for data in (reply.content, (tmp_path / f"public/site{path}").read_bytes()):
        proof = proof_file.decode(data)
        ended = journal.written[proof.index]
        assert ended.entry.kind == "aborted"
        proof_file.verify(proof, ended.hash, log=log.verifier, witnesses=[], quorum=0)
        other = journal.written[0].hash
        with pytest.raises(WireError, match="tlog"):
            proof_file.verify(proof, other, log=log.verifier, witnesses=[], quorum=0)


def test_the_published_log_holds_the_signed_entries(journal: Journal, log: LogKey) -> None:
    client = Client()
    head = client.get("/log/checkpoint")
    size = open_checkpoint(head.content, log.verifier).size
    bundle = client.get(f"/log/{tiles.entries_path(0, size)}")
    assert tiles.decode_entries(bundle.content) == [one.envelope for one in journal.written]
    assert len(client.get(f"/log/{tiles.hash_path(0, 0, size)}").content) == 32 * size


def test_what_the_log_does_not_hold_has_no_proof(journal: Journal) -> None:
    for index in (len(journal.written), 10**15):
        assert Client().get(f"/log/proof/{index}").status_code == 404
    assert Client().get("/log/proof/-1").status_code == 404
