"""Who is revoked is shut out by broker and sites at once, and let in again by a new token alone."""

import hashlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from hub.config import Origins
from hub.devices import ca
from hub.init import InitError, initialise
from hub.mqtt import Address
from hub.mqtt import Link as HubLink
from sync import config as township
from sync import enrol
from sync.enrolment import Site
from tests.provisioning.rig import Field
from tests.support.broker import listening, until
from tests.support.contents import DEVICE
from tests.support.hub import Machine as Courier
from wire import messages
from wire.provisioning import token
from wire.provisioning.reasons import NotProvisioned

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("provisioning_revocation")]
CONNECT = bytes.fromhex("101000044d5154540502003c00000361626300")
"""MQTT 5, as client `abc`."""
CONNACK = 0x20
ORIGINS = Origins("http://a", "http://b", "http://c")
ABSENT = "/blobs/" + "00" * 32


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    made = Field.open(tmp_path_factory.mktemp("town"), "ingest", "work", "blobs")
    until(lambda: listening(made.blobs), "the blob site listens")
    yield made
    made.close()


@pytest.fixture
def field(town: Field, request: pytest.FixtureRequest) -> Field:
    """A machine that has joined and is on the list; `device` is its name."""
    device = "m-" + hashlib.sha256(request.node.name.encode()).hexdigest()[:8]
    made = replace(town.another(device), device=device)
    made.join(made.token())
    town.enlist(made.machine())
    made.hub = town.hub
    return made


def test_a_revoked_certificate_opens_nothing_and_a_new_token_lets_it_in_again(
    field: Field,
) -> None:
    stolen = _stolen(field)
    assert _blobs(field, stolen) == 404
    assert _admitted(field, stolen)
    courier = _courier(field)
    courier.publish("status", _status(1), of=field.device)
    until(lambda: _heard(field, field.device) == [(1,)], "it is heard")
    said = field.hub.run("device", "revoke", field.device)
    assert "The broker has read it." in said
    assert _blobs(field, stolen) is None
    until(lambda: not _admitted(field, stolen), "the broker refuses the certificate")
    _is_silenced(field, courier)
    assert _code(field, stolen) in ("revoked", "hub_unreachable")
    assert field.hub.run("device", "show", field.device).count("revoked") == 1
    field.join(field.token())
    again = _stolen(field)
    assert _blobs(field, again) == 404
    assert _blobs(field, stolen) is None
    until(lambda: _admitted(field, again), "the broker admits the new certificate")
    assert _code(field, again) == "renewed"


def _is_silenced(field: Field, courier: Courier) -> None:
    """What a connection that stood before sends is heard by nobody."""
    other = field.hub.client(DEVICE)
    courier.publish("status", _status(2), of=field.device)
    other.publish("status", _status(3), of=DEVICE)
    until(lambda: _heard(field, DEVICE) == [(3,)], "another machine is heard")
    assert _heard(field, field.device) == [(1,)]
    for one in (courier, other):
        one.link.stop()


def _status(last: int) -> bytes:
    return messages.encode_status(messages.Status(online=True, list=1, last=last, receipted=0))


def _heard(field: Field, device: str) -> list[tuple[int]]:
    return field.hub.rows("SELECT last FROM devices_contact WHERE device = ?", device)


def test_a_connection_that_keeps_alive_is_refused_too(field: Field) -> None:
    tls = ssl.create_default_context(cafile=str(field.folder / "tls" / "ca.pem"))
    tls.load_cert_chain(*_stolen(field))
    url = f"https://127.0.0.1:{field.blobs}"
    with httpx.Client(verify=tls, base_url=url, trust_env=False) as client:
        assert client.get(ABSENT).status_code == 404
        field.hub.run("device", "revoke", field.device)
        try:
            assert client.get(ABSENT).status_code == 403
        except httpx.TransportError:
            return


def test_revoking_voids_tokens_that_nobody_has_used(field: Field) -> None:
    text = field.token()
    field.hub.run("device", "revoke", field.device)
    other = field.another("other")
    assert other.refused(*other.words(text)) in ("token_expired", "key_differs")
    assert field.refused(*field.words(text)) == "token_expired"


def test_a_revoked_machines_answer_is_not_given_again(field: Field) -> None:
    text = field.token()
    field.join(text)
    field.hub.run("device", "revoke", field.device)
    (field.folder / "tls" / "joined").unlink()
    joining = field.folder / "tls" / "joining" / f"{token.decode(text).name.hex()[:16]}.key"
    joining.write_bytes((field.folder / "tls" / "device.key").read_bytes())
    joining.chmod(0o600)
    assert field.refused(*field.words(text)) == "revoked"


