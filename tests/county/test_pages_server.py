"""The county's pages over HTTP: fixed files, a strict policy, a configuration that is checked."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from county.pages_config import PagesConfigError, load
from county.pages_server import PAGES, create_app
from tests.support.township import Township

HUB = "https://hub.town.example"
PLAIN: dict[str, Any] = {
    "rp_id": "county.example",
    "hubs": [HUB],
    "offices": {"village.director": ["村委会主任", "village director"]},
}


class Visitor:
    """Asks the pages over HTTP, without following redirects."""

    def __init__(self, config: Path) -> None:
        self._app = create_app(config)

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)

    def ask(self, method: str, path: str) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport) as client:
                return await client.request(method, f"http://county.example{path}")

        return asyncio.run(asked())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return _write(tmp_path, PLAIN)


def test_every_answer_carries_the_policy(config: Path) -> None:
    client = Visitor(config)
    for path in ("/", "/sign/", "/sign/sign.js", "/config.json", "/none"):
        headers = client.get(path).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["connect-src"] == f"'self' {HUB}"
        assert policy["img-src"] == "blob:"
        assert policy["form-action"] == policy["frame-ancestors"] == "'none'"
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in headers


def test_files_have_their_types_and_nothing_is_inline(config: Path) -> None:
    client = Visitor(config)
    page = client.get("/sign/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert client.get("/sign/sign.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/sign/sign.css").headers["content-type"].startswith("text/css")
    assert client.get("/config.json").headers["content-type"] == "application/json"
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page.text)
    for script in PAGES.rglob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|document\.write|\beval\(", script.read_text())


@pytest.mark.parametrize(
    "path",
    [
        "/pages_server.py", "/sign/../../pages_server.py", "/sign/%2e%2e/%2e%2e/cli.py",
        "/sign/..%2f..%2fcli.py", "//etc/passwd", "/sign", "/pages.json", "/sign/none.js",
    ],
)  # fmt: skip
def test_nothing_else_is_served(config: Path, path: str) -> None:
    client = Visitor(config)
    answer = client.get(path)
    assert answer.status_code in (307, 404)
    assert "import" not in answer.text


def test_nothing_is_taken(config: Path) -> None:
    client = Visitor(config)
    assert client.ask("POST", "/sign/").status_code == 405


def test_names_come_from_the_officers_package(tmp_path: Path) -> None:
    (tmp_path / "authority.cbor").write_bytes(Township.build().package)
    config = _write(tmp_path, {**PLAIN, "package": "authority.cbor"})
    told = Visitor(config).get("/config.json").json()
    assert (told["rp_id"], told["hubs"]) == ("county.example", [HUB])
    assert told["items"]["residence"] == ["居住证明", "residence"]
    assert told["villages"]["sunrise"][0] == "晨光村"
    assert told["seals"]["sunrise-1/seal-party"][0] == "晨光村党组织章"
    assert told["steps"]["residence/director"] == ["村委会主任", "village director"]
    assert told["people"]["sunrise/yi"][0] == "乙二亮"
    assert "sunrise/xin" not in told["people"], "holds no office: nobody's business"


def test_a_new_package_is_read_without_a_restart(tmp_path: Path) -> None:
    config = _write(tmp_path, PLAIN)
    client = Visitor(config)
    assert client.get("/config.json").json()["items"] == {}
    (tmp_path / "authority.cbor").write_bytes(Township.build().package)
    _write(tmp_path, {**PLAIN, "package": "authority.cbor"})
    assert "residence" in client.get("/config.json").json()["items"]


@pytest.mark.parametrize(
    "bent",
    [
        [],
        {"rp_id": "county.example"},
        {**PLAIN, "extra": 1},
        {**PLAIN, "rp_id": "county.example:8702"},
        {**PLAIN, "hubs": []},
        {**PLAIN, "hubs": ["https://hub.example/"]},
        {**PLAIN, "hubs": ["https://hub.example; script-src *"]},
        {**PLAIN, "hubs": ["*"]},
        {**PLAIN, "offices": {"x": "y"}},
        {**PLAIN, "items": []},
        {**PLAIN, "package": 7},
        {**PLAIN, "package": "none.cbor"},
        {**PLAIN, "package": "pages.json"},
    ],
)
def test_a_configuration_that_is_wrong_stops_the_start(tmp_path: Path, bent: object) -> None:
    with pytest.raises(PagesConfigError):
        load(_write(tmp_path, bent))


def test_a_missing_configuration_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(PagesConfigError, match=r"none\.json"):
        create_app(tmp_path / "none.json")


def _write(folder: Path, fields: object) -> Path:
    file = folder / "pages.json"
    file.write_text(json.dumps(fields), encoding="utf-8")
    return file
