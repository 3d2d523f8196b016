"""Go's sumdb and openssl accept logs of every awkward size, and refuse what was touched."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.county.verify_rig import WITNESS_KEY, cosigned, witness_vkey
from tests.support.sealed_log import VKEY, write_log
from tests.support.verifiers import go_accepts, openssl_accepts
from wire.tlog import note

pytestmark = pytest.mark.xdist_group("go")


def leaves(size: int) -> list[bytes]:
    return [f"leaf {number}".encode() * (1 + number % 3) for number in range(size)]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600])
def test_a_log_of_any_size_is_accepted(size: int, tmp_path: Path) -> None:
    write_log(tmp_path, leaves(size))
    assert go_accepts(tmp_path, VKEY) == (True, "")
    assert openssl_accepts(tmp_path, VKEY, tmp_path)


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/000", "tile/entries/000", "tile/1/000.p/1"])
def test_a_flipped_byte_is_not(name: str, tmp_path: Path) -> None:
    write_log(tmp_path, leaves(300))
    path = tmp_path / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert not go_accepts(tmp_path, VKEY)[0]


def test_another_logs_signature_is_not(tmp_path: Path) -> None:
    write_log(tmp_path, leaves(3), key=Ed25519PrivateKey.generate())
    assert not go_accepts(tmp_path, VKEY)[0]


def test_cosigned_checkpoints_are_accepted_with_their_witnesses(tmp_path: Path) -> None:
    write_log(tmp_path, leaves(5))
    _cosign(tmp_path, WITNESS_KEY)
    assert go_accepts(tmp_path, VKEY, [witness_vkey()]) == (True, "")
    assert go_accepts(tmp_path, VKEY) == (True, "")


def test_a_checkpoint_is_not_cosigned_by_who_did_not(tmp_path: Path) -> None:
    write_log(tmp_path, leaves(5))
    assert not go_accepts(tmp_path, VKEY, [witness_vkey()])[0]
    _cosign(tmp_path, Ed25519PrivateKey.generate())
    assert not go_accepts(tmp_path, VKEY, [witness_vkey()])[0]


def test_a_bent_cosignature_is_not_accepted(tmp_path: Path) -> None:
    write_log(tmp_path, leaves(5))
    _cosign(tmp_path, WITNESS_KEY)
    path = tmp_path / "checkpoint"
    data = path.read_bytes()
    path.write_bytes(data[:-10] + (b"A" if data[-10:-9] != b"A" else b"B") + data[-9:])
    assert not go_accepts(tmp_path, VKEY, [witness_vkey()])[0]


def _cosign(folder: Path, witness: Ed25519PrivateKey) -> None:
    path = folder / "checkpoint"
    found = note.parse(path.read_bytes())
    lines = [*found.signatures, cosigned(found.text, witness)]
    path.write_bytes(note.assemble(found.text, lines))
