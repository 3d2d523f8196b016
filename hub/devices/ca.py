"""The township's own certificate authority, for machines and hub processes only. Calls `hub.clock`.

A certificate's common name is an identity: a machine's id, or one of the hub's own names below.
Keys are P-256; a machine's key never leaves the machine.
"""

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hub import clock
from wire import shape

INGEST: Final = "hub-ingest"
WORK: Final = "hub-work"
RESERVED: Final = "hub-"

_CA_DAYS: Final = 20 * 365
_DAYS: Final = 5 * 365
_SKEW: Final = timedelta(days=1)
_CLIENT: Final = ExtendedKeyUsageOID.CLIENT_AUTH
_SERVER: Final = ExtendedKeyUsageOID.SERVER_AUTH
_Key = ec.EllipticCurvePrivateKey


class CertificateError(Exception):
    """No certificate is issued for this; the text says why."""


def create_ca(folder: Path) -> None:
    """ca.key and ca.pem in a new folder of their own."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = _new_key(folder / "ca.key")
    name = _name("sealctl township CA")
    builder = _builder(name, name, key.public_key(), key.public_key(), _CA_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    _write_pem(folder / "ca.pem", builder.sign(key, hashes.SHA256()))


def issue_server(folder: Path, names: list[str]) -> None:
    """server.key and server.pem for these host names and addresses."""
    key = _new_key(folder / "server.key")
    alternatives = x509.SubjectAlternativeName([_alternative(name) for name in names])
    builder = _leaf(folder, names[0], key.public_key(), _SERVER)
    builder = builder.add_extension(alternatives, critical=False)
    _write_pem(folder / "server.pem", builder.sign(_ca_key(folder), hashes.SHA256()))


def issue_client(folder: Path, name: str) -> None:
    """<name>.key and <name>.pem for one of the hub's own processes."""
    key = _new_key(folder / f"{name}.key")
    builder = _leaf(folder, name, key.public_key(), _CLIENT)
    _write_pem(folder / f"{name}.pem", builder.sign(_ca_key(folder), hashes.SHA256()))


def sign_csr(folder: Path, csr_pem: bytes, device: str) -> bytes:
    """A machine's certificate (PEM) for the key in its request; raises CertificateError.

    The name is `device` as the township's operator gives it, and must be the request's too.
    """
    try:
        shape.DEVICE.load(device)
        request = x509.load_pem_x509_csr(csr_pem)
        held = request.is_signature_valid
    except (ValueError, InvalidSignature) as error:
        raise CertificateError(f"不是有效的证书申请。 Not a usable request: {error}") from error
    named = [one.value for one in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if not held or named != [device] or device.startswith(RESERVED):
        raise CertificateError(f"申请不属于设备 {device}。 The request is not of {device}.")
    public = request.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise CertificateError("申请的密钥不是 P-256。 The key is not P-256.")
    signed = _leaf(folder, device, public, _CLIENT).sign(_ca_key(folder), hashes.SHA256())
    return signed.public_bytes(Encoding.PEM)


def _leaf(
    folder: Path, name: str, public: ec.EllipticCurvePublicKey, use: x509.ObjectIdentifier
) -> x509.CertificateBuilder:
    ca = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    builder = _builder(_name(name), ca.subject, public, _ca_key(folder).public_key(), _DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    return builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    authority: ec.EllipticCurvePublicKey,
    days: int,
) -> x509.CertificateBuilder:
    now = datetime.fromtimestamp(clock.now_ms() // 1000, UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority), False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _ca_key(folder: Path) -> _Key:
    key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
    if not isinstance(key, _Key):
        raise CertificateError("ca.key 不是 P-256 密钥。 ca.key is not a P-256 key.")
    return key


def _new_key(path: Path) -> _Key:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return key


def _write_pem(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
