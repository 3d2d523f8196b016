"""Go's sumdb and openssl accept logs of every awkward size, and refuse what was touched."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.sealed_log import VKEY, write_log
from tests.support.verifiers import go_accepts, openssl_accepts

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