def test_an_unknown_device_is_neither_revoked_nor_shown(field: Field) -> None:
    for command in ("revoke", "show"):
        refused = field.hub.command("device", command, "sunrise-99")
        assert refused.returncode == 1
        assert "No such device" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_the_operator_sees_what_became_of_each(field: Field) -> None:
    _, public = field.public_key()
    shown = field.hub.run("device", "show", field.device)
    assert f"public_key {public.hex()}" in shown
    assert "active sunrise" in shown
    assert "used" in shown
    field.add("--days", "7", device="sunrise-3")
    listed = field.hub.run("device", "list").splitlines()
    of = {line.split()[0]: line for line in listed}
    assert of.keys() >= {DEVICE, field.device, "sunrise-3"}
    assert "unlisted" in of["sunrise-3"]
    assert "unused, until" in field.hub.run("device", "show", "sunrise-3")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("x", "--village", "sunrise"), "Not an id"),
        (("sunrise-4", "--village", "nowhere"), "No such village"),
        (("sunrise-4", "--village", "sunrise", "--replaces", "sunrise-9"), "Not another listed"),
        (("sunrise-4", "--village", "sunrise", "--replaces", DEVICE), "the officers suspend it"),
    ],
)
def test_no_token_is_made_for_what_cannot_be(
    field: Field, words: tuple[str, ...], said: str
) -> None:
    refused = field.hub.command("device", "add", *words)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_tokens_picture_is_for_its_owner_alone_and_reads_as_the_text(
    field: Field, tmp_path: Path
) -> None:
    picture = tmp_path / "token.svg"
    text = field.add("--svg", str(picture), device="sunrise-5")
    assert picture.read_bytes().startswith(b"<?xml")
    assert picture.stat().st_mode & 0o077 == 0
    assert text not in picture.read_text()
    database = (field.hub.state / "hub.sqlite3").read_bytes()
    assert token.decode(text).secret not in database
    assert token.decode(text).secret not in field.hub.said("enrol").read_bytes()


def test_the_hubs_own_certificates_are_renewed_under_the_same_names(field: Field) -> None:
    tls = field.hub.state / "tls"
    before = {name: (tls / f"{name}.pem").read_bytes() for name in ("server", "hub-ingest")}
    said = field.hub.run("certificates", "renew")
    assert "The broker has read it." in said
    for name, old in before.items():
        new = x509.load_pem_x509_certificate((tls / f"{name}.pem").read_bytes())
        was = x509.load_pem_x509_certificate(old)
        assert new.serial_number != was.serial_number
        assert (new.subject, new.public_key()) == (was.subject, was.public_key())
    shown = x509.load_pem_x509_certificate((tls / "server.pem").read_bytes())
    fingerprint = shown.fingerprint(hashes.SHA256())
    assert _seen(field.port) == fingerprint
    until(lambda: _seen(field.hub.broker.port) == fingerprint, "the broker shows it")
    assert _blobs(field, _stolen(field)) == 404
    field.hub.stop("ingest")
    field.hub.start("ingest")


def test_a_restored_database_forgets_no_revocation(field: Field) -> None:
    stolen = _stolen(field)
    field.hub.run("device", "revoke", field.device)
    ca.write_crl(field.hub.state / "tls", ())
    assert _blobs(field, stolen) is None


@pytest.mark.parametrize("site", ["enrol", "blobs"])
def test_an_address_that_no_machine_could_use_is_refused(site: str, tmp_path: Path) -> None:
    with pytest.raises(InitError, match="https://"):
        initialise(tmp_path / "hub", origins=ORIGINS, **{site: "x:1"})  # type: ignore[arg-type]
    assert not (tmp_path / "hub").exists()


def test_a_site_without_a_crl_lets_nobody_in(field: Field) -> None:
    (field.hub.state / "tls" / "crl.pem").unlink()
    assert _blobs(field, _stolen(field)) is None
    field.hub.run("migrate")
    assert _blobs(field, _stolen(field)) == 404


def _stolen(field: Field) -> tuple[Path, Path]:
    """The machine's certificate and key in a thief's hands."""
    folder = field.folder.parent / f"stolen-{(field.folder / 'tls/device.pem').stat().st_mtime_ns}"
    folder.mkdir(exist_ok=True)
    for name in ("device.pem", "device.key"):
        (folder / name).write_bytes((field.folder / "tls" / name).read_bytes())
    return folder / "device.pem", folder / "device.key"


def _context(field: Field, pair: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(field.hub.state / "tls" / "ca.pem"))
    context.load_cert_chain(*pair)
    return context


def _blobs(field: Field, pair: tuple[Path, Path]) -> int | None:
    """The blob site's answer; None where TLS admits nobody."""
    try:
        url = f"https://127.0.0.1:{field.blobs}{ABSENT}"
        return httpx.get(url, verify=_context(field, pair), trust_env=False).status_code
    except httpx.TransportError:
        return None


def _admitted(field: Field, pair: tuple[Path, Path]) -> bool:
    """Whether the broker answers a raw client with a CONNACK."""
    with socket.create_connection(("127.0.0.1", field.hub.broker.port), timeout=5) as raw:
        try:
            with _context(field, pair).wrap_socket(raw, server_hostname="127.0.0.1") as link:
                link.sendall(CONNECT)
                return link.recv(1) == bytes([CONNACK])
        except OSError:
            return False


def _courier(field: Field) -> Courier:
    """A connection that stands."""
    config = township.load(field.folder / "machine.toml")
    address = Address("127.0.0.1", config.mqtt_port, config.ca, config.certificate, config.key)
    return Courier(field.device, HubLink(address, field.device, []))


def _code(field: Field, pair: tuple[Path, Path]) -> str:
    """What comes of a renewal with that certificate."""
    hub = str(township.load(field.folder / "machine.toml").enrol)
    csr = enrol.request_of(enrol.new_key(), field.device)
    try:
        Site(hub, _context(field, pair)).renew(csr)
    except NotProvisioned as refused:
        return refused.code
    return "renewed"


def _seen(port: int) -> bytes:
    """The fingerprint of the certificate that the site shows now."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), timeout=5) as raw,
        context.wrap_socket(raw) as link,
    ):
        shown = link.getpeercert(binary_form=True)
    assert shown is not None
    return x509.load_der_x509_certificate(shown).fingerprint(hashes.SHA256())
