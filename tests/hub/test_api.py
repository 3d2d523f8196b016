"""The inspectors' interface: by token only, read only, and exactly what a tool needs."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from hub.api.models import Token
from hub.api.tokens import create_token
from hub.blobs import store
from hub.devices.models import Authority, ListVersion
from hub.ingest.models import Openings
from tests.hub.public_rig import write_config
from tests.support.township import Township
from wire import cbor
from wire.refusals import Refused

pytestmark = pytest.mark.django_db
PHOTO = b"\xff\xd8\xff photo"
PATHS = (
    "openings",
    "lists",
    f"lists/{'0' * 64}",
    f"photos/{sha256(PHOTO).hexdigest()}",
    "roots",
)


class Tool:
    """What an inspector's tool does, with a token or without."""

    def __init__(self, token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = Client(headers=headers)

    def ask(self, path: str, method: str = "get") -> HttpResponse:
        answer: HttpResponse = getattr(self._client, method)(f"/inspect/v1/{path}")
        return answer

    def read(self, path: str) -> Any:
        answer = self.ask(path)
        assert answer.status_code == 200, answer.content
        return cbor.decode(answer.content)


@pytest.fixture(autouse=True)
def site(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.STATE = tmp_path
    settings.ROOT_URLCONF = "hub.api.urls"
    write_config(tmp_path)
    store.put(PHOTO, "photo", "sunrise-1")
    return iter(())


@pytest.fixture
def tool() -> Tool:
    return Tool(create_token("周检"))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", [None, "", "guess", "x" * 43])
def test_without_a_token_nothing_is_shown(path: str, token: str | None) -> None:
    create_token("周检")
    answer = Tool(token).ask(path)
    assert answer.status_code == 401
    assert PHOTO not in answer.content


def test_the_hash_of_a_token_in_a_stolen_database_opens_nothing() -> None:
    token = create_token("周检")
    kept = bytes(Token.objects.get().sha256)
    assert kept == sha256(token.encode()).digest()
    assert Tool(kept.hex()).ask("roots").status_code == 401


def test_two_tokens_cannot_have_one_name() -> None:
    create_token("周检")
    with pytest.raises(Refused):
        create_token("周检")
    assert Token.objects.count() == 1


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_written(tool: Tool, path: str, method: str) -> None:
    assert tool.ask(path, method).status_code == 405


def test_every_opening_comes_once_in_pages(tool: Tool) -> None:
    rows = [Openings(entry_hash=sha256(b"%d" % n).digest(), data=b"%d" % n) for n in range(600)]
    Openings.objects.bulk_create(rows)
    seen: list[tuple[bytes, bytes]] = []
    after, pages = 0, 0
    while items := tool.read(f"openings?after={after}")["items"]:
        seen += [(entry_hash, data) for _, entry_hash, data in items]
        after, pages = items[-1][0], pages + 1
    assert seen == [(row.entry_hash, row.data) for row in rows]
    assert pages == 3


@pytest.mark.parametrize("after", ["-1", "x", "", "9" * 19, "1" * 40, "٣"])
def test_a_strange_page_is_refused(tool: Tool, after: str) -> None:
    assert tool.ask(f"openings?after={after}").status_code == 400


def test_lists_are_named_and_given_as_published(tool: Tool) -> None:
    bundle = b"a bundle"
    digest = sha256(bundle).digest()
    ListVersion.objects.create(
        device="sunrise-1", version=3, sha256=digest, bundle=bundle, published_ms=1, expires_ms=2
    )
    assert tool.read("lists") == {"lists": [["sunrise-1", 3, digest]]}
    assert tool.ask(f"lists/{digest.hex()}").content == bundle
    assert tool.ask(f"lists/{'0' * 64}").status_code == 404


def test_photos_are_given_and_kept_out_of_caches(tool: Tool) -> None:
    answer = tool.ask(f"photos/{sha256(PHOTO).hexdigest()}")
    assert (answer.content, answer["Content-Type"]) == (PHOTO, "image/jpeg")
    assert "no-store" in answer["Cache-Control"]
    page = store.put(b"%PDF a page", "page", "an application")
    assert tool.ask(f"photos/{page.hex()}").status_code == 404


def test_roots_are_the_chain_of_the_newest_package(tool: Tool) -> None:
    assert tool.read("roots") == {"roots": []}
    township = Township.build()
    Authority.objects.create(version=1, package=township.package, imported_ms=1)
    assert tool.read("roots") == {"roots": list(township.roots)}
