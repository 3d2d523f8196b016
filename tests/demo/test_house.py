"""The whole house: a first stamp, outside verifiers, and kill -9 of anything at any moment."""

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from demo import addresses, first_stamp, villagers
from demo.cast import VILLAGE
from demo.days import today
from demo.people import Browser, Staff
from inspector.cli import main as sealinspect
from sealctl.link import ask
from tests.demo.house import House, Keeper, apply, stamp, until
from tests.support.verifiers import go_accepts, node_refuses, openssl_accepts
from wire.lists import content, package
from wire.lists.content import Machines
from wire.record import entry, envelope
from wire.record.entry import Entry

pytestmark = [pytest.mark.drill, pytest.mark.processes, pytest.mark.xdist_group("house")]

MACHINE = ("lockd", "camerad", "syncd")
TOWNSHIP = ("mosquitto", "ingest", "work", "blobs", "enrol", "hub")
OTHERS = ("body", "panel", "public", "hotline", "county", "people")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    opened = House.open(tmp_path_factory.mktemp("house"))
    yield opened
    opened.running.stop()


def journal(kept: House) -> list[Entry]:
    """The machine's entries, all of them."""
    found: list[Entry] = []
    while rows := kept.machine("journal", after=len(found), limit=256):
        found += [entry.decode(envelope.parse(row["envelope"]).payload) for row in rows]
    return found


def check_whole(kept: House, tmp_path: Path) -> None:
    """Everything reached the township once, and an inspector who trusts nobody agrees."""
    until(lambda: kept.machine("state")["courier"]["unreceipted"] == 0)
    until(lambda: not ask(kept.sock("courier"), "photos")["pending"])
    inspector, bundle = kept.state.var / "inspector", tmp_path / "bundle"
    ports = kept.state.ports
    until(
        lambda: (
            sealinspect(
                [
                    *("pull", "--hub", f"http://127.0.0.1:{ports['hub']}"),
                    *("--public", f"http://127.0.0.1:{ports['public']}"),
                    *("--token-file", str(inspector / "token")),
                    *("--policy", str(inspector / "policy.json"), str(bundle)),
                ]
            )
            == 0
        )
    )
    assert sealinspect(["verify", str(bundle)]) == 0
    entries = journal(kept)
    opened = [one for one in entries if one.kind == "authorised"]
    ends = [one for one in entries if one.kind in ("stamped", "aborted", "interrupted")]
    assert [one.body["authorised"] for one in ends] == [one.seq for one in opened]
    body = ask(kept.sock("body"), "snapshot")
    given_back = sum(bool(one.body.get("returned")) for one in ends)
    assert body["unlatches"] == len(opened) - given_back
    assert body["engaged"]


