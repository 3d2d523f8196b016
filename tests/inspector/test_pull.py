"""Pulling: only what is new, nothing that was withheld forgotten, no rewritten log taken."""

import json
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspector.cli import main
from inspector.replies import LIMIT
from inspector.source import WAITS, Source
from tests.inspector.township_site import TOKEN, Site
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY, SealedLog, signed_head, write_log
from wire import cbor

Say = Any


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    made = Rig.build(tmp_path_factory.mktemp("machine"), policy={"log_key": VKEY})
    made.stamp(made.grant())
    return made


@pytest.fixture
def site(rig: Rig, tmp_path: Path) -> Iterator[Site]:
    with Site(SealedLog.of(rig), tmp_path / "published") as made:
        yield made


class Inspector:
    """One person with a policy, a token and a folder."""

    def __init__(self, site: Site, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.site = site
        self.out = folder / "bundle"
        self.policy = folder / "policy"
        self.token = folder / "token"
        self.policy.write_text(json.dumps(site.log.policy))
        self.token.write_text(TOKEN + "\n")
        self._capsys = capsys

    def pull(self, *more: str, hub: str | None = None, public: str | None = None) -> Say:
        self.site.asked.clear()
        where = ["--hub", hub or self.site.address, "--public", public or self.site.address]
        own = ["--token-file", str(self.token), "--policy", str(self.policy)]
        return self._run("pull", *where, *own, *more, str(self.out))

    def verify(self, *more: str) -> Say:
        return self._run("verify", str(self.out), *more)

    def _run(self, *arguments: str) -> Say:
        status = main([*arguments, "--json"])
        said = json.loads(self._capsys.readouterr().out)
        return {"status": status, **said}


@pytest.fixture
def inspector(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Inspector:
    return Inspector(site, tmp_path, capsys)


def hold_back(site: Site, count: int) -> list[bytes]:
    """The newest leaves are not in the log yet."""
    kept = site.log.leaves[-count:]
    del site.log.leaves[-count:]
    site.publish()
    return kept


def test_what_was_pulled_verifies(inspector: Inspector) -> None:
    assert inspector.pull()["status"] == 0
    said = inspector.verify()
    assert (said["status"], said["stamps"]) == (0, 1)


def test_a_second_pull_asks_only_for_what_is_new(inspector: Inspector, site: Site) -> None:
    later = hold_back(site, 2)
    assert inspector.pull()["status"] == 0
    kept = inspector.out / "earlier"
    kept.write_bytes((inspector.out / "checkpoint").read_bytes())
    assert inspector.pull()["status"] == 0
    small = {"/log/checkpoint", "/inspect/v1/roots"}
    assert {path for path in site.asked if "openings" not in path} == small
    assert len([path for path in site.asked if "openings" in path]) == 1
    site.log.leaves += later
    site.publish()
    assert inspector.pull()["status"] == 0
    assert len([path for path in site.asked if "/tile/" in path]) == 2
    assert not any("/photos/" in path for path in site.asked)
    assert inspector.verify("--earlier", str(kept))["status"] == 0


def test_a_log_that_outgrows_its_tiles_leaves_no_stale_ones(
    inspector: Inspector, site: Site
) -> None:
    sizes = (len(site.log.leaves), 250, 256, 300, 600)
    for size in sizes:
        site.log.leaves += [site.log.leaves[0]] * (size - len(site.log.leaves))
        site.publish()
        assert inspector.pull()["status"] == 0
        assert inspector.verify()["leaves"] == size
    partial = [path.name for path in inspector.out.rglob("*.p/*")]
    assert sorted(partial) == ["2", "88", "88"]


def test_a_full_tile_serves_where_the_narrow_one_is_gone(inspector: Inspector, site: Site) -> None:
    size = len(site.log.leaves)
    head = (site.folder / "checkpoint").read_bytes()
    site.log.leaves += [site.log.leaves[0]] * (256 - size)
    site.publish()
    site.answers |= {"/log/checkpoint": head}
    site.answers |= {f"/log/tile/{kind}/000.p/{size}": None for kind in ("0", "entries")}
    assert inspector.pull()["size"] == size
    assert inspector.verify()["status"] == 0


def test_a_withheld_photo_does_not_hide_the_rest_and_is_asked_for_again(
    inspector: Inspector, site: Site
) -> None:
    name = next(iter(site.log.photos)).hex()
    path = f"/inspect/v1/photos/{name}"
    for lie in (None, b"\xff\xd8\xff another picture"):
        site.answers[path] = lie
        said = inspector.pull()
        assert (said["status"], said["withheld"]) == (0, [f"photos/{name}.jpg"])
        assert inspector.verify()["code"] == "photo"
    del site.answers[path]
    assert inspector.pull()["withheld"] == []
    assert inspector.verify()["status"] == 0


def test_a_withheld_list_is_found_by_the_verification(inspector: Inspector, site: Site) -> None:
    name = next(iter(site.log.lists)).hex()
    site.answers[f"/inspect/v1/lists/{name}"] = None
    assert inspector.pull()["withheld"] == [f"lists/{name}.cbor"]
    assert inspector.verify()["code"] == "list"


def test_the_log_alone_brings_nobodys_secrets_and_can_become_whole(
    inspector: Inspector, site: Site
) -> None:
    assert inspector.pull("--log-only")["status"] == 0
    assert not any(word in path for path in site.asked for word in ("openings", "photos"))
    assert {one.name for one in inspector.out.iterdir()} >= {"checkpoint", "lists", "tile"}
    assert not (inspector.out / "openings").exists()
    assert inspector.verify()["code"] == "opening"
    assert inspector.pull()["status"] == 0
    assert inspector.verify()["status"] == 0


@pytest.mark.parametrize("how", ["shorter", "same size", "rewritten tail", "rewritten past"])
def test_a_rewritten_log_never_replaces_the_one_that_was_pulled(
    how: str, inspector: Inspector, site: Site
) -> None:
    site.log.leaves += [site.log.leaves[0]] * (300 - len(site.log.leaves))
    site.publish()
    assert inspector.pull()["status"] == 0
    before = (inspector.out / "checkpoint").read_bytes()
    leaves = site.log.leaves
    if how == "shorter":
        forged = leaves[:-1]
    elif how == "same size":
        forged = [*leaves[:-1], leaves[1]]
    elif how == "rewritten tail":
        forged = [*leaves[:-1], leaves[1], leaves[0]]
    else:
        forged = [leaves[1], *leaves[1:], *leaves[:256]]
    write_log(site.folder, forged)
    said = inspector.pull()
    assert (said["status"], said["code"]) == (1, "rolled_back")
    assert (inspector.out / "checkpoint").read_bytes() == before
    assert inspector.verify()["status"] == 0
    site.log.leaves += [leaves[0]] * 257
    site.publish()
    assert inspector.pull()["status"] == 0
    assert inspector.verify()["status"] == 0


def test_tiles_that_do_not_make_the_signed_root_are_not_taken(
    inspector: Inspector, site: Site
) -> None:
    path = f"/log/tile/0/000.p/{len(site.log.leaves)}"
    for lie in (os.urandom(32 * len(site.log.leaves)), b"", b"short"):
        site.answers[path] = lie
        assert inspector.pull()["code"] == "tree"
    site.answers.clear()
    assert inspector.pull()["status"] == 0
    assert inspector.verify()["status"] == 0


def test_a_checkpoint_of_another_key_is_not_taken(inspector: Inspector, site: Site) -> None:
    stranger = Ed25519PrivateKey.generate()
    site.answers["/log/checkpoint"] = signed_head(1, bytes(32), key=stranger)
    assert inspector.pull()["code"] == "checkpoint"
    assert not (inspector.out / "checkpoint").exists()


def test_two_townships_do_not_share_a_folder(inspector: Inspector) -> None:
    assert inspector.pull()["status"] == 0
    (inspector.out / "checkpoint").write_bytes(
        signed_head(1, bytes(32), key=Ed25519PrivateKey.generate())
    )
    assert inspector.pull()["status"] == 2


ODD: dict[str, bytes] = {
    "nothing": b"",
    "garbage": os.urandom(200),
    "another shape": cbor.encode({"items": [1], "lists": [2], "roots": [3]}),
    "a list": cbor.encode([1, 2, 3]),
    "names that are paths": cbor.encode({"items": [[1, b"../../x", b"x"]]}),
    "lists under paths": cbor.encode({"lists": [["a", 1, "../../x"]]}),
    "the same page for ever": cbor.encode({"items": [[1, bytes(32), b"x"]]}),
    "numbers that fall": cbor.encode({"items": [[2, bytes(32), b"x"], [1, bytes(32), b"x"]]}),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_ends_in_one_sentence(name: str, inspector: Inspector, site: Site) -> None:
    paths = ["/log/checkpoint", "/inspect/v1/roots", "/inspect/v1/lists"]
    for path in [*paths, "/inspect/v1/openings?after=0", "/inspect/v1/openings?after=1"]:
        site.answers = {path: ODD[name]}
        if path.endswith("after=1"):
            first = cbor.encode({"items": [[1, bytes(32), b"x"]]})
            site.answers["/inspect/v1/openings?after=0"] = first
        said = inspector.pull()
        assert said["status"] in (0, 1, 2), path
        assert said["status"] != 0 or inspector.verify()["status"] in (0, 1)
    assert not list(inspector.out.parent.glob("x*"))


def test_progress_that_cannot_be_read_begins_anew(inspector: Inspector) -> None:
    assert inspector.pull()["status"] == 0
    for garbage in (b"", b"[]", os.urandom(5000), b"SQLite format 3\0" + bytes(500)):
        (inspector.out / ".pull.sqlite3").write_bytes(garbage)
        assert inspector.pull()["status"] == 0
    assert inspector.verify()["status"] == 0


def test_who_is_asked_too_often_is_waited_for(inspector: Inspector, site: Site) -> None:
    site.busy = ["0"] * (WAITS - 1)
    assert inspector.pull()["withheld"] == []
    assert (site.busy, inspector.verify()["status"]) == ([], 0)


def test_but_not_for_ever(inspector: Inspector, site: Site) -> None:
    site.busy = ["0"] * WAITS
    assert (inspector.pull()["status"], site.busy) == (2, [])


def test_nor_longer_than_a_minute_each_time(site: Site) -> None:
    site.busy = ["7", "100000000", "soon", "-1"]
    slept: list[float] = []
    with Source(site.address, TOKEN, slept.append) as source:
        assert source.get("/inspect/v1/roots", LIMIT)
    assert slept == [7, 60, 60, 60]


def test_the_token_travels_only_encrypted(inspector: Inspector, site: Site) -> None:
    for address in ("http://hub.example", "http://192.0.2.1:8700", "ftp://hub.example", "hub"):
        assert inspector.pull(hub=address)["status"] == 2
    assert site.asked == []


def test_a_wrong_token_a_closed_port_a_missing_file(inspector: Inspector, tmp_path: Path) -> None:
    assert inspector.pull(public="http://127.0.0.1:1")["status"] == 2
    for garbage in (b"", b"guess", b"two words", b"\xff\xfe", b"a\nb"):
        inspector.token.write_bytes(garbage)
        assert inspector.pull()["status"] == 2
    inspector.token.unlink()
    assert inspector.pull()["status"] == 2
    inspector.policy.unlink()
    assert inspector.pull()["status"] == 2


def test_an_endless_answer_is_cut_off(inspector: Inspector, site: Site) -> None:
    site.answers["/log/checkpoint"] = bytes(2 << 20)
    assert inspector.pull()["status"] == 2


def test_photos_are_named_by_what_they_are(inspector: Inspector, site: Site) -> None:
    assert inspector.pull()["status"] == 0
    pulled = {path.stem: path.read_bytes() for path in (inspector.out / "photos").iterdir()}
    assert pulled == {sha256(data).hexdigest(): data for data in site.log.photos.values()}
