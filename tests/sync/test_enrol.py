"""A machine's own key and its request for a certificate."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.enrol import EnrolError, new_request


def _read(request: bytes) -> tuple[str, ec.EllipticCurvePublicKey]:
    read = x509.load_pem_x509_csr(request)
    assert read.is_signature_valid
    public = read.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    return str(read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value), public


def test_the_request_names_the_device_and_its_key_stays_private(tmp_path: Path) -> None:
    name, public = _read(new_request(tmp_path, "sunrise-1"))
    key = tmp_path / "tls/device.key"
    assert name == "sunrise-1"
    assert public.curve.name == "secp256r1"
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_second_request_is_for_the_same_key(tmp_path: Path) -> None:
    first, second = (_read(new_request(tmp_path, "sunrise-1")) for _ in range(2))
    assert first[1] == second[1]


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    new_request(tmp_path, "sunrise-1")
    (tmp_path / "tls/device.key").chmod(0o644)
    with pytest.raises(EnrolError, match="chmod"):
        new_request(tmp_path, "sunrise-1")


def test_a_spoilt_key_is_neither_used_nor_overwritten(tmp_path: Path) -> None:
    new_request(tmp_path, "sunrise-1")
    key = tmp_path / "tls/device.key"
    key.write_bytes(b"spoilt")
    with pytest.raises(EnrolError):
        new_request(tmp_path, "sunrise-1")
    assert key.read_bytes() == b"spoilt"
