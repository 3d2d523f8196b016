"""A machine's TLS identity: its key and the request for a certificate. Calls nothing of ours."""

import hashlib
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID


class EnrolError(Exception):
    """The key cannot be used; the text says why, in Chinese and English."""


def new_request(folder: Path, device: str) -> bytes:
    """A certificate request (PEM) with the device as its common name.

    The key is made in `folder`/tls/device.key (0600) and never leaves it; one that is there
    already is used again. Raises EnrolError.
    """
    return request_for(folder / "tls" / "device.key", device)


def request_for(path: Path, device: str) -> bytes:
    """A certificate request (PEM) for the key in that file, which is made where it is missing."""
    return request_of(_load(path) if path.exists() else _create(path), device)


def request_of(key: ec.EllipticCurvePrivateKey, device: str) -> bytes:
    """A certificate request (PEM) for a key that lies in no file yet."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, device)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    return request.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def request_hash(csr_pem: bytes) -> bytes:
    """SHA-256 of the public key (SubjectPublicKeyInfo, DER) for which a certificate is asked."""
    public = x509.load_pem_x509_csr(csr_pem).public_key()
    return hashlib.sha256(
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).digest()


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def write_private(path: Path, data: bytes) -> None:
    """For its owner alone, whole or not at all, on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _create(path: Path) -> ec.EllipticCurvePrivateKey:
    key = new_key()
    write_private(path, pem_of(key))
    return key


def _load(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        if path.stat().st_mode & 0o077:
            raise EnrolError(f"{path}: 他人可读。 Others can read it: chmod 600 first.")
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise EnrolError(f"{path}: 密钥不能用。 Not a usable key.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise EnrolError(f"{path}: 不是 P-256 密钥。 Not a P-256 key.")
    return key
