"""Releases from the officers' folder through hub and courier to the machine that judges them."""

import signal
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from hub.clock import now_ms
from hub.devices.ca import sign_csr
from sealctl.update import staging
from sync.enrol import new_request
from sync.releases import ReleaseWorker
from tests.support import releases as rig
from tests.support.broker import listening, until
from tests.support.contents import DEVICE, YEAR
from tests.support.hub import Hub
from tests.support.ports import free_port
from tests.support.releases import Medium
from tests.support.township import Township
from wire.lists.offer import NAME
from wire.refusals import Refused

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("hub_releases")]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    made = Hub.build(tmp_path_factory.mktemp("hub"), now_ms(), broker=False)
    yield made
    made.close()


@pytest.fixture(scope="module")
def url(hub: Hub) -> Iterator[str]:
    port = free_port()
    hub.start("blobs", "--listen", f"127.0.0.1:{port}")
    until(lambda: listening(port), "the blob site listens")
    yield f"https://localhost:{port}"
    assert hub.stop("blobs", signal.SIGTERM) == 0


@pytest.fixture(scope="module")
def medium(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Medium:
    return Medium(tmp_path_factory.mktemp("medium"), hub.township)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    (tmp_path / "releases").mkdir()
    return tmp_path / "releases"


@pytest.fixture
def worker(hub: Hub, url: str, spool: Path) -> Iterator[ReleaseWorker]:
    made = ReleaseWorker(url, tls(hub, spool.parent, DEVICE), spool)
    yield made
    made.close()


def tls(hub: Hub, folder: Path, device: str) -> ssl.SSLContext:
    """What a machine of that name has."""
    request = new_request(folder, device)
    pem = folder / "tls/device.pem"
    pem.write_bytes(sign_csr(hub.state / "tls", request, device))
    made = ssl.create_default_context(cafile=str(hub.state / "tls/ca.pem"))
    made.load_cert_chain(pem, folder / "tls/device.key")
    return made


def imported(hub: Hub, medium: Medium) -> str:
    """What the command says, with its status."""
    done = hub.command("release", "import", str(medium.folder))
    assert "Traceback" not in done.stderr
    return f"{done.returncode} {done.stdout}{done.stderr}"


def test_nothing_is_offered_before_anything_is_imported(worker: ReleaseWorker, spool: Path) -> None:
    assert not worker.fetch()
    assert list(spool.iterdir()) == []


def test_what_the_officers_signed_reaches_the_machine(
    hub: Hub, medium: Medium, worker: ReleaseWorker, spool: Path
) -> None:
    medium.release("0.2.0")
    assert imported(hub, medium).startswith("0 sealctl_0.2.0_")
    assert worker.fetch()
    assert not worker.fetch()
    programs = rig.installed(spool.parent / "opt")
    here = replace(rig.here(hub.township), now_ms=now_ms())
    assert staging.stage(programs, here, spool).version == "0.2.0"


def test_a_newer_one_takes_its_place(
    hub: Hub, medium: Medium, worker: ReleaseWorker, spool: Path
) -> None:
    medium.release("0.3.0")
    imported(hub, medium)
    assert worker.fetch()
    assert len(list(spool.iterdir())) == 2
    assert len(list((hub.state / "releases").iterdir())) == 2


def test_what_the_hub_changes_is_not_taken(
    hub: Hub, medium: Medium, worker: ReleaseWorker, spool: Path
) -> None:
    """Half, longer, or other bytes of the same length; and its own offer is nobody's."""
    archive = next((hub.state / "releases").glob("*.xz"))
    good = archive.read_bytes()
    for bad in (good[:-1], good + b"x", good[:-1] + bytes([good[-1] ^ 1])):
        archive.write_bytes(bad)
        assert not worker.fetch()
        assert list(spool.iterdir()) == []
    archive.write_bytes(good)
    own = Medium(spool, Township.build(now_ms=now_ms()))
    own.release("9.0.0")
    programs = rig.installed(spool.parent / "opt")
    with pytest.raises(Refused, match="release_invalid"):
        staging.stage(programs, replace(rig.here(hub.township), now_ms=now_ms()), spool)


def test_an_import_that_machines_would_refuse_changes_nothing(hub: Hub, medium: Medium) -> None:
    before = {path.name: path.read_bytes() for path in (hub.state / "releases").iterdir()}
    later = Medium(medium.folder, medium.town, medium.former)
    made = rig.archive(medium.folder, "0.4.0")
    kept = (medium.folder / NAME).read_bytes()
    later.bring(made, officers=medium.town.keys.officers[:1])
    assert imported(hub, later).startswith("1 ")
    assert "release_invalid" in imported(hub, later)
    later.former = medium.former
    later.bring(made, expires_ms=now_ms() - 1000)
    assert "release_expired" in imported(hub, later)
    later.former = medium.former
    later.bring(made, expires_ms=now_ms() + YEAR)
    made.write_bytes(b"half")
    assert "release_damaged" in imported(hub, later)
    (medium.folder / NAME).write_bytes(b"garbage")
    assert "release_invalid" in imported(hub, later)
    (medium.folder / NAME).unlink()
    assert imported(hub, later).startswith("1 ")
    (medium.folder / NAME).write_bytes(kept)
    assert before == {path.name: path.read_bytes() for path in (hub.state / "releases").iterdir()}


@pytest.mark.parametrize("name", ["hub.toml", "..%2Fhub.toml", "sealctl_9.9.9_amd64.tar.xz"])
def test_nothing_else_is_served(hub: Hub, url: str, spool: Path, name: str) -> None:
    context = tls(hub, spool.parent, DEVICE)
    with httpx.Client(base_url=url, verify=context, trust_env=False) as client:
        assert client.get(f"/releases/{NAME}").status_code == 200
        assert client.get(f"/releases/{name}").status_code == 404
        assert client.post(f"/releases/{NAME}").status_code in (403, 405)


def test_a_machine_of_no_village_gets_nothing(hub: Hub, url: str, spool: Path) -> None:
    context = tls(hub, spool.parent, "sunset-9")
    with httpx.Client(base_url=url, verify=context, trust_env=False) as client:
        assert client.get(f"/releases/{NAME}").status_code == 403
