"""Photos and pages between a courier and the hub's real blob site, over mutual TLS."""

import signal
import socket
import ssl
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from sync import syncd
from sync.blobs import BlobSite as Site
from sync.blobs import BlobWorker
from sync.courier import Courier
from tests.support.contents import DEVICE
from tests.support.courier_peer import CourierPeer
from tests.sync.ingest_peer import TownshipLog
from tests.sync.pki import Identity, Pki
from tests.sync.rig import BlobSite, eventually, machine_folder
from tests.sync.rig import syncd as process

pytestmark = pytest.mark.processes
PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4000
PAGE = b"a page that was approved"
OTHER = b"a page of another machine"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, pki: Pki) -> Iterator[BlobSite]:
    made = BlobSite(tmp_path_factory.mktemp("hub") / "state", pki)
    made.grant(DEVICE, PAGE)
    made.grant("sunset-2", OTHER)
    for page in (PAGE, OTHER, b"not named by anybody"):
        made.lay(page)
    try:
        made.start()
        yield made
        made.child.end(signal.SIGTERM)
    finally:
        made.child.kill()


@pytest.fixture
def machine(tmp_path: Path, pki: Pki) -> Identity:
    (tmp_path / "photos").mkdir()
    return pki.enrol(tmp_path, DEVICE)


@pytest.fixture
def http(site: BlobSite, machine: Identity) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, verify=_tls(machine), trust_env=False) as client:
        yield client


@pytest.fixture
def lockd(tmp_path: Path) -> Iterator[CourierPeer]:
    peer = CourierPeer(tmp_path / "run/courier.sock", TownshipLog().verifier).start()
    yield peer
    peer.stop()


@pytest.fixture
def worker(
    site: BlobSite, machine: Identity, lockd: CourierPeer, tmp_path: Path
) -> Iterator[BlobWorker]:
    courier = Courier(lockd.path)
    way = Site(site.url, _tls(machine))
    yield BlobWorker(courier, way, tmp_path / "photos")
    courier.close()
    way.close()


def _tls(identity: Identity, *, known: bool = True) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(identity.ca))
    if known:
        context.load_cert_chain(identity.certificate, identity.key)
    return context


def _name(data: bytes) -> str:
    return f"/blobs/{sha256(data).hexdigest()}"


def test_photos_go_up_and_pages_come_down(
    worker: BlobWorker, lockd: CourierPeer, site: BlobSite, tmp_path: Path
) -> None:
    digest = sha256(PHOTO).digest()
    (tmp_path / "photos" / f"{digest.hex()}.jpg").write_bytes(PHOTO)
    lockd.pending, lockd.wanted = [digest], [sha256(PAGE).digest()]
    worker.move()
    assert site.kept(PHOTO)
    assert lockd.pending == []
    assert lockd.pages == [PAGE]


def test_the_courier_sends_photos_even_without_a_broker(
    site: BlobSite, pki: Pki, tmp_path: Path
) -> None:
    photo = b"\xff\xd8\xff a photo of this very test"
    toml = machine_folder(tmp_path / "machine", pki, 1, site.url)
    (toml.parent / "photos" / f"{sha256(photo).hexdigest()}.jpg").write_bytes(photo)
    lockd = CourierPeer(toml.parent / "run/courier.sock", TownshipLog().verifier).start()
    lockd.pending = [sha256(photo).digest()]
    courier = process(toml)
    courier.start()
    try:
        eventually(lambda: lockd.pending == [], "the photo waits")
        assert site.kept(photo)
        assert courier.end(signal.SIGTERM) == 0
    finally:
        courier.kill()
        lockd.stop()


def test_what_cannot_be_moved_waits_and_hinders_nothing(
    worker: BlobWorker, lockd: CourierPeer, tmp_path: Path
) -> None:
    digest, lost = sha256(PHOTO).digest(), bytes(32)
    (tmp_path / "photos" / f"{digest.hex()}.jpg").write_bytes(PHOTO)
    lockd.pending = [lost, digest]
    lockd.wanted = [sha256(OTHER).digest(), sha256(PAGE).digest()]
    worker.move()
    assert lockd.pending == [lost]
    assert lockd.wanted == [sha256(OTHER).digest()]


def test_a_page_with_other_bytes_never_reaches_lockd(
    worker: BlobWorker, lockd: CourierPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lockd.wanted = [sha256(PAGE).digest()]
    monkeypatch.setattr(httpx.Response, "iter_bytes", lambda _: iter([b"forged"]))
    worker.move()
    assert lockd.pages == []


def test_a_machine_reads_only_pages_of_its_own_grants(http: httpx.Client) -> None:
    assert http.get(_name(PAGE)).content == PAGE
    for data in (OTHER, b"not named by anybody", b"unknown"):
        assert http.get(_name(data)).status_code == 404
    http.put(_name(PHOTO), content=PHOTO)
    assert http.get(_name(PHOTO)).status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [
        (PHOTO, sha256(b"other").hexdigest(), 422),
        (b"GIF89a", sha256(b"GIF89a").hexdigest(), 415),
        (b"", sha256(b"").hexdigest(), 415),
        (PHOTO, "../" * 3 + "hub.toml", 404),
        (PHOTO, sha256(PHOTO).hexdigest().upper(), 404),
    ],
)
def test_only_photos_under_their_own_name_are_taken(
    http: httpx.Client, site: BlobSite, data: bytes, name: str, status: int
) -> None:
    assert http.put(f"/blobs/{name}", content=data).status_code == status
    assert not site.kept(data) or data == PHOTO


