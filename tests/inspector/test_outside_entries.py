"""npm's COSE and Merkle libraries accept entries, proofs and checkpoints, and refuse bent ones."""

from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.hub.journal_rig import Journal
from tests.support.sealed_log import KEY, NAME, signed_head
from tests.support.verifiers import node_refuses
from wire.record import entry, envelope
from wire.sig import PublicKey
from wire.sig.es256 import ORDER
from wire.tlog import note, proof, tree

Question = dict[str, Any]
SIZES = (1, 2, 3, 5, 8, 13, 64, 100)


def test_entries_of_both_algorithms_are_accepted_and_bent_ones_refused() -> None:
    journal = Journal()
    journal.stamp(b"g" * 32)
    questions = [_entry(one.envelope, _der(journal.key)) for one in journal.written]
    questions += [_entry(*_es256(one.envelope)) for one in journal.written]
    assert node_refuses(questions) == [None] * 6
    assert None not in node_refuses([_bent(one, "envelope", -70) for one in questions])
    assert None not in node_refuses([_bent(one, "envelope", -1) for one in questions])


def test_an_entry_is_not_another_machines() -> None:
    journal = Journal()
    journal.stamp(b"g" * 32)
    stranger = _der(Journal().key)
    assert None not in node_refuses([_entry(one.envelope, stranger) for one in journal.written])


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_of_a_log_is_included_and_at_its_own_place(size: int) -> None:
    leaves = [f"leaf {number}".encode() for number in range(size)]
    right = [_included(leaves, index) for index in range(size)]
    assert node_refuses(right) == [None] * size
    wrong = [{**one, "leaf": b"another leaf"} for one in right]
    wrong += [{**one, "root": sha256(b"another root").digest()} for one in right]
    wrong += [{**one, "hashes": [*one["hashes"], bytes(32)]} for one in right]
    wrong += [{**one, "index": (one["index"] + 1) % size} for one in right if size > 1]
    assert None not in node_refuses(wrong)


def test_a_checkpoint_is_accepted_under_its_own_logs_key() -> None:
    root = sha256(b"root").digest()
    data = signed_head(7, root)
    public = KEY.public_key()
    raw = public.public_bytes_raw()
    good: Question = {
        "kind": "checkpoint",
        "note": data,
        "key": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "id": note.key_id(NAME, note.ED25519, raw),
        "root": root,
    }
    other = Ed25519PrivateKey.generate().public_key()
    foreign = other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    questions = [
        good,
        {**good, "key": foreign},
        {**good, "root": bytes(32)},
        {**good, "note": data.replace(b"\n7\n", b"\n8\n")},
    ]
    assert [one is None for one in node_refuses(questions)] == [True, False, False, False]


def _entry(data: bytes, key: bytes) -> Question:
    payload = envelope.parse(data).payload
    return {"kind": "entry", "envelope": data, "key": key, "payload": payload}


def _bent(question: Question, name: str, at: int) -> Question:
    """That question with one bit of a byte string another."""
    data = bytearray(question[name])
    data[at] ^= 1
    return {**question, name: bytes(data)}


def _es256(data: bytes) -> tuple[bytes, bytes]:
    """The same entry signed as hardware signs; and the key."""
    private = ec.derive_private_key(12345, ec.SECP256R1())
    public = private.public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key, payload = PublicKey("ES256", point), envelope.parse(data).payload
    signed = envelope.to_be_signed(key.alg, key.kid, payload)
    r, s = decode_dss_signature(private.sign(signed, ec.ECDSA(hashes.SHA256())))
    signature = r.to_bytes(32) + min(s, ORDER - s).to_bytes(32)
    made = envelope.assemble(key.alg, key.kid, payload, signature)
    entry.open_entry(made, key)
    return made, public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _der(key: PublicKey) -> bytes:
    public = Ed25519PublicKey.from_public_bytes(key.public)
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _included(leaves: list[bytes], index: int) -> Question:
    named = [tree.leaf_hash(leaf) for leaf in leaves]

    def node(level: int, at: int) -> bytes:
        return tree.root_of(named[at << level : (at + 1) << level])

    return {
        "kind": "inclusion",
        "leaf": leaves[index],
        "index": index,
        "size": len(leaves),
        "hashes": proof.inclusion(index, len(leaves), node),
        "root": tree.root_of(named),
    }
