"""A hub at work, watched: its signs of life, its measures, and what its processes write."""

import http.client
import json
import logging
import socket
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from hub.clock import now_ms
from hub.config import FILE
from hub.operate.lines import JsonLines
from tests.hub.journal_rig import COUNTERS
from tests.support.broker import listening, until
from tests.support.hub import Hub
from tests.support.ports import free_port

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("watching")]
PERSON, NUMBER, PHONE = "王小明", "110105199001011234", "13912345678"
TOKEN, PIN = "f3b1c2d4e5f60718293a4b5c6d7e8f90", "483920"


@pytest.fixture(scope="module")
def ports() -> dict[str, int]:
    return {name: free_port() for name in ("serve", "public", "metrics")}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, ports: dict[str, int]) -> Iterator[Hub]:
    made = Hub.build(tmp_path_factory.mktemp("hub"), now_ms())
    with (made.state / FILE).open("a") as toml:
        toml.write('\n[upkeep]\nlogs = "json"\n')
    try:
        yield made
    finally:
        made.close()


def test_a_hub_at_rest_says_what_is_missing(hub: Hub) -> None:
    asked = hub.command("doctor")
    assert asked.returncode == 1
    for words in (
        "✗ processes: 没有动静：alarms、ingest、site、work",
        "✗ backup:",
        "✗ lists:",
        "✓ database:",
    ):
        assert words in asked.stdout
    assert json.loads(hub.command("doctor", "--json").stdout)["broker"]["level"] == "good"


def test_it_listens_for_this_computer_alone(hub: Hub) -> None:
    refused = hub.command("metrics", "--listen", "0.0.0.0:8709")
    assert refused.returncode == 1
    assert "Only a loopback address" in refused.stderr


def test_a_hub_at_work_is_well_and_counts(hub: Hub, ports: dict[str, int]) -> None:
    for name, port in ports.items():
        hub.start(name, "--listen", f"127.0.0.1:{port}")
    until(lambda: listening(ports["metrics"]), "metrics listens")
    assert _get(ports["metrics"], "/healthz") == (503, "alarms ingest site work\n")
    for name in ("alarms", "ingest", "site", "work"):
        hub.start(name)
    machine = hub.client()
    written = [hub.journal.write("heartbeat", **COUNTERS)]
    machine.send(*written)
    machine.receipted(written)
    machine.link.stop()
    assert _get(ports["metrics"], "/healthz") == (200, "ok\n")
    until(lambda: listening(ports["public"]), "the public site listens")
    assert _get(ports["public"], "/healthz") == (200, "ok\n")
    _get(ports["public"], "/")
    until(lambda: 'process="site-public",status="2xx"} 1' in _metrics(ports), "it is counted")
    said = _metrics(ports)
    assert "sealhub_log_leaves 2" in said or "sealhub_log_leaves 1" in said
    assert 'sealhub_check{check="processes"} 0' in said
    assert "sealhub_machines 1" in said
    assert "sunrise-1" not in said


def test_what_processes_write_names_nobody(hub: Hub, ports: dict[str, int]) -> None:
    until(lambda: listening(ports["serve"]), "the staff site listens")
    named = quote(f"/{PERSON}/{NUMBER}/{PHONE}?token={TOKEN}")
    for port in (ports["serve"], ports["public"]):
        _get(port, named)
        _get(port, f"/v/{quote(PERSON)}/?q={NUMBER}", {"Authorization": f"Bearer {TOKEN}"})
        _get(port, "/", {"Host": f"{NUMBER}.example"})
        _post(port, "/login", f"person={quote(PERSON)}&pin={PIN}&number={NUMBER}")
        _raw(port, f"GET /{NUMBER} {PHONE} {TOKEN}\r\n\r\n".encode())
    _get(ports["serve"], "/api/v1/records", {"Authorization": f"Bearer {TOKEN}"})
    machine = hub.client()
    machine.publish("entry", f"{PERSON} {NUMBER} {PIN}".encode())
    machine.link.stop()
    until(lambda: "WARNING" in hub.said("ingest").read_text("utf-8"), "ingest refused it")
    for name in ("serve", "public", "ingest", "work", "metrics"):
        text = hub.said(name).read_text("utf-8")
        for secret in (PERSON, quote(PERSON), NUMBER, PHONE, TOKEN, PIN):
            assert secret not in text, name
        for line in text.splitlines():
            assert line.endswith("ready") or set(json.loads(line)) >= {"time", "level", "message"}
    assert "404 Not Found" in hub.said("serve").read_text("utf-8")


def test_an_error_is_told_by_its_place_and_not_by_its_text() -> None:
    try:
        raise ValueError(f"Key (person)=({PERSON}) exists, {NUMBER}")
    except ValueError:
        record = logging.getLogger("hub").makeRecord(
            "hub", logging.ERROR, "", 0, f"{PHONE}, {NUMBER[:17]}X came",
            (), sys.exc_info(),
        )  # fmt: skip
    said = json.loads(JsonLines().format(record))
    assert said["error"] == "builtins.ValueError"
    assert said["places"][0].endswith("test_an_error_is_told_by_its_place_and_not_by_its_text")
    for text in (PERSON, NUMBER[:17], PHONE):
        assert text not in json.dumps(said, ensure_ascii=False)


def test_an_error_that_ends_a_process_names_nobody_either(hub: Hub) -> None:
    code = f"from hub.commands import parts; parts.django(); raise ValueError('{PERSON}')"
    env = {**hub.environment, "DJANGO_SETTINGS_MODULE": "hub.settings"}
    ended = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert json.loads(ended.stderr)["error"] == "builtins.ValueError"
    assert PERSON not in ended.stderr


def _metrics(ports: dict[str, int]) -> str:
    return _get(ports["metrics"], "/metrics")[1]


def _get(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    return _ask(port, "GET", path, None, headers or {})


def _post(port: int, path: str, body: str) -> tuple[int, str]:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return _ask(port, "POST", path, body, kind)


def _ask(
    port: int, method: str, path: str, body: str | None, headers: dict[str, str]
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, {"Host": "localhost", **headers})
        reply = connection.getresponse()
        return reply.status, reply.read().decode("utf-8", "replace")
    finally:
        connection.close()


def _raw(port: int, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(data)
        connection.recv(1000)
