"""The township operator's command: what it makes, serves and refuses."""

import http.client
import signal
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub.clock import now_ms
from hub.config import read
from hub.devices.ca import sign_csr
from sync.enrol import new_request
from tests.support.broker import listening, until
from tests.support.contents import DEVICE
from tests.support.hub import Hub
from tests.support.ports import free_port

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("hub_cli")]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    made = Hub.build(tmp_path_factory.mktemp("hub"), now_ms())
    yield made
    made.close()


def test_a_new_hub_keeps_its_keys_to_itself(hub: Hub) -> None:
    secret = [path for path in hub.state.rglob("*") if path.suffix in (".pem", ".key")]
    private = [path for path in secret if b"PRIVATE" in path.read_bytes()]
    assert len(private) == 9
    assert hub.state / "keys" / "relief.key" in private
    for path in [*private, hub.state / "secret.key", hub.state / "hub.toml"]:
        assert path.stat().st_mode & 0o077 == 0, path
    assert hub.state.stat().st_mode & 0o077 == 0


def test_a_hub_is_made_once(hub: Hub) -> None:
    before = (hub.state / "keys" / "log.pem").read_bytes()
    refused = hub.command("init")
    assert refused.returncode == 1
    assert "已经是一个镇平台" in refused.stderr
    assert (hub.state / "keys" / "log.pem").read_bytes() == before


@pytest.mark.parametrize("command", ["ingest", "work", "serve --listen 127.0.0.1:0", "token new x"])
def test_nothing_runs_in_an_empty_folder(hub: Hub, tmp_path: Path, command: str) -> None:
    empty = replace(hub, state=tmp_path / "nothing")
    refused = empty.command(*command.split())
    assert refused.returncode == 1
    assert "sealhub init" in refused.stderr
    assert not empty.state.exists()


def test_people_are_taken_back_and_given_back(hub: Hub) -> None:
    assert "revoked: person yi" in hub.run("revoke", "person", "yi", "--reason", "手机被盗")
    assert "person yi: 手机被盗" in hub.run("revoke", "list")
    refused = hub.command("revoke", "person", "stranger", "--reason", "-")
    assert refused.returncode == 1
    assert "it must be one" in refused.stderr
    assert "given back" in hub.run("revoke", "person", "yi", "--reason", "找回", "--lift")
    assert hub.run("revoke", "list") == ""


def test_the_first_two_are_such_as_may_see_others_enrol(hub: Hub) -> None:
    refused = hub.command("people", "first", "yi", "jia")
    assert refused.returncode == 1
    assert "No office of theirs" in refused.stderr


def test_a_key_is_not_switched_before_the_next_one_is_made(hub: Hub) -> None:
    refused = hub.command("key", "switch", "log")
    assert refused.returncode == 1
    assert "key next log" in refused.stderr


def test_another_county_is_not_taken_once_one_is_pinned(hub: Hub) -> None:
    file = hub.state.parent / "package"
    refused = hub.command("list", "import", str(file), "--root-sha256", "00" * 32)
    assert refused.returncode == 1
    assert "Another county root is pinned" in refused.stderr
    again = hub.command("list", "import", str(file))
    assert again.returncode == 0


@pytest.mark.parametrize("data", [b"", b"\x00", b"\xa1" * 100])
def test_a_file_that_is_no_package_is_refused_in_words(hub: Hub, data: bytes) -> None:
    file = hub.state.parent / "garbage"
    file.write_bytes(data)
    refused = hub.command("list", "import", str(file))
    assert refused.returncode == 1
    assert "list_invalid" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_machine_gets_a_certificate_for_its_own_name_only(hub: Hub, tmp_path: Path) -> None:
    request = tmp_path / "csr.pem"
    request.write_bytes(new_request(tmp_path, DEVICE))
    out = tmp_path / "device.pem"
    hub.run("machine", "certificate", DEVICE, str(request), str(out))
    assert out.read_bytes().startswith(b"-----BEGIN CERTIFICATE")
    refused = hub.command("machine", "certificate", "sunset-1", str(request), str(out))
    assert refused.returncode == 1
    assert "sunset-1" in refused.stderr