def test_a_first_stamp_from_application_to_verified_public_record(
    kept: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert first_stamp.run(kept.state)
    assert "bundle verified offline" in capsys.readouterr().out


def test_what_villagers_see_was_published_and_is_looked_up(kept: House) -> None:
    codes = villagers.make(kept.state).codes
    public = Browser(kept.state, "public")
    front = public.get(f"/v/{VILLAGE}/")
    for tile in ("三务公开", "回音壁", "用印公开", "监察站直通车", "扶贫", "便民服务"):
        assert f"<strong>{tile}</strong>" in front
    affairs = public.get(f"/v/{VILLAGE}/affairs/")
    assert "逾期未公开" in affairs
    day = today()
    for span in (f"{day.year}", f"{day.year}-Q{(day.month + 2) // 3}", f"{day:%Y-%m}"):
        page = public.get(f"/v/{VILLAGE}/affairs/time/{span}/")
        assert "的钱</h2>" in page
        assert "各项收入" in page
    newest = json.loads(public.get(f"/v/{VILLAGE}/affairs/latest.json"))["releases"]
    edition = {one["item"]: f"/v/{VILLAGE}/affairs/{one['path']}" for one in reversed(newest)}
    spending = public.get(edition["finance-spending"])
    assert "村道清扫" in spending
    assert "钱示例" not in spending
    assert "<img " in public.get(edition["projects"])
    assert "每天扫一次" in public.get(edition["answers"])
    found = public.post("/relief/", data={"code": codes["card"]}).text
    assert "周示例" in found
    assert "1,500.00 元" in found
    assert "没有查到" in public.post("/relief/", data={"code": "周示例"}).text
    assert "居（租）住证明" in public.get(f"/v/{VILLAGE}/services/theme-housing.html")
    assert "镇监察站" in Browser(kept.state, "hotline").get("/")
    desk = Staff(kept.state, kept.state.person("p-wu")).get("/hotline/")
    assert desk.count("一件事，说不清是谁") == 1
    assert codes["card"] in addresses.told(kept.state, codes)
    assert villagers.make(kept.state).codes == codes
    assert json.loads(public.get(f"/v/{VILLAGE}/affairs/latest.json"))["releases"] == newest


def test_verifiers_that_were_not_written_here_accept_the_log(kept: House, tmp_path: Path) -> None:
    folder = kept.state.hub_dir / "public" / "log"
    policy = (kept.state.var / "inspector" / "policy.json").read_text("utf-8")
    vkey = policy.split('"log": "')[1].split('"')[0]
    assert go_accepts(folder, vkey) == (True, "")
    assert openssl_accepts(folder, vkey, tmp_path)
    key = Ed25519PublicKey.from_public_bytes(_record_key(kept))
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    envelopes = [row["envelope"] for row in kept.machine("journal", after=0, limit=256)]
    assert envelopes
    payloads = [envelope.parse(one).payload for one in envelopes]
    questions = [
        {"kind": "entry", "envelope": one, "key": der, "payload": payload}
        for one, payload in zip(envelopes, payloads, strict=True)
    ]
    assert node_refuses(questions) == [None] * len(envelopes)


def _record_key(kept: House) -> bytes:
    """As the officers signed it."""
    files = package.decode((kept.state.county_dir / "package.cbor").read_bytes()).files
    machines = content.decode(Machines, files[f"{VILLAGE}/machines.cbor"])
    return next(iter(machines.machines.values())).public_key


@pytest.mark.parametrize(
    ("seed", "victims"), [(1, MACHINE), (2, TOWNSHIP), (3, MACHINE + TOWNSHIP + OTHERS)]
)
def test_kill_9_at_any_moment_loses_and_doubles_nothing(
    kept: House, tmp_path: Path, seed: int, victims: tuple[str, ...]
) -> None:
    title = f"居住情况证明 {seed}"
    reaper = Keeper(kept, victims, seed)
    reaper.start()
    try:
        apply(kept, title)
        stamp(kept, title)
        reaper.merciful.set()
        check_whole(kept, tmp_path)
    finally:
        reaper.over.set()
        reaper.join()
        kept.settle()
    assert reaper.killed


REQUESTS = (
    b"\x00" * 200,
    os.urandom(300),
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /%00%ff%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /log/../../../keys/log.pem HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n\xff\xfe{[(",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"BREW /login/ HTTP/1.1\r\nHost: localhost\r\nCookie: sealhub=\xff;;=\r\n\r\n",
)


@pytest.mark.parametrize(
    "site", ["hub", "public", "hotline", "county", "panel", "blobs", "mqtt", "enrol"]
)
def test_garbage_at_an_endpoint_is_refused_and_changes_nothing(kept: House, site: str) -> None:
    before = journal(kept)
    for request in REQUESTS:
        with socket.create_connection(("127.0.0.1", kept.state.ports[site]), 10) as link:
            with contextlib.suppress(ConnectionError):
                link.sendall(request)
            with contextlib.suppress(OSError):  # the other side may have hung up already
                link.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionError):
                answer = link.recv(4096)
                assert b" 500 " not in answer[:40], (request[:60], answer[:200])
                assert b"PRIVATE KEY" not in answer
                assert b"root:" not in answer
    kept.settle()
    assert journal(kept) == before


def test_a_second_start_keeps_everything(kept: House, tmp_path: Path) -> None:
    before = journal(kept)
    kept.running.stop()
    kept.running = House.start(kept.state).running
    after = journal(kept)
    assert after[: len(before)] == before
    check_whole(kept, tmp_path)
