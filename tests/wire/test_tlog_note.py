"""Notes, checkpoints, cosignatures, tiles and proof files: what is accepted, and what is not."""

import contextlib
import struct
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from wire.errors import WireError
from wire.tlog import checkpoint, cosignature, note, proof_file, tiles, tree
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.note import Signature, Verifier
from wire.tlog.proof_file import ProofFile

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NAME = "town.example/log"


def verifier(alg: int = note.ED25519) -> Verifier:
    return note.verifier(note.vkey(NAME, KEY.public_key().public_bytes_raw(), alg))


def signed(text: bytes) -> bytes:
    return note.assemble(text, [Signature(NAME, verifier().key_id, KEY.sign(text))])


def head(size: int = 1, leaf: bytes = b"leaf") -> bytes:
    return signed(checkpoint.encode(Checkpoint(NAME, size, tree.leaf_hash(leaf))))


def test_a_verifier_key_reads_back() -> None:
    assert note.verifier(note.vkey(NAME, bytes(32))).public == bytes(32)


def test_a_signed_checkpoint_opens_only_under_its_own_log() -> None:
    assert checkpoint.open_checkpoint(head(), verifier()).size == 1
    foreign = signed(checkpoint.encode(Checkpoint("other.example/log", 1, bytes(32))))
    with pytest.raises(WireError):
        checkpoint.open_checkpoint(foreign, verifier())


@given(st.data())
def test_no_flipped_byte_is_accepted(data: st.DataObject) -> None:
    good = head()
    at = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WireError):
        checkpoint.open_checkpoint(bytes(bad), verifier())


@pytest.mark.parametrize(
    "decoder", [note.parse, checkpoint.decode, proof_file.decode, tiles.decode_entries]
)
@given(st.binary(max_size=300))
def test_garbage_is_one_typed_error(decoder: Callable[[bytes], object], data: bytes) -> None:
    with contextlib.suppress(WireError):
        decoder(data)


def test_a_cosignature_counts_once_for_each_witness() -> None:
    text = checkpoint.encode(Checkpoint(NAME, 1, bytes(32)))
    witness = verifier(note.COSIGNATURE)
    mark = struct.pack(">Q", 1_700_000_000) + KEY.sign(cosignature.message(1_700_000_000, text))
    line = Signature(NAME, witness.key_id, mark)
    twice = note.parse(note.assemble(text, [line, line]))
    assert cosignature.count(twice, [witness, witness]) == [1_700_000_000]
    late = Signature(NAME, witness.key_id, struct.pack(">Q", 1_800_000_000) + mark[8:])
    assert cosignature.count(note.parse(note.assemble(text, [late])), [witness]) == []


def test_a_proof_file_reads_back_and_needs_its_quorum() -> None:
    made = ProofFile(0, (), head(), b"extra")
    assert proof_file.decode(proof_file.encode(made)) == made
    leaf = tree.leaf_hash(b"leaf")
    proof_file.verify(made, leaf, log=verifier(), witnesses=(), quorum=0)
    with pytest.raises(WireError, match="witnesses"):
        proof_file.verify(made, leaf, log=verifier(), witnesses=(), quorum=1)
    with pytest.raises(WireError):
        proof_file.verify(made, tree.leaf_hash(b"x"), log=verifier(), witnesses=(), quorum=0)


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_bundles_of_leaves_read_back(leaves: list[bytes]) -> None:
    assert tiles.decode_entries(tiles.encode_entries(leaves)) == leaves


def test_tile_paths_are_those_of_the_specification() -> None:
    assert tiles.hash_path(0, 1_234_067) == "tile/0/x001/x234/067"
    assert tiles.hash_path(1, 0, 5) == "tile/1/000.p/5"
    assert tiles.entries_path(12) == "tile/entries/012"
    assert list(tiles.hash_tiles(70_000))[-1] == (2, 0, 1)
