"""Which permissions a record key may have: as a file of the machine, as systemd's credential."""

from pathlib import Path

import pytest

from sealctl import signer
from sealctl.signer import SignerError


@pytest.fixture
def key(tmp_path: Path) -> Path:
    signer.create(tmp_path / "record.pem")
    return tmp_path / "record.pem"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o440, 0o644, 0o660])
def test_a_key_file_that_others_can_read_is_refused(key: Path, mode: int) -> None:
    assert signer.load(key).public_key.alg == "EdDSA"
    key.chmod(mode)
    with pytest.raises(SignerError, match="chmod 600"):
        signer.load(key)


@pytest.mark.parametrize("mode", [0o400, 0o440])
def test_a_credential_has_the_mode_that_systemd_gives(key: Path, mode: int) -> None:
    key.chmod(mode)
    assert signer.load(key, most=signer.CREDENTIAL).public_key.alg == "EdDSA"


@pytest.mark.parametrize("mode", [0o444, 0o460, 0o404, 0o644, 0o450])
def test_a_credential_that_others_can_use_is_refused(key: Path, mode: int) -> None:
    key.chmod(mode)
    with pytest.raises(SignerError, match="chmod 600"):
        signer.load(key, most=signer.CREDENTIAL)
