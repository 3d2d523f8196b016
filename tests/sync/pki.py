"""A certificate authority for tests: one root, certificates by common name."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Identity:
    """Files of one certificate, its key, and the root that vouches for it."""

    ca: Path
    certificate: Path
    key: Path


class Pki:
    """Everything under `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("a township's devices")
        builder = _builder(self._name, self._name, self._key.public_key())
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        own = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        builder = builder.add_extension(constraints, critical=True).add_extension(own, False)
        signed = builder.add_extension(_CA_USAGE, True).sign(self._key, hashes.SHA256())
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(signed.public_bytes(Encoding.PEM))

    def issue(self, common_name: str) -> Identity:
        """A certificate for 127.0.0.1 as a server, and for that name as a client."""
        key = ec.generate_private_key(ec.SECP256R1())
        key_file = self._folder / f"{common_name}.key"
        key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return Identity(self.ca, self._signed(common_name, key.public_key()), key_file)

    def sign(self, request: bytes) -> Path:
        """The certificate for a machine's request."""
        read = x509.load_pem_x509_csr(request)
        assert read.is_signature_valid
        common_name = read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        public = read.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey)
        return self._signed(str(common_name), public)

    def _signed(self, common_name: str, public: ec.EllipticCurvePublicKey) -> Path:
        here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        builder = _builder(_name(common_name), self._name, public)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(here, False).add_extension(issuer, False)
        signed = builder.sign(self._key, hashes.SHA256())
        file = self._folder / f"{common_name}.pem"
        file.write_bytes(signed.public_bytes(Encoding.PEM))
        return file


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
    )


_CA_USAGE = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)
