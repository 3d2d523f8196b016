"""Receipts as the log gives them, with the cosignatures of invented witnesses or without.

Calls `sealctl.journal`, `tests.support` and `wire`.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sealctl.journal import books
from tests.support.machine import Rig
from tests.support.sealed_log import KEY, NAME, VKEY, signed_head
from wire import messages
from wire.tlog import cosignature, note, proof, proof_file, tree
from wire.tlog.proof_file import ProofFile

NAMES: Final = ("county.example/w1", "county.example/w2")
KEYS: Final = {
    name: Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()) for name in NAMES
}
VKEYS: Final = {
    name: note.vkey(name, key.public_key().public_bytes_raw(), note.COSIGNATURE)
    for name, key in KEYS.items()
}
POLICY: Final = {
    "log_origin": NAME,
    "log_key": VKEY,
    "witnesses": (VKEYS[NAMES[0]],),
    "quorum": 1,
}
"""Fields of a township's policy: one witness, and that one has to have seen a head."""


def cosigned(checkpoint: bytes, seen_s: Mapping[str, int]) -> bytes:
    """The checkpoint with cosignatures of these witnesses at these times, beside its own lines."""
    found = note.parse(checkpoint)
    lines = list(found.signatures)
    for name, at in seen_s.items():
        signature = KEYS[name].sign(cosignature.message(at, found.text))
        lines.append(cosignature.line(note.verifier(VKEYS[name]), at, signature))
    return note.assemble(found.text, lines)


def receipts(
    rig: Rig,
    *seqs: int,
    upto: int | None = None,
    before: tuple[bytes, ...] = (),
    key: Ed25519PrivateKey = KEY,
    log: str = NAME,
    **seen_s: int,
) -> bytes:
    """What the log gives for these entries (all of them by default) when it holds those up to
    `upto`, behind the leaves `before`; `w1` and `w2` are the times (s) at which witnesses saw it.
    `log` and its `key` are another log's.
    """
    rows = books.entries(rig.core.journal.connection, 0, upto or rig.core.journal.last_seq)
    hashes = [tree.leaf_hash(data) for data in (*before, *(row.envelope for row in rows))]

    def node(level: int, index: int) -> bytes:
        return tree.root_of(hashes[index << level : (index + 1) << level])

    size = len(hashes)
    named = {f"county.example/{name}": at for name, at in seen_s.items()}
    head = cosigned(signed_head(size, tree.root_of(hashes), key=key, name=log), named)
    made = []
    for seq in seqs or tuple(row.seq for row in rows):
        index = len(before) + seq - 1
        path = tuple(proof.inclusion(index, size, node))
        made.append((seq, proof_file.encode(ProofFile(index, path, head))))
    return messages.encode_receipts(made)
