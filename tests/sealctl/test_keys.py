"""The record key as machine.toml chooses it: made, loaded again, and whatever is wrong with it."""

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from sealctl import keys
from sealctl.config import FILE_KEY, MachineConfig, Part
from sealctl.signer import SignerError
from tests.support.soft_token import KEY, MODULE, PIN, SoftToken
from wire.record import envelope

SM2 = Part("file", {"suite": "SM2"})
TOKEN = Part(
    "pkcs11", {"module": MODULE, "token": "village", "label": KEY, "pin_file": "keys/token.pin"}
)
KINDS = {"EdDSA": FILE_KEY, "SM2": SM2, "ES256": TOKEN}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MachineConfig:
    """A machine with a token in it, and no key yet."""
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    SoftToken.make(tmp_path / "soft")
    (tmp_path / "keys").mkdir()
    write(tmp_path / "keys" / "token.pin", f"{PIN}\n".encode())
    return MachineConfig(
        file=tmp_path / "machine.toml",
        folder=tmp_path,
        device="sunrise-1",
        hardware={},
        root=tmp_path,
        root_sha256=b"",
        panel_host="127.0.0.1",
        panel_port=1,
    )


def write(path: Path, data: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(data)
    path.chmod(mode)
    return path


def pin_of(config: MachineConfig) -> Path:
    return config.folder / "keys" / "token.pin"


def failure(config: MachineConfig) -> SignerError:
    with pytest.raises(SignerError, match="。 ") as failed:
        keys.load(config)
    return failed.value


@pytest.mark.parametrize("suite", KINDS)
def test_a_key_is_loaded_as_it_was_made_and_never_made_twice(
    config: MachineConfig, suite: str
) -> None:
    config = replace(config, record=KINDS[suite])
    made = keys.create(config)
    loaded = keys.load(config)
    assert (made.public_key.alg, loaded.public_key) == (suite, made.public_key)
    assert envelope.verify(loaded.sign(b"payload"), made.public_key) == b"payload"
    with pytest.raises(SignerError):
        keys.create(config)
    assert keys.load(config).public_key == made.public_key


def test_without_a_choice_it_is_the_file(config: MachineConfig) -> None:
    assert config.record == FILE_KEY
    assert keys.create(config).public_key.alg == "EdDSA"
    assert config.record_key.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")


def openssl(path: Path, *arguments: str) -> Path:
    command = ["openssl", "genpkey", *arguments, "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    path.chmod(0o600)
    return path


OTHERS: Mapping[str, tuple[str, ...]] = {
    "Ed25519": ("-algorithm", "ED25519"),
    "P-256": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "SM2": ("-algorithm", "SM2"),
    "encrypted": ("-algorithm", "SM2", "-aes256", "-pass", "pass:secret"),
}


@pytest.mark.parametrize(
    ("record", "other"),
    [
        (SM2, "Ed25519"),
        (SM2, "P-256"),
        (SM2, "encrypted"),
        (FILE_KEY, "SM2"),
        (FILE_KEY, "P-256"),
        (FILE_KEY, "encrypted"),
    ],
)
def test_a_file_of_another_suite_is_refused(
    config: MachineConfig, record: Part, other: str
) -> None:
    config = replace(config, record=record)
    openssl(config.record_key, *OTHERS[other])
    assert str(config.record_key) in str(failure(config))


@pytest.mark.parametrize("garbage", [b"", b"\xff" * 8192, b"-----BEGIN PRIVATE KEY-----\n"])
def test_garbage_is_no_sm2_key(config: MachineConfig, garbage: bytes) -> None:
    config = replace(config, record=SM2)
    write(config.record_key, garbage)
    assert not failure(config).final


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_an_sm2_key_that_others_can_read_is_refused(config: MachineConfig, mode: int) -> None:
    config = replace(config, record=SM2)
    keys.create(config)
    config.record_key.chmod(mode)
    assert "chmod 600" in str(failure(config))


def test_systemd_hands_over_the_file_or_the_pin(config: MachineConfig, tmp_path: Path) -> None:
    token = replace(config, record=TOKEN)
    made = keys.create(token)
    pin_of(token).unlink()
    assert "PIN" in str(failure(token))
    handed = write(tmp_path / "handed", PIN.encode(), 0o440)
    assert keys.load(token, {"token.pin": handed}.get).public_key == made.public_key


def test_a_pin_that_others_can_read_is_not_used(config: MachineConfig) -> None:
    config = replace(config, record=TOKEN)
    pin_of(config).chmod(0o644)
    assert "chmod 600" in str(failure(config))


@pytest.mark.parametrize("pin", [b"000000\n", b"", b"\xff\xfe"])
def test_a_wrong_pin_is_final(config: MachineConfig, pin: bytes) -> None:
    """Whoever supervises the process must not start it again: that would be another try."""
    config = replace(config, record=TOKEN)
    write(pin_of(config), pin)
    assert failure(config).final


def test_a_token_that_is_away_is_not_final(config: MachineConfig) -> None:
    away = {**TOKEN.settings, "token": "another"}
    assert not failure(replace(config, record=Part("pkcs11", away))).final


def test_the_pin_is_in_no_message(config: MachineConfig) -> None:
    config = replace(config, record=TOKEN)
    assert PIN not in str(failure(config))
    write(pin_of(config), b"864209")
    assert "864209" not in repr(failure(config))
