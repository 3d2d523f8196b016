"""A villager's receipt, from the link on the page to a proof that anybody can verify."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client
from pytest_django.fixtures import Settings

from hub.log.keys import LogKey
from hub.log.sequencer import Sequencer
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from wire.errors import WireError
from wire.tlog import proof_file, tiles
from wire.tlog.checkpoint import open_checkpoint

pytestmark = pytest.mark.django_db
NAME = "town.example/log"
TEXT = "text/plain; charset=utf-8"


@pytest.fixture
def journal(settings: Settings, tmp_path: Path) -> Journal:
    """A stamp that stands in a real log, published below the public site."""
    settings.ROOT_URLCONF = "hub.urls_public"
    settings.STATE = tmp_path
    hub.write_config(tmp_path)
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    (tmp_path / "log.pem").write_bytes(pem)
    made = Journal()
    hub.township(made)
    made.stamp(b"g" * 32)
    hub.store(made.written)
    config: Any = SimpleNamespace(state=tmp_path, log_name=NAME, log_key=tmp_path / "log.pem")
    with Sequencer.open(config) as sequencer:
        sequencer.append([one.envelope for one in made.written])
    return made


def test_the_receipt_on_the_page_proves_the_stamp(journal: Journal, tmp_path: Path) -> None:
    log = LogKey.load(NAME, tmp_path / "log.pem").verifier
    client = Client()
    page = client.get("/v/sunrise/").content.decode()
    link = page.split('<p class="proof"><a href="')[1].split('"')[0]
    reply = client.get(link)
    assert reply["Content-Type"] == TEXT
    proof = proof_file.decode(reply.content)
    stamped = journal.written[proof.index]
    assert stamped.entry.kind == "stamped"
    proof_file.verify(proof, stamped.hash, log=log, witnesses=[], quorum=0)
    with pytest.raises(WireError, match="tlog"):
        proof_file.verify(proof, journal.written[0].hash, log=log, witnesses=[], quorum=0)


def test_the_published_log_holds_the_signed_entries(journal: Journal, tmp_path: Path) -> None:
    client = Client()
    log = LogKey.load(NAME, tmp_path / "log.pem").verifier
    head = client.get("/log/checkpoint")
    size = open_checkpoint(head.content, log).size
    bundle = client.get(f"/log/{tiles.entries_path(0, size)}")
    assert tiles.decode_entries(bundle.content) == [one.envelope for one in journal.written]
    assert len(client.get(f"/log/{tiles.hash_path(0, 0, size)}").content) == 32 * size


def test_what_the_log_does_not_hold_has_no_proof(journal: Journal) -> None:
    for index in (len(journal.written), 10**15):
        assert Client().get(f"/log/proof/{index}").status_code == 404
    assert Client().get("/log/proof/-1").status_code == 404