@pytest.mark.parametrize(
    ("header", "status"),
    [(b"Content-Length: 16777217", b" 413 "), (b"Transfer-Encoding: chunked", b" 411 ")],
)
def test_too_large_or_endless_photos_are_refused_by_their_header(
    site: BlobSite, machine: Identity, header: bytes, status: bytes
) -> None:
    request = b"PUT %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n\r\n"
    raw = socket.create_connection(("127.0.0.1", site.port), timeout=5)
    with _tls(machine).wrap_socket(raw, server_hostname="127.0.0.1") as connection:
        connection.sendall(request % (_name(PHOTO).encode(), header))
        assert status in connection.recv(4096).split(b"\r\n")[0]


def test_a_photo_too_large_for_the_hub_stays_and_hinders_nothing(
    worker: BlobWorker, lockd: CourierPeer, tmp_path: Path
) -> None:
    photos = [b"\xff\xd8\xff" + bytes(16 << 20), PHOTO]
    lockd.pending = [sha256(photo).digest() for photo in photos]
    for photo, digest in zip(photos, lockd.pending, strict=True):
        (tmp_path / "photos" / f"{digest.hex()}.jpg").write_bytes(photo)
    worker.move()
    assert lockd.pending == [sha256(photos[0]).digest()]


def test_no_other_method_does_anything(http: httpx.Client) -> None:
    assert http.post(_name(PAGE)).status_code == 405
    assert http.delete(_name(PAGE)).status_code == 405
    assert http.get(_name(PAGE)).content == PAGE


def test_without_a_certificate_nobody_gets_in(site: BlobSite, machine: Identity) -> None:
    context = _tls(machine, known=False)
    with (
        httpx.Client(base_url=site.url, verify=context, trust_env=False) as client,
        pytest.raises(httpx.TransportError),
    ):
        client.get(_name(PAGE), headers={"X-SSL-Client-CN": DEVICE})


def test_a_stranger_s_certificate_is_not_let_in(
    site: BlobSite, machine: Identity, tmp_path: Path
) -> None:
    forged = Pki(tmp_path / "forged").enrol(tmp_path / "forged-machine", DEVICE)
    context = _tls(Identity(machine.ca, forged.certificate, forged.key))
    with (
        httpx.Client(base_url=site.url, verify=context, trust_env=False) as client,
        pytest.raises(httpx.TransportError),
    ):
        client.get(_name(PAGE))


def test_the_hub_s_own_processes_are_no_machines(site: BlobSite, pki: Pki) -> None:
    with httpx.Client(base_url=site.url, verify=_tls(pki.ingest), trust_env=False) as client:
        assert client.get(_name(PAGE)).status_code == 403
        assert client.put(_name(PHOTO), content=PHOTO).status_code == 403


def test_a_machine_taken_off_the_list_has_no_business_here(
    site: BlobSite, pki: Pki, tmp_path: Path
) -> None:
    gone = pki.enrol(tmp_path / "gone", "sunset-2")
    with httpx.Client(base_url=site.url, verify=_tls(gone), trust_env=False) as client:
        assert client.put(_name(PHOTO), content=PHOTO).status_code == 403
        assert client.get(_name(OTHER)).status_code == 403


def test_a_refused_photo_leaves_the_connection_whole(
    site: BlobSite, pki: Pki, tmp_path: Path
) -> None:
    gone = pki.enrol(tmp_path / "gone", "sunset-3")
    large = b"\xff\xd8\xff" + bytes(4 << 20)
    with httpx.Client(base_url=site.url, verify=_tls(gone), trust_env=False) as client:
        for _ in range(3):
            assert client.put(_name(large), content=large).status_code == 403
            assert client.get(_name(OTHER)).status_code == 403


def test_the_courier_starts_only_with_its_certificate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = tmp_path / "machine.toml"
    toml.write_text(
        f'device = "{DEVICE}"\n[hub]\nmqtt_host = "127.0.0.1"\nmqtt_port = 1\n'
        'blobs = "https://127.0.0.1:1"\nca = "ca.pem"\ncertificate = "c.pem"\nkey = "k.pem"\n'
    )
    assert syncd.main(["--config", str(toml)]) == 2
    assert "No such file" in capsys.readouterr().err
