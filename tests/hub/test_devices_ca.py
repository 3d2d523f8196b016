"""The township's certificates: who gets which name, and who gets none."""

import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from hub.devices import ca
from sync.enrol import new_request


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tls"
    ca.create_ca(made)
    ca.issue_server(made, ["127.0.0.1", "hub.example"])
    for name in (ca.INGEST, ca.WORK):
        ca.issue_client(made, name)
    return made


def _handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> str:
    """Both sides in memory; the common name that the server saw."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    waiting = set(ends)
    for _ in range(10):
        for end in tuple(waiting):
            try:
                end.do_handshake()
                waiting.discard(end)
            except ssl.SSLWantReadError:
                continue
    assert not waiting
    seen = ends[1].getpeercert()
    assert seen is not None
    names = [part[0][1] for part in seen["subject"] if part[0][0] == "commonName"]
    return str(*names)


def _contexts(folder: Path, certificate: Path, key: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(folder / "ca.pem"))
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_cert_chain(folder / "server.pem", folder / "server.key")
    client = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    client.load_cert_chain(certificate, key)
    return server, client


def test_a_machine_is_known_by_the_name_in_its_certificate(folder: Path, tmp_path: Path) -> None:
    request = new_request(tmp_path / "m", "sunrise-1")
    certificate = tmp_path / "device.pem"
    certificate.write_bytes(ca.sign_csr(folder, request, "sunrise-1"))
    server, client = _contexts(folder, certificate, tmp_path / "m" / "tls" / "device.key")
    for name in ("127.0.0.1", "hub.example"):
        assert _handshake(server, client, name) == "sunrise-1"


def test_the_hubs_own_processes_have_certificates(folder: Path) -> None:
    server, client = _contexts(folder, folder / "hub-ingest.pem", folder / "hub-ingest.key")
    assert _handshake(server, client, "127.0.0.1") == "hub-ingest"


def test_a_machines_certificate_is_no_servers(folder: Path, tmp_path: Path) -> None:
    request = new_request(tmp_path / "m", "sunrise-1")
    certificate = tmp_path / "device.pem"
    certificate.write_bytes(ca.sign_csr(folder, request, "sunrise-1"))
    _, client = _contexts(folder, folder / "hub-work.pem", folder / "hub-work.key")
    impostor = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    impostor.load_cert_chain(certificate, tmp_path / "m" / "tls" / "device.key")
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(impostor, client, "sunrise-1")


@pytest.mark.parametrize("name", ["sunrise-2", "hub-ingest", "hub-work"])
def test_a_request_for_another_name_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    request = new_request(tmp_path / "m", "sunrise-1")
    with pytest.raises(ca.CertificateError):
        ca.sign_csr(folder, request, name)
    with pytest.raises(ca.CertificateError):
        ca.sign_csr(folder, new_request(tmp_path / name, name), "sunrise-1")
    if name.startswith("hub-"):
        with pytest.raises(ca.CertificateError):
            ca.sign_csr(folder, new_request(tmp_path / name, name), name)


def test_a_request_by_two_names_or_garbage_is_refused(folder: Path) -> None:
    names = [x509.NameAttribute(NameOID.COMMON_NAME, one) for one in ("sunrise-1", "sunrise-2")]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names))
    request = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    for pem in (request.public_bytes(Encoding.PEM), b"", b"not a request"):
        with pytest.raises(ca.CertificateError):
            ca.sign_csr(folder, pem, "sunrise-1")


def test_nothing_is_overwritten_and_keys_are_private(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(FileExistsError):
        ca.create_ca(folder)
    with pytest.raises(FileExistsError):
        ca.issue_client(folder, ca.WORK)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    for key in folder.glob("*.key"):
        assert key.stat().st_mode & 0o077 == 0
