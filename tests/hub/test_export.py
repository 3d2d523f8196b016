"""COSE receipts of the hub's log, judged by a verifier that was not written here."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pytest_django.fixtures import Settings
from scitt_cose import verify_receipt

from hub.log.export import ExportError, receipt
from hub.log.keys import LogKey
from hub.log.sequencer import Sequencer
from tests.hub.journal_rig import Journal
from wire import cbor
from wire.tlog import cose_receipt, note
from wire.tlog.checkpoint import Checkpoint, encode

pytestmark = pytest.mark.django_db
NAME = "town.example/log"


@pytest.fixture
def key(tmp_path: Path) -> LogKey:
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    (tmp_path / "log.pem").write_bytes(pem)
    return LogKey.load(NAME, tmp_path / "log.pem")


@pytest.fixture
def sequencer(key: LogKey, settings: Settings, tmp_path: Path) -> Iterator[Sequencer]:
    settings.STATE = tmp_path
    config: Any = SimpleNamespace(state=tmp_path, log_name=NAME, log_key=tmp_path / "log.pem")
    with Sequencer.open(config) as made:
        yield made


@pytest.fixture
def journal(sequencer: Sequencer) -> Journal:
    """Seven entries in the log."""
    made = Journal()
    for _ in range(2):
        made.stamp(b"g" * 32)
    made.authorise(b"g" * 32)
    sequencer.append([one.envelope for one in made.written])
    return made


def test_every_entrys_receipt_is_accepted_for_that_entry_alone(
    journal: Journal, key: LogKey
) -> None:
    for index, one in enumerate(journal.written):
        made = receipt(one.hash, key)
        found = _judged(made, one.envelope, key)
        assert found.ok, found.errors
        assert (found.leaf_index, found.tree_size, found.issuer) == (index, 7, NAME)
        assert not _judged(made, journal.written[index - 1].envelope, key).ok


def test_a_bent_receipt_is_refused_but_for_the_size_which_this_form_does_not_sign(
    journal: Journal, key: LogKey
) -> None:
    one = journal.written[3]
    made = receipt(one.hash, key)
    right = _judged(made, one.envelope, key)
    for at in range(len(made)):
        bent = bytearray(made)
        bent[at] ^= 1
        found = _judged(bytes(bent), one.envelope, key)
        assert not found.ok or replace(found, tree_size=right.tree_size) == right, at


def test_another_logs_receipt_is_refused(journal: Journal, key: LogKey) -> None:
    one = journal.written[0]
    other = LogKey(NAME, Ed25519PrivateKey.generate())
    found = _judged(receipt(one.hash, key), one.envelope, other)
    assert (found.ok, found.failed_at) == (False, "signature")


def test_what_is_not_in_the_log_has_no_receipt(journal: Journal, key: LogKey) -> None:
    with pytest.raises(ExportError, match="日志里没有这条记录"):
        receipt(bytes(32), key)


def test_a_key_that_did_not_sign_the_head_signs_no_receipt(journal: Journal, key: LogKey) -> None:
    other = LogKey(NAME, Ed25519PrivateKey.generate())
    with pytest.raises(ExportError, match="does not fit what it signed"):
        receipt(journal.written[0].hash, other)


def test_a_receipts_signature_is_never_that_of_a_checkpoint(key: LogKey) -> None:
    signed = cose_receipt.to_be_signed(key.verifier, bytes(32))
    assert signed != encode(Checkpoint(NAME, 1, bytes(32)))
    with pytest.raises(UnicodeDecodeError):
        signed.decode("utf-8")
    assert cbor.decode(signed)[0] == "Signature1"
    assert note.verifier(key.vkey) == key.verifier


def _judged(made: bytes, entry: bytes, key: LogKey) -> Any:
    public = key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return verify_receipt(made, leaf_entry_hex=entry.hex(), log_public_key_pem=public)
