"""The built site through a real nginx, the application stopped, as a township would serve it."""

import gzip
import html
import http.client
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from pytest_django.fixtures import Settings

from hub.ingest.models import Record
from hub.security import HEADERS
from hub.site.serve import FRESH, TYPES
from tests.hub import matters_rig, site_rig
from tests.hub import public_rig as hub
from tests.hub.journal_rig import COUNTERS, Journal
from tests.hub.nginx_rig import nginx
from tests.hub.site_rig import Site
from tests.support.contents import DAY, NOW
from wire.stamp_code import StampCode

pytestmark = [pytest.mark.processes, pytest.mark.django_db]
LINK = re.compile(r'(?:href|src)="([^"]*)"')
PUBLIC = "public.localhost"


@pytest.fixture
def journal() -> Journal:
    made = Journal()
    for day in range(0, 90, 15):
        made.stamp(b"g" * 32, wall_ms=NOW - day * DAY)
    hub.correct(made, made.stamp(b"h" * 32).entry.seq)
    seq = made.authorise(b"i" * 32).entry.seq
    made.write("aborted", authorised=seq, code="busy", returned=True, **COUNTERS)
    hub.use_outside(made)
    return made


@pytest.fixture
def site(settings: Settings, tmp_path: Path, journal: Journal) -> Site:
    settings.ROOT_URLCONF = "hub.urls_public"
    settings.STATE = tmp_path
    site_rig.keys(tmp_path)
    hub.township(journal)
    return site_rig.made(journal)


@pytest.fixture
def whole(settings: Settings, tmp_path: Path, journal: Journal) -> Site:
    """Something of every matter, on paper and as voice, too."""
    hub.staff_site(settings, tmp_path)
    site_rig.keys(tmp_path)
    matters_rig.fill(hub.township(journal), tmp_path)
    settings.ROOT_URLCONF = "hub.urls_public"
    site_rig.log(journal.written)
    return matters_rig.built()


@pytest.fixture
def port(site: Site, tmp_path: Path) -> Iterator[int]:
    with nginx(site.root, tmp_path) as found:
        yield found


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "seal.example", **headers})
        reply = connection.getresponse()
        return reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read()
    finally:
        connection.close()


def links(page: str, text: str) -> Iterator[str]:
    """Paths of the site that a page leads to; forms of the application have to be addresses."""
    for raw in LINK.findall(text):
        parts = urlsplit(html.unescape(raw))
        if parts.hostname == PUBLIC:
            resolve(parts.path)
        elif not parts.scheme and parts.path:
            yield posixpath.normpath(posixpath.join(posixpath.dirname(page), parts.path))


def test_every_link_of_every_page_is_found_with_the_application_stopped(
    whole: Site, tmp_path: Path
) -> None:
    with nginx(whole.root, tmp_path) as port:
        seen = walked(whole, port)
    kinds = (".html", ".pdf", ".mp3", ".csv", ".png", ".jpg", "data.json")
    there = {f"/{one}" for one in whole.files() if one.endswith(kinds)}
    assert there <= seen, "nothing is without a way to it"
    assert len([one for one in seen if one.startswith("/s/")]) == 7 * 3
    for part in ("affairs/r", "affairs/projects", "relief", "services", "answers", "seal"):
        assert any(f"/{part}/" in one for one in seen), part
    assert {Path(one).suffix for one in seen} >= {".pdf", ".mp3", ".csv", ".json", ".svg"}


def walked(site: Site, port: int) -> set[str]:
    """All that one reaches from the first page; each is what lies there."""
    waiting, seen = ["/index.html"], {"/index.html"}
    while waiting:
        path = waiting.pop()
        status, headers, data = get(port, path)
        assert status == 200, path
        assert data == (site.root / path[1:]).read_bytes(), path
        kind = TYPES.get(Path(path).suffix, "text/plain; charset=utf-8")
        assert headers["content-type"] == kind, path
        if path.endswith(".html"):
            found = set(links(path, data.decode())) - seen
            seen |= found
            waiting += sorted(found)
    return seen


def test_its_answers_carry_the_hubs_headers(port: int) -> None:
    for path in ("/", "/v/sunrise/", "/static/site/site.css", "/.hidden"):
        _, headers, _ = get(port, path)
        assert {name: headers.get(name.lower()) for name in HEADERS} == HEADERS
    status, headers, data = get(port, "/v/sunrise/seal/", **{"Accept-Encoding": "gzip"})
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert "用印公开" in gzip.decompress(data).decode()
    assert headers["cache-control"] == FRESH
    assert get(port, "/v/sunrise")[1]["location"].endswith("/v/sunrise/")


def test_what_phones_verify_by_is_for_every_origin(site: Site, port: int, journal: Journal) -> None:
    stamped = next(one for one in journal.written if one.entry.kind == "stamped")
    number = StampCode.of(1, stamped.hash).digits
    for path in (f"/s/{stamped.hash.hex()}/proof.txt", f"/c/{number}/proof.txt"):
        status, headers, data = get(port, path)
        assert (status, headers["access-control-allow-origin"]) == (200, "*")
        assert headers["content-disposition"] == "attachment"
        assert data == (site.root / path[1:]).read_bytes()
    assert "access-control-allow-origin" not in get(port, "/v/sunrise/")[1]


def test_a_number_of_two_stamps_is_told(site: Site, port: int, journal: Journal) -> None:
    first = next(one for one in journal.written if one.entry.kind == "stamped")
    (row,) = Record.objects.filter(entry_hash=first.hash).values()
    changes = {"id": None, "seq": 999, "leaf_index": None, "entry_hash": first.hash[:5] + bytes(27)}
    Record.objects.bulk_create([Record(**{**row, **changes})])
    site.build()
    status, headers, _ = get(port, f"/c/{StampCode.of(1, first.hash).digits}/proof.txt")
    assert (status, headers["access-control-allow-origin"]) == (409, "*")


@pytest.mark.parametrize(
    "path",
    [
        "/../hub.toml", "/v/../../hub.toml", "/%2e%2e/hub.toml", "/v/..%2f..%2fhub.toml",
        "/v/sunrise/.index.html.new", "/v/",
    ],
)  # fmt: skip
def test_nothing_beside_the_site_is_given_out(site: Site, port: int, path: str) -> None:
    (site.root / "v/sunrise/.index.html.new").write_bytes(b"half written")
    status, _, data = get(port, path)
    assert status in (400, 403, 404, 502)
    assert b"rp_id" not in data
    assert b"half written" not in data
