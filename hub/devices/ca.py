"""The township's own certificate authority, for machines and hub processes only. Calls `hub.clock`,
`hub.config` and `hub.revoked`.

A certificate's common name is an identity: a machine's id, or one of the hub's own names below.
Keys are P-256; a machine's key never leaves the machine.
"""

import os
import secrets
from collections.abc import Iterable
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
from hub.config import HUB_DAYS, MACHINE_DAYS
from hub.revoked import CRL, revoked
from wire import shape

INGEST: Final = "hub-ingest"
WORK: Final = "hub-work"
OWN: Final = ("server", INGEST, WORK)
"""The hub's own certificates, by the names of their files."""
NEXT: Final = "next"
"""In the CA's folder: the one that is to take its place."""
RESERVED: Final = "hub-"

_CA_DAYS: Final = 20 * 365
_SKEW: Final = timedelta(days=1)
_CLIENT: Final = ExtendedKeyUsageOID.CLIENT_AUTH
_SERVER: Final = ExtendedKeyUsageOID.SERVER_AUTH
_Key = ec.EllipticCurvePrivateKey


class CertificateError(Exception):
    """No certificate is issued for this; the text says why."""


def create_ca(folder: Path) -> None:
    """ca.key, ca.pem and an empty crl.pem in a new folder of their own; ca.pem last, so that it
    says that the CA is whole.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = _new_key(folder / "ca.key")
    name = _name(f"sealctl township CA {secrets.token_hex(4)}")
    builder = _builder(name, name, key.public_key(), key.public_key(), _CA_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    made = builder.sign(key, hashes.SHA256())
    _replace(folder / CRL, _crl(made, key, frozenset()))
    _write_pem(folder / "ca.pem", made)


def take_over(folder: Path, beside: Path) -> None:
    """The CA of the folder `beside` is this folder's own from now on, and alone believed."""
    key = _ca_key(beside).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _replace(folder / "ca.key", key, 0o600)
    _replace(folder / "ca.pem", certificate(beside))


def write_believed(folder: Path, *certificates: bytes) -> None:
    """ca.pem: the CA in use (PEM) first, then the others by which clients are believed."""
    _replace(folder / "ca.pem", b"".join(certificates))


def certificate(folder: Path) -> bytes:
    """The CA in use (PEM)."""
    return _authority(folder).public_bytes(Encoding.PEM)


def der(folder: Path) -> bytes:
    """The same, as lists name it."""
    return _authority(folder).public_bytes(Encoding.DER)


def is_by(folder: Path, pem: bytes) -> bool:
    """Whether the CA in use signed that certificate."""
    try:
        x509.load_pem_x509_certificate(pem).verify_directly_issued_by(_authority(folder))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def issue_server(folder: Path, names: list[str], days: int = HUB_DAYS) -> None:
    """server.key and server.pem for these host names and addresses."""
    key = _new_key(folder / "server.key")
    alternatives = x509.SubjectAlternativeName([_alternative(name) for name in names])
    builder = _leaf(folder, names[0], key.public_key(), _SERVER, days)
    builder = builder.add_extension(alternatives, critical=False)
    _write_pem(folder / "server.pem", builder.sign(_ca_key(folder), hashes.SHA256()))


def issue_client(folder: Path, name: str, days: int = HUB_DAYS) -> None:
    """<name>.key and <name>.pem for one of the hub's own processes."""
    key = _new_key(folder / f"{name}.key")
    builder = _leaf(folder, name, key.public_key(), _CLIENT, days)
    _write_pem(folder / f"{name}.pem", builder.sign(_ca_key(folder), hashes.SHA256()))


def renew(folder: Path, name: str, days: int) -> None:
    """A new certificate for the key of <name>.pem, with the names and use of the old one.

    The file is replaced at once: whoever reads it finds the old or the new one.
    """
    path = folder / f"{name}.pem"
    old = x509.load_pem_x509_certificate(path.read_bytes())
    public = old.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise CertificateError(f"{path}: 不是 P-256 密钥。 Not a P-256 key.")
    use = old.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    builder = _leaf(folder, common_name(old), public, next(iter(use)), days)
    for kept in old.extensions:
        if isinstance(kept.value, x509.SubjectAlternativeName):
            builder = builder.add_extension(kept.value, critical=False)
    _write_pem(path, builder.sign(_ca_key(folder), hashes.SHA256()))


def request_name(csr_pem: bytes) -> str:
    """Who asks for a certificate; raises CertificateError for what is no request."""
    try:
        return common_name(x509.load_pem_x509_csr(csr_pem))
    except ValueError as error:
        raise CertificateError(f"不是有效的证书申请。 Not a usable request: {error}") from error


def common_name(found: x509.Certificate | x509.CertificateSigningRequest) -> str:
    """Whose certificate or request it is; raises CertificateError where it has no single name."""
    names = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if len(names) != 1:
        raise CertificateError("证书没有唯一的名称。 The certificate has no single name.")
    return str(names[0].value)


def fingerprint(folder: Path) -> bytes:
    """SHA-256 of the authority's certificate (DER): what a token pins."""
    return _authority(folder).fingerprint(hashes.SHA256())


def sign_csr(folder: Path, csr_pem: bytes, device: str, days: int = MACHINE_DAYS) -> bytes:
    """A machine's certificate (PEM) for the key in its request; raises CertificateError.

    The name is `device` as the township's operator gives it, and must be the request's too.
    """
    public = public_key(csr_pem, device)
    signed = _leaf(folder, device, public, _CLIENT, days).sign(_ca_key(folder), hashes.SHA256())
    return signed.public_bytes(Encoding.PEM)


def public_key(csr_pem: bytes, device: str) -> ec.EllipticCurvePublicKey:
    """The key of a request by that machine, which shows that it holds it; CertificateError."""
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
    if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != "secp256r1":
        raise CertificateError("申请的密钥不是 P-256。 The key is not P-256.")
    return public


def write_crl(folder: Path, serials: Iterable[int]) -> None:
    """crl.pem: from now on these certificates are revoked, and whatever stands on it already: a
    database restored from an older copy forgets no revocation.

    The next CA says the same in its own name: whoever is believed by it needs its word.
    """
    path = folder / CRL
    before = revoked(path) if path.exists() else frozenset()
    standing = before.union(serials)
    folders = [one for one in (folder, folder / NEXT) if (one / "ca.pem").exists()]
    _replace(path, b"".join(_crl(_authority(one), _ca_key(one), standing) for one in folders))


def _crl(authority: x509.Certificate, key: _Key, serials: frozenset[int]) -> bytes:
    """It is handed to nobody over a network, so it stays valid as long as the authority: a list
    that ran out would shut every machine out.
    """
    now = datetime.fromtimestamp(clock.now_ms() // 1000, UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.subject)
        .last_update(now - _SKEW)
        .next_update(authority.not_valid_after_utc)
        .add_extension(x509.CRLNumber(clock.now_ms()), critical=False)
    )
    for serial in sorted(serials):
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
        )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def ensure_crl(folder: Path) -> None:
    """An empty CRL for an authority that was made before there was one."""
    if not (folder / CRL).exists():
        write_crl(folder, ())


def _leaf(
    folder: Path,
    name: str,
    public: ec.EllipticCurvePublicKey,
    use: x509.ObjectIdentifier,
    days: int,
) -> x509.CertificateBuilder:
    ca = _authority(folder)
    builder = _builder(_name(name), ca.subject, public, _ca_key(folder).public_key(), days)
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


def _authority(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())


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
    _replace(path, certificate.public_bytes(Encoding.PEM))


def _replace(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Whole or not at all, also when the power is cut."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
