"""Key files: made once, readable by their owner only, and nothing else is taken for one."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from county.keys import KeyFileError, create, load, load_public, public_path


def test_a_key_is_loaded_as_it_was_made(tmp_path: Path) -> None:
    made = create(tmp_path / "holder")
    assert load(tmp_path / "holder").public_key == made.public_key
    assert load_public(public_path(tmp_path / "holder")) == made.public_key


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    create(tmp_path / "holder")
    assert (tmp_path / "holder").stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    create(tmp_path / "holder")
    (tmp_path / "holder").chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod"):
        load(tmp_path / "holder")


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    made = create(tmp_path / "holder")
    with pytest.raises(KeyFileError):
        create(tmp_path / "holder")
    assert load(tmp_path / "holder").public_key == made.public_key


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="holder"):
        load(tmp_path / "holder")
    with pytest.raises(KeyFileError, match="holder"):
        load_public(tmp_path / "holder.pub")


def test_garbage_and_other_kinds_of_keys_are_refused(tmp_path: Path) -> None:
    other = generate_private_key(SECP384R1())
    private = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for number, data in enumerate((b"", b"garbage", private, public)):
        file = tmp_path / f"key{number}"
        file.write_bytes(data)
        file.chmod(0o600)
        with pytest.raises(KeyFileError):
            load(file)
        with pytest.raises(KeyFileError):
            load_public(file)


def test_a_public_key_of_a_token_is_taken_and_a_file_with_its_private_half_is_not(
    tmp_path: Path,
) -> None:
    """P-256 is what tokens have; a file has Ed25519."""
    key = generate_private_key(SECP256R1())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "token.pub").write_bytes(public)
    assert load_public(tmp_path / "token.pub").scheme == "ecdsa-sha2-nistp256"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "token").write_bytes(private)
    (tmp_path / "token").chmod(0o600)
    with pytest.raises(KeyFileError, match="Ed25519"):
        load(tmp_path / "token")