def test_sites_answer_with_strict_headers_and_end_when_asked(hub: Hub) -> None:
    port = free_port()
    assert "0 个村" not in hub.run("site", "--once")
    hub.start("public", "--listen", f"127.0.0.1:{port}")
    until(lambda: listening(port), "the public site listens")
    page, static = (_get(port, path) for path in ("/", "/static/site/site.css"))
    assert page.status == static.status == 200
    for answer in (page, static):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert _get(port, "/", host="evil.example").status == 400
    assert hub.stop("public") == 0


def test_a_hub_without_keys_of_site_and_relief_gets_them_by_migrate(hub: Hub) -> None:
    key, relief = (hub.state / "keys" / one for one in ("site.pem", "relief.key"))
    for path in (key, key.with_name("site.pem.pub"), relief):
        path.unlink()
    refused = hub.command("site", "--once")
    assert refused.returncode == 1
    assert "sealhub migrate" in refused.stderr
    assert "relief.key" in hub.command("doctor").stdout
    hub.run("migrate")
    for path in (key, relief):
        assert path.stat().st_mode & 0o077 == 0
    assert "relief.key" not in hub.command("doctor").stdout
    assert "localhost/site+" in hub.run("site", "--once")


def test_only_machines_reach_the_blob_site(hub: Hub, tmp_path: Path) -> None:
    port = free_port()
    hub.start("blobs", "--listen", f"127.0.0.1:{port}")
    until(lambda: listening(port), "the blob site listens")
    ca = hub.state / "tls" / "ca.pem"
    stranger = ssl.create_default_context(cafile=str(ca))
    with pytest.raises((ssl.SSLError, ConnectionError)):
        _get(port, "/blobs/" + "00" * 32, tls=stranger)
    (tmp_path / "csr").write_bytes(new_request(tmp_path, DEVICE))
    pem = tmp_path / "tls" / "device.pem"
    pem.write_bytes(sign_csr(hub.state / "tls", (tmp_path / "csr").read_bytes(), DEVICE))
    machine = ssl.create_default_context(cafile=str(ca))
    machine.load_cert_chain(pem, tmp_path / "tls" / "device.key")
    assert _get(port, "/blobs/" + "00" * 32, tls=machine).status == 404
    assert hub.stop("blobs", signal.SIGTERM) == 0


def test_the_brokers_configuration_is_one_that_mosquitto_takes(hub: Hub, tmp_path: Path) -> None:
    said = hub.run("broker", "config", str(tmp_path))
    assert str(tmp_path / "mosquitto.conf") in said
    broker = read(hub.state).broker
    conf = (tmp_path / "mosquitto.conf").read_text("utf-8")
    assert f"listener {broker.port} 127.0.0.1" in conf
    free = conf.replace(f"listener {broker.port}", f"listener {free_port()}")
    (tmp_path / "mosquitto.conf").write_text(free, "utf-8")
    process = subprocess.Popen(
        ["mosquitto", "-c", str(tmp_path / "mosquitto.conf")], stderr=subprocess.PIPE
    )
    process.terminate()
    said_by_broker = process.communicate(timeout=10)[1]
    assert b"Error" not in said_by_broker
    assert process.returncode in (0, -signal.SIGTERM)


def _get(
    port: int, path: str, *, host: str = "localhost", tls: ssl.SSLContext | None = None
) -> http.client.HTTPResponse:
    connection = (
        http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        if tls is None
        else http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=tls)
    )
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def test_a_disclosure_catalogue_goes_out_for_excel_and_comes_in(hub: Hub, tmp_path: Path) -> None:
    file, again = tmp_path / "catalogue.csv", tmp_path / "again.csv"
    assert "--example" in hub.command("disclosure", "export", str(again)).stderr
    hub.run("disclosure", "export", "--example", str(file))
    assert file.read_bytes().startswith(b"\xef\xbb\xbf"), "else Excel shows garbage"
    hub.run("disclosure", "import", str(file), "--since", "2026-01-01")
    hub.run("disclosure", "export", str(again))
    assert again.read_bytes() == file.read_bytes()
    file.write_text("公开事项\n财务", "utf-8")
    refused = hub.command("disclosure", "import", str(file), "--since", "2026-02-01")
    assert refused.returncode == 1
    assert "表头要有" in refused.stderr
    missing = hub.command("disclosure", "import", str(tmp_path / "none"), "--since", "2026-02-01")
    assert missing.returncode == 1
    assert "Traceback" not in missing.stderr
