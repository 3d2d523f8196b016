"""A copy of the public site on an inspector's computer: nobody altered a file unseen."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.site.files import File
from hub.site.folder import Folder
from hub.site.key import SiteKey
from hub.site.manifest import closing
from inspector import cli
from wire import site_manifest
from wire.errors import WireError

KEY = SiteKey("seal.example/site", Ed25519PrivateKey.generate())
OTHER = SiteKey("seal.example/site", Ed25519PrivateKey.generate())
PAGE = "v/a/index.html"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Two villages and what they share."""
    folder = Folder(tmp_path / "site", tmp_path / "beside")
    for owner, where in (("a", "v/a"), ("b", "v/b"), ("township", "")):
        page = File(f"{where}/index.html".lstrip("/"), owner.encode())
        folder.put(owner, [page], closing(KEY, where))
    return tmp_path / "site"


def held(folder: Path, key: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Exit status, and the paths that do not hold."""
    status = cli.main(["site", str(folder), "--key", key, "--json"])
    said = json.loads(capsys.readouterr().out)
    return status, [one.split(":")[0] for one in said["wrong"]]


def test_an_untouched_copy_holds(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert held(copy, KEY.vkey, capsys) == (0, [])


def altered(copy: Path) -> None:
    (copy / PAGE).write_bytes(b"A")


def gone(copy: Path) -> None:
    (copy / PAGE).unlink()


def added(copy: Path) -> None:
    (copy / "v/a/more.html").write_bytes(b"more")


def unlisted(copy: Path) -> None:
    """A page is altered, and the list with it."""
    altered(copy)
    manifest = copy / "v/a/manifest.json"
    files = [site_manifest.SiteFile(PAGE, 1, hashlib.sha256(b"A").hexdigest())]
    manifest.write_bytes(site_manifest.encode(files))


def exchanged(copy: Path) -> None:
    """Another village's list, which the key did sign."""
    for name in ("manifest.json", "manifest.sig"):
        (copy / "v/a" / name).write_bytes((copy / "v/b" / name).read_bytes())


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (altered, [PAGE]),
        (gone, [PAGE]),
        (added, ["v/a/more.html"]),
        (unlisted, ["v/a/manifest.json", PAGE]),
        (exchanged, ["v/a/manifest.json", PAGE]),
    ],
)
def test_what_was_changed_is_named(
    change: Callable[[Path], None],
    where: list[str],
    copy: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change(copy)
    assert held(copy, KEY.vkey, capsys) == (1, where)


def test_another_key_vouches_for_nothing(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, wrong = held(copy, OTHER.vkey, capsys)
    assert status == 1
    assert {"manifest.json", "v/a/manifest.json", "v/b/manifest.json"} <= {*wrong}


@pytest.mark.parametrize("key", ["", "seal.example/site+0+AAAA"])
def test_what_is_no_key_or_no_site_is_said(copy: Path, tmp_path: Path, key: str) -> None:
    assert cli.main(["site", str(copy), "--key", key]) == 2
    (tmp_path / "empty").mkdir()
    assert cli.main(["site", str(tmp_path / "empty"), "--key", KEY.vkey]) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b'{"files": 1}', b'{"v": 1, "type": "site-manifest", "files": [\n\n]} \n',
        site_manifest.encode([site_manifest.SiteFile("a", 1, "0" * 64)] * 2),
        site_manifest.encode([site_manifest.SiteFile("../a", 1, "0" * 64)]),
        site_manifest.encode([site_manifest.SiteFile("a", -1, "0" * 64)]),
        site_manifest.encode([site_manifest.SiteFile("a", 1, "0" * 63)]),
    ],
)  # fmt: skip
def test_a_list_in_another_form_is_none(data: bytes) -> None:
    with pytest.raises(WireError, match="site"):
        site_manifest.decode(data)
